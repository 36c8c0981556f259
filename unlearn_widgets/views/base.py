"""What all views of a session have in common."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets as t

from unlearn_widgets.bundle import bundle_file
from unlearn_widgets.ledger.vocabulary import JOBS
from unlearn_widgets.maps import geometry
from unlearn_widgets.planning.curves import REFITS
from unlearn_widgets.session import Session
from unlearn_widgets.validation import choice
from unlearn_widgets.wire.messages import LABEL_PREFIX
from unlearn_widgets.wire.traits import GuardedWidget

TOOLS = ("pan", *geometry.TOOLS)


def require_session(view: type, session: Any) -> Session:
    """Return the session that a view is to show.

    Raises
    ------
    TypeError
        If it is no Session.
    """
    if isinstance(session, Session):
        return session
    raise TypeError(
        f"session: {view.__name__} shows a Session, got {type(session).__name__}. "
        "Make one with Session(problem)."
    )


class SessionTrait(anywidget.WidgetTrait):
    """A session, on the wire as a reference to its model."""

    allow_none = False

    def validate(self, obj: Any, value: Any) -> Session:
        """Refuse what is no session."""
        return require_session(type(obj), value)


class View(GuardedWidget):
    """A view of a session; it holds no state that another view needs.

    Parameters
    ----------
    session : Session
        What is shown.
    **traits
        The traits of the view.

    Raises
    ------
    TypeError
        If `session` is no Session, or a trait is of another type.
    ValueError
        If a trait is given a value it does not take.
    """

    _esm = bundle_file("index.js")
    _css = bundle_file("index.css")
    _view = t.Unicode().tag(sync=True)
    session = SessionTrait().tag(sync=True)

    def __init__(self, session: Session, **traits: Any) -> None:
        require_session(type(self), session)
        try:
            super().__init__(session=session, **traits)
        except t.TraitError as error:
            raise ValueError(f"{type(self).__name__}: {error}") from error

    def open(self) -> None:
        """Open the comm to the browser."""
        super().open()
        self.session.shown_by(self.comm_id)

    def close(self) -> None:
        """Close the comm to the browser."""
        # A view that was refused is closed as well, and has no session.
        session, shown = self._trait_values.get("session"), self.comm_id
        super().close()
        if session is not None and shown is not None:
            session.hidden_by(shown)

    @t.observe("session")
    def _show_elsewhere(self, change: t.Bunch) -> None:
        if self.comm_id is not None and isinstance(change.old, Session):
            change.old.hidden_by(self.comm_id)
            change.new.shown_by(self.comm_id)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        own = super()._repr_mimebundle_(**kwargs)
        if own is None:
            return None
        data, metadata = own
        return {**self.session.card(), **data}, metadata

    def __repr__(self) -> str:
        chosen = repr(self.session).strip("<>")
        return f"<{type(self).__name__} of {chosen}>"


class MapView(View):
    """A view with the map in it."""

    tool = t.Enum(TOOLS, "lasso").tag(sync=True, browser=True)
    mode = t.Enum(geometry.MODES, "replace").tag(sync=True, browser=True)
    color_by = t.Unicode("domain").tag(sync=True, browser=True)

    @t.validate("color_by")
    def _known_color(self, proposal: t.Bunch) -> str:
        try:
            return choice("color_by", proposal.value, _colors(self.session))
        except ValueError as error:
            raise t.TraitError(str(error)) from error

    @t.observe("session")
    def _keep_known_color(self, _change: t.Bunch) -> None:
        if self.color_by not in _colors(self.session):
            self.color_by = "domain"


class PlanView(View):
    """A view with the budget planner in it."""

    rule = t.Unicode("likelihood_ratio").tag(sync=True, browser=True)
    alpha_target = t.Float(None, allow_none=True, min=0.0).tag(sync=True, browser=True)
    epsilon_target = t.Float(None, allow_none=True, min=0.0).tag(sync=True, browser=True)
    refit = t.Enum(REFITS, "mean").tag(sync=True, browser=True)
    plan_view = t.Enum(("budget", "frontier"), "budget").tag(sync=True, browser=True)

    @t.validate("rule")
    def _known_rule(self, proposal: t.Bunch) -> str:
        try:
            return choice("rule", proposal.value, list(self.session.plan.rules))
        except ValueError as error:
            raise t.TraitError(str(error)) from error

    @t.observe("session")
    def _keep_known_rule(self, _change: t.Bunch) -> None:
        if self.rule not in self.session.plan.rules:
            self.rule = next(iter(self.session.plan.rules))


def take_rules(view: type, session: Any, rules: Any, rule: Any) -> str:
    """Let a session know rules, and return the name of the chosen one."""
    known = require_session(view, session)
    if rules is not None:
        known.add_rules(rules)
    return rule if isinstance(rule, str) else known.add_rules([rule])[0]


def _colors(session: Session) -> list[str]:
    labels = [f"{LABEL_PREFIX}{job}" for job in JOBS]
    columns = [str(column["name"]) for column in session.records.columns]
    return ["domain", "score", *labels, *columns]

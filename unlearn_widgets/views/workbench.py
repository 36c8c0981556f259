"""The workbench: map, read-out, records and budget planner side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets as t

from unlearn_widgets.validation import strict_keywords
from unlearn_widgets.views.base import MapView, PlanView, require_session, take_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from unlearn_widgets.session import Session


class Workbench(MapView, PlanView):
    """Map, read-out, records and budget planner of a session in one view.

    Parameters
    ----------
    session : Session
        What is shown.
    title : str, optional
        Shown above it. Default: the title of the session.
    tool : {"pan", "lasso", "rectangle", "brush", "click"}, default "lasso"
        What dragging on the map does.
    mode : {"replace", "add", "subtract", "intersect"}, default "replace"
        How a gesture combines with the rows chosen so far.
    color_by : str, default "domain"
        "domain", "score", "label:removal" or "label:domain" for what was decided by hand, or a
        column of the records.
    rule : str or selector, default "likelihood_ratio"
        The rule that the planner selects by.
    rules : list of str or selector, optional
        Rules to compare besides "random", "distance" and "likelihood_ratio".

    Raises
    ------
    TypeError
        For an unknown keyword, or a `session` that is no Session.
    ValueError
        For a value outside of those listed.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
    >>> uw.Workbench(uw.Session(problem, title="Messages")).title
    'Messages'
    """

    _view = t.Unicode("workbench", read_only=True).tag(sync=True)
    title = t.Unicode().tag(sync=True, browser=True)

    @strict_keywords
    def __init__(
        self,
        session: Session,
        title: str | None = None,
        tool: str = "lasso",
        mode: str = "replace",
        color_by: str = "domain",
        rule: Any = "likelihood_ratio",
        rules: Iterable[Any] | None = None,
    ) -> None:
        shown = require_session(type(self), session).title if title is None else title
        super().__init__(
            session,
            title=shown,
            tool=tool,
            mode=mode,
            color_by=color_by,
            rule=take_rules(type(self), session, rules, rule),
        )

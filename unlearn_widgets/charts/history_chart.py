"""The numbers of a session, step by step."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import altair as alt

from unlearn_widgets.charts.marks import column, extent, of_kind, values
from unlearn_widgets.charts.offline import OfflinePanels
from unlearn_widgets.charts.subject import session_of
from unlearn_widgets.charts.themes import Theme, theme_of
from unlearn_widgets.charts.words import ALPHA, EPSILON, clipped, wrapped
from unlearn_widgets.problem.path import NUMBERS
from unlearn_widgets.validation import strict_keywords

if TYPE_CHECKING:
    from unlearn_widgets.problem.effect import Effect
    from unlearn_widgets.session import Session
    from unlearn_widgets.session.history import Step

    Row = dict[str, Any]

_WIDTH, _HEIGHT, _COUNTS = 560, 84, 100
_MEASURED, _CERTIFIED, _BEFORE = "measured", "certified bound", "nothing removed"
_DASHES = {_MEASURED: [1, 0], _CERTIFIED: [1, 3], _BEFORE: [6, 4]}
# More names than this under the lowest panel cannot be read.
_NAMED_STEPS = 24
_LONGEST_STEP = 80


@strict_keywords
def effect_history(session: Session, *, theme: str = "light") -> alt.VConcatChart:
    """Draw rows removed, removal, preservation and log-losses over the steps of a session.

    Parameters
    ----------
    session : Session
        Whose selection to follow. Steps that were undone are left out.
    theme : {"light", "dark"}
        Colours.

    Returns
    -------
    altair.VConcatChart
        Five panels over the same steps, in rows and in nats; each step is named in its tooltip. It
        shows itself, and saves .html pages, without a network.

    Raises
    ------
    TypeError
        If `session` is none, or for an unknown keyword.
    ValueError
        For an unknown theme.

    Notes
    -----
    Section 4 of docs/theory.md for the measured numbers, section 3 (post-hoc) for the certified
    ones. Infinite values are left out; the subtitle says so.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> domains = uw.datasets.make_gaussians(50, 100, shift=2.0, dim=2, random_state=0)
    >>> session = uw.Session(uw.UnlearningProblem(domains.X, domains.forget))
    >>> session.select_rule("distance", 20)
    >>> chart = effect_history(session)
    >>> chart.to_dict()["title"]["subtitle"][0]
    '1 step, at revision 1. Steps that were undone are left out.'

    """
    colors = theme_of(theme)
    owner = session_of(session)
    with owner._lock:  # noqa: SLF001 - a request of the browser may commit meanwhile
        removal, rev = owner._removal, owner.rev  # noqa: SLF001 - has no public name
        steps = removal.history.steps
        effects = [removal.effect_of(step) for step in steps]
    names = {domain: clipped(name) for domain, name in owner.names.items()}
    data = [_row(step, effect) for step, effect in zip(steps, effects, strict=True)]
    panels = _Panels(data, names, colors)
    losses = [
        ("forget_log_loss", f"log-loss, {names['forget']}"),
        ("retain_log_loss", f"log-loss, {names['retain']}"),
    ]
    return OfflinePanels(
        vconcat=[
            panels.numbers("alpha", f"removal {ALPHA}", certified="alpha_certified"),
            panels.numbers("epsilon", f"cost {EPSILON}", certified="epsilon_certified"),
            *(panels.numbers(name, title) for name, title in losses),
            panels.counts(),
        ],
        spacing=14,
        title=alt.TitleParams(
            "Effect of the selection, step by step", subtitle=_subtitle(effects, rev, names)
        ),
        config=alt.Config(**colors.config()),
    )


def _row(step: Step, effect: Effect) -> Row:
    row: Row = {
        "step": clipped(f"{step.rev}: {step.label}", _LONGEST_STEP),
        "rev": step.rev,
        "label": step.label,
        "source": "Python" if step.source == "python" else "a view",
        "n_removed_forget": effect.n_removed_forget,
        "n_removed_retain": effect.n_removed_retain,
    }
    certified = ("alpha_certified", "epsilon_certified")
    before = tuple(f"{name}_before" for name in NUMBERS)
    for name in (*NUMBERS, *before, *certified):
        value = getattr(effect, name)
        if value is not None and math.isfinite(value):
            row[name] = float(value)
    return row


class _Panels:
    """Panels over the same steps; only the lowest names them."""

    def __init__(self, data: list[Row], names: dict[str, str], theme: Theme) -> None:
        self._data, self._names, self._theme = data, names, theme
        self._steps = [row["step"] for row in data]

    def _across(self, *, named: bool) -> alt.X:
        across = alt.X("step:N").scale(type="point", domain=self._steps, padding=0.5)
        if not named:
            return across.axis(None)
        few = len(self._steps) <= _NAMED_STEPS
        return across.axis(
            title="step (revision: what was done)",
            labels=few,
            ticks=few,
            labelAngle=-35,
            labelLimit=190,
            labelOverlap=False,
            titlePadding=10,
        )

    def numbers(self, name: str, title: str, certified: str | None = None) -> alt.LayerChart:
        """Return a number over the steps, beside its value with nothing removed."""
        bounds = column(self._data, certified) if certified else []
        before = column(self._data, f"{name}_before")
        low, high = extent(column(self._data, name), before, bounds) or (0.0, 1.0)
        room = 0.1 * (high - low) or 0.5
        scale = alt.Scale(domain=[low - room, high + room], nice=False, zero=False)

        def up(field: str) -> alt.Y:
            words = [f"{title}", "(nats per row)" if "loss" in name else "(nats)"]
            return (
                alt.Y(f"{field}:Q")
                .scale(scale)
                .axis(tickCount=4, grid=True, minExtent=52)
                .title(words)
            )

        across = self._across(named=False)
        base = alt.Chart(values(self._data))
        before_line = base.mark_line(color=self._theme.muted, strokeWidth=1.25)
        layers = [self._drawn(before_line.encode(x=across, y=up(f"{name}_before")), _BEFORE)]
        if bounds and certified:
            line = base.mark_line(color=self._theme.accent, strokeWidth=2.25)
            layers.append(self._drawn(line.encode(x=across, y=up(certified)), _CERTIFIED))
        color = self._theme.forget if name in {"alpha", "forget_log_loss"} else self._theme.retain
        drawn = base.encode(x=across, y=up(name))
        layers += [
            self._drawn(drawn.mark_line(color=color, strokeWidth=2), _MEASURED),
            drawn.mark_point(filled=True, color=color, size=55, opacity=1).encode(
                tooltip=[*_about(), alt.Tooltip(f"{name}:Q", title="nats", format=".5~g")]
            ),
        ]
        return alt.LayerChart(layer=layers, width=_WIDTH, height=_HEIGHT)

    def counts(self) -> alt.Chart:
        """Return the rows removed of both domains as stacked bars."""
        counts = {"n_removed_forget": "forget", "n_removed_retain": "retain"}
        shown = {field: self._names[domain] for field, domain in counts.items()}
        if len(set(shown.values())) < len(shown):
            shown = dict(zip(shown, ("forget", "retained"), strict=True))
        data = [
            {
                **{name: row[name] for name in ("step", "rev", "label", "source")},
                "domain": domain,
                "n": row[field],
            }
            for row in self._data
            for field, domain in shown.items()
        ]
        width = max(1, min(26, round(0.6 * _WIDTH / len(self._steps))))
        bars: alt.Chart = (
            alt.Chart(values(data), width=_WIDTH, height=_COUNTS)
            .mark_bar(size=width)
            .encode(
                x=self._across(named=True),
                y=alt.Y("n:Q")
                .scale(zero=True, nice=True)
                .axis(tickCount=4, format=",d", tickMinStep=1, minExtent=52)
                .title("rows removed"),
                color=alt.Color("domain:N")
                .scale(domain=list(shown.values()), range=[self._theme.forget, self._theme.retain])
                .legend(title="domain", symbolStrokeWidth=0),
                tooltip=[
                    *_about(),
                    alt.Tooltip("domain:N", title="domain"),
                    alt.Tooltip("n:Q", title="rows removed", format=","),
                ],
            )
        )
        return bars

    def _drawn(self, chart: alt.Chart, kind: str) -> alt.Chart:
        certified = any("alpha_certified" in row for row in self._data)
        there = [_MEASURED, *([_CERTIFIED] if certified else []), _BEFORE]
        return of_kind(chart, kind, {name: _DASHES[name] for name in there})


def _about() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("label:N", title="step"),
        alt.Tooltip("rev:Q", title="revision", format=","),
        alt.Tooltip("source:N", title="by"),
    ]


def _subtitle(effects: list[Effect], rev: int, names: dict[str, str]) -> list[str]:
    made = len(effects) - 1
    effect = effects[-1]
    certified = None
    if effect.alpha_certified is None:
        certified = effect.certificate_reason
    else:
        certified = (
            f"Certified with {100 * (1 - effect.delta):.6g} % confidence for all selections at "
            f"once (mean part): {ALPHA} at least, {EPSILON} at most."
        )
    infinite = any(not math.isfinite(getattr(one, name)) for one in effects for name in NUMBERS)
    return wrapped(
        f"{made:,} {'step' if made == 1 else 'steps'}, at revision {rev:,}. Steps that were undone "
        "are left out.",
        f"Now {effect.n_removed_forget:,} of {effect.n_forget:,} {names['forget']} rows and "
        f"{effect.n_removed_retain:,} of {effect.n_retain:,} {names['retain']} rows are removed.",
        certified,
        "Infinite numbers are left out." if infinite else None,
    )

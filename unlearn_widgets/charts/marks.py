"""Marks that several charts share: curves by rule and kind, points, labels, regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

if TYPE_CHECKING:
    from unlearn_widgets.charts.subject import Subject
    from unlearn_widgets.charts.themes import Theme

    Row = dict[str, Any]

MEASURED = "measured on these rows"
PREDICTED = "predicted from the plug-in divergence"
CERTIFIED = "certified in advance, if the divergence were known"
FLOOR = "noise floor: what chance alone shows"
FRONTIER = "frontier: the most any removal can reach"
DASHES = {
    MEASURED: [1, 0],
    PREDICTED: [6, 4],
    CERTIFIED: [1, 3],
    FLOOR: [10, 3, 2, 3],
    FRONTIER: [10, 3, 2, 3],
}
MARKERS = 9
# Points that answer to the pointer: closer ones could not be hit apart.
HOVERED = "datum.point % 2 === 0"


class Kinds:
    """The kinds of curve that a chart tells apart by their dash, with a legend.

    Parameters
    ----------
    subject : Subject
        The rules, told apart by colour and marker.
    kinds : list of str
        Those that the chart draws.
    place : mapping
        Where legends stand: settings of Vega-Lite.

    """

    def __init__(self, subject: Subject, kinds: list[str], place: Row) -> None:
        self._dashes = {kind: DASHES[kind] for kind in kinds}
        self._rules, self._place = subject.rules, place

    def drawn(self, chart: alt.Chart, kind: str) -> alt.Chart:
        """Return a line chart as one kind of curve."""
        return of_kind(chart, kind, self._dashes, self._place)

    def color(self) -> alt.Color:
        """Return the encoding of a rule by colour."""
        return (
            alt.Color("rule:N")
            .scale(
                domain=[rule.label for rule in self._rules],
                range=[rule.color for rule in self._rules],
            )
            .legend(title="rule", symbolStrokeWidth=0, **self._place)
        )

    def shape(self) -> alt.Shape:
        """Return the encoding of a rule by marker."""
        return (
            alt.Shape("rule:N")
            .scale(
                domain=[rule.label for rule in self._rules],
                range=[rule.shape for rule in self._rules],
            )
            .legend(title="rule", symbolStrokeWidth=0, **self._place)
        )


def of_kind(
    chart: alt.Chart, kind: str, dashes: dict[str, list[int]], place: Row | None = None
) -> alt.Chart:
    """Return a line chart with the dash of its kind, one of those that a legend explains."""
    dash = (
        alt.StrokeDash("kind:N")
        .scale(domain=list(dashes), range=list(dashes.values()))
        .legend(
            title="curves", symbolType="stroke", symbolSize=500, symbolOpacity=1, **(place or {})
        )
    )
    return chart.transform_calculate(kind=f"'{kind}'").encode(strokeDash=dash)


def marked(subject: Subject, rows: list[Row]) -> list[Row]:
    """Return the rows that carry a marker: a few of each rule, not at the same places."""
    found = []
    for place, rule in enumerate(subject.rules):
        own = [row for row in rows if row["rule"] == rule.label]
        step = max(1, len(own) // MARKERS)
        found += own[place * step // len(subject.rules) :: step]
    return found


def values(rows: list[Row]) -> alt.InlineData:
    """Return a few rows as the data of a mark; many go into the chart once, see `curves`."""
    return alt.InlineData(values=rows)


def curves(name: str) -> alt.Chart:
    """Return marks to be, on a dataset that the whole chart shares."""
    return alt.Chart(alt.NamedData(name=name))


def label(
    words: str, at: Row, axes: Row, theme: Theme, *, color: str, **options: Any
) -> list[alt.Chart]:
    """Return a text at a place of the data, with a halo that keeps it readable over curves."""
    point = alt.Chart(values([{"words": words, **at}])).encode(**axes, text="words:N")
    halo: Row = {"stroke": theme.background, "strokeWidth": 4, "strokeJoin": "round"}
    return [
        point.mark_text(**options, **halo, opacity=0.9),
        point.mark_text(**options, color=color),
    ]


def extent(*groups: list[float]) -> tuple[float, float] | None:
    """Return the least and the largest of all numbers, None without any.

    >>> extent([3.0, 1.0], [], [2.0])
    (1.0, 3.0)
    """
    found = [value for group in groups for value in group]
    return (min(found), max(found)) if found else None


def column(rows: list[Row], name: str) -> list[float]:
    """Return the numbers of a column, without the rows that have none.

    >>> column([{"alpha": 1.0}, {}], "alpha")
    [1.0]
    """
    return [row[name] for row in rows if name in row]

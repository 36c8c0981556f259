"""The panels of the table of rules."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import altair as alt

from unlearn_widgets.charts.marks import values
from unlearn_widgets.charts.words import ALPHA, EPSILON, NOTHING, quantity, rows
from unlearn_widgets.problem.path import NUMBERS

if TYPE_CHECKING:
    from unlearn_widgets.charts.subject import Subject
    from unlearn_widgets.charts.themes import Theme
    from unlearn_widgets.planning import Need, RuleRow

    Row = dict[str, Any]

_LINE = 34
_BARS = 250
_CELL = 78
_LABEL = 300
# Bars leave the rest of the width to the numbers behind them.
_ROOM = 1.75


@dataclass(frozen=True)
class Sheet:
    """The panels of the table, one line for each rule."""

    subject: Subject
    table: list[RuleRow]
    theme: Theme

    @property
    def _height(self) -> int:
        return _LINE * len(self.table)

    def _lines(self) -> alt.Y:
        labels = [rule.label for rule in self.subject.rules]
        return (
            alt.Y("rule:N")
            .scale(type="band", domain=labels, paddingInner=0.42, paddingOuter=0.3)
            .axis(None)
        )

    def labels(self) -> alt.LayerChart:
        """Return the names of the rules."""
        labels = [rule.label for rule in self.subject.rules]
        names = (
            alt.Chart(values([{"rule": name} for name in labels]))
            .mark_text(align="left", color=self.theme.foreground, fontSize=13, limit=_LABEL)
            .encode(x=alt.value(0), y=self._lines(), text="rule:N", tooltip="rule:N")
        )
        width = min(_LABEL, 14 + 7 * max(len(name) for name in labels))
        return alt.LayerChart(
            layer=[names, self._under_head("rule", align="left")],
            width=width,
            height=self._height,
            title=self._head(" "),
        )

    def _under_head(self, words: str, **options: Any) -> alt.Chart:
        head = alt.Chart(values([{"words": words}])).mark_text(
            baseline="bottom", color=self.theme.muted, **options
        )
        placed: alt.Chart = head.encode(x=alt.value(0), y=alt.value(-2), text="words:N")
        return placed

    def needs(self, number: str, goal: float) -> alt.LayerChart:
        """Return bars of the rows that each rule needs for a target."""
        n_forget = self.subject.plan.outlook.n_forget
        data = [
            _need(rule.label, getattr(row, number), self._past(row, number))
            for rule, row in zip(self.subject.rules, self.table, strict=True)
        ]
        base = alt.Chart(values(data)).encode(y=self._lines())
        across = alt.X("n:Q").scale(domain=[0, _ROOM * n_forget], nice=False).axis(None)
        color = (
            alt.Color("rule:N")
            .scale(
                domain=[rule.label for rule in self.subject.rules],
                range=[rule.color for rule in self.subject.rules],
            )
            .legend(None)
        )
        tooltip = [
            alt.Tooltip("rule:N", title="rule"),
            alt.Tooltip("measured:N", title="rows needed, measured"),
            alt.Tooltip("predicted:N", title="rows needed, predicted"),
        ]
        bars = base.mark_bar(cornerRadiusEnd=2).encode(x=across, color=color, tooltip=tooltip)
        words = base.mark_text(align="left", dx=6, color=self.theme.foreground).encode(
            x=across, text="words:N", tooltip=tooltip
        )
        symbol, than = (ALPHA, "at least") if number == "alpha" else (EPSILON, "at most")
        title = f"Rows needed for {symbol} {than} {goal:.4g} nats"
        head = self._under_head("measured (predicted)", align="left")
        return alt.LayerChart(
            layer=[bars, words, head], width=_BARS, height=self._height, title=self._head(title)
        )

    def reached(self, size: int) -> alt.LayerChart:
        """Return the numbers of each rule at one budget."""
        names = self.subject.names
        heads = {
            "alpha": ALPHA,
            "epsilon": EPSILON,
            "forget_log_loss": f"loss {names['forget']}",
            "retain_log_loss": f"loss {names['retain']}",
        }
        data = [
            {
                "rule": rule.label,
                "place": place,
                "words": quantity(row.at[number]),
                "number": number.replace("_", " "),
                "n_removed": row.n_removed,
            }
            for rule, row in zip(self.subject.rules, self.table, strict=True)
            for place, number in enumerate(NUMBERS)
        ]
        across = alt.X("place:Q").scale(domain=[-0.85, 3.15], nice=False).axis(None)
        cells = (
            alt.Chart(values(data))
            .mark_text(align="right", color=self.theme.foreground)
            .encode(
                x=across,
                y=self._lines(),
                text="words:N",
                tooltip=[
                    alt.Tooltip("rule:N", title="rule"),
                    alt.Tooltip("n_removed:Q", title="rows removed", format=","),
                    alt.Tooltip("number:N", title="number"),
                    alt.Tooltip("words:N", title="measured (nats)"),
                ],
            )
        )
        top = [{"place": place, "words": heads[name]} for place, name in enumerate(NUMBERS)]
        header = (
            alt.Chart(values(top))
            .mark_text(align="right", baseline="bottom", color=self.theme.muted, limit=_CELL - 6)
            .encode(x=across, y=alt.value(-2), text="words:N")
        )
        title = f"Measured with {rows(size)} removed (nats)"
        return alt.LayerChart(
            layer=[cells, header], width=4 * _CELL, height=self._height, title=self._head(title)
        )

    def notes(self, goals: dict[str, float]) -> list[str]:
        """Return what the numbers alone do not say."""
        found = []
        for number in goals:
            for rule, row in zip(self.subject.rules, self.table, strict=True):
                need: Need = getattr(row, number)
                if need.n is None:
                    found.append(f"{_capital(rule.label)}: {need.reason}")
                elif self._past(row, number):
                    stop = self.subject.plan.outlook.stop
                    at = "?" if stop is None else f"{stop.removed:,.0f}"
                    found.append(
                        f"{_capital(rule.label)}: {rows(need.n)} for {number} lie past the stop "
                        f"point at {at}, where the edited mean overshoots the retained domain."
                    )
        found += [
            f"No target for {number}: the divergence is infinite. Pass {number}=... to set one."
            for number in ("alpha", "epsilon")
            if number not in goals
        ]
        if self.subject.plan.problem.groups is not None:
            found.append("Groups are removed whole, so more rows than the budget may go.")
        warning = self.subject.plan.outlook.warning()
        if warning and any(rule.name == "distance" for rule in self.subject.rules):
            found.append(warning[1])
        return found

    def footnotes(self, lines: list[str]) -> alt.Chart:
        """Return lines of text under the table."""
        data = [{"line": place, "words": line} for place, line in enumerate(lines)]
        chart = alt.Chart(values(data), height=17 * len(lines), width=600)
        text: alt.Chart = chart.mark_text(align="left", color=self.theme.muted).encode(
            x=alt.value(0), y=alt.Y("line:O").axis(None), text="words:N"
        )
        return text

    def _head(self, words: str) -> alt.TitleParams:
        return alt.TitleParams(words, fontSize=12, anchor="start", offset=24, frame="group")

    def _past(self, row: RuleRow, number: str) -> bool:
        stop = self.subject.plan.outlook.stop
        need: Need = getattr(row, number)
        if row.rule != "likelihood_ratio" or need.n is None or stop is None or stop.beyond:
            return False
        return need.n > math.ceil(stop.removed)


def _need(label: str, need: Need, past: bool) -> Row:
    predicted = NOTHING if need.predicted is None else f"{need.predicted:,}"
    measured = "cannot be reached" if need.n is None else f"{need.n:,}"
    brackets = "" if need.predicted is None else f"  ({predicted})"
    return {
        "rule": label,
        "n": need.n or 0,
        "needed": need.n,
        "words": f"{measured}{' past the stop point' if past else ''}{brackets}",
        "measured": measured if need.reason is None else need.reason,
        "predicted": predicted if need.predicted_reason is None else need.predicted_reason,
    }


def _capital(label: str) -> str:
    return f"{label[:1].upper()}{label[1:]}"

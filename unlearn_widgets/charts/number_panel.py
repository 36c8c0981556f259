"""One number against the rows removed: a panel of the chart of removal paths."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import altair as alt

from unlearn_widgets.charts.marks import (
    CERTIFIED,
    FLOOR,
    HOVERED,
    MEASURED,
    PREDICTED,
    Kinds,
    column,
    curves,
    extent,
    label,
    values,
)

if TYPE_CHECKING:
    from unlearn_widgets.charts.subject import Subject
    from unlearn_widgets.charts.themes import Theme

    Row = dict[str, Any]

_WIDTH, _HEIGHT = 350, 210
# Loose bounds may take this much of what the other curves take, and are cut off beyond.
_SHARE_OF_BOUNDS = 0.4
_LEGEND = {"orient": "bottom", "direction": "vertical"}


class Number(NamedTuple):
    """A number that a panel shows, and the columns of its curves."""

    name: str
    symbol: str
    title: str
    predicted: str
    certified: str | None = None
    floor: str | None = None
    bound: str = ""


class NumberPanel:
    """The layers of one panel, on axes that hold what is measured and predicted."""

    def __init__(self, subject: Subject, data: list[Row], number: Number, theme: Theme) -> None:
        self._subject, self._data, self._number, self._theme = subject, data, number, theme
        effect = subject.effect
        value = math.nan if effect is None else float(getattr(effect, number.name))
        self._here = value if math.isfinite(value) else None
        here = [] if self._here is None else [self._here]
        found = extent(column(data, number.name), column(data, number.predicted), here)
        low, high = found or (0.0, 1.0)
        reach = _SHARE_OF_BOUNDS * (high - low)
        bounds = column(data, number.certified) if number.certified else []
        low, high = max(low - reach, min([low, *bounds])), min(high + reach, max([high, *bounds]))
        room = 0.06 * (high - low) or 0.5
        self._bottom = 0.0 if number.name == "epsilon" else low - room
        self._top = high + room
        outlook = subject.plan.outlook
        kinds = [MEASURED]
        if outlook.prediction_reason is None and "alpha_predicted_mean" in subject.fields():
            kinds.append(PREDICTED)
        if outlook.certificate_reason is None and "alpha_certified" in subject.fields():
            kinds.append(CERTIFIED)
        self._kinds, self._there = Kinds(subject, [*kinds, FLOOR], _LEGEND), kinds

    def chart(self) -> alt.LayerChart:
        """Return the panel."""
        layers = [*self._region(), *self._curves(), *self._selection()]
        return alt.LayerChart(layer=layers, width=_WIDTH, height=_HEIGHT)

    def _axes(self, name: str) -> Row:
        subject, number = self._subject, self._number
        n_forget = subject.plan.outlook.n_forget
        return {
            "x": alt.X("n_removed:Q")
            .scale(domain=[0, n_forget], nice=False)
            .title(f"{subject.names['forget']} rows removed")
            .axis(grid=False, tickCount=6, format=",d", tickMinStep=1, labelFlush=False),
            "y": alt.Y(f"{name}:Q")
            .scale(domain=[self._bottom, self._top], nice=False, zero=False)
            .title(number.title)
            .axis(grid=True, tickCount=5, minExtent=50),
        }

    def _region(self) -> list[alt.Chart]:
        """Return what lies past the stop point of the likelihood ratio."""
        outlook = self._subject.plan.outlook
        stop, names = outlook.stop, [rule.name for rule in self._subject.rules]
        if stop is None or stop.beyond or "likelihood_ratio" not in names:
            return []
        axes = self._axes(self._number.name)
        at = {"n_removed": stop.removed, "end": outlook.n_forget}
        chart = alt.Chart(values([{**at, self._number.name: self._top}]))
        region = alt.Chart(values([at])).mark_rect(color=self._theme.warn, opacity=0.09)
        line = chart.mark_rule(color=self._theme.warn, strokeDash=[2, 2])
        style = {"align": "right", "baseline": "top", "dx": -4, "dy": 3, "fontSize": 10.5}
        words = f"stop: {round(stop.removed):,}"
        return [
            region.encode(x=axes["x"], x2="end:Q"),
            line.encode(
                x=axes["x"],
                tooltip=[
                    alt.Tooltip(
                        "n_removed:Q", title="stop point of the likelihood ratio", format=",.1f"
                    )
                ],
            ),
            *label(
                words,
                {"n_removed": stop.removed, self._number.name: self._top},
                axes,
                self._theme,
                color=self._theme.warn,
                **style,
            ),
        ]

    def _curves(self) -> list[alt.Chart]:
        number, kinds = self._number, self._kinds
        paths = curves("curves")
        layers = []
        if number.floor is not None:
            line = curves("floor").mark_line(color=self._theme.muted, strokeWidth=1, clip=True)
            line = line.encode(**self._axes(number.floor))
            layers.append(kinds.drawn(line, FLOOR))
        drawn = [(MEASURED, number.name, 1.75), (PREDICTED, number.predicted, 1.75)]
        if number.certified is not None:
            drawn.append((CERTIFIED, number.certified, 2.25))
        layers += [
            kinds.drawn(
                paths.mark_line(strokeWidth=width, clip=True).encode(
                    **self._axes(name), color=kinds.color()
                ),
                kind,
            )
            for kind, name, width in reversed(drawn)
            if kind in self._there
        ]
        layers.append(
            curves("markers")
            .mark_point(filled=True, size=42, opacity=1, clip=True)
            .encode(**self._axes(number.name), color=kinds.color(), shape=kinds.shape())
        )
        return [*layers, *self._tooltips()]

    def _tooltips(self) -> list[alt.Chart]:
        """Return unseen points that tell what they stand for; rules differ in what is known."""
        number = self._number
        common = [
            alt.Tooltip("rule:N", title="rule"),
            alt.Tooltip("n_removed:Q", title="rows removed", format=","),
            alt.Tooltip(
                f"{number.name}:Q", title=f"{number.symbol} measured (nats)", format=".4~g"
            ),
        ]
        more = [
            alt.Tooltip(
                f"{number.predicted}:Q", title=f"{number.symbol} predicted (nats)", format=".4~g"
            )
        ]
        if number.certified is not None and CERTIFIED in self._there:
            more.append(
                alt.Tooltip(
                    f"{number.certified}:Q",
                    title=f"{number.symbol} certified in advance, {number.bound} (nats)",
                    format=".4~g",
                )
            )
        point: Row = {"filled": True, "size": 70, "opacity": 0, "clip": True}
        return [
            curves("curves")
            .transform_filter(f"{HOVERED} && {known}isValid(datum.alpha_predicted_mean)")
            .mark_point(**point)
            .encode(**self._axes(number.name), tooltip=tooltip)
            for known, tooltip in (("", common + more), ("!", common))
        ]

    def _selection(self) -> list[alt.Chart]:
        effect, number = self._subject.effect, self._number
        if effect is None or self._here is None:
            return []
        row = {
            "n_removed": effect.n_removed_forget,
            "n_removed_retain": effect.n_removed_retain,
            number.name: self._here,
        }
        return [
            alt.Chart(values([row]))
            .mark_point(
                filled=True,
                size=130,
                opacity=1,
                color=self._theme.remove,
                stroke=self._theme.background,
                strokeWidth=1.5,
            )
            .encode(
                **self._axes(number.name),
                tooltip=[
                    alt.Tooltip("n_removed:Q", title="selection, rows removed", format=","),
                    alt.Tooltip("n_removed_retain:Q", title="retained rows among them", format=","),
                    alt.Tooltip(f"{number.name}:Q", title=f"{number.symbol} (nats)", format=".4~g"),
                ],
            )
        ]

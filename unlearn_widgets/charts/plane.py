"""The plane of removal and preservation: regions, curves and points of the frontier chart."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import altair as alt

from unlearn_widgets import theory
from unlearn_widgets.charts.marks import (
    FRONTIER,
    HOVERED,
    MEASURED,
    PREDICTED,
    Kinds,
    column,
    curves,
    extent,
    label,
    marked,
    values,
)
from unlearn_widgets.charts.words import ALPHA, EPSILON, rows

if TYPE_CHECKING:
    from unlearn_widgets.charts.subject import Subject
    from unlearn_widgets.charts.themes import Theme
    from unlearn_widgets.problem import Effect

    Row = dict[str, Any]

_CERTIFIED = "certified for the selection"
_OVERSHOOT = "overshoot, past the retained domain"


class Plane:
    """The layers of the chart, on axes that hold all of them."""

    def __init__(self, subject: Subject, data: list[Row], refit: str, theme: Theme) -> None:
        self._subject, self._theme, self._refit = subject, theme, refit
        self._data = data
        outlook = subject.plan.outlook
        lines = [one for one in outlook.frontiers() if one.refit == refit]
        self._frontier = [
            {"epsilon": float(epsilon), "alpha": float(alpha)}
            for line in lines
            for epsilon, alpha in zip(line.epsilon, line.alpha, strict=True)
        ]
        effect = subject.effect
        here: list[Row] = []
        if effect is not None and is_finite(effect):
            here = [{"alpha": effect.alpha, "epsilon": effect.epsilon}]
        self._here = here
        self._bounds = {
            number: extent(
                column(data, number),
                column(data, f"{number}_predicted_{refit}"),
                column(here, number),
            )
            or (0.0, 1.0)
            for number in ("alpha", "epsilon")
        }

    def datasets(self) -> dict[str, list[Row]]:
        """Return what several layers draw."""
        markers = marked(self._subject, self._data)
        return {"curves": self._data, "markers": markers, "frontier": self._frontier}

    @property
    def top(self) -> float:
        """The largest alpha shown."""
        low, high = self._bounds["alpha"]
        return high + 0.12 * (high - low) if high > low else high + 1.0

    @property
    def bottom(self) -> float:
        """The least alpha shown."""
        low, high = self._bounds["alpha"]
        return max(0.0, low - 0.12 * (high - low))

    @property
    def right(self) -> float:
        """The largest epsilon shown."""
        return 1.1 * self._bounds["epsilon"][1] or 1.0

    def axes(self, suffix: str = "") -> Row:
        """Return the encodings of both axes."""
        return {
            "x": alt.X(f"epsilon{suffix}:Q")
            .scale(type="sqrt", domain=[0.0, self.right], nice=False)
            .title(f"preservation cost {EPSILON} (nats), less is better")
            .axis(grid=True, tickCount=7, labelFlush=False, labelOverlap=True),
            "y": alt.Y(f"alpha{suffix}:Q")
            .scale(type="sqrt", domain=[self.bottom, self.top], nice=False, zero=False)
            .title(f"removal {ALPHA} (nats), more is better")
            .axis(grid=True, tickCount=7, labelFlush=False, labelOverlap=True),
        }

    def regions(self) -> list[alt.Chart]:
        """Return the overshoot and the certificate of the selection."""
        found = []
        outlook, effect = self._subject.plan.outlook, self._subject.effect
        if outlook.stop is not None and self._refit == "mean" and outlook.divergence < self.top:
            found.append(
                (_OVERSHOOT, self._theme.warn, max(outlook.divergence, self.bottom), self.right)
            )
        if effect is not None and effect.alpha_certified is not None:
            bound = effect.epsilon_certified
            if bound is not None and math.isfinite(bound) and effect.alpha_certified < self.top:
                low = max(self.bottom, effect.alpha_certified)
                found.append((_CERTIFIED, self._theme.accent, low, min(bound, self.right)))
        fill = (
            alt.Fill("region:N")
            .scale(domain=[one[0] for one in found], range=[one[1] for one in found])
            .legend(title="regions", symbolType="square", symbolOpacity=0.35, symbolStrokeWidth=0)
        )
        axes = self.axes()
        return [
            alt.Chart(
                values(
                    [
                        {
                            "region": name,
                            "epsilon": 0.0,
                            "epsilon_end": right,
                            "alpha": low,
                            "alpha_end": self.top,
                        }
                    ]
                )
            )
            .mark_rect(opacity=0.13, clip=True)
            .encode(**axes, x2="epsilon_end:Q", y2="alpha_end:Q", fill=fill)
            for name, _, low, right in found
        ]

    def curves(self) -> list[alt.Chart]:
        """Return the frontier and the paths, predicted and measured."""
        predicted = f"alpha_predicted_{self._refit}" in self._subject.fields()
        shown = [
            (MEASURED, True),
            (PREDICTED, predicted),
            (FRONTIER, bool(self._frontier)),
        ]
        kinds = Kinds(self._subject, [name for name, there in shown if there], {})
        layers = []
        if self._frontier:
            line = (
                curves("frontier")
                .mark_line(color=self._theme.foreground, strokeWidth=1.5, clip=True)
                .encode(**self.axes(), order="epsilon:Q")
            )
            layers.append(kinds.drawn(line, FRONTIER))
        paths = curves("curves")
        order = alt.Order("n_removed:Q")
        drawn = [(PREDICTED, f"_predicted_{self._refit}")] if predicted else []
        layers += [
            kinds.drawn(
                paths.mark_line(strokeWidth=1.75, clip=True).encode(
                    **self.axes(suffix), color=kinds.color(), order=order
                ),
                kind,
            )
            for kind, suffix in [*drawn, (MEASURED, "")]
        ]
        layers.append(
            curves("markers")
            .mark_point(filled=True, size=52, opacity=1, clip=True)
            .encode(**self.axes(), color=kinds.color(), shape=kinds.shape())
        )
        layers.append(
            paths.transform_filter(HOVERED)
            .mark_point(filled=True, size=90, opacity=0, clip=True)
            .encode(**self.axes(), tooltip=_tooltip())
        )
        return layers

    def ends(self) -> list[alt.Chart]:
        """Return a label at the place where every path begins."""
        outlook = self._subject.plan.outlook
        if not any("alpha" in row and "epsilon" in row for row in self._data):
            words = "Nothing to draw: the numbers are infinite."
            middle = {"epsilon": 0.25 * self.right, "alpha": 0.5 * (self.bottom + self.top)}
            return label(words, middle, self.axes(), self._theme, color=self._theme.muted)
        if not math.isfinite(outlook.alpha_before) or not math.isfinite(outlook.epsilon_before):
            return []
        start = {"epsilon": outlook.epsilon_before, "alpha": outlook.alpha_before}
        style = {"align": "right", "dx": -6, "dy": 15, "fontSize": 11}
        return label(
            "nothing removed", start, self.axes(), self._theme, color=self._theme.muted, **style
        )

    def stop_point(self) -> list[alt.Chart]:
        """Return where the likelihood-ratio rule should stop."""
        outlook = self._subject.plan.outlook
        stop, names = outlook.stop, [rule.name for rule in self._subject.rules]
        if stop is None or "likelihood_ratio" not in names:
            return []
        removed = min(outlook.n_forget, round(stop.removed))
        at = {"epsilon": 0.0, "alpha": outlook.divergence}
        if self._refit == "covariance":
            alpha, epsilon = theory.removal_tradeoff(
                "likelihood_ratio",
                n_forget=outlook.n_forget,
                n_retain=outlook.n_retain,
                n_removed=removed,
                divergence=outlook.divergence,
                dim=outlook.dim,
                refit="covariance",
            )
            at = {"epsilon": float(epsilon), "alpha": float(alpha)}
        if not self.bottom <= at["alpha"] <= self.top or at["epsilon"] > self.right:
            return []
        words = "beyond the last row" if stop.beyond else rows(removed)
        point = (
            alt.Chart(values([{**at, "n_removed": removed}]))
            .mark_point(
                shape="diamond",
                size=110,
                filled=True,
                opacity=1,
                color=self._theme.warn,
                stroke=self._theme.background,
            )
            .encode(
                **self.axes(),
                tooltip=[
                    alt.Tooltip("n_removed:Q", title="stop point, rows removed", format=","),
                    alt.Tooltip("alpha:Q", title=f"{ALPHA} predicted (nats)", format=".4~g"),
                    alt.Tooltip("epsilon:Q", title=f"{EPSILON} predicted (nats)", format=".4~g"),
                ],
            )
        )
        style = {"align": "left", "dx": 10, "dy": -7, "fontSize": 11}
        text = f"stop point of the likelihood ratio: {words}"
        return [point, *label(text, at, self.axes(), self._theme, color=self._theme.warn, **style)]

    def selection(self) -> list[alt.Chart]:
        """Return the selection of a session."""
        effect = self._subject.effect
        if effect is None or not self._here:
            return []
        row = {
            **self._here[0],
            "n_removed_forget": effect.n_removed_forget,
            "n_removed_retain": effect.n_removed_retain,
        }
        names = self._subject.names
        point = (
            alt.Chart(values([row]))
            .mark_point(
                filled=True,
                size=150,
                opacity=1,
                color=self._theme.remove,
                stroke=self._theme.background,
                strokeWidth=1.5,
            )
            .encode(
                **self.axes(),
                tooltip=[
                    alt.Tooltip(
                        "n_removed_forget:Q", title=f"selected, {names['forget']}", format=","
                    ),
                    alt.Tooltip(
                        "n_removed_retain:Q", title=f"selected, {names['retain']}", format=","
                    ),
                    alt.Tooltip("alpha:Q", title=f"{ALPHA} (nats)", format=".4~g"),
                    alt.Tooltip("epsilon:Q", title=f"{EPSILON} (nats)", format=".4~g"),
                ],
            )
        )
        left = math.sqrt(effect.epsilon) < 0.55 * math.sqrt(self.right)
        style = {"align": "left" if left else "right", "dx": 11 if left else -11, "dy": 10}
        words = f"selection: {rows(effect.n_removed)}"
        text = label(
            words,
            self._here[0],
            self.axes(),
            self._theme,
            color=self._theme.remove,
            fontWeight="bold",
            **style,
        )
        return [point, *text]


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("rule:N", title="rule"),
        alt.Tooltip("n_removed:Q", title="rows removed", format=","),
        alt.Tooltip("alpha:Q", title=f"{ALPHA} measured (nats)", format=".4~g"),
        alt.Tooltip("epsilon:Q", title=f"{EPSILON} measured (nats)", format=".4~g"),
        alt.Tooltip("alpha_floor:Q", title=f"noise floor of {ALPHA} (nats)", format=".4~g"),
        alt.Tooltip("epsilon_floor:Q", title=f"noise floor of {EPSILON} (nats)", format=".4~g"),
    ]


def is_finite(effect: Effect) -> bool:
    """Whether an effect has a place in the plane."""
    return math.isfinite(effect.alpha) and math.isfinite(effect.epsilon)

"""Measured points over the predicted band, for each rule and metric."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from unlearn_widgets.evaluation.bands import Band, change_band, score_band
from unlearn_widgets.evaluation.scores import LOG_LOSSES, METRICS
from unlearn_widgets.evaluation.spread import range_known
from unlearn_widgets.planning import label_of
from unlearn_widgets.validation import choice

if TYPE_CHECKING:
    from unlearn_widgets.evaluation.result import RetrainCurve

PANELS = ("forget_recall", "forget_log_loss", "retain_log_loss")
WIDTH, HEIGHT = 300, 240
# Told apart with colour-blind eyes, in print, and on dark ground.
PALETTES = {
    "light": ("#69717b", "#0072b2", "#00704f", "#d55e00", "#9c4a8f", "#a15c00", "#5b5bd6"),
    "dark": ("#a3acb6", "#56b4e9", "#4cc9a0", "#ff9a52", "#e09bd3", "#f0c25f", "#a9a9ff"),
}
GROUNDS = {"light": ("#ffffff", "#1c1f23", "#e1e4e8"), "dark": ("#171b20", "#e8eaed", "#2c333b")}
TITLES = {
    "forget_recall": "forget recall",
    "forget_log_loss": "change of forget log-loss (nats per row)",
    "retain_log_loss": "change of retain log-loss (nats per row)",
    "retain_accuracy": "retain accuracy",
    "balanced_accuracy": "balanced accuracy",
}


def draw(result: RetrainCurve, metric: str | None, theme: str) -> Any:
    """Draw one metric, or recall and both log-losses side by side; see `RetrainCurve.plot`."""
    palette = PALETTES[choice("theme", theme, PALETTES)]
    panels = PANELS if metric is None else (choice("metric", metric, METRICS, optional=True),)
    if not result.cells:
        raise ValueError(
            f"result: holds nothing to draw ({result.status}). Continue it with "
            "retrain_curve(..., resume=result)."
        )
    ground, ink, line = GROUNDS[theme]
    title = {
        "text": "Measured by retraining, beside the prediction",
        "subtitle": [
            f"{result.design.model}, {len(result.design.splits)} splits; {result.status}",
            "points: mean over splits; bars: lowest to highest; bands: predicted",
        ],
    }
    drawn = [_panel(result, name, palette) for name in panels]
    words: dict[str, Any] = {
        "labelColor": ink,
        "titleColor": ink,
        "gridColor": line,
        "domainColor": line,
    }
    return (
        alt.hconcat(*drawn)
        .properties(title=title, background=ground)
        .configure_axis(**words)
        .configure_legend(labelColor=ink, titleColor=ink, labelLimit=300, symbolOpacity=1)
        .configure_title(color=ink, subtitleColor=ink, anchor="start")
        .configure_view(stroke=line)
    )


def _panel(result: RetrainCurve, metric: str, palette: tuple[str, ...]) -> Any:
    rows = [row for rule in result.design.rules for row in _rows(result, rule, metric)]
    labels = [label_of(rule) for rule in result.design.rules]
    colors = [palette[place % len(palette)] for place in range(len(labels))]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("fraction:Q")
        .title("share of forget rows removed")
        .scale(domain=[0, 1])
        .axis(format="%"),
        color=alt.Color("rule:N").scale(domain=labels, range=colors).title("rule"),
        tooltip=[
            alt.Tooltip("rule:N"),
            alt.Tooltip("fraction:Q", format=".1%"),
            *(alt.Tooltip(f"{name}:Q", format=".3f") for name in ("measured", "low", "high")),
            *(alt.Tooltip(f"predicted_{name}:Q", format=".3f") for name in ("low", "high")),
        ],
    )
    axis = alt.Y("measured:Q").title(TITLES[metric])
    band = base.mark_area(opacity=0.18).encode(
        y=alt.Y("predicted_low:Q").title(TITLES[metric]), y2="predicted_high:Q"
    )
    bars = base.mark_rule(opacity=0.6).encode(y=alt.Y("low:Q").title(TITLES[metric]), y2="high:Q")
    points = base.mark_point(filled=True, size=45).encode(
        y=axis, shape=alt.Shape("rule:N").scale(domain=labels).title("rule")
    )
    trend = base.mark_line(strokeWidth=1).encode(y=axis)
    return alt.layer(band, bars, trend, points).properties(width=WIDTH, height=HEIGHT)


def _rows(result: RetrainCurve, rule: str, metric: str) -> list[dict[str, Any]]:
    band = _band(result, rule, metric)
    low, high = range_known(band.values)
    columns = {
        "fraction": band.fraction,
        "measured": band.mean(),
        "low": low,
        "high": high,
        "predicted_low": band.low,
        "predicted_high": band.high,
    }
    return [
        {"rule": label_of(rule)} | {name: _plain(values[step]) for name, values in columns.items()}
        for step in range(len(band.fraction))
        if not np.isnan(band.values[:, step]).all()
    ]


def _band(result: RetrainCurve, rule: str, metric: str) -> Band:
    if metric in LOG_LOSSES:
        return change_band(result, rule, metric.removesuffix("_log_loss"))
    return score_band(result, rule, metric)


def _plain(value: float) -> float | None:
    """Return a number that JSON knows; infinite ones are left out of the chart."""
    return float(value) if math.isfinite(value) else None

"""Colours, dashes and shapes of the charts: those of the widgets, in light and in dark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from unlearn_widgets.validation import choice

if TYPE_CHECKING:
    from collections.abc import Mapping

# Beyond it colours and shapes come again.
MOST_RULES = 12

SHAPES: Mapping[str, str] = {
    "random": "circle",
    "distance": "square",
    "likelihood_ratio": "triangle-up",
}
OTHER_SHAPES = ("diamond", "cross", "triangle-down", "triangle-right", "triangle-left")


@dataclass(frozen=True)
class Theme:
    """Colours as #rrggbb.

    Attributes
    ----------
    background, foreground, muted, line : str
        Ground, text, quiet text and grid.
    accent, remove, warn : str
        What is certified, the selection, and the region past the stop point.
    forget, retain : str
        The two domains.
    rules : mapping of str to str
        The named rules.
    others : tuple of str
        Other rules, by their place.

    """

    background: str
    foreground: str
    muted: str
    line: str
    accent: str
    remove: str
    warn: str
    forget: str
    retain: str
    rules: Mapping[str, str]
    others: tuple[str, str, str]

    def rule_color(self, name: str, place: int) -> str:
        """Return the colour of the rule at a place of the plan."""
        return self.rules.get(name) or self.others[place % len(self.others)]

    def config(self) -> dict[str, Any]:
        """Return the Vega-Lite configuration; no theme of Altair is changed."""
        words = {"labelColor": self.muted, "titleColor": self.foreground}
        return {
            "background": self.background,
            "padding": 16,
            "view": {"stroke": None, "fill": None},
            "title": {
                "color": self.foreground,
                "subtitleColor": self.muted,
                "anchor": "start",
                "fontSize": 16,
                "subtitleFontSize": 12,
                "subtitleLineHeight": 17,
                "subtitlePadding": 7,
                "offset": 14,
            },
            "axis": {
                **words,
                "domainColor": self.line,
                "tickColor": self.line,
                "gridColor": self.line,
                "labelFontSize": 11,
                "titleFontSize": 12,
                "titleFontWeight": "normal",
                "titlePadding": 8,
            },
            "legend": {
                **words,
                "labelFontSize": 12,
                "titleFontSize": 12,
                "titleFontWeight": "bold",
                "labelLimit": 280,
                "symbolStrokeColor": self.foreground,
                "symbolStrokeWidth": 2,
                "symbolSize": 90,
                "rowPadding": 4,
                "offset": 16,
            },
            "text": {"color": self.foreground, "fontSize": 12},
        }


THEMES: Mapping[str, Theme] = {
    "light": Theme(
        background="#ffffff",
        foreground="#1c1f23",
        muted="#5b636c",
        line="#e1e4e8",
        accent="#0a63bd",
        remove="#b1003a",
        warn="#7a5300",
        forget="#d55e00",
        retain="#7b8591",
        rules={"random": "#69717b", "distance": "#0072b2", "likelihood_ratio": "#00704f"},
        others=("#9c4a8f", "#a15c00", "#5b5bd6"),
    ),
    "dark": Theme(
        background="#171b20",
        foreground="#e8eaed",
        muted="#a3acb6",
        line="#2c333b",
        accent="#6bb3fa",
        remove="#ff5c8a",
        warn="#f0c25f",
        forget="#ff9a52",
        retain="#94a0ac",
        rules={"random": "#a3acb6", "distance": "#56b4e9", "likelihood_ratio": "#4cc9a0"},
        others=("#e09bd3", "#f0c25f", "#a9a9ff"),
    ),
}


def theme_of(name: object) -> Theme:
    """Return a theme by name.

    Raises
    ------
    ValueError
        For another name.

    Examples
    --------
    >>> theme_of("dark").background
    '#171b20'

    """
    return THEMES[choice("theme", name, THEMES)]


def rule_shape(name: str, place: int) -> str:
    """Return the marker of the rule at a place of the plan.

    >>> rule_shape("distance", 0), rule_shape("HerdingSelector()", 3)
    ('square', 'triangle-right')
    """
    return SHAPES.get(name) or OTHER_SHAPES[place % len(OTHER_SHAPES)]

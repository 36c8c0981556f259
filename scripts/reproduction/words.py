"""Numbers as text, and tables in Markdown."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scripts.reproduction.study import Interval

ALPHA, DASH = "\N{GREEK SMALL LETTER ALPHA}", "\N{EN DASH}"


def share(value: float) -> str:
    """Return a share in per cent, without the sign.

    >>> share(0.5909), share(float("nan"))
    ('59.1', 'never')
    """
    return "never" if math.isnan(value) else f"{100 * value:.1f}"


def share_of(found: Interval) -> str:
    """Return a share with its interval."""
    if math.isnan(found.value) or math.isnan(found.low):
        return share(found.value)
    return f"{share(found.value)} ({share(found.low)}{DASH}{share(found.high)})"


def points(found: Interval) -> str:
    """Return a difference of shares with its interval, in points."""
    return f"{100 * found.value:+.1f} points ({100 * found.low:+.1f} to {100 * found.high:+.1f})"


def number(value: float, digits: int = 3) -> str:
    """Return a number, or what there is in its place."""
    if math.isnan(value):
        return "none"
    return "∞" if math.isinf(value) else f"{value:.{digits}f}"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table, first column to the left, all others to the right."""
    marks = ["---", *["---:"] * (len(heads) - 1)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (heads, marks, *rows))

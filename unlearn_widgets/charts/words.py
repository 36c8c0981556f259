"""Numbers and texts as a chart shows them; texts travel as data and titles, never as code."""

from __future__ import annotations

import math
import textwrap

ALPHA = "\N{GREEK SMALL LETTER ALPHA}"
EPSILON = "\N{GREEK SMALL LETTER EPSILON}"
NOTHING = "\N{EN DASH}"
LONGEST_NAME = 40
_SUBTITLE_WIDTH = 105


def clipped(text: object, limit: int = LONGEST_NAME) -> str:
    r"""Return a text on one line, cut to a length.

    >>> clipped("a\nb"), clipped("spam" * 20, 12)
    ('a b', 'spamspamspa…')
    """
    words = " ".join(str(text).split())
    return words if len(words) <= limit else f"{words[: limit - 1]}…"


def wrapped(*texts: str | None, width: int = _SUBTITLE_WIDTH) -> list[str]:
    """Return texts as lines, leaving out those that are None or empty.

    >>> wrapped("one two", None, "three", width=5)
    ['one', 'two', 'three']
    """
    return [line for text in texts if text for line in textwrap.wrap(text, width)]


def quantity(value: float) -> str:
    r"""Return a number at reading precision.

    >>> quantity(1.23456), quantity(0.00123), quantity(2.5e-7), quantity(0.0)
    ('1.235', '0.00123', '2.5e-07', '0')
    >>> ascii(quantity(-245.678))
    "'\\u2212245.68'"
    """
    if not math.isfinite(value):
        return "∞" if value > 0 else "undefined"
    size = abs(value)
    if size == 0.0 or size >= 1e7:
        text = f"{value:.3g}"
    elif size < 1e-4:
        text = f"{value:.2g}"
    elif size < 0.01:
        text = f"{value:.3g}"
    else:
        text = f"{value:,.{min(3, max(0, 4 - math.floor(math.log10(size))))}f}"
    return text.replace("-", "\N{MINUS SIGN}") if size >= 1e-4 else text


def rows(count: int) -> str:
    """Return a count with its noun.

    >>> rows(1), rows(1204)
    ('1 row', '1,204 rows')
    """
    return f"{count:,} row" if count == 1 else f"{count:,} rows"

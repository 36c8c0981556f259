"""Logarithms near 1, without the cancellation there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from unlearn_widgets.validation import Floats

# 2 artanh(r) = ln((1 + r)/(1 - r)), whose series in r^2 has fallen below rounding after these.
ODD = np.arange(31, 1, -2)


def less_log(x: Floats) -> Floats:
    """Return x - ln(1 + x), x > -1, to full relative precision.

    >>> less_log(np.array([0.0, 1e-8, 1.0])).tolist()
    [0.0, 4.999999966666667e-17, 0.3068528194400547]
    """
    near = np.abs(x) < 0.5
    small = np.where(near, x, 0.0)
    r = small / (2.0 + small)
    square = np.square(r)
    series = np.zeros(np.shape(x))
    for odd in ODD:
        series = series * square + 1.0 / odd
    direct = x - np.log1p(np.where(near, 0.0, x))
    return np.where(near, r * (small - 2.0 * square * series), direct)

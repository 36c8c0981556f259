"""Mean and range over splits of what is known; NaN where nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from unlearn_widgets.validation import Floats


def mean_known(values: Floats) -> Floats:
    """Return the (steps,) mean of (splits, steps).

    >>> mean_known(np.array([[1.0, np.nan], [3.0, np.nan]]))
    array([ 2., nan])
    """
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.asarray(total / np.where(count, count, np.nan))


def range_known(values: Floats) -> tuple[Floats, Floats]:
    """Return the (steps,) lowest and highest of (splits, steps).

    >>> range_known(np.array([[1.0, np.nan], [3.0, np.nan]]))
    (array([ 1., nan]), array([ 3., nan]))
    """
    known = ~np.isnan(values)
    some = known.any(axis=0)
    low = np.where(known, values, np.inf).min(axis=0)
    high = np.where(known, values, -np.inf).max(axis=0)
    return np.where(some, low, np.nan), np.where(some, high, np.nan)

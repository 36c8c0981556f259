"""Where a curve crosses half of its first value, with an interval over splits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from unlearn_widgets.validation import Floats

RESAMPLES = 2000
COVERAGE = 0.95


def crossing(fractions: Floats, values: Floats, goal: float) -> float:
    """Return where a curve first falls to a goal, linear between points; NaN when it never does.

    >>> round(crossing(np.array([0.0, 0.5, 1.0]), np.array([0.8, 0.6, 0.0]), 0.4), 4)
    0.6667
    """
    reached = np.flatnonzero(values <= goal)
    if not reached.size:
        return math.nan
    step = int(reached[0])
    if step == 0:
        return float(fractions[0])
    low, high = values[step - 1], values[step]
    share = (low - goal) / (low - high)
    return float(fractions[step - 1] + share * (fractions[step] - fractions[step - 1]))


def crossing_interval(fractions: Floats, values: Floats) -> tuple[float, float, float]:
    """Return the crossing of the mean curve and a bootstrap interval over splits.

    Parameters
    ----------
    fractions : (steps,) ndarray
        Budgets, ascending, the first of them 0.
    values : (splits, steps) ndarray
        NaN where nothing was measured. Splits that were measured to the end are used; when there
        is none, the mean of what there is.

    """
    whole = values[np.isfinite(values[:, 0]) & np.isfinite(values[:, -1])]
    if not len(whole):
        known = np.asarray(np.isfinite(values).any(axis=0))
        if not known[0]:
            return math.nan, math.nan, math.nan
        mean = np.nanmean(values[:, known], axis=0)
        return crossing(fractions[known], mean, mean[0] / 2.0), math.nan, math.nan
    for row in whole:
        gaps = np.isnan(row)
        row[gaps] = np.interp(fractions[gaps], fractions[~gaps], row[~gaps])
    mean = whole.mean(axis=0)
    found = crossing(fractions, mean, mean[0] / 2.0)
    if len(whole) == 1 or math.isnan(found):
        return found, math.nan, math.nan
    drawn = np.random.default_rng(0).integers(len(whole), size=(RESAMPLES, len(whole)))
    curves = whole[drawn].mean(axis=1)
    places = np.array([crossing(fractions, curve, curve[0] / 2.0) for curve in curves])
    # A resample that never gets there lies beyond every budget.
    places = np.where(np.isnan(places), np.inf, places)
    tails = [0.5 * (1.0 - COVERAGE), 0.5 * (1.0 + COVERAGE)]
    ends = np.quantile(places, tails, method="inverted_cdf")
    low, high = (float(end) if math.isfinite(end) else math.nan for end in ends)
    return found, low, high

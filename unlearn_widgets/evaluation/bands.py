"""What was predicted for each measured curve, as a band over splits."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from unlearn_widgets.evaluation.spread import mean_known, range_known

if TYPE_CHECKING:
    from unlearn_widgets.evaluation.result import RetrainCurve
    from unlearn_widgets.validation import Floats

DOMAINS = {"forget": "alpha", "retain": "epsilon"}


class Band(NamedTuple):
    """A curve of one rule: measured on splits, and predicted.

    Attributes
    ----------
    fraction : (steps,) ndarray
        Budgets.
    values : (splits, steps) ndarray
        Measured; NaN where nothing was.
    low, high : (steps,) ndarray
        Ends of the predicted band; NaN where nothing is predicted.

    """

    fraction: Floats
    values: Floats
    low: Floats
    high: Floats

    def mean(self) -> Floats:
        """Return the (steps,) measured mean over splits."""
        return mean_known(self.values)


def change_band(result: RetrainCurve, rule: str, domain: str) -> Band:
    """Return the change of a log-loss against removing nothing, measured and predicted.

    The predicted change of a split is that of alpha (forget) or epsilon (retain), plug-in. The part
    of it that noise alone shows is the change of the noise floor; the band reaches from the change
    without it to the change with it, lowest to highest over splits.
    """
    number = DOMAINS[domain]
    fraction, values = result.measured(rule, f"{domain}_log_loss")
    raw = _change(result.predicted(rule, number)[1])
    noise = _change(result.predicted(rule, f"{number}_noise_floor")[1])
    ends = np.concatenate([raw, raw - noise])
    return Band(fraction, _change(values), *range_known(ends))


def score_band(result: RetrainCurve, rule: str, metric: str) -> Band:
    """Return a metric, measured, and the closed form of a linear classifier over splits."""
    fraction, values = result.measured(rule, metric)
    return Band(fraction, values, *range_known(closed_form(result, rule, metric)))


def closed_form(result: RetrainCurve, rule: str, metric: str) -> Floats:
    """Return the (splits, steps) closed form of a metric, NaN where there is none."""
    if metric != "balanced_accuracy":
        return result.predicted(rule, f"class_{metric}")[1]
    recall = result.predicted(rule, "class_forget_recall")[1]
    return 0.5 * (recall + result.predicted(rule, "class_retain_accuracy")[1])


def _change(values: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        return np.asarray(values - values[:, :1])

"""What a linear classifier does when the forget domain is a class (docs/theory.md, section 7).

The classifier is the linear discriminant of the edited data. Its score is normal in each class, so
its recall is a value of the normal cdf and its log-loss a one-dimensional integral.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from unlearn_widgets.blas import single_thread
from unlearn_widgets.theory.arguments import counts, dimension, finite_divergence, rule_name
from unlearn_widgets.theory.frontier import unwrap
from unlearn_widgets.theory.tradeoff import kept_moments
from unlearn_widgets.validation import strict_keywords

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.validation import Floats, Positions

CLASS_SCORES = ("forget_recall", "forget_log_loss", "retain_log_loss", "retain_accuracy")
# For a standard normal variable.
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(201)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
# Of log(1 + e^-|t|), which falls like e^-|t| on both sides of 0.
BEND_NODES, _BEND_WEIGHTS = np.polynomial.laguerre.laggauss(64)
BEND = _BEND_WEIGHTS * np.exp(BEND_NODES) * np.log1p(np.exp(-BEND_NODES))
# Beyond this deviation the bend of log(1 + e^t) is narrow against the normal law, and the nodes of
# Gauss-Laguerre are put where it bends.
WIDE = 5.0
# Beyond, a factorisation for every budget takes longer than retraining.
LARGEST_DIM = 1024


class ScoreLaw(NamedTuple):
    """Normal law of the score (log-odds of the forget class) in both classes."""

    forget_mean: Floats
    forget_deviation: Floats
    retain_mean: Floats
    retain_deviation: Floats


@strict_keywords
def predicted_recall(
    rule: str,
    *,
    n_forget: int,
    n_retain: int,
    n_removed: npt.ArrayLike,
    divergence: npt.ArrayLike,
    dim: npt.ArrayLike = 1,
) -> float | Floats:
    """Predict the recall that a retrained linear classifier keeps of a forgotten class.

    Parameters
    ----------
    rule : {"random", "distance", "likelihood_ratio"}
        Which rows are removed first.
    n_forget, n_retain : int
        Rows of the two classes before removal, at least 1.
    n_removed : int or array-like
        Rows of the forget class removed, in 0..n_forget.
    divergence : float or array-like
        k = KL(p1 || p2), in nats, finite and at least 0.
    dim : int or array-like
        Dimension d, at least 1; matters to the distance rule only. All are broadcast.

    Returns
    -------
    float or ndarray
        Share of new rows of the forget class with a positive score.

    Raises
    ------
    ValueError
        For an unknown rule, or an argument out of range.

    Notes
    -----
    Section 7 of docs/theory.md: Gaussian classes with one covariance, the linear discriminant of
    the edited data, many rows. Exact for random removal, and for logistic regression too. A cut by
    rule leaves a truncated class, for which the discriminant is not what logistic regression
    finds: see there for how far apart they are.

    Examples
    --------
    >>> counts = dict(n_forget=1000, n_retain=1000, n_removed=[0, 900, 1000], divergence=2.0)
    >>> predicted_recall("random", **counts).round(3)
    array([0.841, 0.44 , 0.   ])

    """
    from scipy.special import ndtr

    law = _population(rule, n_forget, n_retain, n_removed, divergence, dim)
    return unwrap(ndtr(_ratio(law.forget_mean, law.forget_deviation)))


@strict_keywords
def predicted_log_loss(
    rule: str,
    *,
    n_forget: int,
    n_retain: int,
    n_removed: npt.ArrayLike,
    divergence: npt.ArrayLike,
    dim: npt.ArrayLike = 1,
) -> tuple[float | Floats, float | Floats]:
    """Predict the log-loss of a retrained linear classifier on both classes.

    Parameters
    ----------
    rule, n_forget, n_retain, n_removed, divergence, dim
        As for `predicted_recall`.

    Returns
    -------
    forget, retain : float or ndarray
        Mean of -ln p(class of the row), in nats per row: the mean of log(1 + e^-t) over the forget
        class and of log(1 + e^t) over the retained one, t the normal score. inf and 0 once every
        row is removed.

    Raises
    ------
    ValueError
        For an unknown rule, or an argument out of range.

    Notes
    -----
    Section 7 of docs/theory.md, by Gauss-Hermite quadrature; the limits of `predicted_recall` hold.

    Examples
    --------
    >>> counts = dict(n_forget=1000, n_retain=1000, n_removed=900, divergence=2.0)
    >>> [round(float(loss), 3) for loss in predicted_log_loss("random", **counts)]
    [1.226, 0.068]

    """
    law = _population(rule, n_forget, n_retain, n_removed, divergence, dim)
    forget = mean_softplus(-law.forget_mean, law.forget_deviation)
    return unwrap(forget), unwrap(mean_softplus(law.retain_mean, law.retain_deviation))


def mean_softplus(mean: npt.ArrayLike, deviation: npt.ArrayLike) -> Floats:
    """Return the mean of log(1 + e^t) over normal t, also for infinite means.

    >>> mean_softplus([0.0, -np.inf], 0.0).round(6)
    array([0.693147, 0.      ])
    """
    from scipy.special import ndtr

    m, s = np.broadcast_arrays(np.asarray(mean, np.float64), np.asarray(deviation, np.float64))
    finite = np.isfinite(m)
    centre = np.where(finite, m, 0.0)
    narrow = np.minimum(s, WIDE)
    near = np.logaddexp(0.0, centre[..., None] + narrow[..., None] * NODES) @ WEIGHTS
    wide = np.maximum(s, WIDE)
    heights = [
        _density((side * BEND_NODES - centre[..., None]) / wide[..., None]) for side in (1, -1)
    ]
    z = centre / wide
    far = centre * ndtr(z) + wide * _density(z) + ((heights[0] + heights[1]) @ BEND) / wide
    value = np.where(s <= WIDE, near, far)
    return np.where(finite, value, np.where(m > 0.0, np.inf, 0.0))


def fold_scores(problem: UnlearningProblem, removed: list[Positions]) -> Iterator[dict[str, float]]:
    """Yield the closed form for each removal, from the means and covariances of actual rows.

    NaN where the pooled covariance of the edited data is singular, or has too many dimensions.
    """
    names = ["class_" + name for name in CLASS_SCORES]
    if problem.dim_effective > LARGEST_DIM:
        yield from (dict.fromkeys(names, math.nan) for _ in removed)
        return
    rows = [problem.whitened(part) for part in (problem.forget_rows, problem.retain_rows)]
    for gone in removed:
        kept = rows[0][~np.isin(problem.forget_rows, gone)]
        with single_thread():
            values = _scores_of_rows(kept, rows[0], rows[1])
        yield dict(zip(names, values, strict=True))


def _scores_of_rows(kept: Floats, forget: Floats, retain: Floats) -> list[float]:
    """Return `CLASS_SCORES` of the discriminant of kept and retained rows, on whole domains."""
    from scipy.linalg import LinAlgError, solve
    from scipy.special import ndtr

    if not len(kept):
        return [0.0, math.inf, 0.0, 1.0]
    means = [rows.mean(axis=0) for rows in (kept, retain)]
    residuals = np.vstack([kept - means[0], retain - means[1]])
    degrees = max(1, len(residuals) - 2)
    try:
        weights = solve(residuals.T @ residuals / degrees, means[0] - means[1], assume_a="pos")
    except LinAlgError:
        return [math.nan] * len(CLASS_SCORES)
    offset = math.log(len(kept) / len(retain)) - 0.5 * (means[0] + means[1]) @ weights
    scores = [rows @ weights + offset for rows in (forget, retain)]
    (mean1, mean2), (sd1, sd2) = [s.mean() for s in scores], [s.std(ddof=1) for s in scores]
    return [
        float(ndtr(_ratio(mean1, sd1))),
        float(mean_softplus(-mean1, sd1)),
        float(mean_softplus(mean2, sd2)),
        float(ndtr(-_ratio(mean2, sd2))),
    ]


def _population(
    rule: str,
    n_forget: int,
    n_retain: int,
    n_removed: npt.ArrayLike,
    divergence: npt.ArrayLike,
    dim: npt.ArrayLike,
) -> ScoreLaw:
    name = rule_name(rule)
    rows = counts(n_forget, n_retain, n_removed)
    k, d = finite_divergence(divergence), dimension(dim)
    moments = kept_moments(name, rows, k, d)
    some = np.where(rows.kept > 0.0, rows.weight, 1.0)
    kept_mean = moments.pull / some
    slope = kept_mean / (1.0 + rows.weight * moments.along)
    with np.errstate(divide="ignore"):
        log_odds = np.log(rows.kept) - math.log(rows.n_retain)
    retain_mean = log_odds - 0.5 * slope * kept_mean
    forget_mean = retain_mean + slope * np.sqrt(2.0 * k)
    deviation = np.abs(slope) + np.zeros(d.shape)
    return ScoreLaw(forget_mean + 0.0 * d, deviation, retain_mean + 0.0 * d, deviation)


def _ratio(mean: npt.ArrayLike, deviation: npt.ArrayLike) -> Floats:
    """Return mean / deviation, infinite for a constant score."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.asarray(mean, np.float64) / np.asarray(deviation, np.float64)
    return np.where(np.isnan(ratio), -np.inf, ratio)


def _density(z: Floats) -> Floats:
    return np.asarray(np.exp(-0.5 * np.square(z)) / math.sqrt(2.0 * math.pi))

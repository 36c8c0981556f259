"""Bounds that hold with probability at least 1 - delta (docs/theory.md, section 3)."""

from __future__ import annotations

import functools
import math

import numpy as np
import numpy.typing as npt

from unlearn_widgets.theory.frontier import unwrap
from unlearn_widgets.validation import (
    Floats,
    at_least,
    choice,
    count,
    probability,
    strict_keywords,
)


@strict_keywords
def posthoc_certificate(
    distance_forget: npt.ArrayLike,
    distance_retain: npt.ArrayLike,
    *,
    n_forget: int,
    n_retain: int,
    dim: int,
    delta: float,
    covariance: str = "known",
) -> tuple[float | Floats, float | Floats]:
    """Bound alpha and epsilon for any removal, however it was chosen, all removals at once.

    Parameters
    ----------
    distance_forget, distance_retain : float or array-like
        Mahalanobis distance of the edited mean to the full sample mean of each domain.
    n_forget, n_retain : int
        Rows of the two domains before removal.
    dim : int
        Dimension d (`dim_effective` of a problem).
    delta : float
        The bounds hold together with probability at least 1 - delta.
    covariance : {"known", "pooled"}
        Whether the distances use the true covariance or the pooled sample covariance.

    Returns
    -------
    alpha, epsilon : float or ndarray
        Lower bound of the removal and upper bound of the preservation cost, in nats, of the mean
        part 1/2 |mu^ - mu_i|^2 in the true covariance.

    Raises
    ------
    ValueError
        When an argument is out of range; "pooled" needs n_forget + n_retain of at least 3.

    Notes
    -----
    Section 3 of docs/theory.md (post-hoc). With the pooled covariance the distances are scaled by
    (1 - tau)_+ and (1 + tau), tau = sqrt(d/nu) + sqrt(2 ln(4/delta)/nu), nu = n1 + n2 - 2.

    Examples
    --------
    >>> alpha, epsilon = posthoc_certificate(
    ...     0.8, 0.3, n_forget=100, n_retain=200, dim=2, delta=0.1
    ... )
    >>> round(alpha, 6), round(epsilon, 6)
    (0.154138, 0.111903)

    """
    near_forget = at_least("distance_forget", distance_forget, 0.0)
    near_retain = at_least("distance_retain", distance_retain, 0.0)
    n1, n2, d = count("n_forget", n_forget), count("n_retain", n_retain), count("dim", dim)
    risk = probability("delta", delta)
    low, high, radius = certificate_scale(n1, n2, d, risk, covariance=covariance)
    alpha = np.square(np.maximum(0.0, low * near_forget - math.sqrt(radius / n1)))
    epsilon = np.square(high * near_retain + math.sqrt(radius / n2))
    return unwrap(0.5 * alpha), unwrap(0.5 * epsilon)


def certificate_scale(
    n_forget: int, n_retain: int, dim: int, delta: float, *, covariance: str
) -> tuple[float, float, float]:
    """Return what a post-hoc certificate takes from counts, dimension and risk alone.

    Parameters
    ----------
    n_forget, n_retain, dim, delta, covariance
        As in `posthoc_certificate`, checked already.

    Returns
    -------
    low, high, radius : float
        The factors of the two distances, and the chi-square quantile.

    Notes
    -----
    Section 3 of docs/theory.md: (1 - tau)_+, (1 + tau) and the quantile at 1 - delta/4 for the
    pooled covariance; 1, 1 and the quantile at 1 - delta/2 for a known one.

    Examples
    --------
    >>> low, high, radius = certificate_scale(100, 200, 2, 0.1, covariance="known")
    >>> low, high, round(radius, 6)
    (1.0, 1.0, 5.991465)

    """
    if choice("covariance", covariance, ("known", "pooled")) == "known":
        return 1.0, 1.0, chi2_quantile(dim, delta / 2.0)
    freedom = count("n_forget + n_retain - 2", n_forget + n_retain - 2)
    tau = math.sqrt(dim / freedom) + math.sqrt(2.0 * math.log(4.0 / delta) / freedom)
    return max(0.0, 1.0 - tau), 1.0 + tau, chi2_quantile(dim, delta / 4.0)


@functools.lru_cache(maxsize=256)
def chi2_quantile(dim: int, tail: float) -> float:
    """Value that a chi-square variable with `dim` degrees of freedom exceeds with this chance.

    >>> round(chi2_quantile(2, 0.05), 6)
    5.991465
    """
    from scipy.special import chdtri

    return float(chdtri(dim, tail))

"""Bounds on what a rule will reach, before any row is looked at (docs/theory.md, section 3)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from unlearn_widgets.theory.arguments import (
    Counts,
    between,
    counts,
    dimension,
    finite_divergence,
    rule_name,
)
from unlearn_widgets.theory.frontier import unwrap
from unlearn_widgets.theory.noncentral import KeptLaw, kept_law, quantile
from unlearn_widgets.theory.rules import cut
from unlearn_widgets.validation import probability, strict_keywords

if TYPE_CHECKING:
    import numpy.typing as npt

    from unlearn_widgets.validation import Floats


@strict_keywords
def certificate(
    rule: str,
    *,
    n_forget: int,
    n_retain: int,
    n_removed: npt.ArrayLike,
    divergence: float,
    dim: int,
    delta: float,
    cos: float = 1.0,
) -> tuple[float | Floats, float | Floats]:
    """Bound removal and preservation of a rule before any row is looked at.

    Parameters
    ----------
    rule : {"random", "distance", "likelihood_ratio"}
        Which rows are removed first: at random, by distance to the known retained mean, or along a
        direction that does not depend on the forget sample.
    n_forget, n_retain : int
        Rows of the two domains before removal, at least 1.
    n_removed : int or array-like
        Forget rows removed, in 0..n_forget.
    divergence : float
        The true k = KL(p1 || p2), in nats, finite and at least 0.
    dim : int
        Dimension d, at least 1.
    delta : float
        Both bounds hold together with probability at least 1 - delta.
    cos : float
        Cosine, in [-1, 1], of the direction of "likelihood_ratio" with the true one.

    Returns
    -------
    alpha, epsilon : float or ndarray
        Lower bound of the removal and upper bound of the preservation cost, in nats, of the mean
        part 1/2 |mu^ - mu_i|^2 in the shared covariance.

    Raises
    ------
    ValueError
        For an unknown rule, or an argument out of range.

    Notes
    -----
    Section 3 of docs/theory.md: the exact law for random removal, concentration of log-concave kept
    regions for the others. The covariance and the divergence are taken as known.

    Examples
    --------
    >>> counts = dict(n_forget=100, n_retain=100, n_removed=30, divergence=0.5, dim=1, delta=0.1)
    >>> [round(value, 4) for value in certificate("random", **counts)]
    [0.1068, 0.1447]
    >>> [round(value, 4) for value in certificate("distance", **counts)]
    [0.1386, 0.1169]

    """
    name, rows = rule_name(rule), counts(n_forget, n_retain, n_removed)
    k, d = float(finite_divergence(divergence)), float(dimension(dim))
    risk, cosine = probability("delta", delta), float(between("cos", cos, -1.0, 1.0))
    if name == "random":
        return _random(rows, k, d, risk)
    part = risk / 4.0
    slack = np.sqrt(2.0 * math.log(1.0 / part) / rows.total)
    if name == "distance":
        alpha, epsilon = _distance(rows, _kept_mass(rows, part), (k, d), slack)
    else:
        alpha, epsilon = _likelihood_ratio(rows, _kept_mass(rows, part), (k, d, cosine), slack)
    return unwrap(alpha), unwrap(epsilon)


def _random(rows: Counts, k: float, d: float, risk: float) -> tuple[float | Floats, float | Floats]:
    """2N eps and 2N alpha are noncentral chi-squares."""
    twice = 2.0 * rows.total
    low, high = (np.full(twice.shape, share) for share in (0.5 * risk, 1.0 - 0.5 * risk))
    dims = np.full(twice.shape, d)
    alpha = quantile(low, high, twice * np.square(rows.rest) * k, dims) / twice
    epsilon = quantile(high, low, twice * np.square(rows.weight) * k, dims) / twice
    return unwrap(alpha), unwrap(epsilon)


class _Mass(NamedTuple):
    """Share of the population that is kept, and the share that is not."""

    kept: Floats
    gone: Floats


def _kept_mass(rows: Counts, part: float) -> tuple[_Mass, _Mass]:
    """Quantiles of the population share that the kept rows come from: Beta(n_kept + 1, f)."""
    from scipy.special import betainccinv, betaincinv

    some = np.maximum(rows.removed, 1.0)
    shapes, swapped = (rows.kept + 1.0, some), (some, rows.kept + 1.0)
    everything = rows.removed == 0.0
    low, high = (
        _Mass(np.where(everything, 1.0, kept), np.where(everything, 0.0, gone))
        for kept, gone in (
            (betaincinv(*shapes, part), betainccinv(*swapped, part)),
            (betainccinv(*shapes, part), betaincinv(*swapped, part)),
        )
    )
    return low, high


def _distance(
    rows: Counts, mass: tuple[_Mass, _Mass], domains: tuple[float, float], slack: Floats
) -> tuple[Floats, Floats]:
    k, d = domains
    distance = math.sqrt(2.0 * k)
    w, rest = rows.weight, rows.rest
    least, most = (_law(part, k, d) for part in mass)
    fourth = np.square(most.mean) + most.spread
    square = d * most.mean + 2.0 * k * fourth
    spread = np.minimum(d, square - np.square(least.mean * distance))
    trace = w * spread + rest * d
    alpha = np.maximum(0.0, (rest + w * most.lost_mean) * distance - slack)
    epsilon = np.sqrt(np.square(w * most.mean * distance) + trace / rows.total) + slack
    return 0.5 * np.square(alpha), 0.5 * np.square(epsilon)


def _law(mass: _Mass, k: float, d: float) -> KeptLaw:
    shape = mass.kept.shape
    return kept_law(*mass, np.full(shape, k), np.full(shape, d))


def _likelihood_ratio(
    rows: Counts, mass: tuple[_Mass, _Mass], domains: tuple[float, float, float], slack: Floats
) -> tuple[Floats, Floats]:
    k, d, cosine = domains
    distance = math.sqrt(2.0 * k)
    w = rows.weight
    least, most = (np.where(w > 0.0, cut(*part)[1], 0.0) for part in mass)
    alpha = np.maximum(0.0, rows.rest * distance * cosine + w * most - slack)
    # (D - h)^2 and the part across, which the literal D^2 - 2 h D cos + h^2 would lose.
    largest = np.maximum(*(_squared(distance, h, cosine) for h in (least, most)))
    epsilon = np.sqrt(np.square(w) * largest + d / rows.total) + slack
    return 0.5 * np.square(alpha), 0.5 * np.square(epsilon)


def _squared(distance: float, h: Floats, cosine: float) -> Floats:
    return np.square(distance - h) + 2.0 * h * distance * (1.0 - cosine)

"""The noncentral chi-square law of squared distances, at extremes where scipy's loses digits.

P_m(c) and f_m(c) are the cdf and the density at c with m degrees of freedom and noncentrality 2k:
Poisson mixtures of central laws, with the Poisson mean k. The mixture is summed where its weights
are; for a large k, whose weights are smooth, only every s-th of them, s well below their spread,
which by Poisson's summation formula loses nothing that a float64 holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from unlearn_widgets.validation import Floats

# Standard deviations of the Poisson weights that are summed, beyond those of the quantile.
REACH = 9.0
SMALL_WEIGHTS = 40
# A sum of every s-th weight is exact while s is at most this share of their spread.
STRIDE = 0.3
ITERATIONS = 60


class KeptLaw(NamedTuple):
    """The rows kept within a distance, at one kept fraction or at an array of them.

    Attributes
    ----------
    radius : ndarray
        Squared distance c up to which rows are kept.
    lost_mean : ndarray
        2 f_{d+2}(c) / q = 1 - R2.
    mean : ndarray
        R2 = P_{d+2}(c) / P_d(c), the factor of the kept mean.
    lost_square : ndarray
        2 f_{d+4}(c) / q = R2 - R4.
    square : ndarray
        R4 = P_{d+4}(c) / P_d(c).

    """

    radius: Floats
    lost_mean: Floats
    mean: Floats
    lost_square: Floats
    square: Floats


class _Mixture(NamedTuple):
    """Poisson weights (n, terms) and the shapes of the central laws they belong to."""

    weights: Floats
    shapes: Floats


def _mixture(divergence: Floats, dim: Floats, deviations: Floats) -> _Mixture:
    from scipy.special import gammaln, xlogy

    spread = np.sqrt(divergence)
    reach = (REACH + np.abs(deviations)) * spread
    low = np.floor(np.maximum(0.0, divergence - reach))
    high = divergence + reach + SMALL_WEIGHTS
    stride = np.maximum(1.0, np.floor(STRIDE * spread))
    # A stride belongs to weights that vanish at both ends; near zero every one counts.
    stride = np.where(low > 0.0, stride, 1.0)
    terms = int(np.max((high - low) / stride)) + 2
    counts = low[:, None] + stride[:, None] * np.arange(terms)
    k = divergence[:, None]
    weights = stride[:, None] * np.exp(xlogy(counts, k) - k - gammaln(counts + 1.0))
    return _Mixture(weights, 0.5 * dim[:, None] + counts)


def _density(mixture: _Mixture, half: Floats, shift: int) -> Floats:
    """f_{d + 2 shift} at twice `half`."""
    from scipy.special import gammaln, xlogy

    shapes = mixture.shapes + (shift - 1.0)
    x = half[:, None]
    terms = np.exp(xlogy(shapes, x) - x - gammaln(shapes + 1.0))
    return np.asarray(0.5 * (mixture.weights * terms).sum(axis=1))


def _cdf(mixture: _Mixture, half: Floats, shift: int = 0) -> Floats:
    """P_{d + 2 shift} at twice `half`."""
    from scipy.special import gammainc

    return np.asarray((mixture.weights * gammainc(mixture.shapes + shift, half[:, None])).sum(1))


def _survival(mixture: _Mixture, half: Floats) -> Floats:
    from scipy.special import gammaincc

    return np.asarray((mixture.weights * gammaincc(mixture.shapes, half[:, None])).sum(axis=1))


def quantile(kept: Floats, divergence: Floats, dim: Floats) -> Floats:
    """Return the c with P_dim(c) = kept; all (n,), kept in (0, 1).

    Newton's iteration on the logarithm of the smaller tail, which is concave, so that it converges
    from every start.
    """
    from scipy.special import ndtri

    deviations = ndtri(kept)
    mixture = _mixture(divergence, dim, deviations)
    half = 0.5 * _start(kept, divergence, dim, deviations)
    lower = kept <= 0.5
    goal = np.log(np.where(lower, kept, 1.0 - kept))
    for _ in range(ITERATIONS):
        tail = np.where(lower, _cdf(mixture, half), _survival(mixture, half))
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = 2.0 * _density(mixture, half, 0) / tail
            miss = goal - np.log(tail)
            step = np.where(lower, half * np.expm1(miss / (slope * half)), -miss / slope)
        usable = np.isfinite(step)
        # A start so far out that its tail underflows is pulled in instead.
        step = np.where(usable, step, np.where(lower, half, -0.5 * half))
        moved = np.clip(half + step, 0.25 * half, 4.0 * half)
        done = np.abs(moved - half) <= 1e-14 * half
        half = moved
        if done.all():
            break
    return np.asarray(2.0 * half)


def chi2_quantiles(tail: Floats, noncentrality: Floats, dim: Floats) -> Floats:
    """Return the values that noncentral chi-squares exceed with chance 1 - tail; all (n,)."""
    return quantile(tail, 0.5 * noncentrality, dim)


def _start(kept: Floats, divergence: Floats, dim: Floats, deviations: Floats) -> Floats:
    """Sankaran's approximation of the quantile, or the power law of small balls."""
    from scipy.special import gammaln

    nc = 2.0 * divergence
    sums = dim + nc
    h = 1.0 - 2.0 * sums * (dim + 3.0 * nc) / (3.0 * np.square(dim + 2.0 * nc))
    p = (dim + 2.0 * nc) / np.square(sums)
    m = (h - 1.0) * (1.0 - 3.0 * h)
    center = 1.0 + h * p * (h - 1.0 - 0.5 * (2.0 - h) * m * p)
    base = center + deviations * h * np.sqrt(2.0 * p) * (1.0 + 0.5 * m * p)
    power = (np.log(kept) + divergence + gammaln(0.5 * dim + 1.0)) * 2.0 / dim
    small = 2.0 * np.exp(np.minimum(power, 50.0))
    with np.errstate(invalid="ignore"):
        approximate = sums * np.power(np.maximum(base, 0.0), 1.0 / h)
    usable = (base > 0.05) & np.isfinite(approximate) & (approximate > 0.0)
    return np.asarray(np.where(usable, approximate, np.minimum(small, sums)))


def kept_law(kept: Floats, divergence: Floats, dim: Floats) -> KeptLaw:
    """Return the law of rows kept by distance; all (n,), kept in [0, 1]."""
    from scipy.special import ndtri

    shape = np.broadcast_shapes(kept.shape, divergence.shape, dim.shape)
    parts = (np.broadcast_to(part, shape).ravel() for part in (kept, divergence, dim))
    kept, divergence, dim = parts
    law = KeptLaw(
        radius=np.where(kept >= 1.0, np.inf, 0.0),
        lost_mean=np.where(kept >= 1.0, 0.0, 1.0),
        mean=np.where(kept >= 1.0, 1.0, 0.0),
        lost_square=np.zeros(kept.shape),
        square=np.where(kept >= 1.0, 1.0, 0.0),
    )
    inside = np.flatnonzero((kept > 0.0) & (kept < 1.0))
    for part in np.array_split(inside, max(1, -(-inside.size // 4096))):
        if not part.size:
            continue
        q, k, d = kept[part], divergence[part], dim[part]
        radius = quantile(q, k, d)
        mixture = _mixture(k, d, ndtri(q))
        half = 0.5 * radius
        lost_mean = 2.0 * _density(mixture, half, 1) / q
        lost_square = 2.0 * _density(mixture, half, 2) / q
        direct = (lost_mean > 0.7) | (q < 1e-6)
        mean, square = 1.0 - lost_mean, 1.0 - lost_mean - lost_square
        if direct.any():
            some = _Mixture(mixture.weights[direct], mixture.shapes[direct])
            whole = _cdf(some, half[direct])
            mean[direct] = _cdf(some, half[direct], 1) / whole
            square[direct] = _cdf(some, half[direct], 2) / whole
        found = (radius, lost_mean, mean, lost_square, square)
        for values, new in zip(law, found, strict=True):
            values[part] = new
    return KeptLaw(*(values.reshape(shape) for values in law))

"""The noncentral chi-square law of squared distances, at extremes where scipy's loses digits.

Written with u = 1 - 2 s, the inversion of its moment generating function reads

    P_d(c) = 1/(2 pi i) int exp(E(u)) / (u - 1) du,
    E(u) = 1/2 [c (u - 1) + lambda (1/u - 1) - d ln u],

along a path that comes from below the negative axis, passes its right end and returns above it.
On a parabola through the saddle point of E the integrand is one bump, whatever d, lambda and c
are, and the midpoint rule with a fixed number of nodes is exact to rounding. P_{d+2}, P_{d+4} and
the densities differ by powers of u, so one pass yields them all, without differences of near-equal
numbers.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from unlearn_widgets.theory.logs import less_log

if TYPE_CHECKING:
    import numpy.typing as npt

    from unlearn_widgets.validation import Floats

    Complexes = npt.NDArray[np.complex128]

# The integrand has fallen by exp(-REACH) at the last of the nodes, which lie dense enough for the
# pole at u = 1: it is kept CLEARANCE standard deviations of s away.
NODES = 80
REACH = 38.0
CLEARANCE = 2.0
# How far above its mean, times d, the cdf is still what is found: in few dimensions the path on the
# other side of the pole comes close to the singularity at u = 0.
BEYOND_MEAN = 2.0
SOLVED_AT_ONCE = 2048
ITERATIONS = 100


class KeptLaw(NamedTuple):
    """The rows kept within a distance of m2, at an array of kept fractions.

    Attributes
    ----------
    lost_mean : ndarray
        2 f_{d+2}(c) / q = 1 - R2.
    mean : ndarray
        R2 = P_{d+2}(c) / P_d(c), the factor of the kept mean, and the kept variance across e.
    spread : ndarray
        R4 - R2^2, with R4 = P_{d+4}(c) / P_d(c).

    """

    lost_mean: Floats
    mean: Floats
    spread: Floats


class Tails(NamedTuple):
    """Logarithms of cdf, survival function and density, and the slope of the last."""

    lower: Floats
    upper: Floats
    density: Floats
    slope: Floats


def kept_law(kept: Floats, removed: Floats, divergence: Floats, dim: Floats) -> KeptLaw:
    """Return the law of rows kept by distance; arguments of one shape, shares in [0, 1].

    Both shares are taken, since neither is known to full precision from the other near 1.

    >>> half = np.array([0.5])
    >>> kept_law(half, half, np.array([0.5]), np.array([2.0])).mean.round(6)
    array([0.422909])
    """
    shape = kept.shape
    kept, removed, divergence, dim = (np.ravel(x) for x in (kept, removed, divergence, dim))
    everything = (removed <= 0.0).astype(np.float64)
    law = KeptLaw(1.0 - everything, everything, np.zeros(kept.size))
    inside = np.flatnonzero((kept > 0.0) & (removed > 0.0))
    for part in _pieces(inside):
        q, power, d = kept[part], 2.0 * divergence[part], dim[part]
        path = _Path(_solve(q, removed[part], power, d), power, d)
        found = path.kept_law(q)
        for values, new in zip(law, found, strict=True):
            values[part] = new
    return KeptLaw(*(values.reshape(shape) for values in law))


def quantile(lower: Floats, upper: Floats, noncentrality: Floats, dim: Floats) -> Floats:
    """Return the points with mass `lower` below and `upper` above them; all of one shape.

    >>> half = np.array([0.5])
    >>> quantile(half, half, np.array([0.0]), np.array([2.0])).round(6)
    array([1.386294])
    """
    shape = lower.shape
    lower, upper, power, dim = (np.ravel(x) for x in (lower, upper, noncentrality, dim))
    result = np.where(lower > 0.0, np.inf, 0.0)
    for part in _pieces(np.flatnonzero((lower > 0.0) & (upper > 0.0))):
        result[part] = _solve(lower[part], upper[part], power[part], dim[part])
    return result.reshape(shape)


def log_tails(c: Floats, noncentrality: Floats, dim: Floats) -> Tails:
    """Return the logarithms of both tails and of the density at c > 0, and its slope; all (n,).

    >>> log_tails(np.array([2.0]), np.array([0.0]), np.array([2.0])).upper.round(12)
    array([-1.])
    """
    # Where a search strays, terms overflow that the next step no longer has.
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        path = _Path(c, noncentrality, dim)
        near = np.minimum(path.scale + np.log(path.integral(1.0 / path.offset)), -1e-300)
        far = np.log(-np.expm1(near))
        bump = path.integral(np.ones(()))
        density = path.scale + np.log(0.5 * bump)
        lower, upper = np.where(path.below, near, far), np.where(path.below, far, near)
        return Tails(lower, upper, density, 0.5 * (path.integral(path.u) / bump - 1.0))


class _Path:
    """The parabola u = vertex (1 + i t)^2 of each c, half of it: the other half is its mirror."""

    def __init__(self, c: Floats, noncentrality: Floats, dim: Floats) -> None:
        surplus = c - noncentrality - dim
        # The cdf is found right of the pole at u = 1, the survival function left of it.
        self.below = surplus < BEYOND_MEAN / dim
        saddle = np.sqrt(2.0 * c / (dim + np.sqrt(dim * dim + 4.0 * noncentrality * c)))
        clear = CLEARANCE / np.sqrt(2.0 * dim + 4.0 * noncentrality)
        right = np.minimum(saddle, 1.0 - np.minimum(clear, 0.5))
        left = np.maximum(saddle, 1.0 + np.minimum(clear, 0.7))
        root = np.where(self.below, right, left)
        vertex = 1.0 / np.square(root)
        ahead = (1.0 - root) * (1.0 + root) * vertex
        pull, push = c * vertex, noncentrality / vertex
        # Near the pole the large terms of E and of its slope are taken together.
        close = np.abs(ahead) < 1.0
        small = np.where(close, ahead, 0.0)
        together = surplus * small + push * np.square(small) + dim * less_log(small)
        apart = (c - push) * ahead + 2.0 * dim * np.log(root)
        self.scale = 0.5 * np.where(close, together, apart)
        slope = np.where(close, surplus + (c + push) * small, pull - push - dim)
        step = (np.sqrt(2.0 * REACH / pull) / NODES)[:, None]
        t = step * (np.arange(NODES) + 0.5)
        square, turn = np.square(t), 1.0 + 1j * t
        pull, push, slope, dim, vertex = (x[:, None] for x in (pull, push, slope, dim, vertex))
        rise = 1j * (slope * t - dim * (np.arctan(t) - t)) - 0.5 * (
            pull * square
            + dim * np.log1p(square)
            + push * square * (3.0 + 2j * t) / np.square(turn)
        )
        around = vertex * (2j * t - square)
        sign = np.where(self.below, 1.0, -1.0)[:, None]
        self.u: Complexes = vertex + around
        self.offset: Complexes = sign * (ahead[:, None] + around)
        self._weights: Complexes = (2.0 / math.pi) * step * vertex * np.exp(rise) * turn

    def integral(self, factor: npt.NDArray[np.complexfloating] | Floats) -> Floats:
        """Integrate factor exp(E - scale) du / (2 pi i)."""
        return np.asarray((self._weights * factor).real.sum(axis=1))

    def kept_law(self, kept: Floats) -> KeptLaw:
        """Return the moments of the rows inside, which hold `kept`."""
        size = np.exp(self.scale) / kept
        inverse = 1.0 / self.u
        lost = size * self.integral(inverse)
        spread = size * self.integral(inverse - np.square(inverse)) - np.square(lost)
        mean = 1.0 - lost
        few = np.flatnonzero(self.below & (lost > 0.5))
        if few.size:
            inside = 1.0 / self.offset
            whole = self.integral(inside)[few]
            mean[few] = self.integral(inside * inverse)[few] / whole
            square = self.integral(inside * np.square(inverse))[few] / whole
            spread[few] = square - np.square(mean[few])
        return KeptLaw(lost, mean, spread)


def _pieces(rows: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    starts = range(0, rows.size, SOLVED_AT_ONCE)
    return [rows[start : start + SOLVED_AT_ONCE] for start in starts]


def _solve(lower: Floats, upper: Floats, noncentrality: Floats, dim: Floats) -> Floats:
    """Halley's iteration on the logarithm of the smaller tail, inside a bracket."""
    point = _start(lower, upper, noncentrality, dim)
    low, high = np.zeros(point.shape), np.full(point.shape, np.inf)
    small = lower <= upper
    goal = np.log(np.where(small, lower, upper))
    open_ = np.arange(point.size)
    for _ in range(ITERATIONS):
        c, left = point[open_], small[open_]
        tails = log_tails(c, noncentrality[open_], dim[open_])
        tail = np.where(left, tails.lower, tails.upper)
        miss = np.where(left, tail - goal[open_], goal[open_] - tail)
        low[open_] = np.where(miss < 0.0, c, low[open_])
        high[open_] = np.where(miss > 0.0, c, high[open_])
        # In ln c, where the power law of small balls is a line.
        first = c * np.exp(np.clip(tails.density - tail, -600.0, 600.0))
        bend = (1.0 + c * tails.slope + np.where(left, -first, first)) / first
        step = -miss / first / np.clip(1.0 - 0.5 * miss * bend, 0.5, 2.0)
        moved = c * np.exp(np.clip(step, -2.0, 2.0))
        # The step from an error this small cubes it.
        done = np.abs(miss) <= 1e-6
        inside = (moved > low[open_]) & (moved < high[open_])
        top = np.where(np.isinf(high[open_]), 16.0 * c, high[open_])
        middle = np.sqrt(low[open_] * top)
        point[open_] = np.where(inside | done, moved, np.maximum(middle, 0.01 * c))
        open_ = open_[~done]
        if not open_.size:
            break
    return point


def _start(lower: Floats, upper: Floats, noncentrality: Floats, dim: Floats) -> Floats:
    """Sankaran's approximation of the quantile, or the power law of small balls."""
    from scipy.special import gammaln, ndtri

    sums, twice = dim + noncentrality, dim + 2.0 * noncentrality
    z = np.where(lower <= upper, ndtri(lower), -ndtri(upper))
    h = 1.0 - 2.0 * sums * (dim + 3.0 * noncentrality) / (3.0 * np.square(twice))
    p = twice / np.square(sums)
    m = (h - 1.0) * (1.0 - 3.0 * h)
    center = 1.0 + h * p * (h - 1.0 - 0.5 * (2.0 - h) * m * p)
    base = center + z * h * np.sqrt(2.0 * p) * (1.0 + 0.5 * m * p)
    power = (np.log(lower) + 0.5 * noncentrality + gammaln(0.5 * dim + 1.0)) * 2.0 / dim
    small = 2.0 * np.exp(np.clip(power, -600.0, 50.0))
    approximate = sums * np.power(np.maximum(base, 0.05), 1.0 / h)
    return np.asarray(np.where(base > 0.05, approximate, np.minimum(small, sums)))

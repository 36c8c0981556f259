"""How far the rows of a domain lie from its mean, beside Gaussian rows (docs/theory.md, 6)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from unlearn_widgets.problem.rows import WhitenedRows
    from unlearn_widgets.problem.whitening import Whitening
    from unlearn_widgets.validation import Floats

QUANTILES = 99
# A sum of squared whitened distances per row below this is rounding.
VANISHING = 1e-20


@dataclass(frozen=True, slots=True)
class DomainShape:
    """Squared distances of the rows of a domain to its mean, beside those of Gaussian rows.

    Attributes
    ----------
    n_rows : int
        Rows looked at.
    expected, observed : tuple of float
        Pairs of quantiles (for a QQ plot) of the squared Mahalanobis distances: under `law`, and
        of the rows.
    law : str
        "beta": exact for Gaussian rows under the pooled covariance they are part of. "chi-square":
        exact under a known covariance. "rotation": drawn, with a refitted or shrunk covariance or
        no more rows than dimensions, where no law is known.
    spread : float
        Mean squared distance over what it is under `law`: below 1 when the domain is narrower than
        the covariance says.
    kolmogorov : float
        Largest difference of the distribution functions of the distances and of `law`.
    kolmogorov_own : float
        The same against Gaussian rows with the covariance of this domain, so that only the shape
        counts. Such rows are drawn.
    kolmogorov_axis : float
        The same of the positions along the line through the means, not of distances.
    median_ratio, tail_ratio : float
        Median and 95 % quantile of the squared distances over those of such Gaussian rows; 1 for a
        Gaussian domain, NaN when all rows of the domain are identical.
    tail_noise : float
        Standard deviation of the logarithm of `tail_ratio` when the domain is Gaussian.

    """

    n_rows: int
    expected: tuple[float, ...]
    observed: tuple[float, ...]
    law: str
    spread: float
    kolmogorov: float
    kolmogorov_own: float
    kolmogorov_axis: float
    median_ratio: float
    tail_ratio: float
    tail_noise: float


class DistanceLaw(NamedTuple):
    """Exact distribution of the squared distance of a Gaussian row to the mean of its domain.

    Of a scaled beta variable, or of a scaled chi-square one for `freedom` None.
    """

    dim: int
    freedom: int | None
    scale: float

    @property
    def mean(self) -> float:
        """Mean squared distance."""
        return self.scale * (self.dim if self.freedom is None else self.dim / self.freedom)

    def cdf(self, squares: Floats) -> Floats:
        """Share of rows that are nearer."""
        from scipy.special import betainc, gammainc

        half, scaled = 0.5 * self.dim, np.maximum(squares / self.scale, 0.0)
        if self.freedom is None:
            return np.asarray(gammainc(half, 0.5 * scaled))
        return np.asarray(betainc(half, 0.5 * self.freedom - half, np.minimum(scaled, 1.0)))

    def quantile(self, levels: Floats) -> Floats:
        """Squared distance below which this share of the rows lies."""
        from scipy.special import betaincinv, gammaincinv

        half = 0.5 * self.dim
        if self.freedom is None:
            return np.asarray(2.0 * self.scale * gammaincinv(half, levels))
        return np.asarray(self.scale * betaincinv(half, 0.5 * self.freedom - half, levels))


def distance_law(
    rows: WhitenedRows, whitening: Whitening, mode: str, code: int
) -> DistanceLaw | None:
    """Return the law of the squared distances in a domain, None when none is known."""
    n, freedom = rows.counts[code], sum(rows.counts.values()) - 2
    if mode == "known":
        return DistanceLaw(rows.dim, None, (n - 1) / n)
    if mode == "refit" or whitening.shrinkage_used or freedom <= rows.dim:
        return None
    return DistanceLaw(rows.dim, freedom, freedom * (n - 1) / n)


def domain_shape(
    squares: Floats,
    own: list[Floats],
    model: list[Floats],
    law: DistanceLaw | None,
    kolmogorov_axis: float,
) -> DomainShape:
    """Describe the squared distances of a domain.

    Parameters
    ----------
    squares : (n,) ndarray
        Squared Mahalanobis distances of its rows to its mean.
    own : list of (n,) ndarray
        The same of Gaussian rows with the covariance of this domain, several draws.
    model : list of (n,) ndarray
        The same of Gaussian rows as the problem assumes them.
    law : DistanceLaw or None
        The exact law of the latter, where one is known.
    kolmogorov_axis : float
        See `DomainShape`.

    """
    n = len(squares)
    like, drawn = np.concatenate(own), np.concatenate(model)
    levels = (np.arange(QUANTILES) + 0.5) / QUANTILES
    if law is None:
        name, mean, expected = "rotation", float(drawn.mean()), np.quantile(drawn, levels)
        kolmogorov = kolmogorov_distance(squares, drawn)
    else:
        name = "chi-square" if law.freedom is None else "beta"
        mean, expected = law.mean, law.quantile(levels)
        below, ranks = law.cdf(np.sort(squares)), np.arange(n) / n
        kolmogorov = float(max(np.max(ranks + 1.0 / n - below), np.max(below - ranks)))
    middle, tail = np.quantile(squares, (0.5, 0.95))
    spread = float(like.mean())
    known = spread > VANISHING
    tails = np.array([np.quantile(part, 0.95) for part in own])
    return DomainShape(
        n_rows=n,
        expected=tuple(expected.tolist()),
        observed=tuple(np.quantile(squares, levels).tolist()),
        law=name,
        spread=float(squares.mean()) / mean if mean > VANISHING else math.nan,
        kolmogorov=kolmogorov,
        kolmogorov_own=kolmogorov_distance(squares, like) if known else math.nan,
        kolmogorov_axis=kolmogorov_axis if known else math.nan,
        median_ratio=float(middle / np.quantile(like, 0.5)) if known else math.nan,
        tail_ratio=float(tail / np.quantile(like, 0.95)) if known else math.nan,
        tail_noise=float(np.log(tails).std(ddof=1)) if known else math.nan,
    )


def kolmogorov_distance(sample: Floats, other: Floats) -> float:
    """Largest difference of two empirical distribution functions.

    Two numbers that rounding alone tells apart count as equal: with as few rows as dimensions all
    squared distances are the same.
    """
    scale = max(float(np.mean(np.abs(other))), VANISHING)
    first, second = (np.sort(np.round(values / scale, 9)) for values in (sample, other))
    points = np.concatenate([first, second])
    below = [
        np.searchsorted(values, points, side="right") / len(values) for values in (first, second)
    ]
    return float(np.max(np.abs(below[0] - below[1])))

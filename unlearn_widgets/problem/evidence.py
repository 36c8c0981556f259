"""What the rows of a problem show beside Gaussian rows (docs/theory.md, section 6)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from unlearn_widgets.problem.domain_shape import (
    VANISHING,
    DomainShape,
    distance_law,
    domain_shape,
    kolmogorov_distance,
)
from unlearn_widgets.problem.gaussian_rows import GaussianRows
from unlearn_widgets.problem.neighbor_divergence import neighbor_divergence
from unlearn_widgets.problem.rotation import Rotation
from unlearn_widgets.statistics import FORGET, RETAIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from unlearn_widgets.problem.rows import WhitenedRows
    from unlearn_widgets.problem.whitening import Whitening
    from unlearn_widgets.validation import Floats

MOST_ROWS, FEWEST_ROWS, MOST_NUMBERS = 1000, 200, 300_000
MOST_DRAWS, FEWEST_DRAWS, ROWS_DRAWN = 20, 5, 8000
POWER_STEPS = 40
# Beyond this the cube of the dimension costs seconds.
MOST_DIMENSIONS = 800
# A common seed would draw the very numbers that a user's default_rng(0) made the data from.
SEED = (2507, 15112)


class Compared(NamedTuple):
    """A statistic of the rows, its mean over Gaussian rows, and its standard deviation there.

    NaN where it has no value.
    """

    rows: float
    gaussian: float
    noise: float

    @property
    def excess(self) -> float:
        """How much more it is on the rows."""
        return self.rows - self.gaussian


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a sample of the rows shows."""

    forget: DomainShape
    retain: DomainShape
    total_ratio: float  # total variance of the forget domain over that of the retained one
    covariances: Compared  # |C1 - C2|^2, Frobenius
    direction: Compared  # divergence in nats of the variances where they differ most
    neighbors: Compared  # nearest-neighbour estimate of the divergence, nats
    axis_neighbors: Compared  # the same, seen along the line through the means
    tied: float  # share of the forget rows that coincide with their neighbours
    likelihood_ratio: Compared  # shift of the kept mean when half is removed by this rule
    distance: Compared


class _Pair(NamedTuple):
    """Rows of the forget and of the retained domain, and the whitened difference of the means."""

    forget: Floats
    retain: Floats
    axis: Floats

    @property
    def squares(self) -> tuple[Floats, Floats]:
        return _squares(self.forget, self.axis), _squares(self.retain, 0.0 * self.axis)


def gather(rows: WhitenedRows, whitening: Whitening, mode: str) -> Evidence:
    """Measure a sample of the rows and Gaussian rows like them."""
    rng = np.random.default_rng(SEED)
    forget, retain = (_sample(rows, code, rng) for code in (FORGET, RETAIN))
    given = _Pair(forget, retain, whitening.mean_forget)
    n_draws = ROWS_DRAWN // (len(forget) + len(retain))
    n_draws = min(MOST_DRAWS, max(FEWEST_DRAWS, n_draws))
    own = [Rotation([sample], rng) for sample in (forget, retain)]
    apart = [_Pair(own[0].draw()[0], own[1].draw()[0], given.axis) for _ in range(n_draws)]
    together = _one_covariance(given, rows, whitening, mode, rng, n_draws)
    # With covariances of their own, the domains are compared with Gaussians that have them too.
    model = apart if mode == "refit" else together

    def compare(statistic: Callable[[_Pair], float], drawn: list[_Pair]) -> Compared:
        values = np.array([statistic(pair) for pair in drawn])
        noise = float(values.std(ddof=1)) * math.sqrt(1.0 + 1.0 / len(values))
        return Compared(statistic(given), float(values.mean()), noise)

    shapes = [
        domain_shape(
            given.squares[index],
            [pair.squares[index] for pair in apart],
            [pair.squares[index] for pair in model],
            distance_law(rows, whitening, mode, code),
            _axis_kolmogorov(given, apart, index),
        )
        for index, code in enumerate((FORGET, RETAIN))
    ]
    return Evidence(
        forget=shapes[0],
        retain=shapes[1],
        total_ratio=_total_ratio(given),
        covariances=compare(_covariance_gap, together),
        direction=compare(_direction_divergence, together),
        neighbors=compare(_divergence, model),
        axis_neighbors=compare(_axis_divergence, model),
        tied=neighbor_divergence(forget, retain).tied,
        likelihood_ratio=compare(lambda pair: _shift(pair, pair.forget @ pair.axis), model),
        distance=compare(lambda pair: _shift(pair, _squares(pair.forget)), model),
    )


def _one_covariance(
    given: _Pair,
    rows: WhitenedRows,
    whitening: Whitening,
    mode: str,
    rng: np.random.Generator,
    n_draws: int,
) -> list[_Pair]:
    """Draw Gaussian rows with the means and the one covariance of the problem."""
    counts = rows.counts[FORGET], rows.counts[RETAIN]
    known = mode == "known"
    whitened = not whitening.shrinkage_used and sum(counts) - 2 > rows.dim
    if not known and (not whitened or rows.dim > MOST_DIMENSIONS):
        joint = Rotation([given.forget, given.retain], rng)
        drawn = [joint.draw() for _ in range(n_draws)]
        return [_Pair(forget, retain, given.axis) for forget, retain in drawn]
    # Along the first axis, so that the draws do not depend on the axes of the rows.
    axis = np.zeros(rows.dim)
    axis[0] = np.linalg.norm(given.axis)
    taken = len(given.forget), len(given.retain)
    source = GaussianRows(counts, taken, axis, rng, fitted=not known)
    drawn = [source.draw() for _ in range(n_draws)]
    return [_Pair(forget, retain, axis) for forget, retain in drawn]


def _sample(rows: WhitenedRows, code: int, rng: np.random.Generator) -> Floats:
    members = np.flatnonzero(rows.members[code])
    most = min(MOST_ROWS, max(FEWEST_ROWS, MOST_NUMBERS // rows.dim))
    if len(members) > most:
        members = np.sort(rng.choice(members, most, replace=False, shuffle=False))
    return rows.take(members)


def _squares(rows: Floats, centre: Floats | float = 0.0) -> Floats:
    residuals = rows - centre
    return np.asarray(np.einsum("ij,ij->i", residuals, residuals))


def _variances(rows: Floats) -> float:
    return float(rows.var(axis=0, ddof=1).sum())


def _total_ratio(pair: _Pair) -> float:
    below = _variances(pair.retain)
    return _variances(pair.forget) / below if below > VANISHING else math.inf


def _residuals(pair: _Pair) -> tuple[Floats, Floats]:
    """Rows about their means, so scaled that their scatter is the sample covariance."""
    first, second = (
        (rows - rows.mean(axis=0)) / math.sqrt(len(rows) - 1) for rows in (pair.forget, pair.retain)
    )
    return first, second


def _covariance_gap(pair: _Pair) -> float:
    """Squared Frobenius norm of the difference of the sample covariances."""
    first, second = _residuals(pair)
    n, dim = len(first) + len(second), first.shape[1]
    if dim <= n:
        return float(np.square(first.T @ first - second.T @ second).sum())
    # By products of rows, which are fewer than the columns.
    own, other, across = (
        float(np.square(one @ two.T).sum())
        for one, two in ((first, first), (second, second), (first, second))
    )
    return own + other - 2.0 * across


def _direction_divergence(pair: _Pair) -> float:
    """Divergence in nats of the two variances in the direction in which they differ most.

    Found by so many steps of the power method; the Gaussian rows get as many. The pooled variance,
    one, counts for as many rows as there are dimensions: without it few rows have no variance at
    all in some direction.
    """
    first, second = _residuals(pair)
    dim = first.shape[1]
    direction = first[0] if first[0].any() else second[0]
    for _ in range(POWER_STEPS):
        step = first.T @ (first @ direction) - second.T @ (second @ direction)
        length = float(np.linalg.norm(step))
        if length <= VANISHING:
            return 0.0
        direction = step / length
    over, under = (
        (len(part) * float(np.square(part @ direction).sum()) + dim) / (len(part) + dim)
        for part in (first, second)
    )
    ratio = float(over / under)
    return 0.5 * (ratio - 1.0 - math.log(ratio))


def _axis_kolmogorov(given: _Pair, apart: list[_Pair], index: int) -> float:
    if not given.axis.any():
        return math.nan
    drawn = np.concatenate([pair[index] @ pair.axis for pair in apart])
    return kolmogorov_distance(given[index] @ given.axis, drawn)


def _divergence(pair: _Pair) -> float:
    return neighbor_divergence(pair.forget, pair.retain).value


def _axis_divergence(pair: _Pair) -> float:
    if not pair.axis.any():
        return math.nan
    axis = pair.axis[:, None]
    return neighbor_divergence(pair.forget @ axis, pair.retain @ axis).value


def _shift(pair: _Pair, scores: Floats) -> float:
    """How far the mean of the forget rows comes towards the other when half of them are removed.

    In standard deviations; the rows with the highest scores go.
    """
    length = float(np.linalg.norm(pair.axis))
    if length == 0.0:
        return math.nan
    along = pair.forget @ pair.axis / length
    kept = np.argsort(-scores, kind="stable")[len(scores) // 2 :]
    return float(along.mean() - along[kept].mean())

"""A divergence from distances to nearest neighbours, which assumes no Gaussian."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from unlearn_widgets.validation import Floats, Mask

N_NEIGHBORS = 5
# Of the mean squared distance of the rows to their mean: what rounding leaves of a distance of 0.
ROUNDING = 1e-12


class NeighborEstimate(NamedTuple):
    """Nearest-neighbour estimate of KL(p || q) in nats, NaN when most rows have no distance."""

    value: float
    tied: float  # share of the rows left out, which coincide with their neighbours


def neighbor_divergence(
    rows_p: Floats, rows_q: Floats, n_neighbors: int = N_NEIGHBORS
) -> NeighborEstimate:
    """Estimate KL(p || q) from rows of both.

    Parameters
    ----------
    rows_p : (n, d) ndarray
        Rows of p, at least 2.
    rows_q : (m, d) ndarray
        Rows of q, at least 1.
    n_neighbors : int
        Which neighbour to measure the distance to, fewer when there are too few rows.

    Returns
    -------
    NeighborEstimate
        d/n sum log(b_i / a_i) + log(m / (n - 1)) in nats, with a_i and b_i the distances of row i
        to its k-th neighbour among the other rows of p and among those of q. Rows for which one
        is zero are left out; NaN when they are more than half.

    Notes
    -----
    Wang, Kulkarni and Verdu, Divergence Estimation for Multidimensional Densities via k-Nearest-
    Neighbor Distances, 2009. Far too low in many dimensions: only differences between two estimates
    from samples of the same sizes mean something there (section 6 of docs/theory.md). Time and
    memory are of order n (n + m).

    Examples
    --------
    >>> rows = np.random.default_rng(5).standard_normal((4000, 1))
    >>> estimate = neighbor_divergence(rows[:2000] + 1.0, rows[2000:])
    >>> round(estimate.value, 1)
    0.5

    """
    n, dim = rows_p.shape
    k = min(n_neighbors, n - 1, len(rows_q))
    centre = rows_p.mean(axis=0)
    p, q = rows_p - centre, rows_q - centre
    own = _squared_distances(p, p)
    np.fill_diagonal(own, np.inf)
    inner = np.partition(own, k - 1, axis=1)[:, k - 1]
    outer = np.partition(_squared_distances(p, q), k - 1, axis=1)[:, k - 1]
    tiny = ROUNDING * float(np.einsum("ij,ij->", p, p)) / n
    apart: Mask = (inner > tiny) & (outer > tiny)
    kept = int(np.count_nonzero(apart))
    tied = 1.0 - kept / n
    if 2 * kept <= n:
        return NeighborEstimate(math.nan, tied)
    ratio = float(np.log(outer[apart] / inner[apart]).mean())
    return NeighborEstimate(0.5 * dim * ratio + math.log(len(rows_q) / (n - 1)), tied)


def _squared_distances(rows: Floats, others: Floats) -> Floats:
    squares = rows @ others.T
    squares *= -2.0
    squares += np.einsum("ij,ij->i", rows, rows)[:, None]
    squares += np.einsum("ij,ij->i", others, others)
    return np.asarray(squares)

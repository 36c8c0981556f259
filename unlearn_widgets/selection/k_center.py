"""Greedy k-center, to the last row, at the speed of products of large matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unlearn_widgets.selection.progress import steps
from unlearn_widgets.selection.squared_distances import (
    ROUNDING,
    SquaredDistances,
    first_of_largest,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unlearn_widgets.validation import Floats, Positions

# Rows whose distances among each other are kept.
POOL = 512
# Rows brought up to date at once.
BLOCK = 2048


def k_center(rows: Floats, *, shown: bool = True) -> Positions:
    """Order rows: each is the farthest from all before it, the first is the nearest to the mean.

    Distances to the nearest pick only shrink. So the farthest row is looked for among the `POOL`
    rows that were farthest when all distances were last brought up to date, for as long as one of
    them is farther than all others were then.

    Parameters
    ----------
    rows : (n, d) ndarray
        Rows, centred; of equally far ones the first is picked.
    shown : bool
        Whether a bar tells how far the work is.

    Returns
    -------
    (n,) ndarray of int64

    Notes
    -----
    Gonzalez (1985). Costs n^2 d, mostly in products of matrices.

    Examples
    --------
    >>> k_center(np.array([[-4.0], [-3.0], [0.5], [6.5]]))
    array([2, 3, 0, 1])

    """
    order = list(steps(_picks(rows), "k-center", total=len(rows), shown=shown))
    return np.asarray(order, dtype=np.int64)


def _picks(rows: Floats) -> Iterator[int]:
    distances = SquaredDistances(rows)
    fresh = [distances.first_center()]
    yield fresh[0]
    # Of picks: minus infinity.
    nearest = np.full(len(rows), np.inf)
    left = np.arange(len(rows))
    while True:
        nearest[fresh] = -np.inf
        left = left[nearest[left] > -np.inf]
        for start in range(0, len(left), BLOCK):
            part = left[start : start + BLOCK]
            reach = distances.between(part, np.asarray(fresh)).min(axis=1)
            nearest[part] = np.minimum(nearest[part], reach)
        if not left.size or nearest[left].max() <= 0.0:
            # Copies of picks are all equally good.
            yield from left.tolist()
            return
        fresh = []
        for pick in _from_pool(distances, nearest, left):
            fresh.append(pick)
            yield pick


def _from_pool(distances: SquaredDistances, nearest: Floats, left: Positions) -> Iterator[int]:
    """Pick from the farthest rows until one outside may be farther."""
    by_distance = np.argsort(-nearest[left], kind="stable")
    pool = np.sort(left[by_distance[:POOL]])
    outside = nearest[left[by_distance[POOL]]] if len(left) > POOL else -np.inf
    first = int(left[first_of_largest(nearest[left])])
    if not (pool == first).any():
        # Equally far as more rows than the pool holds.
        pool = np.sort(np.append(pool, first))
    among = distances.between(pool, pool)
    reach = nearest[pool]
    at = int(np.searchsorted(pool, first))
    while True:
        yield int(pool[at])
        np.minimum(reach, among[at], out=reach)
        reach[at] = -np.inf
        farthest = reach.max()
        if farthest <= 0.0 or farthest * (1.0 - ROUNDING) <= outside:
            return
        at = first_of_largest(reach)

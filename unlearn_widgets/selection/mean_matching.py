"""Greedy removal of rows that pull a mean away from the origin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.selection.progress import steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from unlearn_widgets.validation import Floats, Positions

# Up to this many rows each step removes one row; with more there are about STEPS steps.
EXACT_ROWS = 20_000
STEPS = 2000
# Products of rows that are kept.
PRODUCT_BYTES = 2**30
# Steps after which all gains are computed anew.
RENEWAL = 128
# Relative to the squared length of what is compared.
ROUNDING = 1e-13


def match_mean(
    rows: Floats, n_total: int, *, shown: bool = True
) -> tuple[Positions, Positions, Floats]:
    """Order rows by greedy removal: each time the one without which the mean is nearest to zero.

    Parameters
    ----------
    rows : (n, d) ndarray
        Rows that may be removed; of equally good ones the first is.
    n_total : int
        Rows that share in the mean, of which n_total - n have the sum zero and stay.
    shown : bool
        Whether a bar tells how far the work is.

    Returns
    -------
    order : (n,) ndarray of int64
    sizes : (n_steps + 1,) ndarray of int64
        Rows removed before the first and after each step.
    gaps : (n_steps + 1,) ndarray
        Length of the mean at each of the sizes.

    Examples
    --------
    >>> order, sizes, gaps = match_mean(np.array([[1.0], [-2.0], [4.0]]), 6)
    >>> order, sizes, gaps
    (array([2, 1, 0]), array([0, 1, 2, 3]), array([0.5 , 0.2 , 0.25, 0.  ]))

    """
    # |total - x|^2 = |total|^2 - gain(x), with gain(x) = 2 total x - |x|^2.
    total = rows.sum(axis=0)
    removals = _one_by_one(rows, total) if len(rows) <= EXACT_ROWS else _by_batches(rows, total)
    n_steps = len(rows) if len(rows) <= EXACT_ROWS else None
    order: list[NDArray[np.int64]] = []
    sizes, gaps = [0], [float(np.linalg.norm(total)) / n_total]
    for gone in steps(removals, "herding", total=n_steps, shown=shown):
        order.append(gone)
        sizes.append(sizes[-1] + len(gone))
        # The iterator has taken the rows off the total. Without any, the mean is zero exactly.
        left = float(np.linalg.norm(total)) if sizes[-1] < len(rows) else 0.0
        gaps.append(left / max(1, n_total - sizes[-1]))
    return np.concatenate(order), np.asarray(sizes), np.asarray(gaps)


def _by_batches(rows: Floats, total: Floats) -> Iterator[Positions]:
    batch = -(-len(rows) // STEPS)
    gain = 2.0 * (rows @ total) - np.einsum("ij,ij->i", rows, rows)
    left = len(rows)
    while left:
        best = np.sort(np.argpartition(-gain, min(batch, left) - 1)[: min(batch, left)])
        gone = rows[best].sum(axis=0)
        total -= gone
        gain -= 2.0 * (rows @ gone)
        best = best[np.argsort(-gain[best], kind="stable")]
        gain[best] = -np.inf
        left -= len(best)
        yield best


def _one_by_one(rows: Floats, total: Floats) -> Iterator[Positions]:
    left = np.arange(len(rows))
    while left.size:
        some = _Remaining(rows[left], total)
        # Once a fifth is gone a larger share of the products fits.
        until = 0 if some.complete else int(0.8 * len(left))
        while some.n_left > until:
            yield left[[some.remove()]]
        left = left[some.alive]


class _Remaining:
    """Rows, and what the removal of each would gain: roughly for all, exactly for the best.

    Gains are kept up to date with products of rows in float32, for as many rows as fit; their error
    is bounded, and every row that may be the best in spite of it is looked at in float64.
    """

    def __init__(self, rows: Floats, total: Floats) -> None:
        self.rows, self.total = rows, total
        self.squares = np.einsum("ij,ij->i", rows, rows)
        self.lengths = np.sqrt(self.squares)
        self.alive = np.ones(len(rows), dtype=np.bool_)
        self.n_left = len(rows)
        self._renew()
        self.single = rows.astype(np.float32)
        kept = min(len(rows), max(1, PRODUCT_BYTES // (4 * len(rows))))
        self.complete = kept == len(rows)
        # The best rows of today are those that will be removed soon.
        known = np.argpartition(-self.gain, kept - 1)[:kept]
        self.place = np.full(len(rows), -1)
        self.place[known] = np.arange(kept)
        self.products = self.single[known] @ self.single.T
        # Of a float32 product of two rows, relative to the product of their lengths.
        self.unit = 1.1 * (rows.shape[1] + 2) * float(np.finfo(np.float32).eps) / 2

    def remove(self) -> int:
        """Remove the best row and return its place."""
        if self.age == RENEWAL:
            self._renew()
        scale = self.lengths.max() * (2.0 * np.linalg.norm(self.total) + self.lengths.max())
        tie = ROUNDING * float(scale)
        near = np.flatnonzero(self.gain >= self.gain.max() - 2.0 * self.slack - tie)
        exact = 2.0 * (self.rows[near] @ self.total) - self.squares[near]
        best = int(near[np.argmax(exact >= exact.max() - tie)])
        self.total -= self.rows[best]
        self.gain -= 2.0 * self._products(best)
        self.gain[best] = -np.inf
        self.alive[best] = False
        self.n_left -= 1
        self.age += 1
        self.slack += 2.0 * self.unit * float(self.lengths[best] * self.lengths.max())
        return best

    def _renew(self) -> None:
        self.gain = 2.0 * (self.rows @ self.total) - self.squares
        self.gain[~self.alive] = -np.inf
        self.age, self.slack = 0, 0.0

    def _products(self, best: int) -> NDArray[Any]:
        place = self.place[best]
        return np.asarray(self.products[place] if place >= 0 else self.single @ self.single[best])

"""Rows near the removed ones: to grow a selection, and to find what it left behind."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from unlearn_widgets.problem.matrix import matrix
from unlearn_widgets.statistics import FORGET, RETAIN, chunks, float_rows
from unlearn_widgets.validation import at_least, count, row_positions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

    from unlearn_widgets.problem import UnlearningProblem

    Rows = NDArray[np.int64]
    Mask = NDArray[np.bool_]
    Floats = NDArray[np.float64]

DUPLICATE_TOLERANCE = 0.2

_READ_BYTES = 64 * 2**20
_BLOCK_ENTRIES = 2**21
_FLOAT32_ROUNDING = 2.0**-24


class _Cloud(NamedTuple):
    """Where the rows lie: their mean, their root mean square distance to it, and tr S."""

    mean: Floats
    scale: float
    within: float


class Neighbors:
    """Euclidean distances, in the embedding space, from rows to the nearest removed row.

    Distances are screened in float32 by matrix products and settled in float64 wherever rounding
    could change the answer, so the rows returned are those of an exact computation. The screen is
    kept: when rows are only added to the removed ones, only those are compared anew.

    Parameters
    ----------
    problem : UnlearningProblem
        The rows.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> X = [[0.0], [0.1], [5.0], [1.0], [3.0], [9.0]]
    >>> neighbors = Neighbors(uw.UnlearningProblem(X, forget=[0, 1, 2, 3]))
    >>> neighbors.grow([0], k=2, candidates=[1, 2, 3]).tolist()
    [1, 3]
    >>> neighbors.near_duplicates([0], candidates=[1, 2, 3]).tolist()
    [1]
    """

    def __init__(self, problem: UnlearningProblem) -> None:
        n = problem.n_rows
        self._problem = problem
        # Squared distances to the rows in _seen, of the rows in _covered, in units of the scale.
        self._screen = np.full(n, np.inf)
        self._seen = np.zeros(n, dtype=np.bool_)
        self._covered = np.zeros(n, dtype=np.bool_)

    def grow(self, removed_rows: ArrayLike, k: int, candidates: ArrayLike) -> Rows:
        """Return the rows nearest to the removed ones.

        Parameters
        ----------
        removed_rows : array-like
            Positions or mask of the removed rows, at least one.
        k : int
            How many rows to return; all candidates if there are fewer.
        candidates : array-like
            Positions or mask of the rows to choose from; removed rows among them are left out.

        Returns
        -------
        ndarray of int64
            Sorted positions of the k candidates with the least distance to the nearest removed
            row; of equally distant ones, those that come first.

        Raises
        ------
        ValueError
            If no row is removed, `k` is no positive integer, or a position is out of range.
        """
        removed, free = self._rows(removed_rows, candidates)
        size = count("k", k)
        if not len(removed):
            raise ValueError(
                "grow: no row is removed yet, so there is nothing to grow from. Select some rows "
                "first."
            )
        if size >= len(free):
            return free
        low, high = self._bounds(removed, free)
        # At least k rows lie within `reach`, and fewer than k below `surely`.
        reach = np.partition(high, size - 1)[size - 1]
        surely = high < np.partition(low, size - 1)[size - 1]
        maybe = free[~surely & (low <= reach)]
        order = np.argsort(self._exact(maybe, removed), kind="stable")
        nearest = maybe[order[: size - np.count_nonzero(surely)]]
        return np.sort(np.concatenate([free[surely], nearest]))

    def near_duplicates(
        self,
        removed_rows: ArrayLike,
        candidates: ArrayLike,
        tolerance: float = DUPLICATE_TOLERANCE,
    ) -> Rows:
        """Return the rows that nearly equal a removed one.

        Parameters
        ----------
        removed_rows : array-like
            Positions or mask of the removed rows.
        candidates : array-like
            Positions or mask of the rows to look at; removed rows among them are left out.
        tolerance : float, default 0.2
            Greatest distance to a removed row, as a share of the root mean square distance of two
            random rows of one domain, sqrt(2 tr S).

        Returns
        -------
        ndarray of int64
            Sorted positions; none if no row is removed.

        Raises
        ------
        ValueError
            If the tolerance is negative or not finite, or a position is out of range.
        """
        removed, free = self._rows(removed_rows, candidates)
        share = float(at_least("tolerance", tolerance, 0.0, finite=True))
        if not len(removed) or not len(free):
            return np.zeros(0, dtype=np.int64)
        farthest = share * share * 2 * self._cloud.within
        low, high = self._bounds(removed, free)
        scaled = farthest / self._cloud.scale**2
        near = high <= scaled * (1 - 1e-12)
        maybe = np.flatnonzero(~near & (low <= scaled * (1 + 1e-12)))
        near[maybe] = self._exact(free[maybe], removed) <= farthest
        return free[near]

    def _rows(self, removed: ArrayLike, candidates: ArrayLike) -> tuple[Rows, Rows]:
        n = self._problem.n_rows
        chosen = row_positions("removed_rows", removed, n)
        free = row_positions("candidates", candidates, n)
        return chosen, np.setdiff1d(free, chosen, assume_unique=True)

    @cached_property
    def _X(self) -> NDArray[Any]:
        return matrix("X", self._problem.X)

    @cached_property
    def _cloud(self) -> _Cloud:
        X, codes = self._X, self._problem.domain_codes
        n, d = X.shape
        origin = float_rows(X, slice(0, 1))[0]
        sums = np.zeros((3, d))
        for part in chunks(n, d):
            rows = float_rows(X, part) - origin
            for code in range(3):
                sums[code] += rows[codes[part] == code].sum(axis=0)
        sizes = np.bincount(codes, minlength=3)
        means = origin + sums / np.maximum(sizes, 1)[:, None]
        mean = origin + sums.sum(axis=0) / n
        total = within = 0.0
        for part in chunks(n, d):
            rows, kinds = float_rows(X, part), codes[part]
            total += float(np.square(rows - mean).sum())
            for code in (RETAIN, FORGET):
                within += float(np.square(rows[kinds == code] - means[code]).sum())
        return _Cloud(mean, math.sqrt(total / n) or 1.0, within / (sizes[1] + sizes[2] - 2))

    def _bounds(self, removed: Rows, free: Rows) -> tuple[Floats, Floats]:
        """Bound the squared distances to the nearest removed row, in units of the scale."""
        gone = np.zeros_like(self._seen)
        gone[removed] = True
        if (self._seen & ~gone).any():
            self._covered[:] = False
            self._seen[:] = False
        wanted = np.zeros_like(self._seen)
        wanted[free] = True
        fresh = wanted & ~self._covered
        self._screen[fresh] = np.inf
        self._compare(np.flatnonzero(gone & ~self._seen), free)
        self._compare(np.flatnonzero(gone & self._seen), np.flatnonzero(fresh))
        self._seen, self._covered = gone, wanted
        distance = self._screen[free]
        longest = max((float(norms.max()) for _, _, norms in self._read(removed)), default=0.0)
        error = np.empty(len(free))
        for at, _, norms in self._read(free):
            error[at] = np.square(np.sqrt(norms) + math.sqrt(longest))
        error *= (self._X.shape[1] + 16) * _FLOAT32_ROUNDING
        return distance - error, distance + error

    def _compare(self, removed: Rows, rows: Rows) -> None:
        """Lower the screened distances of some rows to those of some removed rows."""
        for _, gone, gone_norms in self._read(removed):
            # One product gives |r|^2 - 2 x r: the constant column carries |r|^2.
            factor = np.column_stack([gone * np.float32(-2), gone_norms.astype(np.float32)]).T
            for at, points, norms in self._read(rows):
                left = np.column_stack([points, np.ones(len(points), dtype=np.float32)])
                step = max(1, _BLOCK_ENTRIES // len(gone))
                least = [
                    (left[start : start + step] @ factor).min(axis=1)
                    for start in range(0, len(left), step)
                ]
                here = rows[at]
                self._screen[here] = np.minimum(self._screen[here], np.concatenate(least) + norms)

    def _read(self, rows: Rows) -> Iterator[tuple[slice, NDArray[np.float32], Floats]]:
        """Read rows in parts: where they are, centred and scaled in float32, squared lengths."""
        step = max(1, _READ_BYTES // (8 * self._X.shape[1]))
        for start in range(0, len(rows), step):
            at = slice(start, min(len(rows), start + step))
            points = np.asarray(self._X[rows[at]], dtype=np.float64)
            points = (points - self._cloud.mean) / self._cloud.scale
            yield at, points.astype(np.float32), np.einsum("ij,ij->i", points, points)

    def _exact(self, rows: Rows, removed: Rows) -> Floats:
        """Return squared distances to the nearest removed row, free of cancellation."""
        nearest = np.full(len(rows), np.inf)
        d = self._X.shape[1]
        step = max(1, _READ_BYTES // (8 * d))
        for start in range(0, len(removed), step):
            gone = np.asarray(self._X[removed[start : start + step]], dtype=np.float64)
            centred = gone - self._cloud.mean
            norms = np.einsum("ij,ij->i", centred, centred)
            block = max(1, min(step, _BLOCK_ENTRIES // len(gone)))
            for first in range(0, len(rows), block):
                at = slice(first, first + block)
                points = np.asarray(self._X[rows[at]], dtype=np.float64)
                products = (points - self._cloud.mean) @ centred.T
                closest = np.argmin(norms - 2 * products, axis=1)
                apart = points - gone[closest]
                nearest[at] = np.minimum(nearest[at], np.einsum("ij,ij->i", apart, apart))
        return nearest

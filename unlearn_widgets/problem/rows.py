"""Whitened rows, and the sums over the rows that remain after a removal.

A removal changes the numbers only through the sum (and, when the covariance is refitted, the
scatter) of the rows kept in each domain. `KeptSums` maintains them between successive removals:
by the rows that changed, by the rows removed or kept, or by whole blocks of rows that lie together
on a map, whichever touches the fewest rows. Section 4 of docs/theory.md.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from unlearn_widgets.problem.blocks import BLOCK_ROWS, MapBlocks, morton_codes
from unlearn_widgets.statistics import FORGET, RETAIN, Codes, chunks, float_rows

if TYPE_CHECKING:
    from unlearn_widgets.problem.whitening import Whitening
    from unlearn_widgets.validation import Floats, Mask, Positions

STORAGE_LIMIT = 256 * 2**20
RECOMPUTE_AFTER = 10_000
# Gathering this many numbers at a time keeps them in the processor's cache.
GATHER_NUMBERS = 49_152


class WhitenedRows:
    """The rows of X in whitened coordinates, in the order of X.

    Parameters
    ----------
    X : (n, d) ndarray
        Finite rows; read in chunks.
    codes : (n,) uint8 ndarray
        Domain of each row: 0 neither, 1 retain, 2 forget.
    whitening : Whitening
        The map to whitened coordinates.

    Attributes
    ----------
    values : (n, dim_effective) ndarray
        float64 up to 256 MB, float32 beyond.
    precision : str
        "float64" or "float32".
    scores : (n,) ndarray
        Log-likelihood ratio log p1(x)/p2(x) of each row in nats, from unrounded coordinates.

    """

    def __init__(self, X: npt.NDArray[Any], codes: Codes, whitening: Whitening) -> None:
        shape = (len(X), whitening.dim_effective)
        small = 8 * shape[0] * shape[1] <= STORAGE_LIMIT
        self.precision = "float64" if small else "float32"
        self.values = np.empty(shape, dtype=np.float64 if small else np.float32)
        self.scores: Floats = np.empty(len(X))
        self.codes = codes
        self.members = {code: codes == code for code in (RETAIN, FORGET)}
        self.counts = {code: int(np.count_nonzero(mask)) for code, mask in self.members.items()}
        self.blocks: dict[int, MapBlocks] = {}
        target = whitening.mean_forget
        middle = 0.5 * float(target @ target)
        for part in chunks(*X.shape):
            rows = whitening.transform(float_rows(X, part))
            self.values[part] = rows
            self.scores[part] = rows @ target - middle
        self.totals = {code: self.sum(np.flatnonzero(self.members[code])) for code in self.members}
        # Free of the rounding of stored rows, so that removing nothing or everything is exact.
        self.exact_totals = {RETAIN: 0.0 * target, FORGET: self.counts[FORGET] * target}

    @functools.cached_property
    def scatter_totals(self) -> dict[int, Floats]:
        """(dim, dim) sum of x x' over all rows of each domain."""
        return {code: self.scatter(np.flatnonzero(mask)) for code, mask in self.members.items()}

    @property
    def dim(self) -> int:
        """Number of whitened coordinates."""
        return int(self.values.shape[1])

    def sum(self, rows: Positions) -> Floats:
        """Return the (dim,) float64 sum of some rows."""
        total = np.zeros(self.dim)
        for gathered in self._gather(rows, max(64, GATHER_NUMBERS // self.dim)):
            total += np.add.reduce(gathered, axis=0, dtype=np.float64)
        return total

    def scatter(self, rows: Positions) -> Floats:
        """Return the (dim, dim) float64 sum of x x' over some rows."""
        total = np.zeros((self.dim, self.dim))
        for gathered in self._gather(rows, 1024):
            exact = np.asarray(gathered, dtype=np.float64)
            total += exact.T @ exact
        return total

    def squared_norms(self, rows: Positions) -> Floats:
        """Return the squared Mahalanobis distance of some rows to the retained mean."""
        parts = [
            np.einsum("ij,ij->i", gathered, gathered, dtype=np.float64)
            for gathered in self._gather(rows, 1024)
        ]
        return np.concatenate(parts)

    def take(self, rows: Positions) -> Floats:
        """Return some rows as a new float64 array."""
        return np.asarray(self.values[rows], dtype=np.float64)

    def arrange(self, positions: npt.NDArray[np.floating[Any]]) -> None:
        """Sum rows that lie together on a map in advance, so that a brush is mostly whole blocks.

        Parameters
        ----------
        positions : (n, 2) ndarray
            Coordinates of each row on the map.

        """
        keys = morton_codes(positions)
        self.blocks = {
            code: MapBlocks(self.sum, rows[np.argsort(keys[rows], kind="stable")])
            for code, rows in ((code, np.flatnonzero(mask)) for code, mask in self.members.items())
        }

    def _gather(self, rows: Positions, step: int) -> Any:
        buffer = np.empty((min(step, len(rows)), self.dim), dtype=self.values.dtype)
        for start in range(0, len(rows), step):
            part = rows[start : start + step]
            yield np.take(self.values, part, axis=0, out=buffer[: len(part)], mode="clip")


class KeptSums:
    """Sums over the kept rows of each domain, updated from one removal to the next.

    Parameters
    ----------
    rows : WhitenedRows
        The rows.
    second_moments : bool
        Whether to maintain the scatter as well.

    Attributes
    ----------
    counts : dict
        Kept rows by domain code.
    scatters : dict
        (dim, dim) sum of x x' of the kept rows by domain code, with `second_moments`.

    """

    def __init__(self, rows: WhitenedRows, *, second_moments: bool = False) -> None:
        self._rows = rows
        self._second = second_moments
        self._removed: Mask = np.zeros(len(rows.codes), dtype=np.bool_)
        self._updates = 0
        self.counts = dict(rows.counts)
        self._sums = {code: total.copy() for code, total in rows.totals.items()}
        totals = rows.scatter_totals if second_moments else {}
        self.scatters = {code: total.copy() for code, total in totals.items()}

    def check(self, removed: Mask) -> None:
        """Raise unless a row would be kept."""
        rows = self._rows
        total = sum(rows.counts.values())
        if np.count_nonzero(removed) >= total and removed[rows.codes > 0].all():
            message = (
                f"removed: all {total} rows of both domains would be removed. "
                "Keep at least one row."
            )
            raise ValueError(message)

    def update(self, removed: Mask) -> None:
        """Move to another removal, given as a (n,) mask; rows in neither domain are ignored."""
        updates = self._updates + 1
        fresh = updates >= RECOMPUTE_AFTER
        # If this update is interrupted half-way, the next one starts from scratch.
        self._updates = RECOMPUTE_AFTER
        changed = np.flatnonzero(removed != self._removed)
        kinds = self._rows.codes[changed]
        for code in self._rows.members:
            rows = changed[kinds == code]
            if fresh or rows.size:
                self._move(code, removed, None if fresh else rows)
        self._removed = removed.copy()
        self._updates = 0 if fresh else updates

    def sum(self, code: int) -> Floats:
        """Return the (dim,) sum of the kept rows of a domain."""
        whole = self.counts[code] == self._rows.counts[code]
        return self._rows.exact_totals[code] if whole else self._sums[code]

    def _move(self, code: int, removed: Mask, changed: Positions | None) -> None:
        n = self._rows.counts[code]
        n_removed = int(np.count_nonzero(removed & self._rows.members[code]))
        self.counts[code] = n - n_removed
        fewest = min(n_removed, n - n_removed)
        if changed is not None and changed.size < fewest:
            fewest = changed.size
        else:
            changed = None
        if fewest == 0:
            self._reset(code, share=0.0 if n_removed else 1.0)
        elif self._from_blocks(code, removed, fewest):
            pass
        elif changed is not None:
            gone = removed[changed]
            self._shift(code, changed[gone], changed[~gone])
        else:
            self._recompute(code, removed, few_kept=2 * n_removed > n)

    def _reset(self, code: int, share: float) -> None:
        self._sums[code] = share * self._rows.totals[code]
        if self._second:
            self.scatters[code] = share * self._rows.scatter_totals[code]

    def _from_blocks(self, code: int, removed: Mask, fewest: int) -> bool:
        """Sum by whole blocks if that touches fewer rows than `fewest`; tell whether it did."""
        blocks = self._rows.blocks.get(code)
        if blocks is None or self._second or fewest <= 4 * BLOCK_ROWS:
            return False
        gone = blocks.sum(removed, fewest)
        if gone is None:
            return False
        self._sums[code] = self._rows.totals[code] - gone
        return True

    def _shift(self, code: int, gone: Positions, back: Positions) -> None:
        self._sums[code] += self._rows.sum(back) - self._rows.sum(gone)
        if self._second:
            self.scatters[code] += self._rows.scatter(back) - self._rows.scatter(gone)

    def _recompute(self, code: int, removed: Mask, *, few_kept: bool) -> None:
        members = self._rows.members[code]
        rows = np.flatnonzero(members & ~removed if few_kept else members & removed)
        part = self._rows.sum(rows)
        self._sums[code] = part if few_kept else self._rows.totals[code] - part
        if self._second:
            scatter = self._rows.scatter(rows)
            self.scatters[code] = scatter if few_kept else self._rows.scatter_totals[code] - scatter

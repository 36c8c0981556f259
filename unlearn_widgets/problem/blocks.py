"""Sums over blocks of rows that lie together on a map, so that a brush is mostly whole blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable

    from unlearn_widgets.validation import Floats, Mask, Positions

BLOCK_ROWS = 256


class MapBlocks:
    """Rows of one domain in map order, cut into blocks with known sums.

    Parameters
    ----------
    row_sum : callable
        Returns the (dim,) sum of some rows.
    order : (m,) int64 ndarray
        Positions of the rows, neighbours on the map next to each other.

    """

    def __init__(self, row_sum: Callable[[Positions], Floats], order: Positions) -> None:
        self._row_sum = row_sum
        self._order = order
        self._starts = np.arange(0, len(order), BLOCK_ROWS)
        self._sizes = np.diff(self._starts, append=len(order))
        self._sums = np.stack([row_sum(order[at : at + BLOCK_ROWS]) for at in self._starts])

    def sum(self, mask: Mask, limit: int) -> Floats | None:
        """Return the (dim,) sum of the rows in a (n,) mask.

        A block that is mostly inside counts whole, and the rows that are not are taken away again.
        None when that takes as many blocks and single rows as `limit`.
        """
        inside = mask[self._order]
        counts = np.add.reduceat(inside, self._starts, dtype=np.int64)
        whole = 2 * counts > self._sizes
        blocks = np.flatnonzero(whole)
        ragged = int(np.where(whole, self._sizes - counts, counts).sum())
        if ragged + blocks.size >= limit:
            return None
        touched = np.repeat(whole, self._sizes)
        extra, missing = self._order[inside & ~touched], self._order[~inside & touched]
        total: Floats = self._sums[blocks].sum(axis=0)
        return total + self._row_sum(extra) - self._row_sum(missing)


def morton_codes(positions: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.uint64]:
    """Return the Z-order of (n, 2) points on a 65,536 x 65,536 grid over their bounding box.

    >>> import numpy as np
    >>> morton_codes(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])).argsort()
    array([0, 1, 2])
    """
    points = np.asarray(positions, dtype=np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    span = np.where(high > low, high - low, 1.0)
    grid = ((points - low) / span * 65535.0).astype(np.uint64)
    return _spread(grid[:, 0]) | (_spread(grid[:, 1]) << np.uint64(1))


def _spread(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Put a zero bit between all bits of 16-bit numbers."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        values = (values | (values << np.uint64(shift))) & np.uint64(mask)
    return values

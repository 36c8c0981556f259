"""Farthest-first traversal of a map: each row is the farthest from all rows before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unlearn_widgets.validation import Floats, Positions


class FarthestFirst:
    """Order rows so that every beginning of the order covers the map as well as it can.

    A row that is picked at distance r from the nearest pick is nearer than r to no other row than
    those within r of it. Rows are sorted along the map, so that a step looks at a strip of width
    2 r alone, which narrows while the picks fill the map.

    Parameters
    ----------
    points : (m, 2) ndarray
        Finite map coordinates. The first row is the one nearest to their mean.

    Attributes
    ----------
    order : (m,) ndarray of int64
        The first `n_ready` entries are ready.
    n_ready : int
        Rows ordered so far.

    Notes
    -----
    Gonzalez (1985): the picks cover the map within twice the radius of the best ones. Distances are
    compared in float32.

    Examples
    --------
    >>> traversal = FarthestFirst(np.array([[-4.0, 0.0], [-3.0, 0.0], [0.5, 0.0], [6.5, 0.0]]))
    >>> traversal.extend(4)
    >>> traversal.order
    array([2, 3, 0, 1])

    """

    def __init__(self, points: Floats) -> None:
        m = len(points)
        self.order: Positions = np.zeros(m, dtype=np.int64)
        self.n_ready = 0
        if m == 0:
            return
        centred = points - points.mean(axis=0)
        # Squares of any finite coordinates fit into float32 after this.
        unit = (centred / (np.abs(centred).max() or 1.0)).astype(np.float32)
        self._rows = np.argsort(unit[:, 0], kind="stable")
        self._x = np.ascontiguousarray(unit[self._rows, 0])
        self._y = np.ascontiguousarray(unit[self._rows, 1])
        # Squared distance to the nearest pick; of picks: -1.
        self._nearest: NDArray[np.float32] = np.full(m, np.inf, dtype=np.float32)
        self._first = int(np.argmin(np.square(self._x) + np.square(self._y)))

    def extend(self, n: int) -> None:
        """Order rows until `n` are ready, or all.

        Parameters
        ----------
        n : int
            How many.

        """
        goal = min(n, len(self.order))
        while self.n_ready < goal:
            at = int(np.argmax(self._nearest)) if self.n_ready else self._first
            reach = float(self._nearest[at])
            if reach <= 0.0:
                self._copies()
                return
            self._pick(at, reach)

    def _pick(self, at: int, reach: float) -> None:
        x, y = self._x[at], self._y[at]
        part = slice(0, len(self._x))
        if np.isfinite(reach):
            # A little wider than r, for the rounding of the squares.
            width = np.float32(np.sqrt(reach) * 1.00001)
            low, high = np.searchsorted(self._x, np.array([x - width, x + width]))
            part = slice(max(0, int(low) - 1), int(high) + 1)
        squares = np.square(self._x[part] - x)
        squares += np.square(self._y[part] - y)
        nearest = self._nearest[part]
        np.minimum(nearest, squares, out=nearest)
        self._nearest[at] = -1.0
        self.order[self.n_ready] = self._rows[at]
        self.n_ready += 1

    def _copies(self) -> None:
        """Order what is left: rows that lie where a pick lies, all equally good."""
        rest = np.sort(self._rows[self._nearest >= 0.0])
        self.order[self.n_ready :] = rest
        self.n_ready = len(self.order)

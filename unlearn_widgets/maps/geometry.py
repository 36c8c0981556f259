"""Which points of a map lie inside a gesture, exactly.

The twin of ``js/src/core/geometry.ts``: both languages evaluate the same float64 expressions on
the same float32 positions, so that the browser's highlight and Python's recomputation agree bit
for bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.maps.paths import as_path, as_radius
from unlearn_widgets.validation import choice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]

TOOLS = ("lasso", "rectangle", "brush", "click")
MODES = ("replace", "add", "subtract", "intersect")

# Slices longer than this are cheaper one at a time than gathered into pairs.
_LONG_SLICE = 400
# Pairs of a point and an edge (or disc) tested together: three float64 temporaries stay in cache.
_PAIRS_AT_ONCE = 1 << 16


class PointIndex:
    """Points of a map, sorted by y once, so that a gesture touches only the rows it can reach.

    Parameters
    ----------
    positions : array-like of shape (n, 2)
        Map coordinates. They are rounded to float32; membership is decided on the rounded values,
        in float64.

    Raises
    ------
    ValueError
        If `positions` is not of shape (n, 2) or holds NaN or infinite values.

    Examples
    --------
    >>> index = PointIndex([[0.0, 0.0], [2.0, 2.0], [0.5, 0.5]])
    >>> index.lasso([[-1, -1], [1, -1], [1, 1], [-1, 1]]).tolist()
    [True, False, True]
    """

    def __init__(self, positions: ArrayLike) -> None:
        with np.errstate(over="ignore"):
            points = np.asarray(positions, dtype=np.float32)
        if points.ndim != 2 or points.shape[1] != 2:
            raise ValueError(
                f"positions: expected an array of shape (n, 2), got shape {points.shape}."
            )
        if not np.isfinite(points).all():
            row = int(np.flatnonzero(~np.isfinite(points).all(axis=1))[0])
            raise ValueError(
                f"positions: map coordinates must be finite in float32, got {points[row].tolist()} "
                f"in row {row}."
            )
        self.n = len(points)
        self._x = points[:, 0].astype(np.float64)
        self._y = points[:, 1].astype(np.float64)
        self._order = np.argsort(self._y, kind="stable")
        self._sorted_x = self._x[self._order]
        self._sorted_y = self._y[self._order]

    def gesture(
        self,
        tool: str,
        path: ArrayLike,
        radius: ArrayLike | None = None,
        row: int | None = None,
    ) -> Mask:
        """Rows inside a gesture.

        Parameters
        ----------
        tool : {"lasso", "rectangle", "brush", "click"}
            What was drawn.
        path : array-like of shape (m, 2)
            Map coordinates of the gesture: vertices, two corners, disc centres, or one point.
        radius : array-like of shape (2,), optional
            Half-widths of the brush in map units; needed by "brush" alone.
        row : int, optional
            The row that was clicked; read by "click" alone.

        Returns
        -------
        ndarray of shape (n,), bool
            True for the rows inside.

        Raises
        ------
        ValueError
            If the tool is unknown, or its path or radius is not one the tool can have.
        """
        choice("tool", tool, TOOLS)
        if tool == "lasso":
            return self.lasso(path)
        if tool == "rectangle":
            return self.rectangle(path)
        if tool == "brush":
            if radius is None:
                raise ValueError(
                    "radius: a brush needs its two half-widths (rx, ry) in map units, got None."
                )
            return self.disc(path, radius)
        return self.click(path, row)

    def lasso(self, path: ArrayLike) -> Mask:
        """Rows inside a closed polygon, by the even-odd rule.

        A point is inside if an odd number of edges, the last vertex joined to the first, satisfies
        ``((yi > y) != (yj > y)) && (x < (xj - xi) * (y - yi) / (yj - yi) + xi)`` in float64.

        Parameters
        ----------
        path : array-like of shape (m, 2)
            The vertices, m >= 3, in map coordinates.

        Returns
        -------
        ndarray of shape (n,), bool
            True for the rows inside.

        Raises
        ------
        ValueError
            If there are fewer than 3 vertices, or a coordinate is NaN or infinite.
        """
        vertices = as_path(path, "lasso", 3)
        ends = np.roll(vertices, -1, axis=0)
        low = np.minimum(vertices[:, 1], ends[:, 1])
        high = np.maximum(vertices[:, 1], ends[:, 1])
        # Exactly one end lies above y when min(yi, yj) <= y < max(yi, yj).
        start = np.searchsorted(self._sorted_y, low, side="left")
        stop = np.searchsorted(self._sorted_y, high, side="left")

        def crossed(x: Floats, y: Floats, edge: Any) -> Mask:
            xi, yi = vertices[edge, 0], vertices[edge, 1]
            xj, yj = ends[edge, 0], ends[edge, 1]
            at: Floats = y - yi
            at *= xj - xi
            at /= yj - yi
            at += xi
            return np.asarray(x < at)

        parity = np.zeros(self.n, dtype=np.bool_)
        for where, crossing in self._test(start, stop, crossed):
            if isinstance(where, slice):
                parity[where] ^= crossing
            else:
                odd = np.bincount(where[crossing], minlength=self.n) & 1
                parity ^= odd.astype(np.bool_)
        return self._unsorted(parity)

    def rectangle(self, path: ArrayLike) -> Mask:
        """Rows inside or on an axis-parallel rectangle.

        Parameters
        ----------
        path : array-like of shape (2, 2)
            Two opposite corners, in either order.

        Returns
        -------
        ndarray of shape (n,), bool
            True for the rows inside or on the border.

        Raises
        ------
        ValueError
            If `path` does not hold two finite corners.
        """
        corners = as_path(path, "rectangle", 2, 2)
        left, bottom = corners.min(axis=0)
        right, top = corners.max(axis=0)
        inside = (self._x >= left) & (self._x <= right)
        inside &= (self._y >= bottom) & (self._y <= top)
        return np.asarray(inside)

    def disc(self, path: ArrayLike, radius: ArrayLike) -> Mask:
        """Rows touched by a disc that was drawn along a path.

        A point is inside if ``((x - cx) / rx)**2 + ((y - cy) / ry)**2 <= 1`` for any centre.

        Parameters
        ----------
        path : array-like of shape (m, 2)
            The centres, m >= 1.
        radius : array-like of shape (2,)
            Half-widths (rx, ry) in map units: a circle on screen is an ellipse on the map.

        Returns
        -------
        ndarray of shape (n,), bool
            True for the rows inside or on the border of any disc.

        Raises
        ------
        ValueError
            If there is no centre, a coordinate is not finite, or a half-width is not positive.
        """
        centres = as_path(path, "brush", 1)
        rx, ry = as_radius(radius)
        # Wider than the disc by more than any rounding error; the test itself decides.
        reach = ry * (1 + 1e-9) + np.abs(centres[:, 1]) * 1e-9
        with np.errstate(over="ignore"):
            start = np.searchsorted(self._sorted_y, centres[:, 1] - reach, side="left")
            stop = np.searchsorted(self._sorted_y, centres[:, 1] + reach, side="right")

        def covered(x: Floats, y: Floats, centre: Any) -> Mask:
            across: Floats = x - centres[centre, 0]
            across /= rx
            across *= across
            along: Floats = y - centres[centre, 1]
            along /= ry
            along *= along
            across += along
            return np.asarray(across <= 1.0)

        inside = np.zeros(self.n, dtype=np.bool_)
        for where, covering in self._test(start, stop, covered):
            if isinstance(where, slice):
                inside[where] |= covering
            else:
                inside[where[covering]] = True
        return self._unsorted(inside)

    def click(self, path: ArrayLike, row: int | None = None) -> Mask:
        """Rows taken by a click on a point.

        Parameters
        ----------
        path : array-like of shape (1, 2)
            The coordinates of the clicked point.
        row : int, optional
            The clicked row. Without it, every row at exactly this position is taken.

        Returns
        -------
        ndarray of shape (n,), bool
            True for the rows taken.

        Raises
        ------
        ValueError
            If `path` is not one finite point, or `row` is not a row of the map.
        """
        point = as_path(path, "click", 1, 1)[0]
        if row is None:
            return np.asarray((self._x == point[0]) & (self._y == point[1]))
        if not 0 <= row < self.n:
            raise ValueError(f"row: a click must name a row in 0..{self.n - 1}, got {row}.")
        taken = np.zeros(self.n, dtype=np.bool_)
        taken[row] = True
        return taken

    def _test(
        self,
        start: NDArray[np.intp],
        stop: NDArray[np.intp],
        test: Callable[[Floats, Floats, Any], Mask],
    ) -> Iterator[tuple[slice | NDArray[np.intp], Mask]]:
        """Apply `test` to the points start[i]..stop[i] of every shape i, in y order.

        Long slices are tested one by one; short ones are gathered, since 100,000 edges with a few
        points each would otherwise cost 100,000 passes through the interpreter.
        """
        counts = stop - start
        # A path with coordinates near 1e308 overflows to inf or nan, as it does in JavaScript.
        with np.errstate(all="ignore"):
            for shape in np.flatnonzero(counts > _LONG_SLICE).tolist():
                rows = slice(int(start[shape]), int(stop[shape]))
                yield rows, test(self._sorted_x[rows], self._sorted_y[rows], shape)
            short = np.flatnonzero((counts > 0) & (counts <= _LONG_SLICE))
            if not len(short):
                return
            batch = np.cumsum(counts[short]) // _PAIRS_AT_ONCE
            for shapes in np.split(short, np.flatnonzero(np.diff(batch)) + 1):
                sizes = counts[shapes]
                first = np.cumsum(sizes) - sizes
                points = np.arange(int(sizes.sum())) + np.repeat(start[shapes] - first, sizes)
                which = np.repeat(shapes, sizes)
                yield points, test(self._sorted_x[points], self._sorted_y[points], which)

    def _unsorted(self, mask: Mask) -> Mask:
        result = np.empty(self.n, dtype=np.bool_)
        result[self._order] = mask
        return result

"""The path of a gesture: checked before anything is decided on it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


def as_path(path: ArrayLike, tool: str, at_least: int, at_most: int | None = None) -> Floats:
    """Check the path of a gesture and return it as float64.

    Parameters
    ----------
    path : array-like of shape (m, 2)
        Map coordinates.
    tool : str
        The tool it was drawn with, for the error message.
    at_least, at_most : int
        How many points the tool needs.

    Returns
    -------
    ndarray of shape (m, 2), float64
        The path.

    Raises
    ------
    ValueError
        If the path has another shape, too few or too many points, or a coordinate that is not
        finite.

    Examples
    --------
    >>> as_path([[0, 0], [1, 0], [0, 1]], "lasso", 3).shape
    (3, 2)
    """
    try:
        points = np.asarray(path)
    except ValueError:
        points = np.empty((), dtype=object)
    if points.size == 0:
        points = np.empty((0, 2))
    if points.dtype.kind not in "iuf" or points.ndim != 2 or points.shape[1] != 2:
        got = f"shape {points.shape} of {points.dtype}" if points.ndim else type(path).__name__
        raise ValueError(
            f"path: a {tool} needs numbers of shape (m, 2), one map point a row, got {got}."
        )
    if len(points) < at_least or (at_most is not None and len(points) > at_most):
        unit = "vertices" if tool == "lasso" else "point" if at_least == 1 else "points"
        bound = f"{at_least}" if at_most == at_least else f"at least {at_least}"
        raise ValueError(f"path: a {tool} needs {bound} {unit}, got {len(points)}.")
    vertices = np.ascontiguousarray(points, dtype=np.float64)
    finite = np.isfinite(vertices).all(axis=1)
    if not finite.all():
        at = int(np.flatnonzero(~finite)[0])
        raise ValueError(
            f"path: every coordinate of a {tool} must be finite, got {vertices[at].tolist()} at "
            f"index {at}."
        )
    return vertices


def as_radius(radius: ArrayLike) -> tuple[float, float]:
    """Check the half-widths of a brush and return them as floats.

    Parameters
    ----------
    radius : array-like of shape (2,)
        Half-widths (rx, ry) in map units.

    Returns
    -------
    tuple of float
        (rx, ry).

    Raises
    ------
    ValueError
        If there are not two numbers, or one is not positive and finite.

    Examples
    --------
    >>> as_radius([2, 1])
    (2.0, 1.0)
    """
    values = np.asarray(radius)
    if values.shape != (2,) or values.dtype.kind not in "iuf":
        raise ValueError(f"radius: expected two numbers (rx, ry) in map units, got {radius!r}.")
    rx, ry = float(values[0]), float(values[1])
    if not (math.isfinite(rx) and math.isfinite(ry) and rx > 0 and ry > 0):
        raise ValueError(f"radius: both half-widths must be positive and finite, got ({rx}, {ry}).")
    return rx, ry

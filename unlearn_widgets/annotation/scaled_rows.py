"""Rows of X on a scale that suits a regularised classifier."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.problem.matrix import matrix
from unlearn_widgets.statistics import chunks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unlearn_widgets.validation import Floats, Positions

# Mean and variance of so many rows are those of all for this purpose.
SAMPLE = 10_000


class ScaledRows:
    """Rows of X, centred and divided by the root of their total variance, or as they are.

    Parameters
    ----------
    X : (n, d) array-like
        The rows; read in chunks.
    scale : bool
        Whether to scale. The units of X then do not matter to a regularised classifier, but the
        directions in which rows vary most still count most.

    Examples
    --------
    >>> rows = ScaledRows([[1.0, 0.0], [3.0, 0.0]], scale=True)
    >>> rows.take(np.array([1]))
    array([[1., 0.]])

    """

    def __init__(self, X: Any, *, scale: bool) -> None:
        self._X = matrix("X", X)
        self._centre: Floats | float = 0.0
        self._unit = 1.0
        if scale:
            step = max(1, math.ceil(len(self._X) / SAMPLE))
            sample = np.asarray(self._X[::step], dtype=np.float64)
            self._centre = sample.mean(axis=0)
            self._unit = math.sqrt(float(sample.var(axis=0).sum())) or 1.0

    def take(self, rows: Positions) -> Floats:
        """Return some rows as float64.

        Parameters
        ----------
        rows : (m,) ndarray of int64
            Which of them.

        """
        return self._scaled(np.asarray(self._X[rows]))

    def parts(self) -> Iterator[tuple[slice, Floats]]:
        """Yield all rows as float64, a few megabytes at a time, with their places in X."""
        for part in chunks(*self._X.shape):
            yield part, self._scaled(np.asarray(self._X[part]))

    def _scaled(self, rows: Any) -> Floats:
        return np.asarray((rows - self._centre) / self._unit, dtype=np.float64)

"""Squared Euclidean distances among the rows of one matrix, with copies at exactly zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from unlearn_widgets.validation import Floats, Positions

# Relative to the squared lengths; products of rows are wrong by less than a tenth of it.
ROUNDING = 1e-12


class SquaredDistances:
    """Squared distances among (n, d) float64 rows, through products of matrices.

    Distances below a part in 10^12 of the squared lengths are rounding, and count as zero.

    Parameters
    ----------
    rows : (n, d) ndarray
        Rows, centred, so that lengths are no longer than they need be.

    Examples
    --------
    >>> SquaredDistances(np.array([[0.0, 3.0], [4.0, 0.0]])).between([0], [0, 1])
    array([[ 0., 25.]])

    """

    def __init__(self, rows: Floats) -> None:
        self.rows = rows
        self.squares: Floats = np.einsum("ij,ij->i", rows, rows)

    def between(self, some: Positions | slice, others: Positions | slice) -> Floats:
        """Return the (len(some), len(others)) squared distances."""
        lengths = self.squares[some][:, None] + self.squares[others]
        distances = self.rows[some] @ self.rows[others].T
        distances *= -2.0
        distances += lengths
        lengths *= ROUNDING
        distances[distances < lengths] = 0.0
        return distances

    def first_center(self) -> int:
        """Return the row with the smallest sum of squared distances to all: nearest the mean."""
        return first_of_largest(self.squares.max(initial=0.0) - self.squares)


def first_of_largest(values: Floats) -> int:
    """Return the first position whose value is the largest one, up to rounding.

    >>> first_of_largest(np.array([1.0, 3.0, 3.0 + 1e-15]))
    1
    """
    return int(np.argmax(values >= values.max() * (1.0 - ROUNDING)))

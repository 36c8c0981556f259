"""Rows that are removed together: all texts of one user, all messages of one thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from unlearn_widgets.statistics import Codes
    from unlearn_widgets.validation import Floats, Mask, Positions


class Groups:
    """Groups of rows, cut at the border of the domains.

    Parameters
    ----------
    labels : (n,) array-like
        Label of each row; rows of one label form a group.
    codes : (n,) uint8 ndarray
        Domain of each row. A group that spans both domains counts as one group in each.

    Attributes
    ----------
    labels : (n,) ndarray
        The labels.
    numbers : (n,) int64 ndarray
        Number of the group of each row, different in the two domains.

    Raises
    ------
    ValueError
        When there is not one label for each row, or a label is missing.

    """

    def __init__(self, labels: Any, codes: Codes) -> None:
        values = np.asarray(labels)
        if values.shape != codes.shape:
            message = (
                f"groups: must hold one label for each of the {len(codes)} rows of X, "
                f"got shape {values.shape}."
            )
            raise ValueError(message)
        missing = _missing(values)
        if missing.any():
            row = int(np.argmax(missing))
            message = f"groups: every row needs a label, but that of row {row} is missing."
            raise ValueError(message)
        known: dict[object, int] = {}
        group = [
            known.setdefault((label, code), len(known))
            for label, code in zip(values.tolist(), codes.tolist(), strict=True)
        ]
        self.numbers: Positions = np.asarray(group, dtype=np.int64)
        self.labels = values
        self._size = len(known)

    def whole(self, mask: Mask) -> Mask:
        """Return the rows of a (n,) mask and the rest of their groups in the same domain."""
        chosen = np.zeros(self._size, dtype=np.bool_)
        chosen[self.numbers[mask]] = True
        return chosen[self.numbers]

    def order(self, rows: Positions, scores: Floats) -> Positions:
        """Return rows by falling score, each group in one piece by the mean score of its rows."""
        _, group, sizes = np.unique(self.numbers[rows], return_inverse=True, return_counts=True)
        mean = np.bincount(group, weights=scores) / sizes
        place = np.arange(len(rows))
        first = np.full(len(sizes), len(rows))
        np.minimum.at(first, group, place)
        return rows[np.lexsort((place, -scores, first[group], -mean[group]))]


def _missing(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    if values.dtype.kind == "f":
        return np.asarray(np.isnan(values))
    if values.dtype.kind == "O":
        return np.array([label is None or label != label for label in values])  # noqa: PLR0124
    return np.zeros(values.shape, dtype=np.bool_)

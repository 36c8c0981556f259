"""Rows that are removed together: all texts of one user, all messages of one thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from unlearn_widgets.statistics import Codes
    from unlearn_widgets.validation import Mask


class Groups:
    """Groups of rows, cut at the border of the domains.

    Parameters
    ----------
    labels : (n,) array-like
        Label of each row; rows of one label form a group.
    codes : (n,) uint8 ndarray
        Domain of each row. A group that spans both domains counts as one group in each.

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
        self._group = np.asarray(group, dtype=np.int64)
        self._size = len(known)

    def whole(self, mask: Mask) -> Mask:
        """Return the rows of a (n,) mask and the rest of their groups in the same domain."""
        chosen = np.zeros(self._size, dtype=np.bool_)
        chosen[self._group[mask]] = True
        return chosen[self._group]


def _missing(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    if values.dtype.kind == "f":
        return np.asarray(np.isnan(values))
    if values.dtype.kind == "O":
        return np.array([label is None or label != label for label in values])  # noqa: PLR0124
    return np.zeros(values.shape, dtype=np.bool_)

"""X as an (n, d) array of real numbers, from whatever holds one."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

DENSE_LIMIT = 256 * 2**20


def matrix(name: str, value: object) -> npt.NDArray[Any]:
    """Return an (n, d) array of real numbers; arrays and memory maps are not copied.

    Sparse matrices are densified when that takes at most 256 MB.

    Raises
    ------
    ValueError
        For the wrong number of dimensions, no columns, or a sparse matrix that is too large.
    TypeError
        For entries that are no real numbers.

    """
    rows = _dense(name, value)
    if rows.dtype.kind not in "biuf":
        message = (
            f"{name}: must hold real numbers, got dtype {rows.dtype}. Convert it to a float "
            f"array first, for example with np.asarray({name}, dtype=float)."
        )
        raise TypeError(message)
    if rows.ndim == 1:
        message = (
            f"{name}: must have shape (n, d), got shape {rows.shape}. "
            f"Use {name}.reshape(-1, 1) if each row has a single feature."
        )
        raise ValueError(message)
    columns = rows.shape[1:]
    if len(columns) != 1 or 0 in columns:
        message = f"{name}: must have shape (n, d) with d of at least 1, got shape {rows.shape}."
        raise ValueError(message)
    return rows


def _dense(name: str, value: object) -> npt.NDArray[Any]:
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        message = f"{name}: holds masked entries. Fill or drop them first."
        raise ValueError(message)
    if isinstance(value, np.ndarray):
        return value
    if hasattr(value, "toarray") and hasattr(value, "nnz"):
        return _densified(name, value)
    if hasattr(value, "columns"):
        from unlearn_widgets.frames import numeric_matrix

        return np.asarray(numeric_matrix(value))
    try:
        return np.asarray(value)
    except ValueError as error:
        message = (
            f"{name}: must be an (n, d) array of numbers with rows of one length, "
            f"got {type(value).__name__} ({error})."
        )
        raise ValueError(message) from error


def _densified(name: str, value: Any) -> npt.NDArray[Any]:
    n, d = value.shape
    size = 8 * n * d
    if size > DENSE_LIMIT:
        message = (
            f"{name}: a sparse matrix of shape ({n}, {d}) would take {size / 2**20:,.0f} MB as a "
            f"dense array, the limit is {DENSE_LIMIT // 2**20} MB. Reduce it first, for example "
            f"with sklearn.decomposition.TruncatedSVD(n_components=256).fit_transform({name})."
        )
        raise ValueError(message)
    return np.asarray(value.toarray(), dtype=np.float64)

"""The stable names of rows: one column of the records, present and different in every row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.records.cells import as_text, is_missing
from unlearn_widgets.validation import hint, listed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from unlearn_widgets.columns import Column


def read_keys(columns: Mapping[str, Column], key: object) -> list[Any]:
    """Read the column whose values name the rows.

    Parameters
    ----------
    columns : mapping of str to list or ndarray of length n
        The records.
    key : str
        Name of the column.

    Returns
    -------
    list of length n
        The keys, as Python values.

    Raises
    ------
    TypeError
        If `key` is no text, or the values cannot name a row.
    ValueError
        If there is no such column, or a value is missing or repeated.

    Examples
    --------
    >>> read_keys({"id": ["a", "b"]}, "id")
    ['a', 'b']
    """
    if not isinstance(key, str):
        raise TypeError(
            f"key: expected the name of a column of records, got {type(key).__name__}. Put the "
            "keys into a column and name it."
        )
    if not columns:
        raise ValueError(
            f"key: {key!r} must be a column of records, but no records were given. Pass records, "
            "or leave the key out to use row positions."
        )
    if key not in columns:
        known = ", ".join(map(repr, columns))
        raise ValueError(
            f"key: records have no column {key!r}, they have {known}.{hint(key, columns)}"
        )
    column = columns[key]
    keys: list[Any] = column.tolist() if isinstance(column, np.ndarray) else column
    gaps = np.isnan(column) if isinstance(column, np.ndarray) else list(map(is_missing, column))
    missing = np.flatnonzero(gaps)
    if len(missing):
        raise ValueError(
            f"key: every row needs a key, but column {key!r} is empty in {listed(missing)}. "
            "Fill the gaps, or choose another column."
        )
    _refuse_repeated(keys, key)
    return keys


def _refuse_repeated(keys: list[Any], name: str) -> None:
    first: dict[Any, int] = {}
    try:
        if len(set(keys)) == len(keys):
            return
        repeated = [row for row, key in enumerate(keys) if first.setdefault(key, row) != row]
    except TypeError as error:
        raise TypeError(
            f"key: column {name!r} holds values that cannot name a row ({error}). Use texts or "
            "numbers."
        ) from error
    if repeated:
        key = keys[repeated[0]]
        rows = np.array([row for row, other in enumerate(keys) if other == key])
        raise ValueError(
            f"key: the values of column {name!r} must differ, but {as_text(key)[:80]!r} stands in "
            f"{listed(rows)}; {len(repeated):,} rows repeat an earlier key. Drop the duplicates or "
            "choose another column."
        )

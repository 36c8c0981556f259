"""The columns of a table: how values of any library become plain arrays and lists.

Numbers and booleans are (n,) arrays, with nan where a number is missing. Everything else is a list
with None where a value is missing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Column: TypeAlias = "NDArray[Any] | list[Any]"

_LARGEST_EXACT_INTEGER = 2**53


def read_series(series: Any) -> Column:
    """Read a narwhals series of length n."""
    if series.dtype.is_numeric():
        if series.dtype.is_integer() and series.null_count():
            return _numbers(series.is_null().to_list(), series.to_list())
        numbers: NDArray[Any] = series.to_numpy()
        return numbers if numbers.dtype.kind in "iuf" else numbers.astype(np.float64)
    missing = series.is_null().to_list()
    if str(series.dtype) == "Boolean" and not any(missing):
        booleans: NDArray[Any] = series.to_numpy()
        return booleans
    return [None if gone else value for gone, value in zip(missing, series.to_list(), strict=True)]


def read_mapping(
    data: Mapping[Any, Any], argument: str, *, copy: bool = False
) -> dict[str, Column]:
    """Read a mapping of names to lists, arrays or series; with `copy`, into memory of its own."""
    columns: dict[str, Column] = {}
    for name, values in data.items():
        if not isinstance(name, str):
            raise TypeError(
                f"{argument}: column names must be strings, got {name!r} ({type_name(name)})."
            )
        columns[name] = _read_values(values, name, argument, copy=copy)
    return columns


def _read_values(values: Any, name: str, argument: str, *, copy: bool) -> Column:
    if isinstance(values, np.ndarray):
        if values.ndim != 1:
            raise TypeError(
                f"{argument}: column {name!r} must be one-dimensional, got shape {values.shape}."
            )
        if values.dtype.kind in "biuf":
            return values.copy() if copy else values
        if values.dtype.kind in "mM":
            # nanoseconds would come out as bare integers
            values = values.astype(f"{values.dtype.kind}8[us]")
        return _classify(values.tolist())
    if isinstance(values, Sequence) and not isinstance(values, str | bytes):
        return _classify(list(values))
    import narwhals as nw

    try:
        series = nw.from_native(values, series_only=True)
    except TypeError:
        raise TypeError(
            f"{argument}: column {name!r} must be a list, array or series, got {type_name(values)}."
        ) from None
    column = read_series(series)
    return column.copy() if copy else column


def _classify(values: list[Any]) -> Column:
    types = set(map(type, values))
    if types and all(issubclass(kind, bool | np.bool_) for kind in types):
        return np.array(values, dtype=bool)
    plain = types - {type(None)}
    numeric = all(
        issubclass(kind, int | float | np.integer | np.floating) and not issubclass(kind, bool)
        for kind in plain
    )
    if plain and numeric:
        return _numbers([value is None for value in values], values)
    # a float among strings is how pandas marks a missing one
    return [None if isinstance(v, float) and math.isnan(v) else v for v in values]


def _numbers(missing: list[bool], values: list[Any]) -> Column:
    if not any(missing):
        array = np.asarray(values)
        # integers too large for one integer type would come out rounded, or as objects
        exact = array.dtype.kind in "iu" or any(isinstance(v, float | np.floating) for v in values)
        return array if exact and array.dtype.kind in "iuf" else values
    present = [value for gone, value in zip(missing, values, strict=True) if not gone]
    if any(
        isinstance(v, int | np.integer) and abs(int(v)) > _LARGEST_EXACT_INTEGER for v in present
    ):
        return [None if gone else v for gone, v in zip(missing, values, strict=True)]
    return np.array(
        [math.nan if gone else v for gone, v in zip(missing, values, strict=True)], dtype=np.float64
    )


def common_length(columns: Mapping[str, Column], argument: str) -> int:
    """Return the length all columns share, or raise naming two that differ."""
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        first = next(iter(lengths))
        other = next(name for name in lengths if lengths[name] != lengths[first])
        raise ValueError(
            f"{argument}: all columns must have the same length, got {lengths[first]:,} in "
            f"{first!r} and {lengths[other]:,} in {other!r}."
        )
    return next(iter(lengths.values()), 0)


def type_name(value: object) -> str:
    """Return the type of a value as an error message names it."""
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"

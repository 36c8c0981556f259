"""What one value of a record is as text and as JSON, whatever its type."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

import numpy as np

_DATED = (datetime, date, time)


def is_missing(value: object) -> bool:
    """Whether a value stands for "not known": None, NaN, NaT or pandas.NA.

    Parameters
    ----------
    value : object
        Any value of a record.

    Returns
    -------
    bool
        True for None, NaN, NaT and pandas.NA.

    Examples
    --------
    >>> is_missing(None), is_missing(float("nan")), is_missing(""), is_missing(0)
    (True, True, False, False)
    """
    if value is None:
        return True
    if isinstance(value, float | np.floating):
        return math.isnan(value)
    # NaT and NA carry no common base class, and neither pandas nor numpy need be installed.
    return type(value).__name__ in {"NaTType", "NAType"} or (
        isinstance(value, np.datetime64 | np.timedelta64) and bool(np.isnat(value))
    )


def as_text(value: object) -> str:
    """Write a value as text that is valid Unicode; a missing value is empty.

    Parameters
    ----------
    value : object
        Any value of a record.

    Returns
    -------
    str
        Strings as they are (lone surrogates replaced), numbers in their shortest exact form,
        dates in ISO form, lists and mappings as JSON.

    Examples
    --------
    >>> as_text(0.1), as_text(np.float32(0.1)), as_text(None), as_text([1, "a"])
    ('0.1', '0.1', '', '[1, "a"]')
    """
    if isinstance(value, str):
        return _valid(value)
    if is_missing(value):
        return ""
    if isinstance(value, bytes | bytearray):
        return bytes(value).decode("utf-8", "backslashreplace")
    if isinstance(value, list | tuple | set | frozenset | Mapping | np.ndarray):
        return json.dumps(as_json(value), ensure_ascii=False)
    return value.isoformat() if isinstance(value, _DATED) else _valid(str(value))


def as_json(value: object) -> Any:
    """Turn a value into one that strict JSON can hold.

    Parameters
    ----------
    value : object
        Any value of a record.

    Returns
    -------
    None, bool, int, float, str, list or dict
        Numbers stay numbers; missing values are None, infinities the texts "inf" and "-inf".

    Examples
    --------
    >>> as_json(np.int64(3)), as_json(float("nan")), as_json(float("-inf")), as_json({1: (2.5,)})
    (3, None, '-inf', {'1': [2.5]})
    """
    if is_missing(value):
        return None
    if isinstance(value, np.bool_ | np.integer | np.floating):
        value = value.item()
    if isinstance(value, bool | int | float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {as_text(name): as_json(inner) for name, inner in value.items()}
    if isinstance(value, set | frozenset):
        value = sorted(value, key=str)
    if isinstance(value, list | tuple | np.ndarray):
        return [as_json(inner) for inner in value]
    return as_text(value)


def _valid(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text

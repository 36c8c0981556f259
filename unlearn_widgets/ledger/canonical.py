"""One text for one value (RFC 8785), so that every language computes the same hash."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

import rfc8785

from unlearn_widgets.validation import valid_text

__all__ = ["LARGEST_INT", "canonical_json", "plain", "read_json", "sha256_hex"]

LARGEST_INT = 2**53 - 1


def canonical_json(value: object, name: str = "value") -> bytes:
    """Write a value as canonical JSON (RFC 8785).

    Parameters
    ----------
    value : object
        None, bool, int, float, str, and lists, tuples and mappings of them; NumPy scalars and
        arrays are taken for what they hold.
    name : str, default "value"
        What the value is called in messages.

    Returns
    -------
    bytes
        The canonical text in UTF-8. ``1.0`` and ``1`` are the same number and the same text.

    Raises
    ------
    ValueError
        For what JSON cannot hold exactly: infinity, NaN, integers beyond 2**53 - 1, half
        characters.
    TypeError
        For other types, and keys of mappings that are no text.

    Examples
    --------
    >>> canonical_json({"b": 1.0, "a": [1e21, -0.0, "\N{EURO SIGN}"]}).decode()
    '{"a":[1e+21,0,"€"],"b":1}'
    """
    return rfc8785.dumps(plain(value, name))


def read_json(text: str) -> Any:
    """Read JSON as JavaScript does: integers beyond 2**53 - 1 are floating-point numbers.

    Parameters
    ----------
    text : str
        What `canonical_json` wrote, for example.

    Returns
    -------
    None, bool, int, float, str, list or dict
        The value.

    Examples
    --------
    >>> read_json(canonical_json([1e17, 1.0]).decode())
    [1e+17, 1]
    """
    return _DECODER.decode(text)


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of some bytes as 64 hexadecimal digits.

    Parameters
    ----------
    data : bytes
        What to hash.

    Returns
    -------
    str
        Lower-case hexadecimal digits.

    Examples
    --------
    >>> sha256_hex(b"")[:16]
    'e3b0c44298fc1c14'
    """
    return hashlib.sha256(data).hexdigest()


def plain(value: object, name: str = "value") -> Any:
    """Return a value as plain JSON types, after checking that JSON can hold all of it.

    Parameters
    ----------
    value : object
        See `canonical_json`.
    name : str, default "value"
        What the value is called in messages.

    Returns
    -------
    None, bool, int, float, str, list or dict
        The value in Python's own types.

    Raises
    ------
    ValueError, TypeError
        See `canonical_json`.

    Examples
    --------
    >>> plain({"budget": float("inf")}, "effect")
    Traceback (most recent call last):
        ...
    ValueError: effect.budget: JSON holds finite numbers only, got inf. Write it as the text 'inf'.
    """
    if value is None or isinstance(value, bool | str | int | float):
        return _scalar(value, name)
    if isinstance(value, Mapping):
        return {_name(key, name): plain(held, f"{name}.{key}") for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [plain(held, f"{name}[{index}]") for index, held in enumerate(value)]
    # NumPy's scalars and arrays, without importing it.
    if hasattr(value, "dtype") and hasattr(value, "tolist"):
        return plain(_unpacked(value, name), name)
    raise TypeError(
        f"{name}: expected what JSON can hold (None, bool, int, float, str, list, mapping), got "
        f"{type(value).__name__}. Turn it into one of these first."
    )


def _read_int(digits: str) -> float:
    number = int(digits)
    return number if abs(number) <= LARGEST_INT else float(digits)


_DECODER = json.JSONDecoder(parse_int=_read_int)


def _scalar(value: str | float | None, name: str) -> str | float | None:
    if isinstance(value, str):
        return valid_text(name, value)
    if value is None or isinstance(value, bool):
        return value
    return _whole(int(value), name) if isinstance(value, int) else _finite(float(value), name)


def _whole(number: int, name: str) -> int:
    if abs(number) <= LARGEST_INT:
        return number
    raise ValueError(
        f"{name}: JSON holds integers up to 2**53 - 1 exactly, got {number}. Write it as a text."
    )


def _finite(number: float, name: str) -> float:
    if math.isfinite(number):
        return number
    word = "nan" if math.isnan(number) else "inf" if number > 0 else "-inf"
    raise ValueError(
        f"{name}: JSON holds finite numbers only, got {number}. Write it as the text {word!r}."
    )


def _name(key: object, name: str) -> str:
    if isinstance(key, str):
        return valid_text(name, key)
    raise TypeError(f"{name}: keys of a JSON object are texts, got {key!r}. Use str keys.")


def _unpacked(value: Any, name: str) -> Any:
    held = value.tolist()
    if hasattr(held, "dtype") or not isinstance(held, bool | int | float | str | list):
        raise TypeError(
            f"{name}: expected numbers, booleans or texts, got {type(value).__name__} of dtype "
            f"{value.dtype}. Turn it into one of these first."
        )
    return held

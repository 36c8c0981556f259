"""Checks of the fields of a message: strict types, bounded sizes, one message form."""

from __future__ import annotations

import reprlib
from collections.abc import Callable
from typing import Any

from unlearn_widgets.validation import hint, valid_text

MAX_TEXT = 10_000
MAX_ROWS = 10_000
MAX_NAMES = 20

Check = Callable[[str, Any], Any]

# Far above any row number or map coordinate, and safe to turn into a float.
_LARGEST = 1e15

_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 60
_SHORT.maxlevel = 2
_KINDS = {bool: "a boolean", int: "a number", float: "a number", str: "a string"}
_KINDS |= {list: "a list", dict: "an object", type(None): "null"}


class MessageError(ValueError):
    """A message that does not follow the protocol."""


def text(name: str, value: Any) -> str:
    """Return a string of at most `MAX_TEXT` characters."""
    if not isinstance(value, str):
        raise MessageError(f"{name}: expected a string, got {kind_of(value)}.")
    if len(value) > MAX_TEXT:
        raise MessageError(
            f"{name}: a string may hold {MAX_TEXT:,} characters, got {len(value):,}."
        )
    try:
        return valid_text(name, value)
    except ValueError as error:
        raise MessageError(str(error)) from error


def integer(low: int, high: int | None = None) -> Check:
    """Check for an integer in low..high; a boolean or 1.0 is none."""

    def check(name: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise MessageError(f"{name}: expected an integer, got {kind_of(value)}.")
        if value < low or (high is not None and value > high):
            span = f"in {low}..{high}" if high is not None else f"at least {low}"
            raise MessageError(f"{name}: must be {span}, got {shown(value)}.")
        return value

    return check


def option(options: tuple[str, ...]) -> Check:
    """Check for one of the options."""

    def check(name: str, value: Any) -> str:
        if not isinstance(value, str) or value not in options:
            raise MessageError(
                f"{name}: must be one of {', '.join(options)}, got {shown(value)}."
                f"{hint(value, options) if isinstance(value, str) else ''}"
            )
        return value

    return check


def budget(name: str, value: Any) -> int | float:
    """Return a number of rows, or a share."""
    real = isinstance(value, int | float) and not isinstance(value, bool)
    if not real or not 0 <= value <= _LARGEST:
        raise MessageError(f"{name}: expected a number of at least 0, got {shown(value)}.")
    return value  # type: ignore[no-any-return]


def target(name: str, value: Any) -> float | None:
    """Return a target in nats, or None for none."""
    if value is None:
        return None
    real = isinstance(value, int | float) and not isinstance(value, bool)
    if not real or not 0 <= value <= _LARGEST:
        raise MessageError(f"{name}: expected null or a number of at least 0, got {shown(value)}.")
    return float(value)


def radius(name: str, value: Any) -> tuple[float, float]:
    """Return the half axes of a brush, in map units."""
    if not isinstance(value, list) or len(value) != 2:
        raise MessageError(f"{name}: expected [rx, ry], got {shown(value)}.")
    for number in value:
        real = isinstance(number, int | float) and not isinstance(number, bool)
        if not real or not 0 < number <= _LARGEST:
            raise MessageError(f"{name}: must be two finite numbers above 0, got {shown(value)}.")
    return float(value[0]), float(value[1])


def rows(name: str, value: Any) -> list[int]:
    """Return at most `MAX_ROWS` row positions."""
    if not isinstance(value, list):
        raise MessageError(f"{name}: expected a list of row positions, got {kind_of(value)}.")
    if len(value) > MAX_ROWS:
        raise MessageError(f"{name}: at most {MAX_ROWS:,} rows, got {len(value):,}.")
    if not all(type(row) is int and row >= 0 for row in value):
        raise MessageError(f"{name}: row positions are integers of at least 0.")
    return value


def flag(name: str, value: Any) -> bool:
    """Return True or False; 0 and 1 are neither."""
    if not isinstance(value, bool):
        raise MessageError(f"{name}: expected true or false, got {shown(value)}.")
    return value


def names(name: str, value: Any) -> list[str]:
    """Return at most `MAX_NAMES` texts."""
    if not isinstance(value, list):
        raise MessageError(f"{name}: expected a list of names, got {kind_of(value)}.")
    if len(value) > MAX_NAMES:
        raise MessageError(f"{name}: at most {MAX_NAMES} names, got {len(value):,}.")
    return [text(name, one) for one in value]


def fields(owner: str, given: dict[str, Any], checks: dict[str, Check]) -> dict[str, Any]:
    """Check that `given` has exactly the fields of `checks`, and each of them."""
    unknown = next((name for name in given if name not in checks), None)
    if unknown is not None:
        raise MessageError(
            f"{owner}: unknown field {shown(unknown)}.{hint(unknown[:60], list(checks))}"
        )
    missing = next((name for name in checks if name not in given), None)
    if missing is not None:
        raise MessageError(f"{owner}: the field {missing!r} is missing.")
    return {name: check(f"{owner}.{name}", given[name]) for name, check in checks.items()}


def kind_of(value: Any) -> str:
    """Name the JSON type of a value."""
    return _KINDS.get(type(value), type(value).__name__)


def shown(value: Any) -> str:
    """Return a short repr, however large the value."""
    return _SHORT.repr(value)

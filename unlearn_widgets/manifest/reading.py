"""A manifest from a file that anybody may have written."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unlearn_widgets.ledger.canonical import LARGEST_INT

if TYPE_CHECKING:
    import os

__all__ = ["ManifestError", "parse_manifest", "read_manifest"]

LARGEST_FILE = 100 * 10**6
DEEPEST = 64


class ManifestError(ValueError):
    """A file that is no manifest, or one that does not fit what is asked of it.

    Examples
    --------
    >>> parse_manifest(b"[]")
    Traceback (most recent call last):
        ...
    unlearn_widgets.manifest.reading.ManifestError: expected a JSON object, got a list.
    """


def read_manifest(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read a manifest, whoever wrote it.

    Parameters
    ----------
    path : path-like
        The file, of at most 100 MB.

    Returns
    -------
    dict
        The object in it; nothing but the form of JSON was checked.

    Raises
    ------
    ManifestError
        If there is no such file, or it is too large, no UTF-8, no JSON, nested too deeply, or no
        object.

    Examples
    --------
    >>> read_manifest("/no.forget.json")
    Traceback (most recent call last):
        ...
    unlearn_widgets.manifest.reading.ManifestError: '/no.forget.json' cannot be read (No such file
    or directory).
    """
    place = Path(path).expanduser()
    try:
        with place.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ManifestError(f"{str(place)!r} cannot be read ({reason}).") from error
    try:
        return parse_manifest(data)
    except ManifestError as error:
        raise ManifestError(f"{str(place)!r}: {error}") from error


def parse_manifest(data: bytes) -> dict[str, Any]:
    """Read a manifest from bytes, see `read_manifest`.

    Parameters
    ----------
    data : bytes
        The whole file.

    Returns
    -------
    dict
        The object.

    Raises
    ------
    ManifestError
        See `read_manifest`.

    Examples
    --------
    >>> parse_manifest(b'{"title": "spam"}')
    {'title': 'spam'}
    """
    if len(data) > LARGEST_FILE:
        raise ManifestError(f"a manifest has up to {LARGEST_FILE // 10**6} MB, this has more.")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise ManifestError(f"it is no UTF-8 ({error.reason} at byte {error.start}).") from error
    try:
        held = _DECODER.decode(text)
    except RecursionError:
        raise ManifestError(_TOO_DEEP) from None
    except json.JSONDecodeError as error:
        raise ManifestError(f"it is no JSON ({error}).") from error
    except ValueError as error:
        raise ManifestError(f"it cannot be read as JSON: {error}") from error
    if not isinstance(held, dict):
        raise ManifestError(f"expected a JSON object, got {_named(held)}.")
    if _is_deeper(held, DEEPEST):
        raise ManifestError(_TOO_DEEP)
    return held


_TOO_DEEP = f"it is nested more than {DEEPEST} levels deep."


def _read_int(digits: str) -> float:
    # As in JavaScript; Python refuses to read very long ones.
    number = int(digits) if len(digits) < 20 else float(digits)
    return number if abs(number) <= LARGEST_INT else _finite(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"the number {digits[:20]}… is too large.")
    return number


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"JSON has no {word}.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) < len(pairs):
        # Readers differ in which of both they believe.
        counted = Counter(name for name, _ in pairs)
        ((twice, _),) = counted.most_common(1)
        raise ValueError(f"the name {twice[:40]!r} stands twice in one object.")
    return held


_DECODER = json.JSONDecoder(
    parse_int=_read_int,
    parse_float=_finite,
    parse_constant=_refuse_constant,
    object_pairs_hook=_object,
)


def _is_deeper(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [
            inner
            for held in level
            for inner in (held.values() if isinstance(held, dict) else held)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _named(value: Any) -> str:
    names = {list: "a list", str: "a text", bool: "a boolean", int: "a number", float: "a number"}
    return names.get(type(value), "null")

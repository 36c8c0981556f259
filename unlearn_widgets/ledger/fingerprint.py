"""Digests of what a store was begun with, so that a later session can name what has changed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.ledger.keys import key_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

__all__ = ["fingerprint_array", "fingerprint_columns", "fingerprint_keys", "mismatches"]

_BLOCK = 1 << 24


def fingerprint_array(array: NDArray[Any]) -> str:
    """Return the digest of an array: its type, its shape and its bytes, row by row.

    Parameters
    ----------
    array : ndarray
        Embeddings or domain codes; a memory map is read block by block.

    Returns
    -------
    str
        Such as ``float32[4522,384] sha256:9f86…``.

    Examples
    --------
    >>> fingerprint_array(np.zeros((2, 3)))[:21]
    'float64[2,3] sha256:1'
    """
    plain = array.dtype.newbyteorder("<")
    digest = hashlib.sha256()
    rows = max(1, _BLOCK // max(1, array[:1].nbytes))
    for start in range(0, len(array), rows):
        digest.update(np.ascontiguousarray(array[start : start + rows], dtype=plain).tobytes())
    shape = ",".join(map(str, array.shape))
    return f"{array.dtype.name}[{shape}] sha256:{digest.hexdigest()}"


def fingerprint_keys(keys: Iterable[Any]) -> str:
    """Return the digest of record keys in order; 5 and "5" are different keys.

    Examples
    --------
    >>> fingerprint_keys([5]) == fingerprint_keys(["5"])
    False
    """
    digest = hashlib.sha256()
    for key in keys:
        digest.update(key_text(key, "key").encode() + b"\n")
    return f"sha256:{digest.hexdigest()}"


def fingerprint_columns(columns: Mapping[str, Any]) -> str:
    """Return the digest of a table of records: names, order and values of its columns.

    Parameters
    ----------
    columns : mapping of str to list or ndarray
        The columns, as a session holds them.

    Examples
    --------
    >>> columns = {"text": ["win", None]}
    >>> fingerprint_columns(columns) == fingerprint_columns({"text": ["win", "None"]})
    False
    """
    digest = hashlib.sha256()
    for name, values in columns.items():
        digest.update(_part(name))
        if isinstance(values, np.ndarray):
            digest.update(fingerprint_array(values).encode())
            continue
        for value in values:
            digest.update(b"\0" if value is None else _part(str(value)))
    return f"sha256:{digest.hexdigest()}"


def mismatches(expected: Mapping[str, str], got: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return what differs among the digests that both sides have, as (expected, got) by name.

    Examples
    --------
    >>> mismatches({"X": "a", "keys": "b"}, {"X": "c", "domains": "d"})
    {'X': ('a', 'c')}
    """
    return {
        name: (digest, got[name])
        for name, digest in expected.items()
        if name in got and got[name] != digest
    }


def _part(text: str) -> bytes:
    """Return a text with its length, so that two columns never read as another two."""
    data = text.encode()
    return len(data).to_bytes(8, "little") + data

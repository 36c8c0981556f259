"""Record keys and masks of rows as they stand in a manifest."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.ledger.keys import key_text, key_value
from unlearn_widgets.manifest.digest import hmac_hex
from unlearn_widgets.wire.codecs import decode_bitset, encode_bitset

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["decode_key", "decode_positions", "decode_rows", "encode_key", "encode_rows", "to_text"]

_PLAIN = (str, bool)
HASHED = "hmac-sha256"


def encode_key(key: Any, secret: bytes | None = None) -> Any:
    """Return a record key for a manifest.

    Parameters
    ----------
    key : str, int, float or bool
        The key; 5 and "5" are different keys.
    secret : bytes, optional
        Write the HMAC-SHA256 of the key's canonical JSON instead.

    Returns
    -------
    str, int, float, bool or dict
        What JSON holds exactly; integers beyond 2**53 - 1 as ``{"int": digits}``.

    Raises
    ------
    TypeError
        For keys of other types, such as dates.

    Examples
    --------
    >>> encode_key(5), encode_key("5"), encode_key(2**60), encode_key(5, b"k")[:8]
    (5, '5', {'int': '1152921504606846976'}, 'ade187c9')
    """
    if secret is not None:
        return hmac_hex(secret, key_text(key, "key").encode())
    text = key_text(key, "key")
    return str(key) if type(key) is str else json.loads(text)


def decode_key(held: Any) -> Any:
    """Return the key that `encode_key` wrote without a secret.

    Raises
    ------
    ValueError, TypeError
        If it is no key.

    Examples
    --------
    >>> decode_key({"int": "1152921504606846976"}), decode_key("5")
    (1152921504606846976, '5')
    """
    if isinstance(held, dict):
        return int(held["int"])
    return key_value(key_text(held, "key"))


def encode_rows(mask: NDArray[np.bool_]) -> str:
    """Return a mask of rows as base64 of its bits: row i is bit ``i & 7`` of byte ``i >> 3``.

    Examples
    --------
    >>> encode_rows(np.array([True, False, True]))
    'BQ=='
    """
    return to_text(encode_bitset(mask))


def decode_rows(text: str, n_rows: int) -> NDArray[np.bool_]:
    """Return the mask that `encode_rows` wrote.

    Raises
    ------
    ValueError
        If it is no base64, or holds another number of rows.

    Examples
    --------
    >>> decode_rows("BQ==", 3)
    array([ True, False,  True])
    """
    return decode_bitset(_from_text(text), n_rows)


def decode_positions(text: str, n_rows: int) -> NDArray[np.float32]:
    """Return map positions of shape (n_rows, 2) from base64 of little-endian float32.

    Raises
    ------
    ValueError
        If it is no base64, or holds another number of points.

    Examples
    --------
    >>> decode_positions("AACAPwAAAMA=", 1)
    array([[ 1., -2.]], dtype=float32)
    """
    data = _from_text(text)
    if len(data) != 8 * n_rows:
        raise ValueError(f"{n_rows:,} points take {8 * n_rows:,} bytes, got {len(data):,}.")
    return np.frombuffer(data, dtype="<f4").astype(np.float32).reshape(-1, 2)


def to_text(data: bytes) -> str:
    """Return bytes as base64.

    Examples
    --------
    >>> to_text(b"abc")
    'YWJj'
    """
    return base64.b64encode(data).decode()


def _from_text(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError) as error:
        raise ValueError(f"it is no base64 ({error}).") from error

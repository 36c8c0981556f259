"""Binary and number codecs, the twin of ``js/src/wire/codecs.ts``.

Every codec is a fixed point (``encode(decode(x)) == x``): ipywidgets would otherwise send a value
that came from the browser straight back. The cases in ``tests/protocol/codecs.json`` are read by
both languages.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

_WORDS = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}


def encode_number(value: float | np.floating[Any] | np.integer[Any]) -> float | int | str:
    """Return a JSON number, or ``"inf"``, ``"-inf"``, ``"nan"`` for what JSON cannot hold.

    Parameters
    ----------
    value : float or int
        A Python or NumPy number.

    Examples
    --------
    >>> encode_number(14.857), encode_number(float("-inf"))
    (14.857, '-inf')
    """
    if isinstance(value, int | np.integer):
        return int(value)
    number = float(value)
    if math.isfinite(number):
        return number
    if math.isnan(number):
        return "nan"
    return "inf" if number > 0 else "-inf"


def decode_number(value: float | str) -> float:
    """Return the float64 that `encode_number` wrote.

    Raises
    ------
    ValueError
        For any other word.
    TypeError
        For anything that is neither a number nor a word.

    Examples
    --------
    >>> decode_number("inf"), decode_number(3)
    (inf, 3.0)
    """
    if isinstance(value, str):
        if value not in _WORDS:
            raise ValueError(f"number: expected 'inf', '-inf' or 'nan', got {value!r}.")
        return _WORDS[value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"number: expected a number, got {type(value).__name__}.")
    return float(value)


def encode_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return `values` ready for JSON: numbers by `encode_number`, all else unchanged.

    Examples
    --------
    >>> encode_values({"alpha": float("inf"), "n_removed": 3, "covariance": "shared"})
    {'alpha': 'inf', 'n_removed': 3, 'covariance': 'shared'}
    """
    return {name: _encode_value(value) for name, value in values.items()}


def decode_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that `encode_values` spelled out; "inf", "-inf" and "nan" become numbers.

    Examples
    --------
    >>> decode_values({"alpha": "inf", "n_removed": 3, "covariance": "shared"})
    {'alpha': inf, 'n_removed': 3, 'covariance': 'shared'}
    """
    return {
        name: _WORDS.get(value, value) if isinstance(value, str) else value
        for name, value in values.items()
    }


def _encode_value(value: Any) -> Any:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | float | np.integer | np.floating):
        return encode_number(value)
    return value


def encode_bitset(mask: ArrayLike) -> bytes:
    """Return a mask as bits: row i is bit ``i & 7`` of byte ``i >> 3``, padding bits are 0.

    Parameters
    ----------
    mask : array-like of bool, shape (n,)

    Returns
    -------
    bytes of length ceil(n / 8)

    Examples
    --------
    >>> encode_bitset([True, False, False, False, False, False, False, False, True]).hex()
    '0101'
    """
    return np.packbits(np.asarray(mask, dtype=np.bool_), bitorder="little").tobytes()


def decode_bitset(data: bytes | bytearray | memoryview, n: int) -> NDArray[np.bool_]:
    """Return the (n,) mask that `encode_bitset` wrote.

    Raises
    ------
    ValueError
        When the length is not ceil(n / 8), or a padding bit is set.

    Examples
    --------
    >>> decode_bitset(bytes([0b101]), 3)
    array([ True, False,  True])
    """
    packed = np.frombuffer(bytes(data), dtype=np.uint8)
    expected = (n + 7) // 8
    if packed.size != expected:
        raise ValueError(
            f"bitset: {n} rows take {expected} bytes, got {packed.size}. "
            "Row i is bit (i & 7) of byte (i >> 3)."
        )
    bits = np.unpackbits(packed, bitorder="little").astype(np.bool_)
    if bits[n:].any():
        raise ValueError(f"bitset: the bits after row {n - 1} must be 0, got set bits there.")
    return bits[:n]


def encode_float32(values: ArrayLike) -> bytes:
    """Return numbers as little-endian float32, in row order.

    Examples
    --------
    >>> encode_float32([[1.0, -2.0]]).hex()
    '0000803f000000c0'
    """
    return np.ascontiguousarray(values, dtype="<f4").tobytes()


def encode_float64(values: ArrayLike) -> bytes:
    """Return numbers as little-endian float64, in row order.

    Examples
    --------
    >>> encode_float64([1.0]).hex()
    '000000000000f03f'
    """
    return np.ascontiguousarray(values, dtype="<f8").tobytes()


def encode_uint32(values: ArrayLike) -> bytes:
    """Return row positions as little-endian uint32.

    Examples
    --------
    >>> encode_uint32([0, 258]).hex()
    '0000000002010000'
    """
    return np.ascontiguousarray(values, dtype="<u4").tobytes()


def encode_uint8(values: ArrayLike) -> bytes:
    """Return codes 0..255 as one byte each.

    Examples
    --------
    >>> encode_uint8([0, 2, 255]).hex()
    '0002ff'
    """
    return np.ascontiguousarray(values, dtype=np.uint8).tobytes()


def encode_path(path: ArrayLike) -> bytes:
    """Return the (m, 2) vertices of a path as little-endian float64: x0, y0, x1, y1, ...

    Examples
    --------
    >>> len(encode_path([[0.0, 0.5], [1.0, 1.0], [2.0, 0.0]]))
    48
    """
    return encode_float64(path)


def decode_path(data: bytes | bytearray | memoryview) -> NDArray[np.float64]:
    """Return the (m, 2) float64 path that `encode_path` wrote.

    Raises
    ------
    ValueError
        When the length is no multiple of 16 bytes, or a coordinate is NaN or infinite.

    Examples
    --------
    >>> decode_path(encode_path([[0.0, 0.5]]))
    array([[0. , 0.5]])
    """
    raw = bytes(data)
    if len(raw) % 16:
        raise ValueError(
            "path: a vertex takes 16 bytes (x and y as little-endian float64), "
            f"got {len(raw)} bytes."
        )
    path = np.frombuffer(raw, dtype="<f8").astype(np.float64).reshape(-1, 2)
    finite = np.isfinite(path).all(axis=1)
    if not finite.all():
        vertex = int(np.argmin(finite))
        raise ValueError(
            f"path: coordinates must be finite, got {path[vertex].tolist()} at vertex {vertex}."
        )
    return path

"""Files of the IDX format, in which the MNIST family comes, plain or compressed by gzip."""

from __future__ import annotations

import gzip
import math
import zlib
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_GZIP = b"\x1f\x8b"
_BYTES = 0x08
_STEP = 2**20
_KINDS = {1: "labels", 3: "images"}


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def read_idx(path: Path, n_dims: int) -> NDArray[np.uint8]:
    r"""Read an IDX file of unsigned bytes.

    Parameters
    ----------
    path : Path
        The file. Whether it is compressed is seen from its first bytes, not from its name.
    n_dims : {1, 3}
        1 for labels, 3 for images.

    Returns
    -------
    ndarray of uint8
        (n,) labels, or (n, height, width) images.

    Raises
    ------
    ValueError
        If the file is another one, is cut short, damaged or too long; the message names the byte.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "labels")
    ...     size = path.write_bytes(b"\0\0\x08\x01" + b"\0\0\0\x03" + b"\x07\x02\x01")
    ...     read_idx(path, 1)
    array([7, 2, 1], dtype=uint8)
    """
    with path.open("rb") as raw:
        compressed = raw.read(2) == _GZIP
        raw.seek(0)
        if not compressed:
            return _read(raw, path, n_dims)
        with gzip.GzipFile(fileobj=raw) as unpacked:
            return _read(unpacked, path, n_dims)


def _read(file: _Readable, path: Path, n_dims: int) -> NDArray[np.uint8]:
    n_header = 4 * (1 + n_dims)
    header = _take(file, path, n_header, 0)
    _check_magic(path, header, n_dims)
    if len(header) < n_header:
        raise ValueError(
            f"{path}: must begin with a header of {n_header} bytes, but ends at byte {len(header)}."
            " It is cut short: copy it again."
        )
    shape = tuple(int(size) for size in np.frombuffer(header, dtype=">u4")[1:])
    n_bytes = math.prod(shape)
    if not n_bytes:
        raise ValueError(
            f"{path}: bytes 4 to {n_header - 1} must give the sizes, each at least 1, got "
            f"{' x '.join(map(str, shape))}. The file holds no {_KINDS[n_dims]}."
        )
    body = _take(file, path, n_bytes + 1, n_header)
    if len(body) != n_bytes:
        one = n_bytes // shape[0]
        said = f"{shape[0]:,} {_KINDS[n_dims]}"
        said += f" of {shape[1]} x {shape[2]}" if n_dims == 3 else ""
        found = (
            f"goes on after byte {n_header + n_bytes:,}"
            if len(body) > n_bytes
            else f"ends at byte {n_header + len(body):,}, in {_KINDS[n_dims][:-1]} "
            f"{len(body) // one:,} (counted from 0)"
        )
        raise ValueError(
            f"{path}: must hold {n_header + n_bytes:,} bytes, for its header says {said}, but "
            f"{found}. Copy the file again."
        )
    return np.frombuffer(body, dtype=np.uint8).reshape(shape)


def _check_magic(path: Path, header: bytearray, n_dims: int) -> None:
    expected = bytes([0, 0, _BYTES, n_dims])
    got = header[:4]
    if got == expected:
        return
    other = _KINDS.get(4 - n_dims, "")
    swapped = f" That is a file of {other}." if got == bytes([0, 0, _BYTES, 4 - n_dims]) else ""
    raise ValueError(
        f"{path}: bytes 0 to 3 must be {expected.hex(' ')}, an IDX file of {_KINDS[n_dims]}, got "
        f"{got.hex(' ') or 'an empty file'}.{swapped} Check that it is the file its name says."
    )


def _take(file: _Readable, path: Path, size: int, start: int) -> bytearray:
    """Read up to `size` bytes, never more memory than the file fills."""
    taken = bytearray()
    try:
        while len(taken) < size and (part := file.read(min(_STEP, size - len(taken)))):
            taken += part
    except (EOFError, OSError, zlib.error) as error:
        if isinstance(error, OSError) and not isinstance(error, gzip.BadGzipFile):
            raise
        raise ValueError(
            f"{path}: the gzip stream is cut short or damaged after {start + len(taken):,} "
            f"unpacked bytes ({error}). Copy the file again."
        ) from error
    return taken

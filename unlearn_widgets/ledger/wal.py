"""A look into SQLite's write-ahead file, which SQLite itself reads up to the first fault only.

What follows a fault is dropped without a word, acknowledged or not. The layout is described in
https://www.sqlite.org/fileformat2.html#the_write_ahead_log.
"""

from __future__ import annotations

import functools
import struct
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

__all__ = ["WalFault", "find_fault"]

_HEADER = 32
_FRAME = 24
_MAGIC = 0x377F0682
_VERSION = 3007000


class WalFault(NamedTuple):
    """What is wrong: `damage`, or an `unfinished` last write that was never acknowledged."""

    kind: Literal["damage", "unfinished"]
    words: str


def find_fault(path: Path) -> WalFault | None:
    """Look for frames that SQLite would silently leave out.

    Parameters
    ----------
    path : Path
        The write-ahead file; it may be missing.

    Returns
    -------
    WalFault or None
        The first fault, or None. The end of a file cut exactly between two transactions shows
        none.

    Examples
    --------
    >>> from pathlib import Path
    >>> find_fault(Path("none.forgetset-wal")) is None
    True
    """
    data = path.read_bytes() if path.exists() else b""
    if len(data) < _HEADER:
        return WalFault("unfinished", "its header is cut off") if data else None
    magic, version, page_size, _, *salts, sum_1, sum_2 = struct.unpack(">8I", data[:_HEADER])
    order = ">" if magic & 1 else "<"
    sums = _checksum(data[:24], order, (0, 0))
    if magic & ~1 != _MAGIC or version != _VERSION or sums != (sum_1, sum_2):
        return WalFault("damage", "its header does not match its checksum")
    size = _FRAME + page_size
    frames = [data[start : start + size] for start in range(_HEADER, len(data), size)]
    return _faulty_frame(frames, size, struct.pack(">2I", *salts), order, sums)


def _faulty_frame(
    frames: list[bytes], size: int, salt: bytes, order: str, sums: tuple[int, int]
) -> WalFault | None:
    for number, frame in enumerate(frames, 1):
        fits = False
        if len(frame) == size:
            after = _checksum(frame[:8] + frame[_FRAME:], order, sums)
            fits = struct.pack(">2I", *after) == frame[16:24]
            sums = after
        if fits and frame[8:16] == salt:
            continue
        if fits or any(other[8:16] == salt for other in frames[number:]):
            return WalFault("damage", f"frame {number} of {len(frames)} does not fit")
        if frame[8:16] == salt or len(frame) < size:
            return WalFault("unfinished", f"frame {number} is incomplete")
        # The rest is left over from before the file was started again.
        return None
    return None


def _checksum(data: bytes, order: str, sums: tuple[int, int]) -> tuple[int, int]:
    """Return SQLite's running checksum.

    By turns ``s1 += word + s2`` and ``s2 += word + s1`` modulo 2**32: each word counts as often as
    a Fibonacci number says, so that a frame takes two products of arrays.
    """
    words = np.frombuffer(data, dtype=f"{order}u4").astype(np.uint32)
    weights = _fibonacci(words.size)
    n = words.size
    first = int((weights[n - 1 :: -1][:n] * words).sum(dtype=np.uint32))
    second = int((weights[n:0:-1] * words).sum(dtype=np.uint32))
    before, present, after = (int(weights[n + shift]) for shift in (-1, 0, 1))
    first += before * sums[0] + present * sums[1]
    second += present * sums[0] + after * sums[1]
    return first & 0xFFFFFFFF, second & 0xFFFFFFFF


@functools.cache
def _fibonacci(n: int) -> npt.NDArray[np.uint32]:
    numbers = [0, 1]
    while len(numbers) < n + 2:
        numbers.append((numbers[-1] + numbers[-2]) & 0xFFFFFFFF)
    return np.array(numbers, dtype=np.uint32)

"""Pictures of records: from arrays, bytes, or files of one folder, as a browser can show them."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from os import PathLike

    from numpy.typing import NDArray

MAX_BYTES = 20_000_000
# By their first bytes; what a file is called says nothing. SVG is left out: it is a program.
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_CHANNELS = {1: 0, 3: 2, 4: 6}


class Picture(NamedTuple):
    """The bytes of a picture and what kind of picture they are."""

    type: str
    data: bytes


class Images:
    """One picture for each row, read when it is shown.

    Parameters
    ----------
    source : (n_rows, height, width[, channels]) array, or list of n_rows arrays, bytes or paths
        Arrays hold 0..255, or 0..1 when they are floats; 1, 3 or 4 channels. None: no picture.
    n_rows : int
        Number of rows.
    folder : path-like, optional
        Where the files of paths lie; none may lie outside of it. Needed for paths.

    Raises
    ------
    ValueError
        If there is not one picture for each row.

    Examples
    --------
    >>> images = Images(np.zeros((2, 4, 4)), 2)
    >>> images.read(0).type
    'image/png'
    """

    def __init__(self, source: Any, n_rows: int, folder: str | PathLike[str] | None = None) -> None:
        if len(source) != n_rows:
            raise ValueError(
                f"images: expected one picture for each of the {n_rows} rows of X, got "
                f"{len(source)}. Pass them in the order of X."
            )
        self._source = source
        self._folder = None if folder is None else Path(folder).resolve()

    def read(self, row: int) -> Picture | None:
        """Return the picture of a row.

        Raises
        ------
        ValueError
            If it is no picture, too large, or lies outside of the folder.
        OSError
            If its file cannot be read.
        """
        held = self._source[row]
        if held is None:
            return None
        if isinstance(held, str | Path):
            return _sniffed(self._file(row, held), row)
        if isinstance(held, bytes | bytearray | memoryview):
            return _sniffed(bytes(held), row)
        return Picture("image/png", encode_png(np.asarray(held)))

    def _file(self, row: int, name: str | Path) -> bytes:
        if self._folder is None:
            raise ValueError(
                f"images: row {row} names a file. Pass the folder that it lies in as image_folder."
            )
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder):
            raise ValueError(
                f"images: the file of row {row}, {str(name)!r}, lies outside of "
                f"{str(self._folder)!r}. Move it there, or pass another image_folder."
            )
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(
                f"images: the file of row {row} is larger than {MAX_BYTES // 10**6} MB."
            )
        return path.read_bytes()


def encode_png(pixels: NDArray[Any]) -> bytes:
    """Write pixels as a PNG file.

    Parameters
    ----------
    pixels : (height, width) or (height, width, channels) array
        0..255, or 0..1 when they are floats; 1, 3 or 4 channels.

    Raises
    ------
    ValueError
        For another shape, or values that are no colours.

    Examples
    --------
    >>> encode_png(np.zeros((2, 3), dtype=np.uint8))[1:4]
    b'PNG'
    """
    array = pixels[..., None] if pixels.ndim == 2 else pixels
    if array.ndim != 3 or array.shape[2] not in _CHANNELS or 0 in array.shape:
        raise ValueError(
            f"images: expected pixels of shape (height, width) or (height, width, 1, 3 or 4), got "
            f"{pixels.shape}."
        )
    values = array.astype(np.float64)
    scale = 255.0 if np.issubdtype(array.dtype, np.floating) or array.dtype == np.bool_ else 1.0
    values *= scale
    if not (np.isfinite(values).all() and values.min() >= 0.0 and values.max() <= 255.0):
        raise ValueError("images: expected values of 0 to 255, or of 0 to 1 as floats.")
    height, width, channels = array.shape
    rows = np.zeros((height, 1 + width * channels), dtype=np.uint8)
    rows[:, 1:] = np.rint(values).reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, _CHANNELS[channels], 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 1)), (b"IEND", b""))
    return _MAGIC[0][0] + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _sniffed(data: bytes, row: int) -> Picture:
    if len(data) > MAX_BYTES:
        raise ValueError(f"images: that of row {row} is larger than {MAX_BYTES // 10**6} MB.")
    for start, kind in _MAGIC:
        if data.startswith(start):
            return Picture(kind, data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Picture("image/webp", data)
    raise ValueError(
        f"images: that of row {row} is no PNG, JPEG, GIF or WebP file: it begins with {data[:8]!r}."
    )

"""The table of the Jigsaw comments, read strictly: what does not fit is named by its line."""

from __future__ import annotations

import codecs
import csv
import io
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from unlearn_widgets.datasets.progress import progress
from unlearn_widgets.validation import hint

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

LABELS = ("toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate")
COLUMNS = ("id", "comment_text", *LABELS)

_STEP = 2**20
_LONGEST_FIELD = 2**31 - 1
_ARCHIVES = {b"PK\x03\x04": "a zip archive", b"\x1f\x8b": "compressed by gzip"}
_limit_lock = threading.Lock()


class Comments(NamedTuple):
    """Columns of n comments; `labels` is (n, 6) bool in the order of `LABELS`."""

    ids: list[str]
    texts: list[str]
    labels: NDArray[np.bool_]


def read_comments(path: Path) -> Comments:
    r"""Read a table with the columns of Jigsaw's ``train.csv``, in any order.

    Parameters
    ----------
    path : Path
        A file in UTF-8, with or without byte order mark.

    Returns
    -------
    Comments
        Texts as they stand, line breaks and all.

    Raises
    ------
    ValueError
        If the file is empty, an archive or not UTF-8, a column is missing or repeated, a row has
        too many or too few fields, a label is neither 0 nor 1, or an id repeats. The message names
        the line.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "train.csv")
    ...     size = path.write_text(",".join(COLUMNS) + "\n7,hello,0,0,0,0,1,0\n")
    ...     read_comments(path)
    Comments(ids=['7'], texts=['hello'],
             labels=array([[False, False, False, False,  True, False]]))
    """
    data = path.read_bytes()
    for start, kind in _ARCHIVES.items():
        if data.startswith(start):
            raise ValueError(
                f"{path}: must be a table in plain text, but is {kind}. Unpack it first."
            )
    _check_utf8(path, data)
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline="")
    with _fields_of_any_length():
        try:
            return _read_table(path, text)
        finally:
            text.close()


def _read_table(path: Path, text: io.TextIOWrapper) -> Comments:
    reader = csv.reader(text, strict=True)
    rows = _numbered_rows(path, reader)
    header = next(rows, (1, []))[1]
    places = _places(path, header)
    first_line: dict[str, int] = {}
    texts: list[str] = []
    flags = bytearray()
    for line, row in progress(rows, "reading the Jigsaw comments"):
        if len(row) != len(header):
            raise ValueError(
                f"{path}: each row must have {len(header)} fields, as the header has, got "
                f"{len(row)} in the row from line {line:,} on. The file is cut short, or a "
                "quotation mark is missing."
            )
        key, comment, *labels = [row[place] for place in places]
        for name, label in zip(LABELS, labels, strict=True):
            if label not in {"0", "1"}:
                raise _no_label(path, line, name, label)
        if not key or first_line.setdefault(key, line) != line:
            raise ValueError(
                f"{path}: column 'id' must hold a different key in each row, got {key!r:.80} in "
                f"line {line:,}{f' as in line {first_line[key]:,}' if key else ''}. Drop or rename "
                "the row."
            )
        texts.append(comment)
        flags += bytes(label == "1" for label in labels)
    if not texts:
        raise ValueError(f"{path}: must hold comments, got a header and no row. Copy it again.")
    labels_of_all = np.frombuffer(flags, dtype=np.bool_).reshape(len(texts), len(LABELS))
    return Comments(list(first_line), texts, labels_of_all)


def _numbered_rows(path: Path, reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank with the line it begins in."""
    while True:
        line = reader.line_num + 1  # type: ignore[attr-defined]
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ValueError(
                f"{path}: the row from line {line:,} on is no valid CSV ({error}). The file is cut "
                "short, or a quotation mark is missing or not doubled."
            ) from error
        if row:
            yield line, row


def _places(path: Path, header: list[str]) -> list[int]:
    for name in COLUMNS:
        if header.count(name) != 1:
            what = "has no such column" if name not in header else "has it more than once"
            shown = ", ".join(map(repr, header[:12])) or "an empty file"
            near = hint(name, header) if name not in header else ""
            raise ValueError(
                f"{path}: line 1 must name the columns {', '.join(COLUMNS)}; column {name!r}: the "
                f"file {what}, got {shown:.300}.{near} Pass train.csv of the Toxic Comment "
                "Classification Challenge."
            )
    return [header.index(name) for name in COLUMNS]


def _no_label(path: Path, line: int, name: str, label: str) -> ValueError:
    unscored = " Rows of -1 were left out of the scoring: drop them." if label == "-1" else ""
    return ValueError(
        f"{path}: column {name!r} must hold 0 or 1, got {label!r:.80} in the row from line "
        f"{line:,} on.{unscored or ' Check that the columns are where the header says.'}"
    )


def _check_utf8(path: Path, data: bytes) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(data), _STEP):
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(data[start : start + _STEP], final=start + _STEP >= len(data))
        except UnicodeDecodeError as error:
            byte = start - pending + error.start
            line = data.count(b"\n", 0, byte) + 1
            raise ValueError(
                f"{path}: must be UTF-8, but byte {byte:,} (line {line:,}) is {data[byte]:02x}: "
                f"{error.reason}. Save the file as UTF-8."
            ) from error


@contextmanager
def _fields_of_any_length() -> Iterator[None]:
    # The limit holds for the whole process; comments may be longer than its 131,072 characters.
    with _limit_lock:
        before = csv.field_size_limit(_LONGEST_FIELD)
        try:
            yield
        finally:
            csv.field_size_limit(before)

"""Files of the rows chosen for removal: .csv, .jsonl and .parquet, and indexes for other code."""

from __future__ import annotations

import csv
import json
import uuid
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.records.cells import as_json, as_text, is_missing

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence

    Columns = Mapping[str, Sequence[Any]]

__all__ = ["SUFFIXES", "header", "replace_file", "write", "write_keys", "write_positions"]

# Spreadsheets run a cell that begins so as a formula, some of them in full width as well.
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001
# Legal in JSON, but many readers of lines take them for the end of one.
_LINE_BREAKS = str.maketrans({mark: f"\\u{ord(mark):04x}" for mark in "\x85\u2028\u2029"})


def write(path: str | os.PathLike[str], columns: Mapping[str, Any]) -> None:
    """Write columns to a file, the format chosen by its suffix.

    The file appears whole or not at all: it is written beside its place and then moved there.

    Parameters
    ----------
    path : path-like
        Ends in .csv, .jsonl or .parquet; its folder must exist. In .csv a text that a spreadsheet
        would run as a formula gets a leading apostrophe, in headers too; numbers stay numbers. In
        .jsonl missing values are null. In .parquet a column of mixed types becomes text.
    columns : mapping of str to sequence of length n
        The columns in order.

    Raises
    ------
    ValueError
        If the suffix is another one, or the columns differ in length.
    FileNotFoundError
        If the folder does not exist.
    IsADirectoryError
        If the path is a folder.
    ImportError
        For .parquet without pyarrow.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "removed.csv")
    ...     write(path, {"key": ["a", "=1+1"], "score": [0.5, -2]})
    ...     print(path.read_text())
    key,score
    a,0.5
    '=1+1,-2
    """
    target = Path(path).expanduser()
    writer = _WRITERS.get(target.suffix.lower())
    if writer is None:
        raise ValueError(
            f"path: the suffix chooses the format and must be {', '.join(SUFFIXES)}, got "
            f"{target.suffix!r} in {str(target)!r}."
        )
    named = {as_text(name): values for name, values in columns.items()}
    lengths = {name: len(values) for name, values in named.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"columns: all must have the same length, got {lengths}.")
    replace_file(target, lambda part: writer(part, named))


def write_positions(path: str | os.PathLike[str], positions: Any) -> None:
    """Write row positions to an .npy file that NumPy reads without pickle.

    Parameters
    ----------
    path : path-like
        Where to write; see `replace_file`.
    positions : array-like of int
        Row positions.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "removed.npy")
    ...     write_positions(path, [2, 3])
    ...     np.load(path)
    array([2, 3])
    """

    def save(part: Path) -> None:
        # np.save would add a suffix to a name.
        with part.open("xb") as file:
            np.save(file, np.asarray(positions, dtype=np.int64), allow_pickle=False)

    replace_file(path, save)


def write_keys(path: str | os.PathLike[str], keys: Mapping[str, Sequence[Any]]) -> None:
    """Write lists of record keys to a .json file.

    Parameters
    ----------
    path : path-like
        Where to write; see `replace_file`.
    keys : mapping of str to list of key
        Such as ``{"forget": [...], "retain": [...]}``; numbers stay numbers, dates become text.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "rows.json")
    ...     write_keys(path, {"forget": ["a"], "retain": ["b", 5]})
    ...     print(path.read_text())
    {"forget": ["a"], "retain": ["b", 5]}
    <BLANKLINE>
    """
    held = {name: [as_json(key) for key in listed] for name, listed in keys.items()}
    text = json.dumps(held, ensure_ascii=False, allow_nan=False).translate(_LINE_BREAKS)
    replace_file(path, lambda part: _write_text(part, text + "\n"))


def header(name: object) -> str:
    """Return the name of a column as it stands in the first line of a .csv.

    Examples
    --------
    >>> header("=1+1"), header("score")
    ("'=1+1", 'score')
    """
    return _guarded(as_text(name))


def replace_file(path: str | os.PathLike[str], writer: Callable[[Path], None]) -> None:
    """Put a file into its place as a whole, or not at all.

    Parameters
    ----------
    path : path-like
        Where it goes; its folder must exist.
    writer : callable
        Writes to the path that it is given, in the same folder.

    Raises
    ------
    FileNotFoundError
        If the folder does not exist.
    IsADirectoryError
        If the path is a folder.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     replace_file(pathlib.Path(folder, "a.txt"), lambda part: part.touch())
    ...     [path.name for path in pathlib.Path(folder).iterdir()]
    ['a.txt']
    """
    target = Path(path).expanduser()
    if target.is_dir():
        raise IsADirectoryError(f"path: expected a file name, but {str(target)!r} is a folder.")
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"path: the folder {str(target.parent)!r} does not exist. Create it first."
        )
    # A link keeps pointing at the file.
    place = target.resolve()
    part = place.with_name(f".{uuid.uuid4().hex}.part")
    try:
        writer(part)
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)


def _write_csv(path: Path, columns: Columns) -> None:
    with path.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([header(name) for name in columns])
        for row in zip(*columns.values(), strict=True):
            writer.writerow([_csv_cell(value) for value in row])


def _write_text(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)


def _write_jsonl(path: Path, columns: Columns) -> None:
    with path.open("x", encoding="utf-8", newline="\n") as file:
        for row in zip(*columns.values(), strict=True):
            record = dict(zip(columns, map(as_json, row), strict=True))
            line = json.dumps(record, ensure_ascii=False, allow_nan=False)
            file.write(line.translate(_LINE_BREAKS) + "\n")


def _write_parquet(path: Path, columns: Columns) -> None:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise ImportError(
            'Writing .parquet needs pyarrow: pip install "unlearn-widgets[parquet]". Without it, '
            "export to .csv or .jsonl.",
            name="pyarrow",
        ) from error
    arrays = [_arrow_array(pa, values) for values in columns.values()]
    pq.write_table(pa.Table.from_arrays(arrays, names=list(columns)), path)


def _arrow_array(pa: Any, values: Sequence[Any]) -> Any:
    try:
        return pa.array(values)
    # Arrow's own errors are subclasses of these; a lone surrogate is a ValueError too.
    except (TypeError, ValueError, OverflowError, NotImplementedError):
        texts = [None if is_missing(value) else as_text(value) for value in values]
        return pa.array(texts, type=pa.string())


def _csv_cell(value: object) -> object:
    if is_missing(value):
        return ""
    if isinstance(value, bool | int | float | Decimal | np.bool_ | np.number):
        return as_text(value)
    return _guarded(as_text(value))


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


_WRITERS: dict[str, Callable[[Path, Columns], None]] = {
    ".csv": _write_csv,
    ".jsonl": _write_jsonl,
    ".parquet": _write_parquet,
}
SUFFIXES = tuple(_WRITERS)

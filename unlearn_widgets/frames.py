"""Tables in from any dataframe library, tables out to any of them.

Nothing here needs pandas, polars or pyarrow: what comes in is read through narwhals, and what goes
out is a `Frame` of plain columns that converts itself on request.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from importlib import import_module
from itertools import starmap
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.columns import (
    Column,
    common_length,
    read_mapping,
    read_series,
    type_name,
)

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray

_SHOWN_ROWS = 10
_SHOWN_CHARACTERS = 80


class Frame:
    """A small immutable table that converts to the dataframe library the user has.

    Parameters
    ----------
    columns : mapping of str to sequence, each of length n
        Columns in the order they are shown. Numbers and booleans are kept as read-only arrays;
        numbers with missing values (None) become float64 with nan; other values are kept as given.

    Raises
    ------
    TypeError
        If a column is neither a sequence nor a 1-D array.
    ValueError
        If the columns differ in length.

    Examples
    --------
    >>> frame = Frame({"rule": ["random", "distance"], "alpha": [1.5, 1.75]})
    >>> frame.columns
    ('rule', 'alpha')
    >>> frame["alpha"]
    array([1.5 , 1.75])
    >>> len(frame)
    2
    >>> list(frame.rows())[1]
    {'rule': 'distance', 'alpha': 1.75}
    >>> frame
    rule      alpha
    random    1.5
    distance  1.75
    """

    __slots__ = ("_columns", "_length")

    def __init__(self, columns: Mapping[str, Any]) -> None:
        self._columns = read_mapping(columns, "columns", copy=True)
        self._length = common_length(self._columns, "columns")
        for column in self._columns.values():
            if isinstance(column, np.ndarray):
                column.setflags(write=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(self._columns)

    def __len__(self) -> int:
        return self._length

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __getitem__(self, name: str) -> Column:
        """Return one column: a read-only (n,) array, or a list of other values.

        Raises
        ------
        KeyError
            If there is no column of this name.
        """
        try:
            column = self._columns[name]
        except KeyError:
            raise KeyError(
                f"column: expected one of {', '.join(self._columns)}, got {name!r}."
            ) from None
        return column if isinstance(column, np.ndarray) else list(column)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Iterate over the rows, each a dict of plain Python values.

        Examples
        --------
        >>> [row["alpha"] for row in Frame({"alpha": [1.0, 2.0]}).rows()]
        [1.0, 2.0]
        """
        names = self.columns
        values = self.to_dict().values()
        for row in zip(*values, strict=True):
            yield dict(zip(names, row, strict=True))

    def to_dict(self) -> dict[str, list[Any]]:
        """Return the columns as lists of plain Python values.

        Examples
        --------
        >>> Frame({"budget": [10, 20]}).to_dict()
        {'budget': [10, 20]}
        """
        return {
            name: column.tolist() if isinstance(column, np.ndarray) else list(column)
            for name, column in self._columns.items()
        }

    def to_pandas(self) -> Any:
        """Return a `pandas.DataFrame`; `ImportError` if pandas is not installed.

        Examples
        --------
        >>> Frame({"alpha": [1.0, 2.0]}).to_pandas().alpha.sum()
        np.float64(3.0)
        """
        return _require("pandas", "Frame.to_pandas()").DataFrame(self._columns)

    def to_polars(self) -> Any:
        """Return a `polars.DataFrame`; `ImportError` if polars is not installed.

        Examples
        --------
        >>> Frame({"alpha": [1.0, 2.0]}).to_polars().shape
        (2, 1)
        """
        return _require("polars", "Frame.to_polars()").DataFrame(self._columns, strict=False)

    def to_arrow(self) -> Any:
        """Return a `pyarrow.Table`; `ImportError` if pyarrow is not installed.

        Examples
        --------
        >>> Frame({"alpha": [1.0, 2.0]}).to_arrow().column_names
        ['alpha']
        """
        return _require("pyarrow", "Frame.to_arrow()").table(self._columns)

    def __repr__(self) -> str:
        shown = self._shown()
        lines = [list(self.columns), *shown]
        widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
        text = ["  ".join(starmap(str.ljust, zip(line, widths, strict=True))) for line in lines]
        if len(shown) < len(self):
            text.append(f"... {len(self):,} rows")
        return "\n".join(line.rstrip() for line in text)

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
            for row in self._shown()
        )
        count = f"{len(self):,} rows, {len(self.columns)} columns"
        if len(self) > _SHOWN_ROWS:
            count += f"; the first {_SHOWN_ROWS} are shown"
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{count}</p>"

    def _shown(self) -> list[list[str]]:
        first = [list(column[:_SHOWN_ROWS]) for column in self._columns.values()]
        return [[_cell(value) for value in row] for row in zip(*first, strict=True)]


def is_frame(data: object) -> bool:
    """Whether `data` is a table of named columns rather than an array.

    Examples
    --------
    >>> is_frame({"a": [1, 2]}), is_frame([[1, 2]])
    (True, False)
    """
    return isinstance(data, Frame | Mapping) or _native_frame(data) is not None


def read_columns(data: Any, argument: str = "records") -> dict[str, Column]:
    """Read any table into plain columns of one length.

    Parameters
    ----------
    data : pandas, polars or pyarrow table, `Frame`, or mapping of str to sequence of length n
        The table. Polars LazyFrames must be collected first.
    argument : str
        Name of the argument, for error messages.

    Returns
    -------
    dict of str to (n,) array or list
        Numbers and booleans as arrays (missing numbers as nan), everything else as a list with
        None where a value is missing.

    Raises
    ------
    TypeError
        If `data` is not a table, or a column is not a sequence.
    ValueError
        If column names repeat or the columns differ in length.

    Examples
    --------
    >>> read_columns({"id": ["a", "b"], "length": [3, None]})
    {'id': ['a', 'b'], 'length': array([ 3., nan])}
    """
    if isinstance(data, Frame):
        return {name: data[name] for name in data.columns}
    if isinstance(data, Mapping):
        columns = read_mapping(data, argument)
    elif (frame := _native_frame(data, argument)) is not None:
        # by position: pandas reads frame[0] as a row
        columns = {str(s.name): read_series(s) for s in frame.iter_columns()}
        if len(columns) != len(frame.columns):
            raise ValueError(
                f"{argument}: column names must differ as text, got {frame.columns}. Rename them."
            )
    else:
        raise TypeError(
            f"{argument}: expected a pandas, polars or Arrow table or a dict of columns, "
            f"got {type_name(data)}.{_hint(data)}"
        )
    common_length(columns, argument)
    return columns


def numeric_matrix(data: Any, argument: str = "X") -> NDArray[Any]:
    """Read a table of numeric columns as a matrix.

    Parameters
    ----------
    data : pandas, polars or pyarrow table, `Frame`, or mapping of str to sequence of length n
        The table; every one of its d columns must hold numbers.
    argument : str
        Name of the argument, for error messages.

    Returns
    -------
    (n, d) array
        float32 if every column is float32 or narrower, else float64; missing values are nan.

    Raises
    ------
    TypeError
        If `data` is not a table, or a column does not hold numbers; the message names it.
    ValueError
        If there are no columns, or they differ in length.

    Examples
    --------
    >>> numeric_matrix({"x": [1, 2], "y": [0.5, 1.5]})
    array([[1. , 0.5],
           [2. , 1.5]])
    """
    frame = None if isinstance(data, Frame | Mapping) else _native_frame(data, argument)
    if frame is not None and frame.columns:
        for series in frame.iter_columns():
            if not series.dtype.is_numeric():
                raise _not_numeric(argument, series.name, series.dtype)
        matrix: NDArray[Any] = frame.to_numpy()
        return _floating(matrix)
    columns = read_columns(data, argument)
    if not columns:
        raise ValueError(f"{argument}: expected at least one numeric column, got a table of none.")
    for name, column in columns.items():
        if not isinstance(column, np.ndarray) or column.dtype.kind not in "iuf":
            held = column.dtype if isinstance(column, np.ndarray) else "text or other objects"
            raise _not_numeric(argument, name, held)
    return _floating(np.column_stack(list(columns.values())))


def _not_numeric(argument: str, name: object, held: object) -> TypeError:
    return TypeError(
        f"{argument}: every column must hold numbers, but column {str(name)!r} holds {held}. "
        f"Leave it out, or pass it in records."
    )


def _floating(matrix: NDArray[Any]) -> NDArray[Any]:
    if matrix.dtype == np.float16:
        return matrix.astype(np.float32)
    return matrix if matrix.dtype in (np.float32, np.float64) else matrix.astype(np.float64)


def _native_frame(data: Any, argument: str | None = None) -> Any:
    if data is None or isinstance(data, np.ndarray | list | tuple | str):
        return None
    import narwhals as nw
    from narwhals.exceptions import DuplicateError

    try:
        return nw.from_native(data, eager_only=True)
    except TypeError:
        return None
    except DuplicateError as error:
        raise ValueError(
            f"{argument or 'data'}: column names must be unique. {error} Rename the repeated ones."
        ) from error


def _require(module: str, owner: str) -> ModuleType:
    try:
        return import_module(module)
    except ImportError as error:
        raise ImportError(f"{owner} needs {module}: pip install {module}", name=module) from error


def _hint(data: object) -> str:
    return " Collect it first: data.collect()." if hasattr(data, "collect") else ""


def _cell(value: object) -> str:
    if isinstance(value, float | np.floating):
        return f"{float(value):.6g}"
    text = "" if value is None else " ".join(str(value).split())
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"

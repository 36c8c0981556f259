"""The records behind the rows: keys, texts, search, and columns to colour the map by."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from unlearn_widgets.frames import read_columns
from unlearn_widgets.records.cells import as_text, is_missing
from unlearn_widgets.records.colours import categorical_colour, numeric_colour
from unlearn_widgets.records.keys import read_keys
from unlearn_widgets.statistics import FORGET, RETAIN
from unlearn_widgets.validation import choice, valid_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from unlearn_widgets.columns import Column
    from unlearn_widgets.records.colours import CategoricalColour, NumericColour

EXCERPT_LENGTH = 300
FIELD_LENGTH = 2000

_MOST_CATEGORIES = 50
_LONGEST_DOMAIN_NAME = 40
_SAMPLED_TEXTS = 1000
_LARGEST_BROWSER_INTEGER = 2**53


class Excerpt(NamedTuple):
    """The beginning of a record's text, and whether there is more of it."""

    text: str
    truncated: bool


class Records:
    """What is known about each row besides its embedding.

    Parameters
    ----------
    records : table, mapping of str to sequence, or None
        pandas, polars, Arrow or a dict of columns, with one record for each row of X.
    key : str or None
        The column whose values name the rows in everything exported; None for row positions.
    n_rows : int
        Number of rows of X.
    domain_codes : ndarray of shape (n_rows,), uint8
        0 neither domain, 1 retain, 2 forget.

    Raises
    ------
    TypeError
        If `records` is no table, or `key` is no column name.
    ValueError
        If the number of records differs from `n_rows`, the key column does not exist, or its
        values are missing or repeated.

    Examples
    --------
    >>> columns = {"id": ["a", "b", "c"], "text": ["Win a PRIZE", "see you", "home?"]}
    >>> records = Records(columns, "id", 3, np.array([2, 1, 1], dtype=np.uint8))
    >>> records.search("prize").tolist(), records.keys[0], records.excerpt(0, 5)
    ([0], 'a', Excerpt(text='Win a', truncated=True))
    """

    def __init__(
        self, records: Any, key: str | None, n_rows: int, domain_codes: NDArray[np.uint8]
    ) -> None:
        self.n = n_rows
        self.key_name = key
        self._codes = domain_codes
        self._columns = {} if records is None else read_columns(records)
        for name, column in self._columns.items():
            valid_text("records: a column name", name)
            if len(column) != n_rows:
                raise ValueError(
                    f"records: expected one record for each of the {n_rows} rows of X, got "
                    f"{len(column)} (in column {name!r}). Pass them in the order of X."
                )
        self.keys = list(range(n_rows)) if key is None else read_keys(self._columns, key)
        self.columns = [
            {"name": name, "kind": _kind(column)} for name, column in self._columns.items()
        ]
        self._folded: dict[str, list[str]] = {}

    @cached_property
    def text_column(self) -> str | None:
        """The column of texts with the longest ones, or None if there is no column of texts."""
        texts = [column["name"] for column in self.columns if column["kind"] == "text"]
        texts = [name for name in texts if name != self.key_name] or texts
        step = max(1, self.n // _SAMPLED_TEXTS)

        def length(name: str) -> int:
            return sum(len(value or "") for value in self._columns[name][::step])

        return max(texts, key=length, default=None)

    @cached_property
    def domain_names(self) -> tuple[str, str]:
        """What the forget and the retained domain are called in the records.

        The values of the first column of texts that is constant on each domain and differs between
        them; ("forget", "retain") if there is none.
        """
        forget = np.flatnonzero(self._codes == FORGET).tolist()
        retain = np.flatnonzero(self._codes == RETAIN).tolist()
        for column in self._columns.values():
            if isinstance(column, list):
                names = _constant(column, forget), _constant(column, retain)
                if names[0] and names[1] and names[0] != names[1]:
                    return names[0], names[1]
        return "forget", "retain"

    @property
    def table(self) -> dict[str, Column]:
        """All columns by name."""
        return dict(self._columns)

    def key(self, row: int) -> str | int | float:
        """Return the key of a row as the browser shows it.

        Parameters
        ----------
        row : int
            Position of the row.

        Returns
        -------
        str, int or float
            Numbers stay numbers while a browser holds them exactly; everything else is text, cut
            after 300 characters.

        Raises
        ------
        IndexError
            If there is no such row.
        """
        key = self.keys[self._row(row)]
        exact = type(key) is float or (type(key) is int and abs(key) < _LARGEST_BROWSER_INTEGER)
        if exact and np.isfinite(key):
            return key
        text = as_text(key)
        return text if len(text) <= EXCERPT_LENGTH else f"{text[: EXCERPT_LENGTH - 1]}…"

    def search(self, text: str) -> NDArray[np.int64]:
        """Rows with a text in any column of texts or in the key, whatever the case.

        Parameters
        ----------
        text : str
            What to look for; the empty text is in no row.

        Returns
        -------
        ndarray of int64
            Sorted positions.

        Raises
        ------
        TypeError
            If `text` is not a string.
        """
        if not isinstance(text, str):
            raise TypeError(f"search: expected a text to look for, got {type(text).__name__}.")
        needle = text.casefold()
        found = np.zeros(self.n, dtype=np.bool_)
        if needle:
            for name in self._searched:
                hits = [needle in cell for cell in self._folded_column(name)]
                found |= np.array(hits, dtype=np.bool_)
        return np.flatnonzero(found).astype(np.int64)

    def fields(self, row: int, limit: int = FIELD_LENGTH) -> list[dict[str, Any]]:
        """Every field of one record, as text.

        Parameters
        ----------
        row : int
            Position of the row.
        limit : int, default 2000
            Longest text of a field, in characters.

        Returns
        -------
        list of dict
            ``{"name", "value", "truncated"}`` for each column, in order.

        Raises
        ------
        IndexError
            If there is no such row.
        """
        at = self._row(row)
        listing = []
        for name, column in self._columns.items():
            text = as_text(column[at])
            truncated = len(text) > limit
            listing.append({"name": name, "value": text[:limit], "truncated": truncated})
        return listing

    def excerpt(self, row: int, limit: int = EXCERPT_LENGTH) -> Excerpt:
        """Return the beginning of a record's text; of all its fields if it has no text.

        Parameters
        ----------
        row : int
            Position of the row.
        limit : int, default 300
            Longest excerpt, in characters.

        Returns
        -------
        Excerpt
            The text and whether it was cut.

        Raises
        ------
        IndexError
            If there is no such row.
        """
        at = self._row(row)
        if self.text_column is not None:
            text = as_text(self._columns[self.text_column][at])
        else:
            fields = self.fields(at, limit)
            text = " · ".join(f"{one['name']} {one['value']}" for one in fields if one["value"])
        return Excerpt(text[:limit], len(text) > limit)

    def cells(self, row: int, names: Iterable[str], limit: int = EXCERPT_LENGTH) -> list[str]:
        """Return some fields of one record, as texts cut to a length.

        Parameters
        ----------
        row : int
            Position of the row.
        names : iterable of str
            Columns.
        limit : int, default 300
            Longest text, in characters.

        Raises
        ------
        ValueError
            If there is no such column; the closest one is named.
        """
        at = self._row(row)
        return [as_text(self._columns[self._known(name)][at])[:limit] for name in names]

    def sorted(
        self, rows: NDArray[np.int64], name: str, *, descending: bool = False
    ) -> NDArray[np.int64]:
        """Return rows in the order of a column, missing values last; equal ones keep their order.

        Parameters
        ----------
        rows : ndarray of int64
            Positions of rows.
        name : str
            The column; texts are compared in any case.
        descending : bool, default False
            Whether the greatest comes first.

        Raises
        ------
        ValueError
            If there is no such column; the closest one is named.

        Examples
        --------
        >>> records = Records({"n": [2.0, np.nan, 1.0]}, None, 3, np.array([2, 1, 1], np.uint8))
        >>> records.sorted(np.arange(3), "n").tolist()
        [2, 0, 1]
        """
        column = self._columns[self._known(name)]
        if isinstance(column, np.ndarray):
            values = column[rows].astype(np.float64)
            order = np.argsort(-values if descending else values, kind="stable")
            return rows[order]
        texts = [as_text(column[row]).casefold() for row in rows.tolist()]
        present = [at for at, row in enumerate(rows.tolist()) if not is_missing(column[row])]
        absent = [at for at, row in enumerate(rows.tolist()) if is_missing(column[row])]
        present.sort(key=texts.__getitem__, reverse=descending)
        return rows[[*present, *absent]]

    def _known(self, name: str) -> str:
        return choice("column", name, self._columns)

    def colour(self, name: str) -> NumericColour | CategoricalColour:
        """Return a column in the form in which it colours the map.

        Parameters
        ----------
        name : str
            Name of the column.

        Returns
        -------
        NumericColour or CategoricalColour
            Numbers as float32, anything else as at most 12 labels.

        Raises
        ------
        ValueError
            If there is no such column.
        """
        kinds = {column["name"]: column["kind"] for column in self.columns}
        column = self._columns[choice("column", name, kinds)]
        if kinds[name] == "numeric":
            return numeric_colour(column)
        return categorical_colour(column)

    def take(self, rows: NDArray[np.int64]) -> dict[str, Column]:
        """Return the columns of some rows.

        Parameters
        ----------
        rows : ndarray of int
            Positions.

        Returns
        -------
        dict of str to ndarray or list
            The values of every column at these rows, in the order given.
        """
        at = np.asarray(rows, dtype=np.int64)
        return {
            name: column[at] if isinstance(column, np.ndarray) else [column[i] for i in at.tolist()]
            for name, column in self._columns.items()
        }

    @cached_property
    def _searched(self) -> list[str]:
        return [
            name
            for name, column in self._columns.items()
            if name == self.key_name
            or (isinstance(column, list) and any(isinstance(value, str) for value in column))
        ]

    def _folded_column(self, name: str) -> list[str]:
        if name not in self._folded:
            key = name == self.key_name
            self._folded[name] = [
                value.casefold() if isinstance(value, str) else as_text(value) if key else ""
                for value in (self.keys if key else self._columns[name])
            ]
        return self._folded[name]

    def _row(self, row: int) -> int:
        if not 0 <= row < self.n:
            raise IndexError(f"row: expected a row in 0..{self.n - 1}, got {row}.")
        return int(row)


def _kind(column: Column) -> str:
    if isinstance(column, np.ndarray):
        return "categorical" if column.dtype == np.bool_ else "numeric"
    types = set(map(type, column)) - {type(None)}
    if types and all(issubclass(one, str) for one in types):
        present = len(column) - column.count(None)
        distinct = len(set(column) - {None})
        few = distinct <= _MOST_CATEGORIES and 2 * distinct <= present
        return "categorical" if few else "text"
    if types == {bool}:
        return "categorical"
    return "numeric" if types == {int} else "other"


def _constant(column: list[Any], rows: Iterable[int]) -> str:
    """Return the one text that all these rows hold, or nothing."""
    found = ""
    for row in rows:
        value = column[row]
        if not isinstance(value, str) or (found and value != found) or not value.strip():
            return ""
        found = value
    return as_text(found) if len(found) <= _LONGEST_DOMAIN_NAME else ""

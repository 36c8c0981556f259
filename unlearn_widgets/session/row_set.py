"""Sets of rows that can be named, kept and combined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.validation import hint, row_mask, valid_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_LONGEST_NAME = 100
_SHOWN = 5


def as_mask(rows: Any, n_rows: int, name: str = "rows") -> NDArray[np.bool_]:
    """Turn a mask, positions or a set into a new mask of shape (n_rows,).

    Raises
    ------
    ValueError
        For a set over another number of rows; else see `unlearn_widgets.validation.row_mask`.
    TypeError
        If `rows` holds neither booleans nor integers.

    Examples
    --------
    >>> as_mask(RowSet([0, 2], 3), 3)
    array([ True, False,  True])
    """
    if not isinstance(rows, RowSet):
        return row_mask(name, rows, n_rows)
    if rows.n_rows != n_rows:
        raise ValueError(
            f"{name}: must be a set over the {n_rows} rows of X, got one over {rows.n_rows}."
        )
    return rows.mask


class RowSet:
    """An immutable set of rows of X.

    Sets combine by ``| & - ^`` with each other, and with masks and positions of the same X.

    Parameters
    ----------
    rows : array-like
        Mask of shape (n_rows,), or positions.
    n_rows : int
        Number of rows of X.

    Raises
    ------
    ValueError
        If a position is out of range or repeated, or a mask has another length.
    TypeError
        If `rows` holds neither booleans nor integers.

    Examples
    --------
    >>> spam, short = RowSet([0, 2, 5], 8), RowSet([2, 3], 8)
    >>> (spam | short).positions.tolist(), (spam & short).positions.tolist()
    ([0, 2, 3, 5], [2])
    >>> (spam - short).positions.tolist(), (spam ^ short).positions.tolist()
    ([0, 5], [0, 3, 5])
    >>> (spam - [2]).positions.tolist(), len(spam), 5 in spam
    ([0, 5], 3, True)
    """

    __slots__ = ("_bits", "_n_rows", "_size")

    # Else NumPy would combine positions number by number.
    __array_ufunc__ = None

    def __init__(self, rows: Any, n_rows: int) -> None:
        mask = as_mask(rows, n_rows)
        self._n_rows = n_rows
        self._size = int(np.count_nonzero(mask))
        self._bits = np.packbits(mask, bitorder="little").tobytes()

    @property
    def n_rows(self) -> int:
        """Number of rows of X, whether in the set or not."""
        return self._n_rows

    @property
    def mask(self) -> NDArray[np.bool_]:
        """The set as a new mask of shape (n_rows,)."""
        bits = np.frombuffer(self._bits, dtype=np.uint8)
        return np.unpackbits(bits, count=self._n_rows, bitorder="little").astype(np.bool_)

    @property
    def positions(self) -> NDArray[np.int64]:
        """The set as a new array of sorted positions."""
        return np.flatnonzero(self.mask).astype(np.int64)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        if copy is False:
            raise ValueError(
                "RowSet: positions are computed, so they cannot be had without a copy."
            )
        return self.positions if dtype is None else self.positions.astype(dtype)

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[int]:
        positions: list[int] = self.positions.tolist()
        return iter(positions)

    def __contains__(self, row: object) -> bool:
        if not isinstance(row, int | np.integer) or not 0 <= row < self._n_rows:
            return False
        at = int(row)
        return bool(self._bits[at >> 3] >> (at & 7) & 1)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RowSet):
            return NotImplemented
        return self._n_rows == other._n_rows and self._bits == other._bits

    def __hash__(self) -> int:
        return hash((self._n_rows, self._bits))

    def __or__(self, other: object) -> RowSet:
        return self._combine(other, np.logical_or)

    def __and__(self, other: object) -> RowSet:
        return self._combine(other, np.logical_and)

    def __sub__(self, other: object) -> RowSet:
        return self._combine(other, np.greater)

    def __xor__(self, other: object) -> RowSet:
        return self._combine(other, np.logical_xor)

    def __rsub__(self, other: object) -> RowSet:
        return self._combine(other, np.less)

    __ror__, __rand__, __rxor__ = __or__, __and__, __xor__

    def __repr__(self) -> str:
        shown = ", ".join(map(str, self.positions[:_SHOWN].tolist()))
        more = ", ..." if self._size > _SHOWN else ""
        return f"RowSet([{shown}{more}], {self._size:,} of {self._n_rows:,} rows)"

    def _combine(self, other: object, operation: np.ufunc) -> RowSet:
        if isinstance(other, str) or not isinstance(other, RowSet | Iterable):
            refused: RowSet = NotImplemented
            return refused
        return RowSet(operation(self.mask, as_mask(other, self._n_rows, "RowSet")), self._n_rows)


class NamedSets(MutableMapping[str, RowSet]):
    """Sets of rows by name.

    Parameters
    ----------
    n_rows : int
        Number of rows of X.
    on_change : callable, optional
        Called without arguments after a set was stored or deleted.
    record : callable, optional
        Called with the name and the rows, or None for a deletion, before that; what it raises
        leaves the sets as they are.

    Examples
    --------
    >>> sets = NamedSets(8)
    >>> sets["prizes"] = [1, 4]
    >>> sets["loans"] = [4, 6]
    >>> (sets["prizes"] | sets["loans"]).positions.tolist()
    [1, 4, 6]
    >>> sets
    NamedSets({'prizes': 2 rows, 'loans': 2 rows})
    """

    def __init__(
        self,
        n_rows: int,
        on_change: Callable[[], None] | None = None,
        record: Callable[[str, RowSet | None], None] | None = None,
    ) -> None:
        self._n_rows = n_rows
        self._on_change = on_change
        self._record = record
        self._sets: dict[str, RowSet] = {}

    def __getitem__(self, name: str) -> RowSet:
        if name not in self._sets:
            known = ", ".join(map(repr, self._sets)) or "none"
            found = hint(name, self._sets)
            raise KeyError(f"sets: there is no set {name!r}; the named sets are: {known}.{found}")
        return self._sets[name]

    def __setitem__(self, name: str, rows: Any) -> None:
        if not isinstance(name, str) or not name.strip() or len(name) > _LONGEST_NAME:
            raise ValueError(
                f"sets: a name must be a text of 1 to {_LONGEST_NAME} characters, got {name!r:.80}."
            )
        valid_text("sets", name)
        kept = RowSet(as_mask(rows, self._n_rows, f"sets[{name!r}]"), self._n_rows)
        if self._record is not None:
            self._record(name, kept)
        self._sets[name] = kept
        self._changed()

    def __delitem__(self, name: str) -> None:
        self._known(name)
        if self._record is not None:
            self._record(name, None)
        del self._sets[name]
        self._changed()

    def take(self, name: str, rows: Any) -> None:
        """Keep a set that was recorded elsewhere."""
        self._sets[name] = RowSet(as_mask(rows, self._n_rows), self._n_rows)

    def forget(self, name: str) -> None:
        """Drop a set that was deleted elsewhere."""
        self._sets.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._sets))

    def __len__(self) -> int:
        return len(self._sets)

    def __contains__(self, name: object) -> bool:
        return name in self._sets

    def __repr__(self) -> str:
        listed = ", ".join(f"{name!r}: {len(rows):,} rows" for name, rows in self._sets.items())
        return f"NamedSets({{{listed}}})"

    def _known(self, name: str) -> str:
        self[name]
        return name

    def _changed(self) -> None:
        if self._on_change is not None:
            self._on_change()

"""Record keys and actors: each has a number, and a commitment that outlives its erasure.

An event names its keys and its actor by number. The value and a random salt stand in a table of
their own; the event that first used a name holds a digest of the commitments
``sha256(salt || canonical_json([role, value]))``. Once value and salt are gone the commitment tells
nothing about them, and the chain of events is what it was.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from unlearn_widgets.ledger.canonical import sha256_hex
from unlearn_widgets.ledger.event import ERASED
from unlearn_widgets.ledger.keys import key_value
from unlearn_widgets.ledger.ranges import format_ids, spans

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

__all__ = ["BrokenChainError", "Names", "register"]

SALT_BYTES = 16


class BrokenChainError(Exception):
    """What does not fit, in a sentence; callers turn it into a report.

    Examples
    --------
    >>> str(BrokenChainError("event 3 is missing."))
    'event 3 is missing.'
    """


class Registered(NamedTuple):
    """The numbers of some names, and those that are new, as the event has to state them."""

    ids: dict[tuple[str, str], int]
    new: dict[str, str] | None


def commitment(salt: bytes, role: str, text: bytes) -> bytes:
    """Return what an event commits to for one name: 32 bytes."""
    return hashlib.sha256(b'%b["%b",%b]' % (salt, role.encode(), text)).digest()


def register(connection: sqlite3.Connection, wanted: Iterable[tuple[str, str]]) -> Registered:
    """Look up names, and add those that are not there yet, inside a transaction.

    Parameters
    ----------
    connection : sqlite3.Connection
        The store.
    wanted : iterable of (role, text)
        Role "key" or "actor", and what `key_text` wrote.

    Returns
    -------
    Registered
        The number of each name, and the range and digest of the new ones.

    Raises
    ------
    BrokenChainError
        If the store gives a number to a name that it does not belong to.

    Examples
    --------
    >>> import sqlite3
    >>> from unlearn_widgets.ledger.schema import create_tables
    >>> connection = sqlite3.connect(":memory:")
    >>> create_tables(connection)
    >>> register(connection, [("actor", '"ana"'), ("key", "5")]).new["names"]
    '1-2'
    >>> connection.close()
    """
    find = connection.cursor()
    ids: dict[tuple[str, str], int] = {}
    missing: list[tuple[str, str]] = []
    for one in dict.fromkeys(wanted):
        row = find.execute(
            "SELECT id, salt, commitment FROM names WHERE role = ? AND value = ?", one
        ).fetchone()
        if row is None:
            missing.append(one)
            continue
        identity, salt, committed = row
        # The index that found it may be damaged where the table is not.
        if commitment(salt or b"", one[0], one[1].encode()) != committed:
            raise BrokenChainError(f"name {identity} does not match its commitment.")
        ids[one] = identity
    if not missing:
        return Registered(ids, None)
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM names").fetchone()
    salts = os.urandom(SALT_BYTES * len(missing))
    rows = []
    for offset, (role, text) in enumerate(missing):
        salt = salts[offset * SALT_BYTES : (offset + 1) * SALT_BYTES]
        identity = last + 1 + offset
        ids[role, text] = identity
        rows.append((identity, role, salt, text, commitment(salt, role, text.encode())))
    connection.executemany("INSERT INTO names VALUES (?, ?, ?, ?, ?)", rows)
    new = {
        "names": format_ids(row[0] for row in rows),
        "digest": sha256_hex(b"".join(row[4] for row in rows)),
    }
    return Registered(ids, new)


class Names:
    """The names of a store by number, each checked against its commitment when it is read.

    Parameters
    ----------
    connection : sqlite3.Connection
        The store.

    Examples
    --------
    >>> import sqlite3
    >>> from unlearn_widgets.ledger.schema import create_tables
    >>> connection = sqlite3.connect(":memory:")
    >>> create_tables(connection)
    >>> _ = register(connection, [("actor", '"ana"'), ("key", "5"), ("key", "6")])
    >>> Names(connection).values("2-3")
    (5, 6)
    >>> connection.close()
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._values: list[Any] = [None]
        self._digests: list[bytes] = [b""]
        self.n_erased = 0

    @property
    def n_read(self) -> int:
        """How many names were read and checked, from the first on."""
        return len(self._values) - 1

    def forget(self) -> None:
        """Drop what was read, because it was rolled back."""
        del self._values[1:], self._digests[1:]
        self.n_erased = 0

    def notice_erasures(self) -> None:
        """Replace the names that were erased since they were read."""
        (count,) = self._connection.execute(
            "SELECT count(*) FROM names WHERE value IS NULL"
        ).fetchone()
        if count == self.n_erased:
            return
        for identity in self.erased_ids():
            if identity < len(self._values):
                self._values[identity] = ERASED
        self.n_erased = count

    def erased_ids(self) -> list[int]:
        """Return the numbers of the names that were erased, ascending."""
        rows = self._connection.execute("SELECT id FROM names WHERE value IS NULL ORDER BY id")
        return [identity for (identity,) in rows]

    def values(self, text: str) -> tuple[Any, ...]:
        """Return the names of some numbers.

        Parameters
        ----------
        text : str
            Ranges of numbers, see `format_ids`.

        Returns
        -------
        tuple
            Python values, and `ERASED` for those taken out.

        Raises
        ------
        BrokenChainError
            If a name is missing or does not match its commitment.
        """
        if text.isdigit() and int(text) < len(self._values):
            return (self._values[int(text)],)
        found: list[Any] = []
        for first, last in spans(text):
            self._read_to(last)
            found += self._values[first : last + 1]
        return tuple(found)

    def check_new(self, text: str, digest: str) -> None:
        """Compare names with the digest in the event that first used them.

        Parameters
        ----------
        text : str
            One range of numbers.
        digest : str
            What the event says.

        Raises
        ------
        BrokenChainError
            If they differ, or a name is missing.
        """
        for first, last in spans(text):
            self._read_to(last)
            if sha256_hex(b"".join(self._digests[first : last + 1])) != digest:
                raise BrokenChainError(f"names {text} do not match the event that brought them.")

    def _read_to(self, last: int) -> None:
        if last < len(self._values):
            return
        rows = self._connection.execute(
            "SELECT id, role, salt, CAST(value AS BLOB), commitment FROM names"
            " WHERE id BETWEEN ? AND ? ORDER BY id",
            (len(self._values), last),
        )
        for identity, role, salt, value, committed in rows:
            if identity != len(self._values):
                break
            self._values.append(_checked(identity, role, salt, value, committed))
            self._digests.append(committed)
        if last >= len(self._values):
            raise BrokenChainError(f"name {len(self._values)} is missing.")


def _checked(identity: int, role: Any, salt: Any, value: Any, committed: Any) -> Any:
    if not isinstance(committed, bytes) or role not in {"key", "actor"}:
        raise BrokenChainError(f"name {identity} is not what a name looks like.")
    if value is None and salt is None:
        return ERASED
    if not isinstance(salt, bytes) or not isinstance(value, bytes):
        raise BrokenChainError(f"name {identity} is half erased.")
    if commitment(salt, role, value) != committed:
        raise BrokenChainError(f"name {identity} does not match its commitment.")
    return key_value(value.decode())

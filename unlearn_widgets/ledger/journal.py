"""Connections, and how commits reach the disk: a write-ahead file or a rollback journal."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["choose_journal", "connect", "leave_wal"]


def connect(place: Path, options: str, timeout: float) -> sqlite3.Connection:
    """Connect to a file, without creating one and without transactions of Python's own.

    Parameters
    ----------
    place : Path
        An existing file.
    options : str
        Of the SQLite URI, as in ``mode=ro``.
    timeout : float
        Seconds to wait for other programs.

    Returns
    -------
    sqlite3.Connection
        Usable from every thread, one at a time.

    Examples
    --------
    >>> from pathlib import Path
    >>> connect(Path("/no/such.forgetset"), "mode=ro", 1)
    Traceback (most recent call last):
        ...
    sqlite3.OperationalError: unable to open database file
    """
    connection = sqlite3.connect(
        f"{place.as_uri()}?{options}",
        uri=True,
        timeout=timeout,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def choose_journal(connection: sqlite3.Connection) -> str | None:
    """Use a write-ahead file after a real write to it, or else a rollback journal.

    Both synchronise before a commit returns. SQLite cannot tell a network file system: one whose
    locks or shared memory only seem to work passes the probe, see
    https://www.sqlite.org/wal.html#overview.

    Parameters
    ----------
    connection : sqlite3.Connection
        The store, outside a transaction.

    Returns
    -------
    str or None
        Why there is no write-ahead file; None if there is one.

    Examples
    --------
    >>> connection = sqlite3.connect(":memory:", isolation_level=None)
    >>> choose_journal(connection)
    'the file system does not support one'
    >>> connection.close()
    """
    (before,) = connection.execute("PRAGMA journal_mode").fetchone()
    reason = "the file system does not support one"
    try:
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode == "wal":
            if before != "wal":
                _write_something(connection)
            return None
    except sqlite3.OperationalError as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        reason = str(error)
    connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    # FULL leaves the deletion of the journal, which is the commit, to the file system.
    connection.execute("PRAGMA synchronous = EXTRA")
    return reason


def leave_wal(place: Path, timeout: float) -> None:
    """Bring a store that cannot be read as it stands into a state in which it can.

    A journal left by a crash is rolled back. A write-ahead file on a file system without shared
    memory is read under an exclusive lock, which needs none, and turned into a rollback journal.

    Parameters
    ----------
    place : Path
        The store.
    timeout : float
        Seconds to wait for other programs.
    """
    with contextlib.closing(connect(place, "mode=rw", timeout)) as connection:
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()


def _write_something(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.execute("COMMIT")

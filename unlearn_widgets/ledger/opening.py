"""How a store is opened: first to read and check, and then, if all is well, to write."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unlearn_widgets.ledger import journal
from unlearn_widgets.ledger.damage import ChainReport, examine, glance
from unlearn_widgets.ledger.errors import LedgerError, explained
from unlearn_widgets.ledger.files import (
    create_store,
    identify,
    refuse_foreign,
    refuse_newer,
    resolved,
)
from unlearn_widgets.ledger.handles import Handle, hold
from unlearn_widgets.ledger.schema import VERSION, migrate
from unlearn_widgets.ledger.wal import find_fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from unlearn_widgets.ledger.files import Identity

__all__ = ["Opened", "open_store", "reading"]

# Checking a whole store takes about half a second for so many bytes; of a larger one the pages are
# checked at once, events as they are read, and everything by `check_chain`.
CHECKED_AT_ONCE = 8 * 2**20
_SIDE_FILE = 4 * 2**20


@dataclass
class Opened:
    """A connection, and what was found out while making it."""

    place: Path
    handle: Handle
    connection: sqlite3.Connection
    read_only: str | None = None
    report: ChainReport | None = None
    wal: bool = False
    notices: list[str] = field(default_factory=list)
    identity: Identity = ()
    copy: tempfile.TemporaryDirectory[str] | None = None
    closed: bool = False

    def close(self) -> None:
        """Close the connection and remove the copy, if one was read; once."""
        if self.closed:
            return
        self.closed = True
        side = Path(f"{self.place}-wal")
        tidy = self.read_only and side.exists() and not side.stat().st_size
        with contextlib.suppress(sqlite3.Error), contextlib.ExitStack() as stack:
            if tidy and os.access(self.place.parent, os.W_OK):
                # A connection that only reads leaves its empty side files; one that writes takes
                # them away when it is closed as the last.
                last = stack.enter_context(
                    contextlib.closing(journal.connect(self.place, "mode=rw", 0))
                )
                last.execute("SELECT count(*) FROM sqlite_master").fetchone()
                self.connection.close()
        self.connection.close()
        self.handle.release()
        if self.copy is not None:
            self.copy.cleanup()


def open_store(
    path: str | os.PathLike[str], created: Mapping[str, Any] | None, timeout: float
) -> Opened:
    """Open a store to write if that is possible and safe, else to read; make it if it is new.

    Parameters
    ----------
    path, created, timeout
        See `EventLog`.

    Returns
    -------
    Opened
        The connection and what there is to say about it.

    Raises
    ------
    LedgerError
        If nothing can be read.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     opened = open_store(Path(folder, "day.forgetset"), None, 1)
    ...     opened.close()
    >>> opened.wal, opened.read_only
    (True, None)
    """
    place = resolved(path)
    if not place.exists():
        create_store(place, created)
    with explained(place):
        opened = _open_to_read(place, timeout)
        if opened.read_only is None:
            reader = opened.connection
            try:
                opened.connection = _connect_to_write(place, timeout)
                reader.close()
                _prepare_to_write(opened)
            except BaseException:
                opened.close()
                raise
    return opened


@contextlib.contextmanager
def reading(path: str | os.PathLike[str], timeout: float = 10.0) -> Iterator[Opened]:
    """Open an existing store to read only.

    Parameters
    ----------
    path : path-like
        The store.
    timeout : float, default 10
        Seconds to wait for other programs.

    Yields
    ------
    Opened
        Closed at the end of the block.

    Raises
    ------
    LedgerError
        If there is no such file, or it cannot be read.

    Examples
    --------
    >>> with reading("/no.forgetset"):
    ...     pass
    Traceback (most recent call last):
        ...
    unlearn_widgets.ledger.errors.LedgerError: path: there is no file '/no.forgetset'. Check the
    path.
    """
    place = resolved(path)
    if not place.exists():
        raise LedgerError(f"path: there is no file {str(place)!r}. Check the path.")
    with explained(place):
        opened = _open_to_read(place, timeout)
        opened.read_only = opened.read_only or "nothing is to be written"
        try:
            yield opened
        finally:
            opened.close()


def _open_to_read(place: Path, timeout: float) -> Opened:
    handle = hold(place)
    try:
        refuse_foreign(place, handle.start(100))
        fault = find_fault(Path(f"{place}-wal"))
        damaged = fault is not None and fault.kind == "damage"
        opened = _reader(place, handle, timeout, damaged=damaged)
    except BaseException:
        handle.release()
        raise
    try:
        # The header may be newer in the write-ahead file than in the file itself.
        refuse_newer(place, _version(opened.connection))
        (size,) = opened.connection.execute(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        ).fetchone()
        small = size <= CHECKED_AT_ONCE
        report = examine(opened.connection) if small else glance(opened.connection)
    except BaseException:
        opened.close()
        raise
    if fault is not None and damaged:
        report = dataclasses.replace(
            report,
            ok=False,
            problem=f"the write-ahead file {place.name}-wal is damaged: {fault.words}; what was "
            f"recorded after event {report.n_events} is lost.",
        )
    elif fault is not None:
        opened.notices.append(
            f"The last write to {place.name} was cut off ({fault.words}): a program was stopped "
            "before it was told that its event is recorded."
        )
    if not report.ok:
        opened.report = report
        opened.read_only = "it is damaged"
        opened.notices.append(f"{place.name} is damaged and opened to read only: {report.problem}")
    return opened


def _reader(place: Path, handle: Handle, timeout: float, *, damaged: bool) -> Opened:
    read_only = None
    if not os.access(place, os.W_OK):
        read_only = "the file cannot be written to"
    elif not os.access(place.parent, os.W_OK):
        read_only = f"its folder {str(place.parent)!r} cannot be written to"
    connection = _readable(place, "mode=ro", timeout)
    if connection is None and read_only is None and not damaged:
        # A journal to roll back, or a write-ahead file where none can be: both need to write.
        journal.leave_wal(place, timeout)
        connection = journal.connect(place, "mode=ro", timeout)
    sides = [Path(f"{place}{end}") for end in ("-wal", "-journal")]
    sides = [side for side in sides if side.exists() and side.stat().st_size]
    if connection is None and not sides:
        connection = journal.connect(place, "mode=ro&immutable=1", timeout)
    copy = None
    if connection is None:
        # Without the side files the last events would be missing, and reading them needs to write.
        copy = tempfile.TemporaryDirectory(prefix="forgetset-")
        handle.copy(Path(copy.name, place.name))
        for side in sides:
            shutil.copyfile(side, Path(copy.name, side.name))
        connection = journal.connect(Path(copy.name, place.name), "mode=rw", timeout)
    opened = Opened(place, handle, connection, read_only, copy=copy)
    if read_only:
        opened.notices.append(f"{place.name} is opened to read only: {read_only}.")
    if copy:
        opened.notices.append(
            f"A copy of {place.name} is read: what others add from now on is not seen."
        )
    return opened


def _readable(place: Path, options: str, timeout: float) -> sqlite3.Connection | None:
    """Connect, or return None if the file can only be read after something was written."""
    connection = journal.connect(place, options, timeout)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF in {
            sqlite3.SQLITE_BUSY,
            sqlite3.SQLITE_CORRUPT,
            sqlite3.SQLITE_NOTADB,
        }:
            raise
        return None
    except UnicodeDecodeError as error:
        connection.close()
        # SQLite quotes the damaged layout in its message.
        raise sqlite3.DatabaseError("malformed database schema") from error
    return connection


def _connect_to_write(place: Path, timeout: float) -> sqlite3.Connection:
    connection = journal.connect(place, "mode=rw", timeout)
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA synchronous = FULL")
    # Whoever opens the store reads the write-ahead file; a large event would leave it large.
    connection.execute(f"PRAGMA journal_size_limit = {_SIDE_FILE}")
    return connection


def _prepare_to_write(opened: Opened) -> None:
    connection, place = opened.connection, opened.place
    version = _version(connection)
    if version < VERSION:
        connection.execute("BEGIN IMMEDIATE")
        # Another program may have been faster.
        migrate(connection, _version(connection))
        connection.execute("COMMIT")
    reason = journal.choose_journal(connection)
    opened.wal = reason is None
    if reason is not None:
        opened.notices.append(
            f"{place.name} is kept with a rollback journal instead of a write-ahead file "
            f"({reason}): as safe, but slower, and a reader waits while another program writes."
        )
    connection.execute("SELECT count(*) FROM events").fetchone()
    opened.identity = identify(place, wal=opened.wal)
    if opened.identity[0] != opened.handle.identity:
        raise LedgerError(
            f"{str(place)!r} was moved, deleted or replaced while it was opened. Open it again."
        )


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)

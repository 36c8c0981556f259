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
from unlearn_widgets.ledger.schema import VERSION, migrate
from unlearn_widgets.ledger.wal import find_fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from unlearn_widgets.ledger.files import Identity

__all__ = ["Opened", "open_store", "reading"]

# Checking a whole store takes about half a second for so many bytes; of a larger one the pages are
# checked at once, events as they are read, and everything by `check_chain`.
CHECKED_AT_ONCE = 8 * 2**20


@dataclass
class Opened:
    """A connection, and what was found out while making it."""

    place: Path
    connection: sqlite3.Connection
    read_only: str | None = None
    report: ChainReport | None = None
    wal: bool = False
    notices: list[str] = field(default_factory=list)
    identity: Identity = ()
    copy: tempfile.TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Close the connection and remove the copy, if one was read."""
        self.connection.close()
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
            reader, opened.connection = opened.connection, _connect_to_write(place, timeout)
            reader.close()
            try:
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
        try:
            yield opened
        finally:
            opened.close()


def _open_to_read(place: Path, timeout: float) -> Opened:
    refuse_foreign(place)
    fault = find_fault(Path(f"{place}-wal"))
    opened = _reader(place, timeout)
    try:
        # The header may be newer in the write-ahead file than in the file itself.
        refuse_newer(place, _version(opened.connection))
        small = place.stat().st_size <= CHECKED_AT_ONCE
        report = examine(opened.connection) if small else glance(opened.connection)
    except BaseException:
        opened.close()
        raise
    if fault is not None and fault.kind == "damage":
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


def _reader(place: Path, timeout: float) -> Opened:
    read_only = None
    if not os.access(place, os.W_OK):
        read_only = "the file cannot be written to"
    elif not os.access(place.parent, os.W_OK):
        read_only = f"its folder {str(place.parent)!r} cannot be written to"
    notices = []
    if read_only:
        notices.append(f"{place.name} is opened to read only: {read_only}.")
    connection = journal.connect(place, "mode=ro", timeout)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CORRUPT}:
            raise
    else:
        return Opened(place, connection, read_only, notices=notices)
    if read_only is None:
        # A journal to roll back, or a write-ahead file where none can be: both need to write.
        journal.leave_wal(place, timeout)
        return Opened(place, journal.connect(place, "mode=ro", timeout))
    sides = [Path(f"{place}{end}") for end in ("-wal", "-journal")]
    if not any(side.exists() and side.stat().st_size for side in sides):
        connection = journal.connect(place, "mode=ro&immutable=1", timeout)
        return Opened(place, connection, read_only, notices=notices)
    # Without the side files the last events would be missing, and reading them needs to write.
    copy = tempfile.TemporaryDirectory(prefix="forgetset-")
    for file in [place, *filter(Path.exists, sides)]:
        shutil.copyfile(file, Path(copy.name, file.name))
    notices.append(f"A copy of {place.name} is read: what others add from now on is not seen.")
    connection = journal.connect(Path(copy.name, place.name), "mode=rw", timeout)
    return Opened(place, connection, read_only, notices=notices, copy=copy)


def _connect_to_write(place: Path, timeout: float) -> sqlite3.Connection:
    connection = journal.connect(place, "mode=rw", timeout)
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _prepare_to_write(opened: Opened) -> None:
    connection, place = opened.connection, opened.place
    before = identify(place, wal=False)
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
    if opened.identity[0] is None or opened.identity[:1] != before:
        raise LedgerError(
            f"{str(place)!r} was moved, deleted or replaced while it was opened. Open it again."
        )


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)

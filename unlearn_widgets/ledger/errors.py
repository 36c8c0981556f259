"""What can go wrong with a store, said in words that name the file and the next step."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from unlearn_widgets.ledger.damage import ChainReport

__all__ = ["DamagedLedgerError", "LedgerError", "UnknownSubjectError", "explained"]


class LedgerError(Exception):
    """The store cannot do what was asked; what had been acknowledged before is untouched.

    Examples
    --------
    >>> from unlearn_widgets.ledger import EventLog
    >>> EventLog("/no/such/folder/day.forgetset")
    Traceback (most recent call last):
        ...
    unlearn_widgets.ledger.errors.LedgerError: path: the folder '/no/such/folder' does not exist.
    Create it first.
    """


class DamagedLedgerError(LedgerError):
    """The file is damaged.

    Parameters
    ----------
    message : str
        What was found, where, and what to do.
    report : ChainReport, optional
        How far the events can be trusted.

    Examples
    --------
    >>> DamagedLedgerError("event 7 does not match its hash.").report is None
    True
    """

    def __init__(self, message: str, report: ChainReport | None = None) -> None:
        super().__init__(message)
        self.report = report


class UnknownSubjectError(LedgerError, LookupError):
    """No record key or actor of that name stands in the store.

    Examples
    --------
    >>> isinstance(UnknownSubjectError("subject: no 'ana' here."), LookupError)
    True
    """


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's own errors into ones that name the file and the next step.

    Parameters
    ----------
    path : Path
        The store.

    Raises
    ------
    DamagedLedgerError
        When SQLite finds the file malformed.
    LedgerError
        For every other error of SQLite.

    Examples
    --------
    >>> from pathlib import Path
    >>> with explained(Path("day.forgetset")):
    ...     raise sqlite3.OperationalError("database is locked")
    Traceback (most recent call last):
        ...
    unlearn_widgets.ledger.errors.LedgerError: 'day.forgetset': database is locked. Nothing was
    acknowledged.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _in_words(error, path) from error


def _in_words(error: sqlite3.Error, path: Path) -> LedgerError:
    # Extended codes keep the primary one in the low byte.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    place = repr(str(path))
    if code == sqlite3.SQLITE_FULL:
        return LedgerError(
            f"{place}: the disk is full, and nothing was recorded. Free some space and do it again."
        )
    if code == sqlite3.SQLITE_BUSY:
        return LedgerError(
            f"{place}: another program has been writing to the store for too long, and nothing was "
            "recorded. Close it, or try again when it is done."
        )
    if code == sqlite3.SQLITE_READONLY:
        return LedgerError(
            f"{place}: the store can no longer be written to ({error}), and nothing was recorded. "
            "Check its permissions, and open it again."
        )
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return DamagedLedgerError(
            f"{place}: the file is damaged ({error}). Copy what is good with "
            "unlearn_widgets.ledger.salvage(path, out), or restore a backup."
        )
    return LedgerError(f"{place}: {error}. Nothing was acknowledged.")

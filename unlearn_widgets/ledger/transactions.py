"""One connection for all threads of a program, and writes that are one step for everybody else."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING

from unlearn_widgets.ledger.chain import Chain
from unlearn_widgets.ledger.damage import ChainReport, examine
from unlearn_widgets.ledger.errors import DamagedLedgerError, LedgerError, explained
from unlearn_widgets.ledger.files import identify
from unlearn_widgets.ledger.names import BrokenChainError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from unlearn_widgets.ledger.opening import Opened

__all__ = ["Transactions"]

_ADVICE = (
    "Copy what is good to a new store with unlearn_widgets.ledger.salvage(path, out) and go on "
    "there, or restore a backup."
)


class Transactions:
    """The connection of a log, used by one thread at a time.

    Parameters
    ----------
    opened : Opened
        What `open_store` returned.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from unlearn_widgets.ledger.opening import open_store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Transactions(open_store(pathlib.Path(folder, "day.forgetset"), None, 1))
    ...     with store.reading() as chain:
    ...         print(len(chain.page(0, 10).events))
    ...     store.close()
    1
    """

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.chain = Chain(opened.connection)
        self._lock = threading.RLock()
        self._depth = 0
        self._closed = False
        self._process = os.getpid()

    def close(self) -> None:
        """Close the file, once."""
        with self._lock:
            self._closed = True
            # Closing in a forked child would drop the locks of its parent.
            if self._process == os.getpid():
                self.opened.close()

    @contextlib.contextmanager
    def using(self) -> Iterator[sqlite3.Connection]:
        """Hold the connection, and say in words what SQLite has to say.

        Yields
        ------
        sqlite3.Connection
            The connection.

        Raises
        ------
        LedgerError
            If the log is closed or belongs to another process.
        """
        place = str(self.opened.place)
        if self._process != os.getpid():
            raise LedgerError(
                f"{place!r} was opened in another process, and connections do not survive a fork. "
                "Open an EventLog of its own in each process."
            )
        with self._lock, explained(self.opened.place):
            if self._closed:
                raise LedgerError(f"{place!r} is closed. Open it again with EventLog(path).")
            yield self.opened.connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[Chain]:
        """Read from one state of the store, whatever others write meanwhile.

        Yields
        ------
        Chain
            The events.

        Raises
        ------
        DamagedLedgerError
            If something does not fit.
        """
        with self.using() as connection:
            own = not connection.in_transaction
            if own:
                connection.execute("BEGIN")
            try:
                yield self.chain
            except BrokenChainError as error:
                raise self.damaged(str(error)) from error
            finally:
                if own and connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the store; see `EventLog.writing`.

        Yields
        ------
        sqlite3.Connection
            The connection, inside a transaction.

        Raises
        ------
        LedgerError
            If nothing was recorded.
        """
        with self.using() as connection:
            self._refuse_if_read_only()
            if self._depth and not connection.in_transaction:
                raise LedgerError(
                    f"{str(self.opened.place)!r}: SQLite has taken back all that this block had "
                    "done, as it does when the disk is full. Let the error end the block, and do "
                    "it again."
                )
            level = f"level_{self._depth}"
            connection.execute(f"SAVEPOINT {level}" if self._depth else "BEGIN IMMEDIATE")
            self._depth += 1
            try:
                self._refuse_if_moved()
                yield connection
                if self._depth == 1:
                    self._refuse_if_moved()
                connection.execute(f"RELEASE {level}" if self._depth > 1 else "COMMIT")
            except BaseException as error:
                self.chain.names.forget()
                # A full disk may have ended the transaction already.
                if connection.in_transaction and self._depth > 1:
                    connection.execute(f"ROLLBACK TO {level}")
                    connection.execute(f"RELEASE {level}")
                elif connection.in_transaction:
                    connection.execute("ROLLBACK")
                if isinstance(error, BrokenChainError):
                    raise self.damaged(str(error)) from error
                raise
            finally:
                self._depth -= 1
            if not self._depth:
                self._refuse_if_moved()

    def damaged(self, problem: str) -> DamagedLedgerError:
        """Examine the store, because something does not fit, and let nobody write to it.

        Parameters
        ----------
        problem : str
            What was noticed.

        Returns
        -------
        DamagedLedgerError
            For the caller to raise.
        """
        with self.using() as connection:
            report = examine(connection)
            if report.ok:
                report = ChainReport(
                    ok=False, n_events=report.n_events, last_good=report.last_good, problem=problem
                )
            self.mark_damaged(report)
        return DamagedLedgerError(
            f"{str(self.opened.place)!r} is damaged: {problem} {_good_part(report)} {_ADVICE}",
            report,
        )

    def mark_damaged(self, report: ChainReport) -> None:
        """Let nobody write through this log any more.

        Parameters
        ----------
        report : ChainReport
            What was found.
        """
        self.opened.report = report
        self.opened.read_only = "it is damaged"

    def _refuse_if_read_only(self) -> None:
        opened, place = self.opened, str(self.opened.place)
        if opened.report is not None:
            raise DamagedLedgerError(
                f"{place!r} is damaged and takes no more events: {opened.report.problem} "
                f"{_good_part(opened.report)} {_ADVICE}",
                opened.report,
            )
        if opened.read_only is not None:
            raise LedgerError(
                f"{place!r} is opened to read only, because {opened.read_only}. Change that and "
                "open it again, or work on a copy."
            )

    def _refuse_if_moved(self) -> None:
        opened = self.opened
        if identify(opened.place, wal=opened.wal) != opened.identity:
            raise LedgerError(
                f"{str(opened.place)!r} or its -wal or -shm file was moved, deleted or replaced "
                "while it was open, and this event is not recorded there. Put the files back, or "
                "choose another path, and open it again."
            )


def _good_part(report: ChainReport) -> str:
    if report.last_good is None:
        return "No event can be read."
    return f"Events 1 to {report.last_good.seq} are good."

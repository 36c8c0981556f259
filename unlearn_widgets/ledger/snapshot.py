"""All events of a store at one moment, from a path or an open log, whoever writes meanwhile."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, NamedTuple

from unlearn_widgets.ledger.chain import Chain
from unlearn_widgets.ledger.damage import Head, examine
from unlearn_widgets.ledger.errors import DamagedLedgerError
from unlearn_widgets.ledger.files import resolved
from unlearn_widgets.ledger.log import EventLog
from unlearn_widgets.ledger.opening import reading

if TYPE_CHECKING:
    import os
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from unlearn_widgets.ledger.damage import ChainReport
    from unlearn_widgets.ledger.event import Event

__all__ = ["Snapshot", "snapshot"]

_PAGE = 1000


class Snapshot(NamedTuple):
    """What stood in a store at one moment.

    Examples
    --------
    >>> from pathlib import Path
    >>> Snapshot(Path("day.forgetset"), []).events
    []
    """

    place: Path
    events: list[Event]

    @property
    def store_id(self) -> str:
        """The id that the store was given when it was made."""
        return str(self.events[0].payload["store"])

    @property
    def head(self) -> Head:
        """The last event by number and hash."""
        return Head(self.events[-1].seq, self.events[-1].hash)


def snapshot(
    store: EventLog | str | os.PathLike[str], name: str = "store", *, whole: bool = False
) -> Snapshot:
    """Read every event of a store, each checked.

    Parameters
    ----------
    store : EventLog or path-like
        The store; a path is opened to read only.
    name : str, default "store"
        What the argument is called in messages.
    whole : bool, default False
        Also check what no event speaks of, see `check_chain`.

    Returns
    -------
    Snapshot
        The events of one state of the store.

    Raises
    ------
    DamagedLedgerError
        If anything does not fit.
    LedgerError
        If there is no store.
    TypeError
        If it is neither a log nor a path.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with EventLog(pathlib.Path(folder, "day.forgetset")) as log:
    ...         _ = log.append("label", actor="ana")
    ...     len(snapshot(log.path).events)
    2
    """
    with _connected(store, name) as (place, connection):
        report = examine(connection) if whole else None
        problem = report.problem if report else None
        events: list[Event] = []
        chain, since = Chain(connection), 0
        while not problem:
            page = chain.page(since, _PAGE)
            events += page.events
            problem = page.problem
            if len(page.events) < _PAGE:
                break
            since = events[-1].seq
        if problem or not events:
            report = report if report and not report.ok else examine(connection)
            raise _damaged(name, place, problem or "no event can be read.", report)
    return Snapshot(place, events)


def _damaged(name: str, place: Path, problem: str, report: ChainReport) -> DamagedLedgerError:
    return DamagedLedgerError(
        f"{name}: {str(place)!r} is damaged: {problem} Copy what is good to a new store with "
        "unlearn_widgets.ledger.salvage(path, out) and use that, or restore a backup.",
        report,
    )


def _refuse_lost(name: str, place: Path, report: ChainReport | None) -> None:
    # A damaged write-ahead file shows only when a store is opened.
    if report is not None:
        raise _damaged(name, place, report.problem or "it does not fit.", report)


@contextlib.contextmanager
def _connected(
    store: EventLog | str | os.PathLike[str], name: str
) -> Iterator[tuple[Path, sqlite3.Connection]]:
    """Hold a connection that sees one state of the store."""
    if isinstance(store, EventLog):
        # Both, because the one locks the log and gives the connection, the other holds the state.
        with store._store.using() as connection, store._store.reading():  # noqa: SLF001
            _refuse_lost(name, store.path, store.damage)
            yield store.path, connection
        return
    try:
        place = resolved(store)
    except TypeError as error:
        raise TypeError(
            f"{name}: expected an EventLog or a path, got {type(store).__name__}."
        ) from error
    with reading(place) as opened:
        _refuse_lost(name, place, opened.report)
        opened.connection.execute("BEGIN")
        try:
            yield place, opened.connection
        finally:
            opened.connection.execute("ROLLBACK")

"""Whether a store is what was written, and how far it is."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from unlearn_widgets.ledger.chain import Chain
from unlearn_widgets.ledger.errors import DamagedLedgerError
from unlearn_widgets.ledger.event import ERASED
from unlearn_widgets.ledger.names import BrokenChainError
from unlearn_widgets.ledger.ranges import parse_ids
from unlearn_widgets.ledger.schema import layout_problem

if TYPE_CHECKING:
    import os

    from unlearn_widgets.ledger.event import Event
    from unlearn_widgets.ledger.log import EventLog

__all__ = ["ChainReport", "Head", "Tally", "check_chain", "examine", "glance"]

_PAGE = 1000


class Head(NamedTuple):
    """An event by number and hash: who knows it knows all events before it.

    Examples
    --------
    >>> Head(7, "ab" * 32).seq
    7
    """

    seq: int
    hash: str


@dataclass(frozen=True)
class ChainReport:
    """What a check of a store found.

    Parameters
    ----------
    ok : bool
        Whether everything fits.
    n_events : int
        Good events from the first on.
    last_good : Head or None
        The last of them; None if there is none.
    problem : str or None
        The first thing that does not fit, in a sentence.
    n_erased_names, n_erased_words : int
        Names and texts that were erased in order, each named by number in an "erased" event.

    Examples
    --------
    >>> ChainReport(True, 0, None, None).ok
    True
    """

    ok: bool
    n_events: int
    last_good: Head | None
    problem: str | None
    n_erased_names: int = 0
    n_erased_words: int = 0


def check_chain(store: EventLog | str | os.PathLike[str]) -> ChainReport:
    """Recompute every hash, link and commitment of a store, and look at every page of the file.

    A chain without a key shows every edit that does not rebuild it: bytes changed, events changed,
    removed, swapped or slipped in, names and texts exchanged or missing, erasures without their
    tombstone. It does not show that whoever can write the file has rewritten an event and
    everything after it, nor that events were cut off cleanly at the end. For that, keep `head` of
    the log elsewhere (in a paper, a mail, a signed manifest) and compare.

    Parameters
    ----------
    store : EventLog or path-like
        The store; a path is opened to read only.

    Returns
    -------
    ChainReport
        `ok`, or the problem and the last good event.

    Raises
    ------
    LedgerError
        If the file is no store at all.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from unlearn_widgets.ledger import EventLog
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "day.forgetset")
    ...     with EventLog(path) as log:
    ...         _ = log.append("label", actor="ana", keys={"rows": [5]})
    ...     report = check_chain(path)
    >>> report.ok, report.n_events
    (True, 2)
    """
    from unlearn_widgets.ledger.log import EventLog
    from unlearn_widgets.ledger.opening import reading

    if isinstance(store, EventLog):
        return store.check()
    try:
        with reading(store) as opened:
            return opened.report or examine(opened.connection)
    except DamagedLedgerError as error:
        return error.report or ChainReport(ok=False, n_events=0, last_good=None, problem=str(error))


def examine(connection: sqlite3.Connection) -> ChainReport:
    """Check the store behind a connection, see `check_chain`.

    Parameters
    ----------
    connection : sqlite3.Connection
        The store.

    Returns
    -------
    ChainReport
        What was found.

    Examples
    --------
    >>> from unlearn_widgets.ledger.schema import create_tables
    >>> connection = sqlite3.connect(":memory:")
    >>> create_tables(connection)
    >>> examine(connection).problem
    'event 1 is missing.'
    >>> connection.close()
    """
    tally = Tally(connection)
    own = not connection.in_transaction
    if own:
        connection.execute("BEGIN")
    try:
        problem = tally.walk() or tally.beside_the_chain()
    finally:
        if own and connection.in_transaction:
            connection.execute("ROLLBACK")
    last = tally.last
    return ChainReport(
        ok=problem is None,
        n_events=last.seq if last else 0,
        last_good=last,
        problem=problem,
        n_erased_names=len(tally.erased_names),
        n_erased_words=len(tally.erased_words),
    )


def glance(connection: sqlite3.Connection) -> ChainReport:
    """Check the layout, the pages and the last event: a fraction of a second in a large store.

    Parameters
    ----------
    connection : sqlite3.Connection
        The store.

    Returns
    -------
    ChainReport
        `ok` says no more than that these fit; if they do not, the whole store is examined.

    Examples
    --------
    >>> connection = sqlite3.connect(":memory:")
    >>> glance(connection).problem
    'version 0 of the layout does not exist.'
    >>> connection.close()
    """
    try:
        pages = connection.execute("PRAGMA quick_check(1)").fetchone()
        if layout_problem(connection) is None and pages == ("ok",):
            seq, digest, _ = Chain(connection).head()
            if seq:
                return ChainReport(ok=True, n_events=seq, last_good=Head(seq, digest), problem=None)
    except (BrokenChainError, sqlite3.DatabaseError, ValueError):
        pass
    return examine(connection)


class Tally:
    """What one walk along the chain has to remember.

    Parameters
    ----------
    connection : sqlite3.Connection
        The store.

    Examples
    --------
    >>> from unlearn_widgets.ledger.schema import create_tables
    >>> connection = sqlite3.connect(":memory:")
    >>> create_tables(connection)
    >>> Tally(connection).walk()
    'event 1 is missing.'
    >>> connection.close()
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.chain = Chain(connection)
        self.last: Head | None = None
        self.erased_names: set[int] = set()
        self.erased_words: set[tuple[int, str]] = set()
        self.n_words = 0
        self.gone: set[tuple[int, str]] = set()

    def walk(self) -> str | None:
        """Check the events in order; return what stopped it."""
        try:
            problem = layout_problem(self.connection)
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            return f"the file is damaged ({error})."
        if problem:
            return problem
        seq = 0
        while True:
            page = self.chain.page(seq, _PAGE)
            for event in page.events:
                self._count(event)
            seq = self.last.seq if self.last else 0
            if page.problem:
                return page.problem
            if len(page.events) < _PAGE:
                break
        return None if seq else "event 1 is missing."

    def beside_the_chain(self) -> str | None:
        """Check what no event speaks of: erasures, left-over rows, indices and free pages."""
        try:
            faults = [row[0] for row in self.connection.execute("PRAGMA integrity_check(1)")]
            erased = set(self.chain.names.erased_ids())
            last_name, n_words = self.connection.execute(
                "SELECT (SELECT coalesce(max(id), 0) FROM names), (SELECT count(*) FROM words)"
            ).fetchone()
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            return f"the file is damaged ({error})."
        if faults != ["ok"]:
            return f"the file is damaged ({faults[0]})."
        if erased != self.erased_names:
            one = min(erased ^ self.erased_names)
            return f"name {one} was erased without an event, or stands again after one."
        if self.gone != self.erased_words:
            seq, slot = min(self.gone ^ self.erased_words)
            return f"the {slot} of event {seq} was erased without an event, or stands again."
        if last_name != self.chain.names.n_read or n_words != self.n_words:
            return "there are names or texts that no event speaks of."
        return None

    def _count(self, event: Event) -> None:
        self.last = Head(event.seq, event.hash)
        self.n_words += len(event.words)
        self.gone |= {(event.seq, slot) for slot, text in event.words.items() if text is ERASED}
        if event.kind == "erased":
            self.erased_names |= set(parse_ids(event.payload["names"]))
            for slot, seqs in event.payload["words"].items():
                self.erased_words |= {(seq, slot) for seq in parse_ids(seqs)}

"""One store out of two on the same data, whichever order they are given in."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from unlearn_widgets.ledger.carried import carried, without
from unlearn_widgets.ledger.chain import Chain
from unlearn_widgets.ledger.damage import Head
from unlearn_widgets.ledger.data_set import agreed_beginning, refuse_other_keys
from unlearn_widgets.ledger.errors import LedgerError
from unlearn_widgets.ledger.event import ERASED
from unlearn_widgets.ledger.files import resolved, write_new
from unlearn_widgets.ledger.keys import key_value
from unlearn_widgets.ledger.recording import Draft, draft, record
from unlearn_widgets.ledger.snapshot import snapshot
from unlearn_widgets.ledger.vocabulary import MERGED
from unlearn_widgets.validation import strict_keywords

if TYPE_CHECKING:
    import os
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from unlearn_widgets.ledger.carried import Carried
    from unlearn_widgets.ledger.log import EventLog

__all__ = ["Merge", "merge"]


@dataclass(frozen=True)
class Merge:
    """What `merge` wrote.

    Parameters
    ----------
    path : Path
        The merged store.
    head : Head
        Its last event by number and hash.
    n_events : int
        Events of the sources in it.
    n_shared : int
        Those of them that stand in both sources.
    n_incomplete : int
        Those of which a name or a text had been erased.

    Examples
    --------
    >>> from pathlib import Path
    >>> print(Merge(Path("both.forgetset"), Head(42, "ab" * 32), 40, 15, 0))
    both.forgetset: 40 events, 15 of them in both stores
    """

    path: Path
    head: Head
    n_events: int
    n_shared: int
    n_incomplete: int

    def __str__(self) -> str:
        text = f"{self.path.name}: {self.n_events:,} events, {self.n_shared:,} of them in both"
        erased = f", {self.n_incomplete:,} with parts that were erased" if self.n_incomplete else ""
        return f"{text} stores{erased}"


@strict_keywords
def merge(
    a: EventLog | str | os.PathLike[str],
    b: EventLog | str | os.PathLike[str],
    out: str | os.PathLike[str],
) -> Merge:
    """Write a new store that holds the events of two stores on one data set.

    Every event of both becomes one event, once if both hold it (one file is a copy of the other
    that went on, or a merge with it), in the order of time, store and number. So it does not
    matter which store is given first, in which order several are merged, or whether a store is
    merged again; only the id of the new store, its salts, hashes and times of writing differ.

    The payload of each event gets ``origin``: ``store``, ``seq``, ``hash``, ``at`` and ``effect``
    of the event that it repeats. `Event.at` is the time of merging, ``origin["at"]`` that of the
    decision; one that was recorded in a merged store stands after what was merged there, if need be
    by a time later than its own. ``effect`` of the new event is None, because with the other's
    events before it the numbers are no longer those. Numbers of other events (``of``, ``undo_of``,
    ``redo_of``) are those of the new store. A sign-off is for the events before it in its own
    store, which ``origin["hash"]`` vouches for, and not for the merged ones. The last event,
    "merged", names both stores with their heads.

    What was erased stays erased, also if the other store holds it still: there the name is left out
    of the events that both hold and of those that the other alone recorded, and texts about it go
    as `erase` takes them. ``origin["erased"]`` counts what is missing. The sources are not touched,
    so erase it in the other one as well.

    Parameters
    ----------
    a, b : EventLog or path-like
        The sources; others may go on writing to them, and one state of each is taken.
    out : path-like
        The new store. There must be no such file: to add to a merged store, merge it with the next
        one into another file.

    Returns
    -------
    Merge
        What was written.

    Raises
    ------
    DamagedLedgerError
        If a source is damaged.
    LedgerError
        If there is a file at `out`, the fingerprints say that the sources are on different data,
        one has numbers as record keys where the other has texts of the same digits, or they tell
        differently what one event was.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from unlearn_widgets.ledger import EventLog
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     place = pathlib.Path(folder)
    ...     for who in ("ana", "ben"):
    ...         with EventLog(place / f"{who}.forgetset") as log:
    ...             _ = log.append("label", actor=who, keys={"rows": ["r7"]})
    ...     print(merge(place / "ana.forgetset", place / "ben.forgetset", place / "both.forgetset"))
    ...     with EventLog(place / "both.forgetset") as log:
    ...         [event.kind for event in log.events()]
    both.forgetset: 2 events, 0 of them in both stores
    ['created', 'label', 'label', 'merged']
    """
    place = resolved(out)
    if place.exists():
        raise _taken(place, "there is a file")
    sources = (snapshot(a, "a", whole=True), snapshot(b, "b", whole=True))
    created = agreed_beginning(*sources)
    refuse_other_keys(*sources)
    mine, theirs = map(carried, sources)
    events = _united(mine, theirs)
    heads = sorted({(source.store_id, *source.head) for source in sources})
    first = draft("created", actor=None, payload={**created, "store": str(uuid.uuid4())})
    last = draft(
        MERGED,
        actor=None,
        payload={
            "stores": [{"store": one, "seq": seq, "hash": digest} for one, seq, digest in heads]
        },
    )
    written: list[Head] = []

    def fill(connection: sqlite3.Connection) -> None:
        chain = Chain(connection)
        for one in itertools.chain((first,), _drafts(events), (last,)):
            event = record(connection, chain, one)
            written[:] = [Head(event.seq, event.hash)]

    try:
        write_new(place, fill)
    except FileExistsError as error:
        raise _taken(place, "somebody else has just made") from error
    return Merge(
        path=place,
        head=written[0],
        n_events=len(events),
        n_shared=len(mine.keys() & theirs.keys()),
        n_incomplete=sum(bool(one.erased()) for one in events),
    )


def _taken(place: Path, what: str) -> LedgerError:
    return LedgerError(
        f"out: {what} {str(place)!r}, and a merged store is always a new file. Choose another name."
    )


def _united(mine: Mapping[str, Carried], theirs: Mapping[str, Carried]) -> list[Carried]:
    shared = mine.keys() & theirs.keys()
    events = [mine[digest].common(theirs[digest]) for digest in shared]
    for one, other in ((mine, theirs), (theirs, mine)):
        pairs = [(one[digest], other[digest]) for digest in shared]
        keys = frozenset(
            key
            for held, left in pairs
            for name, standing in held.keys.items()
            for key in standing - left.keys[name]
        )
        actors = frozenset(
            held.actor for held, left in pairs if left.actor is ERASED is not held.actor
        )
        events += [without(one[digest], keys, actors) for digest in one.keys() - shared]
    return sorted(events, key=lambda event: event.place)


def _drafts(events: Sequence[Carried]) -> Iterator[Draft]:
    # The first event is "created".
    number_of = {event.place.hash: number for number, event in enumerate(events, start=2)}
    return (_draft(event, number_of) for event in events)


def _draft(event: Carried, number_of: Mapping[str, int]) -> Draft:
    at, store, seq, digest = event.place
    origin: dict[str, Any] = {
        "store": store,
        "seq": seq,
        "hash": digest,
        "at": at,
        "effect": None if event.effect is None else dict(event.effect),
    }
    erased = event.erased()
    if erased:
        origin["erased"] = erased
    pointers = {
        name: None if target is None else number_of.get(target)
        for name, target in event.pointers.items()
    }
    return draft(
        event.kind,
        actor=None if event.actor is ERASED else event.actor,
        payload={**event.payload, **pointers, "origin": origin},
        keys={
            name: sorted(map(key_value, held), key=_row_order) for name, held in event.keys.items()
        },
        words=event.words,
    )


def _row_order(key: Any) -> tuple[bool, float, str]:
    """Order keys the same whichever store they come from: numbers first, then texts."""
    number = isinstance(key, int | float)
    return (not number, key if number else 0, str(key))

"""Taking a person out of a store: the names and texts go, the chain of events stays."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unlearn_widgets.ledger.errors import LedgerError, UnknownSubjectError
from unlearn_widgets.ledger.keys import key_text
from unlearn_widgets.ledger.log import EventLog
from unlearn_widgets.ledger.ranges import format_ids, parse_ids
from unlearn_widgets.ledger.recording import draft
from unlearn_widgets.validation import choice, hint, strict_keywords

if TYPE_CHECKING:
    import os
    import sqlite3

    from unlearn_widgets.ledger.event import Event

__all__ = ["Erasure", "erase", "scrub"]

_ROLES = ("key", "actor")


@dataclass(frozen=True)
class Erasure:
    """What `erase` took out.

    Parameters
    ----------
    event : Event
        The tombstone: numbers and counts, never the value.
    n_names, n_words : int
        Names, and notes, reasons and searches that were erased.
    bytes_gone : bool
        Whether the files hold no trace any more. If another program was reading the store just
        then, old bytes remain until `scrub` succeeds.

    Examples
    --------
    >>> Erasure(None, 1, 0, True).n_names
    1
    """

    event: Event
    n_names: int
    n_words: int
    bytes_gone: bool


@strict_keywords
def erase(
    store: EventLog | str | os.PathLike[str],
    subject: object,
    *,
    role: str | None = None,
    actor: str | None = None,
) -> Erasure:
    """Take a record or a person out of a store, without breaking its chain.

    The name and its salt are deleted, and with them what ties the commitment in the events to it;
    so are the notes, reasons and searches of events about that record alone, or by that person. An
    event "erased" says which numbers are gone. The files are rewritten, so that the bytes are gone
    from them; copies, backups and what a disk or file system keeps of its past are out of reach.
    Payloads and effects of events are public and stay.

    Parameters
    ----------
    store : EventLog or path-like
        The store.
    subject : str, int, float or bool
        A record key, or the name of an actor.
    role : {"key", "actor"}, optional
        Which of both is meant, if the store knows a record and an actor of that name.
    actor : str, optional
        Who erases.

    Returns
    -------
    Erasure
        What was taken out.

    Raises
    ------
    UnknownSubjectError
        If the store knows no such record or actor.
    LedgerError
        If both are known, or the store cannot be written to.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with EventLog(Path(folder, "day.forgetset")) as log:
    ...         _ = log.append("label", actor="ana", keys={"rows": [5]}, words={"note": "Bob's"})
    ...         done = erase(log, 5)
    ...         event = next(log.events(since=1))
    >>> dict(event.keys), dict(event.words), done.n_words
    ({'rows': (<erased>,)}, {'note': <erased>}, 1)
    """
    if role is not None:
        choice("role", role, _ROLES)
    if not isinstance(store, EventLog):
        with _existing(store) as log:
            return erase(log, subject, role=role, actor=actor)
    text = key_text(subject, "subject")
    with store._store.writing() as connection:  # noqa: SLF001
        found = _find(connection, store, subject, text, role)
        ids = [identity for identity, _ in found]
        slots = _words_about(connection, ids, found[0][1])
        connection.executemany(
            "UPDATE names SET salt = NULL, value = NULL WHERE id = ?", [(one,) for one in ids]
        )
        connection.executemany(
            "UPDATE words SET salt = NULL, text = NULL WHERE seq = ? AND slot = ?",
            [(seq, slot) for slot, seqs in slots.items() for seq in seqs],
        )
        n_words = sum(map(len, slots.values()))
        payload: dict[str, Any] = {
            "role": found[0][1],
            "names": format_ids(ids),
            "words": {slot: format_ids(seqs) for slot, seqs in slots.items()},
            "n_names": len(ids),
            "n_words": n_words,
        }
        # Somebody may erase themselves; their name must not come back by that.
        by = None if actor is not None and key_text(actor, "actor") == text else actor
        event = store._record(draft("erased", actor=by, payload=payload))  # noqa: SLF001
    return Erasure(event, len(ids), n_words, scrub(store))


def scrub(store: EventLog | str | os.PathLike[str]) -> bool:
    """Rewrite the files of a store, so that nothing erased is left in unused parts of them.

    `erase` does so itself; this is for when it could not, or was killed before it returned.

    Parameters
    ----------
    store : EventLog or path-like
        The store.

    Returns
    -------
    bool
        False if another program was reading the store all the time, so that old bytes remain.

    Raises
    ------
    LedgerError
        If the store cannot be written to.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "day.forgetset")
    ...     EventLog(path).close()
    ...     scrub(path)
    True
    """
    if not isinstance(store, EventLog):
        with _existing(store) as log:
            return scrub(log)
    if not store.writable:
        with store.writing():
            pass
    with store._store.using() as connection:  # noqa: SLF001
        if connection.in_transaction:
            raise LedgerError(
                f"{str(store.path)!r}: erasing rewrites the file and cannot be part of `writing`. "
                "Do it after the block."
            )
        connection.execute("VACUUM")
        if not store._store.opened.wal:  # noqa: SLF001
            return True
        (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy


def _existing(path: str | os.PathLike[str]) -> EventLog:
    if not Path(path).expanduser().exists():
        raise LedgerError(f"store: there is no file {str(path)!r}. Check the path.")
    return EventLog(path)


def _find(
    connection: sqlite3.Connection, store: EventLog, subject: object, text: str, role: str | None
) -> list[tuple[int, str]]:
    # Not by the index: after damage to that, one name can have two numbers.
    rows = connection.execute(
        "SELECT id, role FROM names NOT INDEXED WHERE value = ? AND role = coalesce(?, role)"
        " ORDER BY id",
        (text, role),
    ).fetchall()
    roles = {found for _, found in rows}
    if len(roles) == 1:
        return rows
    place = str(store.path)
    if roles:
        raise LedgerError(
            f"subject: {subject!r} is both a record and an actor in {place!r}. Say which with "
            'role="key" or role="actor".'
        )
    known = connection.execute(
        "SELECT value FROM names WHERE value IS NOT NULL AND role = coalesce(?, role)", (role,)
    )
    values = {str(json.loads(value)) for (value,) in known}
    other = f" There is {subject}, of another type." if str(subject) in values else ""
    raise UnknownSubjectError(
        f"subject: {place!r} knows no record or actor {subject!r}.{other or hint(subject, values)}"
    )


def _words_about(connection: sqlite3.Connection, ids: list[int], role: str) -> dict[str, list[int]]:
    """Find the texts to erase: those of the actor, or of events about the record alone."""
    standing: dict[int, list[str]] = {}
    for seq, slot in connection.execute("SELECT seq, slot FROM words WHERE text IS NOT NULL"):
        standing.setdefault(seq, []).append(slot)
    slots: dict[str, list[int]] = {}
    wanted = set(ids)
    for seq in sorted(standing):
        (text,) = connection.execute("SELECT body FROM events WHERE seq = ?", (seq,)).fetchone()
        body = json.loads(text)
        if role == "actor":
            about = body["actor"] in wanted
        else:
            named = {one for ranges in body["keys"].values() for one in parse_ids(ranges)}
            about = bool(named) and named <= wanted
        for slot in standing[seq] if about else ():
            slots.setdefault(slot, []).append(seq)
    return slots

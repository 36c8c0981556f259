"""A new store from the good part of a damaged one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from unlearn_widgets.ledger.chain import Chain
from unlearn_widgets.ledger.damage import Tally, examine
from unlearn_widgets.ledger.errors import DamagedLedgerError, LedgerError
from unlearn_widgets.ledger.files import resolved, write_new
from unlearn_widgets.ledger.opening import reading
from unlearn_widgets.ledger.ranges import format_ids, parse_ids
from unlearn_widgets.ledger.recording import draft, record

if TYPE_CHECKING:
    import os
    import sqlite3

    from unlearn_widgets.ledger.damage import ChainReport

__all__ = ["salvage"]


def salvage(path: str | os.PathLike[str], out: str | os.PathLike[str]) -> ChainReport:
    """Copy the good events of a store, from the first on, to a new one.

    They keep their hashes, so that the new store begins as the old one does. Names and texts that
    are missing without a tombstone get one, an event "erased" that says ``"found_by": "salvage"``.

    Parameters
    ----------
    path : path-like
        The damaged store; it is not touched.
    out : path-like
        The new one; there must be no such file.

    Returns
    -------
    ChainReport
        Of the damaged store: what was copied, and what stopped it.

    Raises
    ------
    LedgerError
        If there is a file at `out`, or nothing good at `path`.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from unlearn_widgets.ledger import EventLog
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path, out = pathlib.Path(folder, "a.forgetset"), pathlib.Path(folder, "b.forgetset")
    ...     EventLog(path).close()
    ...     salvage(path, out).n_events
    1
    """
    place = resolved(out)
    if place.exists():
        raise LedgerError(f"out: there is a file {str(place)!r} already. Choose another name.")
    with reading(path) as opened:
        report = opened.report or examine(opened.connection)
        if report.last_good is None:
            raise DamagedLedgerError(
                f"{str(opened.place)!r} has no good event: {report.problem} Restore a backup.",
                report,
            )
        source, last = opened.connection, report.last_good.seq
        try:
            write_new(place, lambda target: _copy(source, target, last))
        except FileExistsError as error:
            raise LedgerError(
                f"out: somebody else has just made {str(place)!r}. Choose another name."
            ) from error
    return report


def _copy(source: sqlite3.Connection, target: sqlite3.Connection, last: int) -> None:
    copied = "SELECT seq, body, hash FROM events WHERE seq <= ? ORDER BY seq"
    target.executemany("INSERT INTO events VALUES (?, ?, ?)", source.execute(copied, (last,)))
    last_name = 0
    slots: set[tuple[int, str]] = set()
    for seq, text in target.execute("SELECT seq, body FROM events ORDER BY seq"):
        body = json.loads(text)
        slots |= {(seq, slot) for slot in body["words"]}
        if body["new"]:
            last_name = max(last_name, *parse_ids(body["new"]["names"]))
    names = "SELECT id, role, salt, value, commitment FROM names WHERE id <= ? ORDER BY id"
    target.executemany(
        "INSERT INTO names VALUES (?, ?, ?, ?, ?)", source.execute(names, (last_name,))
    )
    words = source.execute(
        "SELECT seq, slot, salt, text FROM words WHERE seq <= ? ORDER BY seq, slot", (last,)
    )
    target.executemany(
        "INSERT INTO words VALUES (?, ?, ?, ?)", (row for row in words if row[:2] in slots)
    )
    _settle(target)


def _settle(target: sqlite3.Connection) -> None:
    """Make what is erased and what the events say is erased the same."""
    tally = Tally(target)
    tally.walk()
    gone = set(tally.chain.names.erased_ids())
    target.executemany(
        "UPDATE names SET salt = NULL, value = NULL WHERE id = ?",
        [(one,) for one in tally.erased_names - gone],
    )
    target.executemany(
        "UPDATE words SET salt = NULL, text = NULL WHERE seq = ? AND slot = ?",
        tally.erased_words - tally.gone,
    )
    names, lost = gone - tally.erased_names, tally.gone - tally.erased_words
    if names or lost:
        slots = {slot: {seq for seq, other in lost if other == slot} for _, slot in lost}
        payload = {
            "role": None,
            "names": format_ids(names),
            "words": {slot: format_ids(seqs) for slot, seqs in slots.items()},
            "n_names": len(names),
            "n_words": len(lost),
            "found_by": "salvage",
        }
        record(target, Chain(target), draft("erased", actor=None, payload=payload))

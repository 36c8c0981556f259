"""A new store from the good part of a damaged one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from unlearn_widgets.ledger.damage import examine
from unlearn_widgets.ledger.errors import DamagedLedgerError, LedgerError
from unlearn_widgets.ledger.files import resolved, write_new
from unlearn_widgets.ledger.opening import reading
from unlearn_widgets.ledger.ranges import parse_ids

if TYPE_CHECKING:
    import os
    import sqlite3

    from unlearn_widgets.ledger.damage import ChainReport

__all__ = ["salvage"]


def salvage(path: str | os.PathLike[str], out: str | os.PathLike[str]) -> ChainReport:
    """Copy the good events of a store, from the first on, to a new one.

    They keep their hashes, so that the new store is the beginning of the old one.

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
    for (text,) in target.execute("SELECT body FROM events ORDER BY seq"):
        new = json.loads(text)["new"]
        if new:
            last_name = max(last_name, *parse_ids(new["names"]))
    names = "SELECT id, role, salt, value, commitment FROM names WHERE id <= ? ORDER BY id"
    target.executemany(
        "INSERT INTO names VALUES (?, ?, ?, ?, ?)", source.execute(names, (last_name,))
    )
    words = "SELECT seq, slot, salt, text FROM words WHERE seq <= ? ORDER BY seq, slot"
    target.executemany("INSERT INTO words VALUES (?, ?, ?, ?)", source.execute(words, (last,)))

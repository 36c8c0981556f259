"""Stores for the tests of the ledger, and ways to look at them and to break them."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from unlearn_widgets.ledger import EventLog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def fill(log: EventLog, n: int) -> None:
    """Append `n` events with everything that an event can have."""
    for number in range(n):
        log.append(
            "label",
            actor=f"actor-{number % 3}",
            payload={"label": "remove", "number": number},
            keys={"rows": [f"key-{number}", number], "near": [f"key-{number // 2}"]},
            words={"note": f"a note on {number}", "reason": None if number % 2 else "spam"},
            effect={"alpha": number / 7, "budget": "inf"},
        )


def make(path: Path, n: int = 12) -> list[str]:
    """Write a closed store of `n` events beside the first and return all hashes."""
    with EventLog(path, created={"X": "sha256:1"}) as log:
        fill(log, n)
        return [event.hash for event in log.events()]


@contextlib.contextmanager
def broken_into(path: Path) -> Iterator[sqlite3.Connection]:
    """Edit a store as somebody who knows SQLite would: triggers dropped, and made again."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, statement in triggers:
            connection.execute(statement)


def bytes_of(path: Path) -> bytes:
    """Return the bytes of a store and of every file beside it that belongs to it."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))

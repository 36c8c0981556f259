"""A program that records decisions and says so, until it is killed.

Each line that it prints acknowledges one event: its number and its hash.
"""

from __future__ import annotations

import random
import sys

from unlearn_widgets.ledger import EventLog, UnknownSubjectError, erase, journal


def write(path: str, seed: int, mode: str) -> None:
    """Append, in blocks and alone, and erase now and then."""
    if mode == "delete":
        journal.choose_journal = with_rollback_journal
    dice = random.Random(seed)
    log = EventLog(path, created={"seed": seed}, timeout=60)
    print("ready", flush=True)
    while True:
        what = dice.random()
        if what < 0.7:
            acknowledge(append(log, dice))
        elif what < 0.95:
            with log.writing():
                events = [append(log, dice) for _ in range(dice.randrange(2, 6))]
            for event in events:
                acknowledge(event)
        else:
            try:
                acknowledge(erase(log, f"key-{dice.randrange(40)}").event)
            except UnknownSubjectError:
                continue


def append(log, dice):
    number = dice.randrange(10**9)
    return log.append(
        "label",
        actor=f"actor-{dice.randrange(3)}",
        payload={"number": number},
        keys={"rows": [f"key-{dice.randrange(40)}" for _ in range(dice.choice([1, 1, 1, 500]))]},
        words={"note": f"note on {number}" * dice.choice([1, 1, 200])},
    )


def acknowledge(event):
    print(event.seq, event.hash, flush=True)


def with_rollback_journal(connection):
    connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    connection.execute("PRAGMA synchronous = EXTRA")
    return "the test wants it so"


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]), sys.argv[3])

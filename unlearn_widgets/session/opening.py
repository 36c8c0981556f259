"""How a session comes to its store: opened or made, fingerprinted, and compared with its data."""

from __future__ import annotations

import getpass
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

from unlearn_widgets.ledger import EventLog
from unlearn_widgets.ledger import vocabulary as kinds
from unlearn_widgets.ledger.fingerprint import (
    fingerprint_array,
    fingerprint_columns,
    fingerprint_keys,
    mismatches,
)
from unlearn_widgets.problem.matrix import matrix
from unlearn_widgets.session.memory_log import MemoryLog
from unlearn_widgets.session.recorder import Recorder
from unlearn_widgets.validation import valid_text

if TYPE_CHECKING:
    from os import PathLike

    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.records import Records
    from unlearn_widgets.session.removal import Removal

# What is read within a moment; more is read beside everything else.
AT_ONCE_BYTES = 1 << 26
AT_ONCE_ROWS = 50_000

_MEANING = {
    "X": "the embeddings",
    "domains": "the two domains",
    "keys": "the keys of the records",
    "records": "the records",
}


class StoreMismatchWarning(UserWarning):
    """A store was begun with other data than the session has now."""


class Opened(NamedTuple):
    """The store of a session as it was opened.

    Attributes
    ----------
    recorder : Recorder
        Where changes are recorded.
    notices : list of str
        What does not fit, and what the file system cannot do.
    unchecked : bool
        Whether the data are too many to be read at once, and are still to be compared.

    """

    recorder: Recorder
    notices: list[str]
    unchecked: bool


def open_recorder(
    removal: Removal, records: Records, store: str | PathLike[str] | None, who: str | None
) -> Opened:
    """Open the store of a session, or the events in memory where there is none.

    Raises
    ------
    LedgerError
        If the store cannot be opened or made.
    """
    name = actor(who, store)
    if store is None:
        return Opened(Recorder(removal, records, MemoryLog(), name), [], unchecked=False)
    problem = removal.problem
    quick = is_quick(problem)
    own = fingerprints(problem, records) if quick else {}
    log = EventLog(store, created={"fingerprints": own})
    notices = list(log.notices)
    differing = compare(log, own, name) if quick else []
    recorder = Recorder(removal, records, log, name, trusts_effects=not differing)
    warn(differing)
    return Opened(recorder, notices + differing, unchecked=not quick)


def actor(who: str | None, store: object) -> str | None:
    """Return who acts: the one named, or whoever runs this program where a store will ask.

    Raises
    ------
    TypeError, ValueError
        If `who` is no text that is not empty.
    """
    if who is not None:
        if not isinstance(who, str) or not who.strip():
            raise TypeError(f"who: expected a name that is not empty, got {who!r}.")
        return valid_text("who", who)
    if store is None:
        return None
    try:
        return getpass.getuser()
    except OSError:
        return None


def is_quick(problem: UnlearningProblem) -> bool:
    """Whether the data are read within a moment."""
    size = problem.n_rows * problem.dim * matrix("X", problem.X).dtype.itemsize
    return size <= AT_ONCE_BYTES and problem.n_rows <= AT_ONCE_ROWS


def fingerprints(problem: UnlearningProblem, records: Records) -> dict[str, str]:
    """Return the digests of what a session is made of."""
    return {
        "X": fingerprint_array(matrix("X", problem.X)),
        "domains": fingerprint_array(problem.domain_codes),
        "keys": fingerprint_keys(records.keys),
        "records": fingerprint_columns(records.table),
    }


def recorded_fingerprints(log: EventLog) -> dict[str, str]:
    """Return the digests that a store was begun with; none while they were not known yet."""
    found: dict[str, str] = {}
    for event in log.events():
        if event.kind == "created":
            found.update(event.payload.get("fingerprints", {}))
        elif event.kind == kinds.FINGERPRINTS:
            found.update({**event.payload, **found})
        if found:
            break
    return found


def compare(log: EventLog, own: dict[str, str], who: str | None) -> list[str]:
    """Hold the data of a session against those that its store was begun with.

    A store that knows none takes these. What differs is recorded, and returned in sentences.
    """
    known = recorded_fingerprints(log)
    if not known:
        if log.writable:
            log.append(kinds.FINGERPRINTS, actor=who, payload=own)
        return []
    differing = mismatches(known, own)
    if differing and log.writable:
        log.append(kinds.MISMATCH, actor=who, payload={"fields": sorted(differing)})
    return [
        f"{name}: {_MEANING[name]} differ from those that the store was begun with "
        f"(expected {expected}, got {got})."
        for name, (expected, got) in differing.items()
    ]


def lost_keys(unknown: dict[Any, None], keys: list[Any]) -> str | None:
    """Say which keys of a store no record has now, or None where all are known."""
    if not unknown:
        return None
    some = ", ".join(repr(key) for key in list(unknown)[:3])
    texts = {str(key): key for key in keys}
    other = next((key for key in unknown if str(key) in texts), None)
    hint = (
        ""
        if other is None
        else f" The records have {texts[str(other)]!r} where the store has {other!r}: give the key "
        "column the same type as before."
    )
    return (
        f"keys: {len(unknown):,} keys of the store stand in no record now, for example {some}; "
        f"what was decided about them is kept and not shown.{hint}"
    )


def warn(notices: list[str]) -> None:
    """Tell a person at once what does not fit; the views show it as well."""
    if notices:
        text = " ".join(notices)
        warnings.warn(f"store: {text}", StoreMismatchWarning, stacklevel=4)

"""Short ways to label records, to merge stores and to compare what they say, for the tests."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from unlearn_widgets.ledger import (
    EventLog,
    annotator,
    check_chain,
    current_labels,
    merge,
    recorded_at,
    selection_of,
    settled_labels,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from unlearn_widgets.ledger import Event


def label(
    log: EventLog,
    who: str | None,
    keys: Iterable[Any],
    label: str | None,
    *,
    job: str = "removal",
    settles: bool = False,
    **words: str | None,
) -> Event:
    """Record one label, as the annotator does."""
    payload: dict[str, Any] = {"job": job, "label": label}
    if settles:
        payload["settles"] = True
    return log.append("label", actor=who, payload=payload, keys={"rows": list(keys)}, words=words)


DATA = {"fingerprints": {"X": "sha256:1", "records": "sha256:2"}}


def open_new(path, created=DATA):
    return EventLog(path, created=created)


def content_of(path):
    """Return all that the laws of merging speak of: events, labels and selection."""
    assert check_chain(path).ok
    with EventLog(path) as log:
        events = list(log.events())
    said = [
        (
            *(event.kind, event.actor, dict(event.payload), dict(event.keys), dict(event.words)),
            *(annotator(event), recorded_at(event), event.effect),
        )
        for event in events
        if event.kind not in {"created", "merged"}
    ]
    labels = {
        (key, who): (one.label, one.seq, one.at, one.reason, one.note)
        for key, held in current_labels(events, "removal").items()
        for who, one in held.items()
    }
    return said, labels, settled_labels(events, "removal"), selection_of(events)


def meaning_of(path):
    """Return what a store says whose events need not be merged ones."""
    with EventLog(path) as log:
        events = list(log.events())
    labels = {
        (key, who): (one.label, one.at, one.reason, one.note)
        for key, held in current_labels(events, "removal").items()
        for who, one in held.items()
    }
    return labels, settled_labels(events, "removal"), selection_of(events)


@dataclass
class Bench:
    """Two people's stores in one folder, and names for what is made of them."""

    folder: Path

    def __post_init__(self):
        self.numbers = itertools.count()

    def merged(self, a, b):
        out = self.folder / f"merged-{next(self.numbers)}.forgetset"
        merge(a, b, out)
        return out

    def store(self, name, *events, created=DATA):
        path = self.folder / f"{name}.forgetset"
        with open_new(path, created) as log:
            for event in events:
                label(log, *event)
        return path

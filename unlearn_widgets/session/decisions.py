"""What people have decided about each record so far, kept as events come in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from unlearn_widgets.ledger import ERASED
from unlearn_widgets.ledger import vocabulary as kinds
from unlearn_widgets.ledger.origin import annotator, recorded_at

if TYPE_CHECKING:
    from unlearn_widgets.ledger import Event


class Change(NamedTuple):
    """One record that was given a label, or whose label was withdrawn (None)."""

    job: str
    key: Any
    actor: str | None
    label: str | None
    at: str


class Decisions:
    """The present labels by job, record key and actor, and every change that led to them.

    Attributes
    ----------
    changes : list of Change
        In order; who follows them remembers how many it has seen.

    Examples
    --------
    >>> from unlearn_widgets.ledger import Event
    >>> decisions = Decisions()
    >>> payload = {"job": "removal", "label": "remove"}
    >>> decisions.take(Event(2, "", "ana", "label", payload, {"rows": ("r7",)}))
    >>> decisions.of("removal", "ana")
    {'r7': 'remove'}
    """

    def __init__(self) -> None:
        self._labels: dict[str, dict[Any, dict[str | None, str]]] = {}
        self._versions: dict[str, int] = {}
        self.changes: list[Change] = []

    def take(self, event: Event) -> None:
        """Take a label event in; others say nothing about records."""
        if event.kind != kinds.LABEL:
            return
        job, label = event.payload["job"], event.payload["label"]
        named = annotator(event)
        actor, at = named if isinstance(named, str) else None, recorded_at(event)
        of_job = self._labels.setdefault(job, {})
        self._versions[job] = self._versions.get(job, 0) + 1
        for key in event.keys.get(kinds.ROWS, ()):
            if key is ERASED:
                continue
            by_actor = of_job.setdefault(key, {})
            # Taken out first, so that the last one is the newest.
            by_actor.pop(actor, None)
            if label is not None:
                by_actor[actor] = label
            if not by_actor:
                del of_job[key]
            self.changes.append(Change(job, key, actor, label, at))

    def newest(self, job: str) -> dict[Any, str]:
        """Return the newest label of each record, whoever gave it."""
        labels = self._labels.get(job, {})
        return {key: next(reversed(found.values())) for key, found in labels.items()}

    def summary(self) -> dict[str, dict[str, int]]:
        """Return by job how many records have a label, and a number that grows with changes."""
        return {
            job: {"n": len(labels), "version": self._versions[job]}
            for job, labels in self._labels.items()
            if labels
        }

    def of(self, job: str, who: str | None) -> dict[Any, str]:
        """Return what one person has decided: label by key."""
        labels = self._labels.get(job, {})
        return {key: found[who] for key, found in labels.items() if who in found}

    def label(self, job: str, key: Any, who: str | None) -> str | None:
        """Return the label that somebody gave a record, or None."""
        return self._labels.get(job, {}).get(key, {}).get(who)

    def all(self, job: str) -> dict[Any, dict[str | None, str]]:
        """Return everybody's labels by key."""
        return {key: dict(found) for key, found in self._labels.get(job, {}).items() if found}

"""What people have decided about each record so far, kept as events come in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from unlearn_widgets.ledger import ERASED
from unlearn_widgets.ledger import vocabulary as kinds

if TYPE_CHECKING:
    from unlearn_widgets.ledger import Event


class Decided(NamedTuple):
    """The last label that somebody gave a record for a job."""

    label: str
    seq: int


class Decisions:
    """The present labels by job, record key and actor.

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
        self._labels: dict[str, dict[Any, dict[str | None, Decided]]] = {}
        self.times: dict[str, list[str]] = {}

    def take(self, event: Event) -> None:
        """Take a label event in; others say nothing about records."""
        if event.kind != kinds.LABEL:
            return
        job, label = event.payload["job"], event.payload["label"]
        actor = event.actor if isinstance(event.actor, str) else None
        of_job = self._labels.setdefault(job, {})
        for key in event.keys.get(kinds.ROWS, ()):
            if key is ERASED:
                continue
            by_actor = of_job.setdefault(key, {})
            if label is None:
                by_actor.pop(actor, None)
            else:
                by_actor[actor] = Decided(label, event.seq)
        if label is not None:
            at = event.payload.get("origin", {}).get("at", event.at)
            self.times.setdefault(job, []).append(at)

    def of(self, job: str, who: str | None) -> dict[Any, str]:
        """Return what one person has decided: label by key, in the order of the records' first."""
        labels = self._labels.get(job, {})
        return {key: found[who].label for key, found in labels.items() if who in found}

    def label(self, job: str, key: Any, who: str | None) -> str | None:
        """Return the label that somebody gave a record, or None."""
        found = self._labels.get(job, {}).get(key, {}).get(who)
        return None if found is None else found.label

    def all(self, job: str) -> dict[Any, dict[str | None, Decided]]:
        """Return everybody's labels by key."""
        return {key: dict(found) for key, found in self._labels.get(job, {}).items() if found}

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
        self.changes: list[Change] = []

    def take(self, event: Event) -> None:
        """Take a label event in; others say nothing about records."""
        if event.kind != kinds.LABEL:
            return
        job, label = event.payload["job"], event.payload["label"]
        named = annotator(event)
        actor, at = named if isinstance(named, str) else None, recorded_at(event)
        of_job = self._labels.setdefault(job, {})
        for key in event.keys.get(kinds.ROWS, ()):
            if key is ERASED:
                continue
            by_actor = of_job.setdefault(key, {})
            if label is None:
                by_actor.pop(actor, None)
            else:
                by_actor[actor] = label
            self.changes.append(Change(job, key, actor, label, at))

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

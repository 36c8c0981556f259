"""Records on which annotators disagree: the queue to settle."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from unlearn_widgets.frames import Frame
from unlearn_widgets.ledger.labels import checked_job, current_labels, settled_labels, spelled
from unlearn_widgets.ledger.snapshot import snapshot
from unlearn_widgets.validation import strict_keywords

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from unlearn_widgets.ledger.labels import Actor, Decision
    from unlearn_widgets.ledger.log import EventLog

__all__ = ["conflicts"]


@strict_keywords
def conflicts(store: EventLog | str | os.PathLike[str], job: str = "removal") -> Frame:
    """List the records that have different labels by different annotators, newest first.

    A label whose payload holds ``"settles": true`` decides a record, and takes it from the list
    whatever others say before or after; one of None opens the question again. "unsure" is a label
    like any other.

    Parameters
    ----------
    store : EventLog or path-like
        The store, for example a merged one.
    job : str, default "removal"
        "removal", "domain", or another that labels in the store name.

    Returns
    -------
    Frame
        ``key``; ``labels``, such as "ana: remove, ben: keep"; ``n_annotators``; ``last``, the UTC
        time of the last of these labels; ``reasons`` in the same form as the labels.

    Raises
    ------
    DamagedLedgerError, LedgerError
        If the store cannot be read.
    ValueError
        If there is no such job.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from unlearn_widgets.ledger import EventLog
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with EventLog(pathlib.Path(folder, "day.forgetset")) as log:
    ...         for who, label in (("ana", "remove"), ("ben", "keep")):
    ...             _ = log.append(
    ...                 "label", actor=who, payload={"job": "removal", "label": label},
    ...                 keys={"rows": ["r7"]}, words={"reason": f"{who} knows"},
    ...             )
    ...         found = conflicts(log)
    >>> found["key"], found["labels"], found["reasons"]
    (['r7'], ['ana: remove, ben: keep'], ['ana: ana knows, ben: ben knows'])
    """
    events = snapshot(store).events
    job = checked_job(events, job)
    settled = settled_labels(events, job)
    found = [
        (key, held, max(held.values(), key=lambda decision: (decision.at, decision.seq)))
        for key, held in current_labels(events, job).items()
        if settled[key] is None
    ]
    found.sort(key=lambda one: (one[2].at, one[2].seq), reverse=True)
    return Frame(
        {
            "key": [key for key, _, _ in found],
            "labels": [_said(held, "label") for _, held, _ in found],
            "n_annotators": [len(held) for _, held, _ in found],
            "last": [last.at for _, _, last in found],
            "reasons": [_said(held, "reason") for _, held, _ in found],
        }
    )


def _said(held: Mapping[Actor, Decision], what: str) -> str:
    said = [(spelled(who), getattr(decision, what)) for who, decision in held.items()]
    said.sort(key=itemgetter(0))
    return ", ".join(f"{who}: {text}" for who, text in said if text is not None)

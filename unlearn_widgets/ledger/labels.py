"""What the events of a store say now: labels by record and annotator, and the selection.

The functions read events in the order given and need no store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from unlearn_widgets.ledger.event import ERASED
from unlearn_widgets.ledger.origin import annotator, recorded_at, words_of
from unlearn_widgets.ledger.vocabulary import CHOSEN, JOBS, LABEL, RELEASED, ROWS
from unlearn_widgets.validation import choice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeAlias

    from unlearn_widgets.ledger.event import Erased, Event

    Actor: TypeAlias = str | Erased | None

__all__ = [
    "Decision",
    "checked_job",
    "current_labels",
    "label_events",
    "selection_of",
    "settled_labels",
    "spelled",
]


class Decision(NamedTuple):
    """What an annotator says about a record at present.

    Parameters
    ----------
    label : str
        For example "remove".
    seq : int
        Number of the event in the store that was read.
    at : str
        When it was decided, UTC; in a merged store not the time of merging.
    reason, note : str, ERASED or None
        None where nothing was written.
    settles : bool
        Whether it was meant to settle a conflict.

    Examples
    --------
    >>> Decision("remove", 2, "2026-01-01T00:00:00.000Z", "spam", None).label
    'remove'
    """

    label: str
    seq: int
    at: str
    reason: str | Erased | None
    note: str | Erased | None
    settles: bool = False


def label_events(events: Iterable[Event], job: str) -> Iterator[Event]:
    """Give the events that decide labels of one job.

    Parameters
    ----------
    events : iterable of Event
        In order.
    job : str
        "removal", "domain", or one of your own.

    Yields
    ------
    Event
        Of kind "label".

    Examples
    --------
    >>> list(label_events([], "removal"))
    []
    """
    for event in events:
        if event.kind == LABEL and event.payload.get("job") == job:
            yield event


def current_labels(events: Iterable[Event], job: str) -> dict[Any, dict[Actor, Decision]]:
    """Find what each annotator says about each record now.

    The last label of an annotator counts. A label of None withdraws the one before. Records that
    were erased are left out. Annotators that were erased cannot be told from each other and count
    as one, `ERASED`; those that were never named count as one, None.

    Parameters
    ----------
    events : iterable of Event
        In order, for example ``log.events()``.
    job : str
        "removal", "domain", or one of your own.

    Returns
    -------
    dict of key to dict of annotator to Decision
        Records without a label are not in it.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from unlearn_widgets.ledger import EventLog
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with EventLog(pathlib.Path(folder, "day.forgetset")) as log:
    ...         for label in ("keep", "remove"):
    ...             _ = log.append(
    ...                 "label", actor="ana", payload={"job": "removal", "label": label},
    ...                 keys={"rows": ["r7"]}, words={"reason": "spam"},
    ...             )
    ...         labels = current_labels(log.events(), "removal")
    >>> labels["r7"]["ana"].label, labels["r7"]["ana"].reason
    ('remove', 'spam')
    """
    found: dict[Any, dict[Actor, Decision]] = {}
    for event in label_events(events, job):
        actor, decision = annotator(event), _decision(event)
        for key in event.keys.get(ROWS, ()):
            if key is ERASED:
                continue
            if decision is not None:
                # Taken out first, so that the order is that of the last decisions.
                held = found.setdefault(key, {})
                held.pop(actor, None)
                held[actor] = decision
            elif key in found:
                found[key].pop(actor, None)
    return {key: held for key, held in found.items() if held}


def settled_labels(events: Iterable[Event], job: str) -> dict[Any, str | None]:
    """Find the one label of each record.

    Parameters
    ----------
    events : iterable of Event
        In order.
    job : str
        "removal", "domain", or one of your own.

    Returns
    -------
    dict of key to str or None
        The last label whose payload holds ``"settles": true``, whatever others say before or
        after; else the label that all annotators give; else None, a conflict. A settling label of
        None opens the question again. Records without a label are not in it.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from unlearn_widgets.ledger import EventLog
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with EventLog(pathlib.Path(folder, "day.forgetset")) as log:
    ...         for who, label in (("ana", "remove"), ("ben", "keep")):
    ...             _ = log.append(
    ...                 "label", actor=who, payload={"job": "removal", "label": label},
    ...                 keys={"rows": ["r7"]},
    ...             )
    ...         before = settled_labels(log.events(), "removal")
    ...         _ = log.append(
    ...             "label", actor="cleo", keys={"rows": ["r7"]},
    ...             payload={"job": "removal", "label": "keep", "settles": True},
    ...         )
    ...         print(before, settled_labels(log.events(), "removal"))
    {'r7': None} {'r7': 'keep'}
    """
    events = list(label_events(events, job))
    found: dict[Any, str | None] = {}
    for key, held in current_labels(events, job).items():
        labels = {decision.label for decision in held.values()}
        found[key] = labels.pop() if len(labels) == 1 else None
    return found | _settled(events)


def selection_of(events: Iterable[Event]) -> set[Any]:
    """Find the records that are chosen for removal after all events.

    Parameters
    ----------
    events : iterable of Event
        In order.

    Returns
    -------
    set of key
        What was chosen and not released later, without records that were erased.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from unlearn_widgets.ledger import EventLog
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with EventLog(pathlib.Path(folder, "day.forgetset")) as log:
    ...         _ = log.append("selection", actor="ana", keys={"chosen": [1, 2, 3]})
    ...         _ = log.append("undo", actor="ana", keys={"released": [2]})
    ...         print(sorted(selection_of(log.events())))
    [1, 3]
    """
    chosen: set[Any] = set()
    for event in events:
        chosen.update(event.keys.get(CHOSEN, ()))
        chosen.difference_update(event.keys.get(RELEASED, ()))
    chosen.discard(ERASED)
    return chosen


def checked_job(events: Iterable[Event], job: object) -> str:
    """Return a job that there is, or raise.

    Parameters
    ----------
    events : iterable of Event
        Of a store; jobs of one's own are those that its labels name.
    job : object
        "removal", "domain", or one of the store.

    Returns
    -------
    str
        The job.

    Raises
    ------
    ValueError
        If there is no such job.

    Examples
    --------
    >>> checked_job([], "remova")
    Traceback (most recent call last):
        ...
    ValueError: job: must be one of 'removal', 'domain', got 'remova'. Did you mean 'removal'?
    """
    named = (event.payload.get("job") for event in events if event.kind == LABEL)
    own = {one for one in named if isinstance(one, str)} - JOBS.keys()
    return choice("job", job, [*JOBS, *sorted(own)])


def spelled(actor: Actor) -> str:
    """Return the name of an annotator as tables and sentences show it.

    Parameters
    ----------
    actor : str, ERASED or None
        The annotator.

    Returns
    -------
    str
        Words in angle brackets if there is no name.

    Examples
    --------
    >>> spelled("ana"), spelled(ERASED), spelled(None)
    ('ana', '<erased>', '<not named>')
    """
    return "<not named>" if actor is None else str(actor)


def _settled(events: Iterable[Event]) -> dict[Any, str]:
    found: dict[Any, str] = {}
    for event in events:
        if event.payload.get("settles") is not True:
            continue
        decision = _decision(event)
        for key in event.keys.get(ROWS, ()):
            if key is not ERASED and decision is not None:
                found[key] = decision.label
            else:
                found.pop(key, None)
    return found


def _decision(event: Event) -> Decision | None:
    label = event.payload.get("label")
    if label is None:
        return None
    words = words_of(event)
    return Decision(
        label=str(label),
        seq=event.seq,
        at=recorded_at(event),
        reason=words.get("reason"),
        note=words.get("note"),
        settles=event.payload.get("settles") is True,
    )

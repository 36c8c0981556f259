"""The way to a selection as a manifest tells it: events in order, and why each row is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unlearn_widgets.ledger import ERASED
from unlearn_widgets.ledger import vocabulary as kinds
from unlearn_widgets.ledger.origin import annotator, recorded_at, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from unlearn_widgets.ledger import Event

__all__ = ["decisions_of", "history_of", "labels_of", "standing_signatures"]

NUMBERS = ("n_removed", "alpha", "epsilon", "forget_log_loss", "retain_log_loss")

_STEP = frozenset(("kind", "mode", "detail"))
_SAID = ("reason", "note")
_BEGINNING = frozenset(("created", kinds.FINGERPRINTS))


def history_of(
    events: Iterable[Event], tell: Callable[[Event], Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return what was done, the oldest first, without any record key.

    Parameters
    ----------
    events : iterable of Event
        All events of a session.
    tell : callable
        Gives ``what`` was done in plain words.

    Returns
    -------
    list of dict
        ``event`` (its number), ``at``, ``actor``, ``kind``, ``what``, and where they apply:
        ``mode``, ``n_chosen``, ``n_released``, the numbers after it, ``reason``, ``note``,
        ``detail`` (path, radius, rule, budget, ...) and ``erased`` (what was taken out since).

    Examples
    --------
    >>> from unlearn_widgets.ledger import Event
    >>> event = Event(2, "2026-01-01T00:00:00.000Z", "ana", "sign", {"decision": "approved"})
    >>> history_of([event], lambda event: {"what": "Signed"})[0]["detail"]
    {'decision': 'approved'}
    """
    return [_entry(event, str(tell(event)["what"])) for event in events if _is_told(event)]


def labels_of(events: Iterable[Event]) -> dict[tuple[str, Any, str | None], Event]:
    """Return the event behind each label that stands now, by job, record key and actor.

    A label that was undone gives way to the one before, with the reason that this one had.

    Parameters
    ----------
    events : iterable of Event
        All events of a session.

    Examples
    --------
    >>> from unlearn_widgets.ledger import Event
    >>> payload = {"job": "removal", "label": "remove"}
    >>> labels_of([Event(2, "", "ana", "label", payload, {"rows": ("r7",)})]).keys()
    dict_keys([('removal', 'r7', 'ana')])
    """
    past: dict[tuple[str, Any, str | None], list[tuple[int, Event]]] = {}
    for event in events:
        if event.kind != kinds.LABEL:
            continue
        actor = annotator(event)
        who = actor if isinstance(actor, str) else None
        for key in event.keys.get(kinds.ROWS, ()):
            if key is not ERASED:
                before = past.setdefault((event.payload["job"], key, who), [])
                before.append((event.seq, _meant(event, before)))
    standing = {name: held[-1][1] for name, held in past.items()}
    return {name: event for name, event in standing.items() if event.payload["label"] is not None}


def decisions_of(
    events: Iterable[Event], removed: Iterable[Any], encode: Callable[[Any], Any]
) -> list[dict[str, Any]]:
    """Return what people said about the removed records, one entry for each event.

    Parameters
    ----------
    events : iterable of Event
        All events of a session.
    removed : iterable of key
        The removed records.
    encode : callable
        Writes a key as it stands in the manifest.

    Returns
    -------
    list of dict
        ``event, at, actor, job, label, reason, note, keys`` of labels that stand now.
    """
    events = list(events)
    wanted = set(removed)
    keys: dict[int, list[Any]] = {}
    for (_, key, _), event in labels_of(events).items():
        if key in wanted:
            keys.setdefault(event.seq, []).append(encode(key))
    return [
        {
            **_who_and_when(event),
            "job": event.payload["job"],
            "label": event.payload["label"],
            **{name: _known(words_of(event).get(name)) for name in _SAID},
            "keys": keys[event.seq],
        }
        for event in events
        if event.seq in keys
    ]


def standing_signatures(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Return who has signed what is chosen now; a change of the selection ends what was signed.

    Parameters
    ----------
    events : iterable of Event
        All events of a session.

    Returns
    -------
    list of dict
        ``decision, who, at, note, event``.

    Examples
    --------
    >>> from unlearn_widgets.ledger import Event
    >>> sign = Event(3, "", "ben", "sign", {"decision": "approved"})
    >>> change = Event(4, "", "ana", "selection", {}, {"chosen": (5,)})
    >>> len(standing_signatures([sign])), len(standing_signatures([sign, change]))
    (1, 0)
    """
    standing: list[dict[str, Any]] = []
    for event in events:
        if event.keys.keys() & {kinds.CHOSEN, kinds.RELEASED}:
            standing.clear()
        elif event.kind == kinds.SIGN:
            standing.append(
                {
                    "decision": event.payload["decision"],
                    "who": _known(annotator(event)),
                    "at": recorded_at(event),
                    "note": _known(words_of(event).get("note")),
                    "event": event.seq,
                }
            )
    return standing


def _is_told(event: Event) -> bool:
    return event.kind not in _BEGINNING


def _meant(event: Event, before: list[tuple[int, Event]]) -> Event:
    """Return the label that an undo or a redo brings back."""
    undone, again = event.payload.get("undo_of"), event.payload.get("redo_of")
    for seq, label in reversed(before):
        found = seq == again if again is not None else undone is not None and seq < undone
        if found and label.payload["label"] == event.payload["label"]:
            return label
    return event


def _entry(event: Event, what: str) -> dict[str, Any]:
    payload = {name: held for name, held in event.payload.items() if name != "origin"}
    words = words_of(event)
    kind, mode = event.kind, None
    detail = payload
    if kind == kinds.SELECTION and payload.keys() >= _STEP:
        kind, mode = payload["kind"], payload["mode"]
        detail = {name: held for name, held in payload["detail"].items() if held is not None}
    detail = {**detail, **{name: _known(said) for name, said in words.items() if name not in _SAID}}
    effect = event.effect or {}
    optional = {
        "mode": mode,
        "n_chosen": len(event.keys.get(kinds.CHOSEN, ())) or None,
        "n_released": len(event.keys.get(kinds.RELEASED, ())) or None,
        "n_records": len(event.keys.get(kinds.ROWS, ())) or None,
        **{name: effect.get(name) for name in NUMBERS},
        **{name: _known(words.get(name)) for name in _SAID},
        "detail": detail or None,
        "erased": _erased(event) or None,
    }
    return {
        **_who_and_when(event),
        "kind": kind,
        "what": what,
        **{name: held for name, held in optional.items() if held is not None},
    }


def _who_and_when(event: Event) -> dict[str, Any]:
    return {"event": event.seq, "at": recorded_at(event), "actor": _known(annotator(event))}


def _erased(event: Event) -> list[str]:
    erased = ["actor"] if annotator(event) is ERASED else []
    erased += [name for name, held in event.keys.items() if ERASED in held]
    return erased + [name for name, text in words_of(event).items() if text is ERASED]


def _known(value: Any) -> Any:
    return None if value is ERASED else value

"""One event in plain words and numbers, as a row of the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unlearn_widgets.ledger import ERASED
from unlearn_widgets.ledger import vocabulary as kinds
from unlearn_widgets.ledger.origin import annotator, recorded_at, words_of
from unlearn_widgets.session.history import describe, subject_of
from unlearn_widgets.wire.codecs import decode_values

if TYPE_CHECKING:
    from collections.abc import Callable

    from unlearn_widgets.ledger import Event

NUMBERS = (
    *("n_removed", "n_removed_forget", "n_removed_retain"),
    *("alpha", "epsilon", "forget_log_loss", "retain_log_loss"),
)


def tell_event(event: Event) -> dict[str, Any]:
    """Return an event as one row of a history.

    Parameters
    ----------
    event : Event
        What was recorded.

    Examples
    --------
    >>> from unlearn_widgets.ledger import Event
    >>> sign = Event(4, "2026-01-01T00:00:00.000Z", "ben", "sign", {"decision": "approved"})
    >>> tell_event(sign)["what"]
    'Signed: approved'
    """
    chosen, released = (event.keys.get(name, ()) for name in (kinds.CHOSEN, kinds.RELEASED))
    effect = {} if event.effect is None else decode_values(event.effect)
    words = words_of(event)
    return {
        "seq": event.seq,
        "at": recorded_at(event),
        "actor": _shown(annotator(event)),
        "kind": event.kind,
        "what": _what(event, len(chosen) + len(released)),
        "n_chosen": len(chosen),
        "n_released": len(released),
        **{name: effect.get(name) for name in NUMBERS},
        "reason": _shown(words.get("reason")),
        "note": _shown(words.get("note")),
    }


def _what(event: Event, n_changed: int) -> str:
    if event.kind == kinds.SELECTION:
        payload = event.payload
        subject = subject_of({**payload["detail"], **event.words})
        return describe(payload["kind"], payload["mode"], n_changed, subject)
    return _TOLD[event.kind](event) if event.kind in _TOLD else event.kind


def _label(event: Event) -> str:
    label = event.payload["label"]
    n = len(event.keys.get(kinds.ROWS, ()))
    rows = "1 record" if n == 1 else f"{n:,} records"
    if label is None:
        return f"Label withdrawn from {rows}"
    return f"{rows} labelled “{label}”"


def _walk(event: Event) -> str:
    verb = "Undone" if event.kind == kinds.UNDO else "Done again"
    meant = event.payload.get("of")
    return verb if meant is None else f"{verb}: event {meant}"


def _set(event: Event) -> str:
    done = "deleted" if event.payload.get("op") == "delete" else "saved"
    return f"Set {done}: {event.words.get('name', '')}"


_TOLD: dict[str, Callable[[Event], str]] = {
    kinds.LABEL: _label,
    kinds.UNDO: _walk,
    kinds.REDO: _walk,
    kinds.SET: _set,
    kinds.SIGN: lambda event: f"Signed: {event.payload['decision']}",
    kinds.FINGERPRINTS: lambda _event: "Data fingerprinted",
    kinds.MISMATCH: lambda event: f"Opened with other data: {', '.join(event.payload['fields'])}",
    kinds.MERGED: lambda _event: "Stores merged",
    "erased": lambda _event: "Erased on request",
}


def _shown(value: Any) -> Any:
    return str(ERASED) if value is ERASED else value

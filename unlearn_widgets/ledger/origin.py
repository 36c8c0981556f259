"""Events of a merged store, seen as what they were where they were recorded.

A merged event repeats one of another store. Its payload holds ``origin``: ``store``, ``seq``,
``hash``, ``at`` and ``effect`` of the event repeated, and ``erased`` (whether the actor, how many
keys of each list, which words) if parts of it had been taken out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from unlearn_widgets.ledger.event import ERASED

if TYPE_CHECKING:
    from unlearn_widgets.ledger.event import Erased, Event

__all__ = ["annotator", "origin_of", "recorded_at", "words_of"]

_PARTS = frozenset(("store", "seq", "hash", "at", "effect"))
_OPTIONAL = frozenset(("erased",))
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)


def origin_of(event: Event) -> Mapping[str, Any] | None:
    """Return where a merged event comes from.

    Parameters
    ----------
    event : Event
        Of any store.

    Returns
    -------
    mapping or None
        See the module; None for an event that was recorded in its own store.

    Examples
    --------
    >>> from unlearn_widgets.ledger import Event
    >>> origin_of(Event(2, "2026-01-01T00:00:00.000Z", "ana", "label")) is None
    True
    """
    origin = event.payload.get("origin")
    return origin if isinstance(origin, Mapping) and _is_whole(origin) else None


def recorded_at(event: Event) -> str:
    """Return when an event was recorded first; `Event.at` of a merged one is the time of merging.

    Parameters
    ----------
    event : Event
        Of any store.

    Returns
    -------
    str
        UTC time in ISO 8601.

    Examples
    --------
    >>> from unlearn_widgets.ledger import Event
    >>> recorded_at(Event(2, "2026-01-01T00:00:00.000Z", "ana", "label"))
    '2026-01-01T00:00:00.000Z'
    """
    origin = origin_of(event)
    return event.at if origin is None else str(origin["at"])


def annotator(event: Event) -> str | Erased | None:
    """Return who did it, `ERASED` also where the name was erased before the event was merged.

    Parameters
    ----------
    event : Event
        Of any store.

    Returns
    -------
    str, ERASED or None
        None if nobody was named.

    Examples
    --------
    >>> from unlearn_widgets.ledger import Event
    >>> annotator(Event(2, "2026-01-01T00:00:00.000Z", "ana", "label"))
    'ana'
    """
    origin = origin_of(event)
    if event.actor is None and origin is not None and origin.get("erased", {}).get("actor"):
        return ERASED
    return event.actor


def words_of(event: Event) -> Mapping[str, str | Erased]:
    """Return what was written, `ERASED` also for what was erased before the event was merged.

    Parameters
    ----------
    event : Event
        Of any store.

    Returns
    -------
    mapping of str to str or ERASED
        Notes, reasons, texts searched for.

    Examples
    --------
    >>> from unlearn_widgets.ledger import Event
    >>> dict(words_of(Event(2, "", "ana", "label", words={"reason": "spam"})))
    {'reason': 'spam'}
    """
    origin = origin_of(event)
    if origin is None:
        return event.words
    return {**event.words, **dict.fromkeys(origin.get("erased", {}).get("words", ()), ERASED)}


def _is_whole(origin: Mapping[str, Any]) -> bool:
    return (
        origin.keys() - _OPTIONAL == _PARTS
        and all(isinstance(origin[name], str) for name in ("store", "hash", "at"))
        and isinstance(origin["seq"], int)
        and _TIME.fullmatch(origin["at"]) is not None
        and isinstance(origin["effect"], Mapping | None)
        and isinstance(origin.get("erased", {}), Mapping)
    )

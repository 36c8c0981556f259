"""Events on their way into a merged store, and how two versions of one event become one.

An event is known everywhere by its first hash, which no other event can have. Two stores can hold
it in different versions only because parts were erased in one of them; what is left is what stands
in both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from unlearn_widgets.ledger.errors import LedgerError
from unlearn_widgets.ledger.event import ERASED
from unlearn_widgets.ledger.keys import key_text
from unlearn_widgets.ledger.origin import annotator, origin_of, words_of
from unlearn_widgets.ledger.vocabulary import MERGED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from unlearn_widgets.ledger.event import Event
    from unlearn_widgets.ledger.snapshot import Snapshot

__all__ = ["Carried", "Place", "carried", "without"]

_OWN = ("created", MERGED)
# The payloads of steps back and forth name other events by number.
POINTERS = ("of", "undo_of", "redo_of")


class Place(NamedTuple):
    """Where an event stands among all events of all stores.

    Examples
    --------
    >>> at = "2026-01-01T00:00:00.000Z"
    >>> Place(at, "a", 2, "") < Place(at, "b", 1, "")
    True
    """

    at: str
    store: str
    seq: int
    hash: str


@dataclass(frozen=True)
class Carried:
    """One event without its numbers in any store.

    Parameters
    ----------
    place : Place
        Where it was recorded first.
    kind : str
        What was done.
    payload : mapping
        Without ``origin`` and pointers to other events.
    pointers : mapping of str to str or None
        The hash of each event that the payload named by number; None if there is no such event.
    actor : str, ERASED or None
        Who did it.
    keys : mapping of str to frozenset of str
        What stands of each list, as `key_text` writes it.
    n_keys : mapping of str to int
        How many keys each list held.
    words : mapping of str to str
        What stands of the notes, reasons and searches.
    slots : frozenset of str
        All that were written.
    effect : mapping or None
        The numbers after the event where it was recorded.

    Examples
    --------
    >>> Carried(Place("", "a", 2, "ab"), "label", {}, {}, "ana", {}, {}, {}, frozenset(), None).kind
    'label'
    """

    place: Place
    kind: str
    payload: Mapping[str, Any]
    pointers: Mapping[str, str | None]
    actor: Any
    keys: Mapping[str, frozenset[str]]
    n_keys: Mapping[str, int]
    words: Mapping[str, str]
    slots: frozenset[str]
    effect: Mapping[str, Any] | None

    def common(self, other: Carried) -> Carried:
        """Keep what stands in both versions of the event.

        Raises
        ------
        LedgerError
            If they differ in more than what was erased.
        """
        if self._lasting() != other._lasting() or not self._agrees(other):
            at, store, seq, digest = self.place
            raise LedgerError(
                f"a, b: they do not agree on event {seq} of store {store} ({digest[:12]}…, {at}): "
                "one of them was altered. Ask for the store that it was recorded in, and merge "
                "with that."
            )
        return replace(
            self,
            actor=self.actor if self.actor == other.actor else ERASED,
            keys={name: held & other.keys[name] for name, held in self.keys.items()},
            words={slot: text for slot, text in self.words.items() if slot in other.words},
        )

    def _lasting(self) -> tuple[Any, ...]:
        return (
            *(self.place, self.kind, self.payload, self.pointers),
            *(self.n_keys, self.slots, self.effect),
        )

    def _agrees(self, other: Carried) -> bool:
        who = {self.actor, other.actor} - {ERASED}
        return len(who) <= 1 and all(
            other.words.get(slot, text) == text for slot, text in self.words.items()
        )

    def erased(self) -> dict[str, Any]:
        """Return what is gone, as the origin states it."""
        keys = {
            name: n - len(self.keys[name])
            for name, n in self.n_keys.items()
            if n > len(self.keys[name])
        }
        words = sorted(self.slots - self.words.keys())
        gone = {"actor": self.actor is ERASED, "keys": keys, "words": words}
        return {name: held for name, held in gone.items() if held}


def carried(source: Snapshot) -> dict[str, Carried]:
    """Take the events out of a store, those of others as they were there.

    Parameters
    ----------
    source : Snapshot
        The store, merged itself or not.

    Returns
    -------
    dict of str to Carried
        By the hash of each event where it was recorded first. The store's own "created" and
        "merged" are left out.

    Raises
    ------
    LedgerError
        If a payload uses the word ``origin`` for something else.

    Examples
    --------
    >>> from pathlib import Path
    >>> from unlearn_widgets.ledger import Event
    >>> at = "2026-01-01T00:00:00.000Z"
    >>> first = Event(1, at, None, "created", {"store": "a"}, hash="01")
    >>> then = Event(2, at, "ana", "label", keys={"rows": (5,)}, hash="02")
    >>> from unlearn_widgets.ledger.snapshot import Snapshot
    >>> carried(Snapshot(Path("day.forgetset"), [first, then]))["02"].keys
    {'rows': frozenset({'5'})}
    """
    last = Place("", "", 0, "")
    hash_of: dict[str, str] = {}
    found: dict[str, Carried] = {}
    for event in source.events:
        if event.kind in _OWN:
            continue
        origin = origin_of(event)
        if origin is not None:
            place = Place(origin["at"], origin["store"], origin["seq"], origin["hash"])
        elif "origin" in event.payload:
            raise LedgerError(
                f"{str(source.place)!r}: the payload of event {event.seq} holds 'origin', which is "
                "the word of merged stores, and is not what these write. It cannot be merged."
            )
        else:
            place = _after(last, Place(event.at, source.store_id, event.seq, event.hash))
        hash_of[str(event.seq)] = place.hash
        last = place
        found[place.hash] = _one(event, origin, place, hash_of)
    return found


def without(one: Carried, keys: frozenset[str], actors: frozenset[str]) -> Carried:
    """Take subjects out of an event, as `erase` does it.

    Parameters
    ----------
    one : Carried
        The event.
    keys, actors : frozenset of str
        Whom to take out.

    Returns
    -------
    Carried
        Without their names, and without the texts if the event is by such an actor or about such
        records alone.

    Examples
    --------
    >>> one = Carried(
    ...     Place("", "a", 2, "ab"), "label", {}, {}, "ana", {"rows": frozenset(["5"])},
    ...     {"rows": 1}, {"note": "Bob's"}, frozenset(["note"]), None,
    ... )
    >>> without(one, frozenset(["5"]), frozenset()).erased()
    {'keys': {'rows': 1}, 'words': ['note']}
    """
    by_them = one.actor in actors
    named = {key for held in one.keys.values() for key in held}
    if not by_them and not named & keys:
        return one
    about_them = by_them or named <= keys
    return replace(
        one,
        actor=ERASED if by_them else one.actor,
        keys={name: held - keys for name, held in one.keys.items()},
        words={} if about_them else one.words,
    )


def _one(
    event: Event, origin: Mapping[str, Any] | None, place: Place, hash_of: Mapping[str, str]
) -> Carried:
    erased = {} if origin is None else origin.get("erased", {})
    gone_keys = erased.get("keys", {})
    payload = {
        name: held for name, held in event.payload.items() if name not in {"origin", *POINTERS}
    }
    if event.kind == "erased":
        # Its numbers are those of the names and events of the store that it was recorded in.
        payload |= {"names": "", "words": {}}
    return Carried(
        place=place,
        kind=event.kind,
        payload=payload,
        pointers={
            name: hash_of.get(str(event.payload[name]))
            for name in POINTERS
            if name in event.payload
        },
        actor=annotator(event),
        keys={
            name: frozenset(key_text(key) for key in held if key is not ERASED)
            for name, held in event.keys.items()
        },
        n_keys={name: len(held) + gone_keys.get(name, 0) for name, held in event.keys.items()},
        words={slot: text for slot, text in event.words.items() if text is not ERASED},
        slots=frozenset(words_of(event)),
        effect=event.effect if origin is None else origin["effect"],
    )


def _after(last: Place, own: Place) -> Place:
    """Let no event of a merged store go before those it was recorded after.

    The clock of another computer may have been ahead.
    """
    if own > last:
        return own
    later = datetime.fromisoformat(last.at) + timedelta(milliseconds=1)
    return own._replace(at=later.isoformat(timespec="milliseconds").replace("+00:00", "Z"))

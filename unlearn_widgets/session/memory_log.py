"""The events of a session that has no store: the same calls, and nothing outlives the kernel."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from unlearn_widgets.ledger import Event
from unlearn_widgets.ledger.recording import draft, now

if TYPE_CHECKING:
    from collections.abc import Iterator


class MemoryLog:
    """Events in memory, with the calls of `unlearn_widgets.ledger.EventLog` that a session makes.

    Examples
    --------
    >>> log = MemoryLog()
    >>> log.append("label", actor="ana", keys={"rows": [5]}).seq, len(list(log.events()))
    (1, 1)
    """

    def __init__(self) -> None:
        self._events: list[Event] = []

    def append(
        self,
        kind: str,
        *,
        actor: str | None,
        payload: dict[str, Any] | None = None,
        keys: dict[str, list[Any]] | None = None,
        words: dict[str, str | None] | None = None,
        effect: dict[str, Any] | None = None,
    ) -> Event:
        """Keep an event."""
        # Only what a store would take is taken, so that a session behaves alike with and without.
        draft(kind, actor=actor, payload=payload, words=words, effect=effect)
        event = Event(
            seq=len(self._events) + 1,
            at=now(),
            actor=actor,
            kind=kind,
            payload=payload or {},
            keys={name: tuple(held) for name, held in (keys or {}).items()},
            words={name: text for name, text in (words or {}).items() if text is not None},
            effect=effect,
        )
        self._events.append(event)
        return event

    def events(self, since: int = 0) -> Iterator[Event]:
        """Give the events with a greater number."""
        yield from self._events[since:]

    @contextlib.contextmanager
    def writing(self) -> Iterator[MemoryLog]:
        """Take back what was appended in the block if it ends with an exception."""
        before = len(self._events)
        try:
            yield self
        except BaseException:
            del self._events[before:]
            raise

    def changed(self) -> bool:
        """Whether somebody else has written: nobody can."""
        return False

    def close(self) -> None:
        """Nothing to close."""

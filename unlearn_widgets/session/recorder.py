"""Between what is chosen in memory and the events of a store: every change one event, and back."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from unlearn_widgets.ledger import ERASED, EventLog
from unlearn_widgets.ledger import vocabulary as kinds
from unlearn_widgets.session.decisions import Decisions
from unlearn_widgets.session.event_steps import effect_of_event, step_of_event
from unlearn_widgets.wire.codecs import encode_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from unlearn_widgets.ledger import Event
    from unlearn_widgets.records import Records
    from unlearn_widgets.session.history import Step
    from unlearn_widgets.session.memory_log import MemoryLog
    from unlearn_widgets.session.removal import Removal
    from unlearn_widgets.session.row_set import NamedSets

    Mask = NDArray[np.bool_]

# Free text goes where it can be erased; the rest of what a step needs is public.
_SPOKEN = ("text", "name")
_LEFT_OUT = ("rows",)


class Recorder:
    """Records what a session does, and takes in what others recorded in the same store.

    Parameters
    ----------
    removal : Removal
        What is chosen.
    records : Records
        Where the keys of the rows stand.
    log : EventLog or MemoryLog
        Where the events go.
    who : str or None
        Who acts unless somebody else is named.
    trusts_effects : bool
        Whether the numbers of the events are those of this problem; else they are computed anew.
    """

    def __init__(
        self,
        removal: Removal,
        records: Records,
        log: EventLog | MemoryLog,
        who: str | None,
        *,
        trusts_effects: bool = True,
    ) -> None:
        self.log = log
        self.who = who
        self.decisions = Decisions()
        self.unknown_keys: dict[Any, None] = {}
        self.seq = 0
        self._removal = removal
        self._records = records
        self._trusts_effects = trusts_effects
        self._rows: dict[Any, int] | None = None
        self._seq_of: WeakKeyDictionary[Step, int] = WeakKeyDictionary()

    @property
    def durable(self) -> bool:
        """Whether events outlive the kernel."""
        return isinstance(self.log, EventLog)

    @property
    def rows(self) -> dict[Any, int]:
        """The position of each key."""
        if self._rows is None:
            self._rows = {key: row for row, key in enumerate(self._records.keys)}
        return self._rows

    def key(self, row: int) -> Any:
        """Return the key of a row, as a plain value."""
        return self._records.keys[row]

    def catch_up(self, sets: NamedSets) -> bool:
        """Take in what was recorded since, by this session's past or by somebody else.

        Returns
        -------
        bool
            Whether there was anything.
        """
        before = self.seq
        for event in self.log.events(since=self.seq):
            self._take(event, sets)
            self.seq = event.seq
        return self.seq > before

    @contextlib.contextmanager
    def recording(self, sets: NamedSets) -> Iterator[None]:
        """Make what happens in the block one step for others, or none at all.

        What others did comes first. If anything fails, also the disk at the end, the selection is
        what it was before.
        """
        begun: tuple[Any, int] | None = None
        try:
            with self.log.writing():
                self.catch_up(sets)
                begun = self._removal.snapshot(), self.seq
                yield
        except BaseException:
            # What others did stands, also when only a part of it could be taken in.
            if begun is not None:
                before, seq = begun
                self._removal.restore(before)
                if self.seq != seq:
                    self._forget_after(seq)
            raise

    def record(
        self,
        kind: str,
        old: Mask,
        *,
        payload: Mapping[str, Any] | None = None,
        keys: Mapping[str, Any] | None = None,
        words: Mapping[str, str | None] | None = None,
        who: str | None = None,
    ) -> Event:
        """Record one event; what changed against the `old` mask goes with it.

        Raises
        ------
        LedgerError
            If it could not be recorded.
        """
        removal = self._removal
        new = removal.mask
        moved: dict[str, list[Any]] = {}
        effect = None
        if new is not old and not np.array_equal(new, old):
            moved = {
                kinds.CHOSEN: [self.key(row) for row in np.flatnonzero(new & ~old).tolist()],
                kinds.RELEASED: [self.key(row) for row in np.flatnonzero(old & ~new).tolist()],
            }
            moved = {name: held for name, held in moved.items() if held}
            effect = encode_values(removal.effect.to_dict())
        event = self.log.append(
            kind,
            actor=who if who is not None else self.who,
            payload=dict(payload or {}),
            keys={**(keys or {}), **moved},
            words=dict(words or {}),
            effect=effect,
        )
        self.seq = event.seq
        self.decisions.take(event)
        return event

    def record_step(self, old: Mask) -> Event:
        """Record the step that was just committed."""
        step = self._removal.history.current
        spoken = {name: str(step.detail[name]) for name in _SPOKEN if name in step.detail}
        detail = {
            name: held
            for name, held in step.detail.items()
            if name not in spoken and name not in _LEFT_OUT
        }
        payload = {"kind": step.kind, "mode": step.mode, "detail": _listed(detail)}
        event = self.record(kinds.SELECTION, old, payload=payload, words=spoken)
        self._seq_of[step] = event.seq
        return event

    def record_label(
        self,
        old: Mask,
        job: str,
        label: str | None,
        rows: NDArray[np.int64],
        words: Mapping[str, str | None],
        *,
        settles: bool = False,
    ) -> Event:
        """Record a label of some rows, and the step that it made if it made one."""
        event = self.record(
            kinds.LABEL,
            old,
            payload={"job": job, "label": label, **({"settles": True} if settles else {})},
            keys={kinds.ROWS: [self.key(row) for row in rows.tolist()]},
            words=words,
        )
        if event.keys.keys() & {kinds.CHOSEN, kinds.RELEASED}:
            self._seq_of[self._removal.history.current] = event.seq
        return event

    def record_walk(self, way: str, step: Step | None, old: Mask) -> None:
        """Record an undo or a redo of a step; a label that made the step goes with it.

        Parameters
        ----------
        way : {"undo", "redo"}
            Which way.
        step : Step
            The step taken back or done again.
        old : ndarray of bool
            What was chosen before.
        """
        number = None if step is None else self.number_of(step)
        if step is None or step.kind != kinds.LABEL or number is None:
            self.record(way, old, payload={"of": number})
            return
        labelled, before = self._labelled(number)
        again = way == kinds.REDO
        job, actor = labelled.payload["job"], labelled.actor
        who = actor if isinstance(actor, str) else None
        keys = [key for key in labelled.keys[kinds.ROWS] if key is not ERASED]
        by_label: dict[str | None, list[Any]] = {}
        for key in keys:
            label = labelled.payload["label"] if again else before.label(job, key, who)
            by_label.setdefault(label, []).append(key)
        # One event a label; the last one carries what changed in the selection.
        *others, last = by_label.items()
        for label, held in others:
            payload = {"job": job, "label": label}
            self.record(
                kinds.LABEL, self._removal.mask, payload=payload, keys={kinds.ROWS: held}, who=who
            )
        label, held = last
        payload = {"job": job, "label": label, f"{way}_of": number}
        self.record(kinds.LABEL, old, payload=payload, keys={kinds.ROWS: held}, who=who)

    def _labelled(self, number: int) -> tuple[Event, Decisions]:
        """Return a label event, and what was decided before it."""
        before = Decisions()
        for event in self.log.events():
            if event.seq == number:
                return event, before
            before.take(event)
        raise LookupError(f"the store has no event {number}.")

    def distrust_effects(self) -> None:
        """Have the numbers of every step computed anew: they belong to other data."""
        self._trusts_effects = False
        self._removal.distrust_effects()

    def _forget_after(self, seq: int) -> None:
        """Unlearn events that were taken for recorded and are not."""
        self.seq, self.decisions = seq, Decisions()
        for event in self.log.events():
            if event.seq > seq:
                break
            self.decisions.take(event)

    def number_of(self, step: Step) -> int | None:
        """Return the number of the event that recorded a step."""
        return self._seq_of.get(step)

    def _take(self, event: Event, sets: NamedSets) -> None:
        self.decisions.take(event)
        if event.kind == kinds.SET:
            self._take_set(event, sets)
            return
        chosen = self._positions(event.keys.get(kinds.CHOSEN, ()))
        released = self._positions(event.keys.get(kinds.RELEASED, ()))
        if not len(chosen) and not len(released):
            return
        removal = self._removal
        if self._walks_back(event):
            return
        mask = removal.mask.copy()
        mask[chosen] = True
        mask[released] = False
        effect = effect_of_event(event) if self._trusts_effects else None
        step = step_of_event(event, removal.rev + 1, mask, len(chosen) + len(released), effect)
        removal.take(step)
        self._seq_of[step] = event.seq

    def _walks_back(self, event: Event) -> bool:
        """Take an undo or redo in, if what it names is the step that is next."""
        history = self._removal.history
        undone = event.payload.get("of" if event.kind == kinds.UNDO else "undo_of")
        if undone is not None and history.can_undo and self.number_of(history.current) == undone:
            self._removal.undo("store")
            return True
        again = event.payload.get("of" if event.kind == kinds.REDO else "redo_of")
        step = history.undone
        if again is not None and step is not None and self.number_of(step) == again:
            self._removal.redo("store")
            return True
        return False

    def _take_set(self, event: Event, sets: NamedSets) -> None:
        name = event.words.get("name", ERASED)
        if not isinstance(name, str):
            return
        if event.payload.get("op") == "delete":
            sets.forget(name)
        else:
            sets.take(name, self._positions(event.keys.get(kinds.ROWS, ())))

    def _positions(self, keys: tuple[Any, ...]) -> NDArray[np.int64]:
        rows = []
        for key in keys:
            row = None if key is ERASED else self.rows.get(key)
            if row is None:
                self.unknown_keys[key] = None
            else:
                rows.append(row)
        return np.array(rows, dtype=np.int64)


def _listed(detail: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: held.tolist() if isinstance(held, np.ndarray | np.generic) else held
        for name, held in detail.items()
    }

"""What a session remembers: the way here, why a row is gone, one moment against another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.frames import Frame
from unlearn_widgets.ledger import selection_of
from unlearn_widgets.ledger import vocabulary as kinds
from unlearn_widgets.session.labelling import SessionLabels
from unlearn_widgets.session.row_set import RowSet
from unlearn_widgets.session.telling import NUMBERS, tell_event
from unlearn_widgets.validation import strict_keywords

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unlearn_widgets.ledger import Event
    from unlearn_widgets.problem.effect import Effect


@dataclass(frozen=True)
class Difference:
    """Two moments of a session held against each other.

    Attributes
    ----------
    chosen, released : list
        Keys of rows chosen at the second moment only, and at the first one only.
    numbers : Frame
        ``number, before, after, change`` of the counts, alpha, epsilon and both log-losses.

    """

    chosen: list[Any]
    released: list[Any]
    numbers: Frame

    def __str__(self) -> str:
        return (
            f"{len(self.chosen):,} rows more are removed, {len(self.released):,} are kept again.\n"
            f"{self.numbers}"
        )

    __repr__ = __str__


class SessionRemembered(SessionLabels):
    """The memory of a session; it outlives the kernel when the session has a store."""

    def history(self) -> Frame:
        """Return everything that was done, one event a row, the oldest first.

        Returns
        -------
        Frame
            ``seq, at`` (UTC), ``actor, kind, what`` (in plain words), ``n_chosen, n_released``,
            ``n_removed, alpha, epsilon, forget_log_loss, retain_log_loss`` after it (None where
            the selection did not change), ``reason, note``.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> session = uw.Session(problem, who="ana")
        >>> session.select([3])
        >>> session.history().to_dict()["what"]
        ['Rows, replace 1']
        """
        return _table([self._told(event) for event in self._events()])

    @strict_keywords
    def replay(self, until: int | None = None) -> RowSet:
        """Return the rows that were chosen after an event; the selection stays as it is.

        Parameters
        ----------
        until : int, optional
            Number of the event, as in `history`. Default: the last one.

        Returns
        -------
        RowSet
            Pass it to `select` to go back there.

        Raises
        ------
        ValueError
            If there is no such event.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> session = uw.Session(problem)
        >>> session.select([3])
        >>> session.select([2])
        >>> session.replay(until=1)
        RowSet([3], 1 of 4 rows)
        """
        mask, _ = self._state_at(until)
        return RowSet(mask, self.problem.n_rows)

    @strict_keywords
    def why(self, key: Any) -> Frame:
        """Return what was done about one record, the oldest first: who, when, and why.

        Parameters
        ----------
        key : key of a record
            As in `removed_keys`.

        Returns
        -------
        Frame
            The rows of `history` that concern it, with ``label`` and ``became`` ("removed", "kept"
            or None where the selection did not change).

        Raises
        ------
        KeyError
            If no record has the key.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> session = uw.Session(problem, who="ana")
        >>> session.annotate(3, "remove", reason="spam")
        >>> session.why(3).to_dict()["reason"]
        ['spam']
        """
        wanted = self._records_key(key)
        found = []
        for event in self._events():
            if any(wanted in held for held in event.keys.values()):
                became = None
                if wanted in event.keys.get(kinds.CHOSEN, ()):
                    became = "removed"
                elif wanted in event.keys.get(kinds.RELEASED, ()):
                    became = "kept"
                label = event.payload.get("label")
                found.append({**self._told(event), "label": label, "became": became})
        return _table(found, more=("label", "became"))

    @strict_keywords
    def diff(self, a: int, b: int | None = None) -> Difference:
        """Hold the selection after one event against that after another.

        Parameters
        ----------
        a : int
            Number of the first event, as in `history`; 0 for the beginning.
        b : int, optional
            Number of the second one. Default: now.

        Returns
        -------
        Difference
            Keys that came and went, and the change of every number.

        Raises
        ------
        ValueError
            If there is no such event.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> session = uw.Session(problem)
        >>> session.select([3])
        >>> session.diff(0).chosen
        [3]
        """
        before, first = self._state_at(a)
        after, second = self._state_at(b)
        columns: dict[str, list[Any]] = {"number": [], "before": [], "after": [], "change": []}
        for name in NUMBERS:
            low, high = getattr(first, name), getattr(second, name)
            row = (name, low, high, high - low)
            for column, value in zip(columns.values(), row, strict=True):
                column.append(value)
        keys = self._recorder.key
        return Difference(
            chosen=[keys(row) for row in np.flatnonzero(after & ~before).tolist()],
            released=[keys(row) for row in np.flatnonzero(before & ~after).tolist()],
            numbers=Frame(columns),
        )

    def _events(self) -> list[Event]:
        with self._lock:
            return [event for event in self._recorder.log.events() if event.kind != "created"]

    def _told(self, event: Event) -> dict[str, Any]:
        return tell_event(event)

    def _state_at(self, seq: int | None) -> tuple[NDArray[np.bool_], Effect]:
        """Return mask and effect after an event."""
        last = self._recorder.seq
        if seq is None:
            return self.removed_mask, self.effect
        if isinstance(seq, bool) or not isinstance(seq, int | np.integer) or not 0 <= seq <= last:
            raise ValueError(
                f"event: expected a number of 0 to {last}, got {seq!r}. history() lists them."
            )
        rows = self._recorder.rows
        chosen = selection_of(event for event in self._events() if event.seq <= seq)
        mask = self._mask_of(np.array([rows[key] for key in chosen if key in rows], dtype=np.int64))
        return mask, self.problem.effect(mask)


_COLUMNS = (
    *("seq", "at", "actor", "kind", "what", "n_chosen", "n_released"),
    *(*NUMBERS, "reason", "note"),
)


def _table(rows: list[dict[str, Any]], more: tuple[str, ...] = ()) -> Frame:
    return Frame({name: [row[name] for row in rows] for name in (*_COLUMNS, *more)})

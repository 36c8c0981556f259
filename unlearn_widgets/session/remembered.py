"""What a session remembers: labels, notes, the way here, why a row is gone, who has signed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.frames import Frame
from unlearn_widgets.ledger import ERASED
from unlearn_widgets.ledger import vocabulary as kinds
from unlearn_widgets.session.checks import SessionChecks
from unlearn_widgets.session.row_set import RowSet
from unlearn_widgets.session.telling import NUMBERS, tell_event
from unlearn_widgets.validation import choice, hint, strict_keywords, valid_text

if TYPE_CHECKING:
    from unlearn_widgets.ledger import Event

MAX_WORDS = 10_000
_LONGEST_LABEL = 100


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


class SessionRemembered(SessionChecks):
    """The memory of a session; it outlives the kernel when the session has a store."""

    @strict_keywords
    def annotate(
        self,
        key: Any,
        label: str | None,
        reason: str = "",
        note: str = "",
        job: str | None = None,
        settles: bool = False,
    ) -> None:
        """Decide about one record, or about several at once.

        Labels of the job "removal" choose rows: "remove" adds them to the rows chosen for removal,
        any other label gives them back. When this returns, the decision is recorded.

        Parameters
        ----------
        key : key, or list of keys
            The records.
        label : str or None
            "remove", "keep" or "unsure"; "unwanted", "retained" or "unsure" for the job "domain".
            None withdraws what was decided.
        reason, note : str, optional
            Why, and anything else; both can be erased later.
        job : {"removal", "domain"}, optional
            Default: the one that the label belongs to, else "removal".
        settles : bool, default False
            Whether this ends a conflict between annotators, whatever they say.

        Raises
        ------
        KeyError
            If no record has the key; the closest one is named.
        ValueError
            For a label that is empty or too long, or a row that is locked.
        LedgerError
            If it could not be recorded. Nothing has changed then.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> session = uw.Session(problem, {"id": ["a", "b", "c", "d"]}, key="id")
        >>> session.annotate("d", "remove", reason="spam")
        >>> session.removed_keys
        ['d']
        """
        keys = list(key) if isinstance(key, list | tuple | np.ndarray) else [key]
        rows = np.array([self._row_of(one) for one in keys], dtype=np.int64)
        self._label_rows(
            rows, label, job=_job_of(label, job), reason=reason, note=note, settles=settles
        )

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

    @strict_keywords
    def sign(self, decision: str, note: str = "", who: str | None = None) -> None:
        """Record a sign-off on what is chosen now.

        Parameters
        ----------
        decision : str
            Such as "approved" or "rejected".
        note : str, optional
            Anything to add.
        who : str, optional
            Who signs. Default: who acts in this session.

        Raises
        ------
        ValueError, TypeError
            For a decision that is empty or too long.
        LedgerError
            If it could not be recorded.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> session = uw.Session(problem, who="ana")
        >>> session.sign("approved", who="ben")
        >>> session.history().to_dict()["actor"]
        ['ben']
        """
        word = _word("decision", decision)
        said = _said("note", note)

        def record(old: Any) -> None:
            payload = {"decision": word, "n_removed": int(np.count_nonzero(old))}
            words = {"note": said or None}
            self._recorder.record(kinds.SIGN, old, payload=payload, words=words, who=who)

        with self._committing(record):
            pass

    def _label_rows(
        self,
        rows: np.ndarray[Any, np.dtype[np.int64]],
        label: str | None,
        *,
        job: str,
        reason: str = "",
        note: str = "",
        removes: bool | None = None,
        settles: bool = False,
    ) -> None:
        """Give rows a label; what it says about the selection happens with it.

        `removes` tells whether the label chooses rows for removal; by default the first label of
        the job does.
        """
        choice("job", job, kinds.JOBS)
        word = None if label is None else _word("label", label)
        words = {"reason": _said("reason", reason) or None, "note": _said("note", note) or None}

        def record(old: Any) -> None:
            self._recorder.record_label(old, job, word, rows, words, settles=settles)

        with self._committing(record):
            if job == "removal":
                inside = self._mask_of(rows)
                removing = word == kinds.JOBS[job][0] if removes is None else removes
                if removing:
                    self._refuse_locked(rows)
                new = self._removal.propose(inside, "add" if removing else "subtract")
                detail = {"name": word or "none"}
                self._removal.commit(new, kinds.LABEL, source=self._acting, **detail)
                self._gesture = None

    def _refuse_locked(self, rows: np.ndarray[Any, np.dtype[np.int64]]) -> None:
        locked = rows[~self._removal.eligible[rows]]
        if len(locked):
            key = self._recorder.key(int(locked[0]))
            raise ValueError(
                f"key: {key!r} is not in the forget domain, and other rows are locked. Set "
                "retain_locked = False to remove such rows too."
            )

    def _row_of(self, key: Any) -> int:
        try:
            row = self._recorder.rows.get(key)
        except TypeError:
            row = None
        if row is None:
            keys = self.records.keys
            other = next((known for known in keys if str(known) == str(key)), None)
            more = (
                f" There is {other!r}: keys are told apart by type."
                if other is not None
                else hint(str(key), [str(known) for known in keys[:10_000]])
            )
            raise KeyError(f"key: no record has the key {key!r}.{more}")
        return row

    def _records_key(self, key: Any) -> Any:
        return self._recorder.key(self._row_of(key))

    def _events(self) -> list[Event]:
        with self._lock:
            return [event for event in self._recorder.log.events() if event.kind != "created"]

    def _told(self, event: Event) -> dict[str, Any]:
        return tell_event(event)

    def _state_at(self, seq: int | None) -> tuple[np.ndarray[Any, np.dtype[np.bool_]], Any]:
        """Return mask and effect after an event."""
        last = self._recorder.seq
        if seq is None:
            return self.removed_mask, self.effect
        if isinstance(seq, bool) or not isinstance(seq, int | np.integer) or not 0 <= seq <= last:
            raise ValueError(
                f"event: expected a number of 0 to {last}, got {seq!r}. history() lists them."
            )
        mask = np.zeros(self.problem.n_rows, dtype=np.bool_)
        rows = self._recorder.rows
        for event in self._events():
            if event.seq > seq:
                break
            for name, value in ((kinds.CHOSEN, True), (kinds.RELEASED, False)):
                held = (rows.get(key) for key in event.keys.get(name, ()) if key is not ERASED)
                mask[[row for row in held if row is not None]] = value
        return mask, self.problem.effect(mask)


def _job_of(label: str | None, job: str | None) -> str:
    if job is not None:
        return choice("job", job, kinds.JOBS)
    found = next((name for name, labels in kinds.JOBS.items() if label in labels), "removal")
    return str(found)


def _word(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name}: expected a text, got {type(value).__name__}.")
    if not value.strip() or len(value) > _LONGEST_LABEL:
        raise ValueError(f"{name}: expected 1 to {_LONGEST_LABEL} characters, got {value!r:.80}.")
    return str(valid_text(name, value))


def _said(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name}: expected a text, got {type(value).__name__}.")
    if len(value) > MAX_WORDS:
        raise ValueError(f"{name}: up to {MAX_WORDS:,} characters, got {len(value):,}.")
    return str(valid_text(name, value))


_COLUMNS = (
    *("seq", "at", "actor", "kind", "what", "n_chosen", "n_released"),
    *(*NUMBERS, "reason", "note"),
)


def _table(rows: list[dict[str, Any]], more: tuple[str, ...] = ()) -> Frame:
    return Frame({name: [row[name] for row in rows] for name in (*_COLUMNS, *more)})

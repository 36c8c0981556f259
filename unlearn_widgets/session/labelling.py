"""Decisions about single records: labels with reasons and notes, and sign-offs on the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.ledger import vocabulary as kinds
from unlearn_widgets.session.checks import SessionChecks
from unlearn_widgets.validation import choice, hint, strict_keywords, valid_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = NDArray[np.int64]

MAX_WORDS = 10_000
_LONGEST_LABEL = 100


class SessionLabels(SessionChecks):
    """What people say about records; `SessionRemembered` looks back on it."""

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
        rows: Rows,
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

    def _refuse_locked(self, rows: Rows) -> None:
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

"""One person at work on a queue of records: what is next, what was decided, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from unlearn_widgets.annotation import AnnotationQueue, LabelSet, Learner, pace
from unlearn_widgets.statistics import FORGET
from unlearn_widgets.validation import choice, row_positions
from unlearn_widgets.wire.codecs import encode_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from unlearn_widgets.records.images import Images
    from unlearn_widgets.session.session import Session

    Rows = NDArray[np.int64]

# A person reads no more of one field.
FIELD_LENGTH = 20_000


class Labelled(NamedTuple):
    """Rows that were labelled in one act, with what each was labelled before."""

    rows: Rows
    label: str | None
    before: tuple[str | None, ...]


class Annotation:
    """What an annotator works on: a queue over the records of a session, and a model of the labels.

    Labels are the session's; here stands only what is one view's own: the order, the model that
    suggests, and what was done here and can be undone here.

    Parameters
    ----------
    session : Session
        Owner of rows, records and labels.
    labels : LabelSet
        What can be decided.
    order : str
        In which order records come.
    rows : array-like, optional
        Positions, or a mask: the rows to annotate. Default: the forget domain for the job
        "removal" (both domains while the retained one is not locked), all rows for "domain".
    images : Images, optional
        Pictures of the records.
    estimator : scikit-learn classifier, optional
        The model that suggests.
    random_state : int
        Seed.
    settles : bool
        Whether labels end conflicts between annotators.
    on_change : callable, optional
        Called without arguments when a new model is there.
    """

    def __init__(
        self,
        session: Session,
        labels: LabelSet,
        *,
        order: str = "random",
        rows: Any = None,
        images: Images | None = None,
        estimator: Any = None,
        random_state: int = 0,
        settles: bool = False,
        on_change: Callable[[], object] | None = None,
    ) -> None:
        self.session, self.labels, self.images = session, labels, images
        self._random_state = random_state
        self._settles = settles
        n = session.problem.n_rows
        self._rows = (
            _rows_of(session, labels.job) if rows is None else row_positions("rows", rows, n)
        )
        self._in_queue = np.zeros(n, dtype=np.bool_)
        self._in_queue[self._rows] = True
        self._learner = Learner(
            session.problem,
            estimator,
            random_state=random_state,
            ignore=labels.open,
            on_learned=on_change,
        )
        self._mine: dict[int, str] = {}
        self._labelled = np.zeros(n, dtype=np.bool_)
        self._times: list[str] = []
        self._seen = 0
        self._decisions: Any = None
        self._done: list[Labelled] = []
        self._undone: list[Labelled] = []
        self.order = order
        self._queue = self._made(order)
        self.follow()

    @property
    def mine(self) -> dict[int, str]:
        """The label of each row that this person has labelled."""
        with self.session._lock:  # noqa: SLF001 - labels are the session's, so is their lock
            self.follow()
            return dict(self._mine)

    def follow(self) -> bool:
        """Take in what was decided since, here or elsewhere under the same name."""
        recorder = self.session._recorder  # noqa: SLF001
        decisions = recorder.decisions
        if decisions is not self._decisions:
            self._decisions, self._seen = decisions, 0
            self._mine.clear()
            self._times.clear()
            self._labelled[:] = False
        new = decisions.changes[self._seen :]
        self._seen += len(new)
        changed = False
        for job, key, actor, label, at in new:
            row = recorder.rows.get(key)
            if job != self.labels.job or actor != recorder.who or row is None:
                continue
            changed = True
            self._labelled[row] = label is not None
            if label is None:
                self._mine.pop(row, None)
            else:
                self._mine[row] = label
                self._times.append(at)
        if changed:
            self._learner.learn(self._mine.keys(), self._mine.values())
        return changed

    def reorder(self, order: str) -> None:
        """Let records come in another order."""
        self._queue = self._made(order)
        self.order = order

    def state(self) -> dict[str, Any]:
        """Return what a view shows beside the record, ready for JSON."""
        self.follow()
        left = self._queue.n_left(self._labelled)
        speed = pace(self._times[-500:], left)
        learner, session = self._learner, self.session
        counts = dict.fromkeys(self.labels.labels, 0)
        for label in self._mine.values():
            counts[label] = counts.get(label, 0) + 1
        return {
            "n_total": self._queue.n_total,
            "n_done": self._queue.n_total - left,
            "counts": counts,
            "per_hour": speed.labels_per_hour,
            "seconds_left": speed.seconds_left,
            "note": self._note(),
            "model": {
                "version": learner.version,
                "n_labelled": learner.n_labelled,
                "accuracy": learner.accuracy,
                "reason": learner.reason,
            },
            "can_undo": bool(self._done),
            "can_redo": bool(self._undone),
            "region": self._region(),
            "who": session.who,
            "stored": session.store is not None,
        }

    def upcoming(self, shown: int | None, have: Iterable[int], n: int) -> list[int]:
        """Return the next rows after the one shown that are not among those held already."""
        self.follow()
        held = {*have} if shown is None else {*have, shown}
        closed = self._labelled.copy()
        closed[list(held)] = True
        found: list[int] = []
        after = shown
        while len(found) < n:
            row = self._queue.next(closed, after)
            if row is None or row in held:
                break
            found.append(row)
            held.add(row)
            closed[row] = True
            after = row
        return found

    def record(self, row: int) -> tuple[dict[str, Any], bytes | None]:
        """Return one record as a view shows it, and the bytes of its picture."""
        session = self.session
        records = session.records
        picture = None if self.images is None else self.images.read(row)
        shown = {
            "row": row,
            "key": records.key(row),
            "domain": int(session.problem.domain_codes[row]),
            "removed": bool(session._removal.mask[row]),  # noqa: SLF001
            "score": encode_number(session.problem.scores[row]),
            "label": self._mine.get(row),
            "guess": self._learner.guess(row),
            "fields": records.fields(row, FIELD_LENGTH),
            "text": records.text_column,
            "image": None if picture is None else {"type": picture.type},
        }
        return shown, None if picture is None else picture.data

    def label(self, row: int, label: str | None, reason: str = "", note: str = "") -> None:
        """Decide about one record.

        Raises
        ------
        ValueError
            For a label that is not offered, or a row that is locked or not in the queue.
        LedgerError
            If it could not be recorded.
        """
        if not 0 <= row < len(self._in_queue):
            raise ValueError(f"row: must lie in 0..{len(self._in_queue) - 1}, got {row}.")
        self._decide(np.array([row], dtype=np.int64), label, reason, note)

    def label_region(self, label: str) -> int:
        """Decide about every row of the queue inside the last gesture on the map; return how many.

        Raises
        ------
        ValueError
            If there was no gesture, no row of the queue lies inside, or the label is not offered.
        """
        inside = self.session._last_inside  # noqa: SLF001
        rows = np.flatnonzero(inside & self._in_queue) if inside is not None else np.zeros(0)
        if not len(rows):
            raise ValueError(
                "region: no record of this queue lies inside the last gesture. Draw around some on "
                "the map first."
            )
        self._decide(rows.astype(np.int64), label, "", "")
        return len(rows)

    def skip(self, row: int) -> None:
        """Let a record come again at the end."""
        self._queue.skip(row)

    def undo(self) -> int | None:
        """Take back what was decided here last; return the row it was about, None if none was."""
        return self._walk(self._done, self._undone, back=True)

    def redo(self) -> int | None:
        """Decide again what was taken back here last."""
        return self._walk(self._undone, self._done, back=False)

    def _walk(self, source: list[Labelled], target: list[Labelled], *, back: bool) -> int | None:
        if not source:
            return None
        act = source[-1]
        by_label: dict[str | None, list[int]] = {}
        for row, before in zip(act.rows.tolist(), act.before, strict=True):
            by_label.setdefault(before if back else act.label, []).append(row)
        with self.session._as_one_step():  # noqa: SLF001
            for label, rows in by_label.items():
                self._give(np.array(rows, dtype=np.int64), label)
        target.append(source.pop())
        self.follow()
        return int(act.rows[0])

    def _decide(self, rows: Rows, label: str | None, reason: str, note: str) -> None:
        self.follow()
        if label is not None:
            self.labels.check(label)
        before = tuple(self._mine.get(row) for row in rows.tolist())
        self._give(rows, label, reason, note)
        self._done.append(Labelled(rows, label, before))
        self._undone.clear()
        self.follow()
        if self.order == "effect":
            self._queue.refresh(self.session._removal.mask)  # noqa: SLF001

    def _give(self, rows: Rows, label: str | None, reason: str = "", note: str = "") -> None:
        self.session._label_rows(  # noqa: SLF001
            rows,
            label,
            job=self.labels.job,
            reason=reason,
            note=note,
            removes=label == self.labels.unwanted,
            settles=self._settles,
        )

    def _made(self, order: str) -> AnnotationQueue:
        session = self.session
        return AnnotationQueue(
            session.problem,
            session.positions,
            order=order,
            rows=self._rows,
            random_state=self._random_state,
            learner=self._learner,
            removed=session._removal.mask,  # noqa: SLF001
            disagreement=self._disagreement,
        )

    def _disagreement(self) -> NDArray[np.float64]:
        """Return by how many labels the annotators of each row differ."""
        recorder = self.session._recorder  # noqa: SLF001
        found = np.zeros(self.session.problem.n_rows)
        for key, by_actor in recorder.decisions.all(self.labels.job).items():
            row = recorder.rows.get(key)
            if row is not None:
                found[row] = len(set(by_actor.values())) - 1
        return found

    def _note(self) -> str | None:
        """Say what is to be known of the order; a model that is there now is used from now on."""
        waited_for = self.order == "uncertainty" and self._learner.margins is not None
        return None if waited_for else self._queue.note

    def _region(self) -> dict[str, int] | None:
        inside = self.session._last_inside  # noqa: SLF001
        if inside is None:
            return None
        held = inside & self._in_queue
        n_forget = int(np.count_nonzero(held & (self.session.problem.domain_codes == FORGET)))
        return {"n_forget": n_forget, "n_retain": int(np.count_nonzero(held)) - n_forget}


def _rows_of(session: Session, job: str) -> Rows:
    """Return the rows that a job is about."""
    codes = session.problem.domain_codes
    if choice("job", job, ("removal", "domain")) == "domain":
        return np.arange(session.problem.n_rows)
    return np.flatnonzero(codes == FORGET if session.retain_locked else codes != 0)

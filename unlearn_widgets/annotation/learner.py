"""A classifier that learns from the labels, beside the person who gives them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.annotation.margins import Margins, margins
from unlearn_widgets.annotation.scaled_rows import ScaledRows
from unlearn_widgets.annotation.worker import NewestWins
from unlearn_widgets.blas import single_thread
from unlearn_widgets.validation import count, row_mask, strict_keywords

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from numpy.typing import NDArray

    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.validation import Floats, Positions

MOST_FOLDS = 5
_NOTHING_YET = "No row is labelled yet."


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learnt from one set of labels.

    Attributes
    ----------
    version : int
        Number of models fitted until then.
    n_labelled : int
        Rows learnt from.
    classes : tuple of str
        Their labels, sorted.
    accuracy : float or None
        Share of labelled rows that models fitted to other labelled rows label rightly.
    reason : str or None
        Why there is no model, or no accuracy.
    margins : (n,) ndarray or None
        How sure the model is of each row; see `Learner.margins`.
    guesses : (n,) uint8 ndarray or None
        Number of the label that the model gives each row.

    Examples
    --------
    >>> Lesson(reason="No row is labelled yet.").margins is None
    True

    """

    version: int = 0
    n_labelled: int = 0
    classes: tuple[str, ...] = ()
    accuracy: float | None = None
    reason: str | None = None
    margins: Floats | None = field(default=None, repr=False)
    guesses: NDArray[np.uint8] | None = field(default=None, repr=False)


class Learner:
    """Fit a classifier to the labelled rows in the background; the newest labels win.

    Parameters
    ----------
    problem : UnlearningProblem
        The rows.
    estimator : scikit-learn classifier, optional
        Fitted to rows of X as they are; sees labels as numbers, in sorted order. Default: logistic
        regression (C = 1, balanced classes) on rows of X that are centred and divided by the root
        of their total variance. Never on whitened rows: their scale is made by the domains, which
        the labels may contradict, and blows up directions in which nothing varies.
    random_state : int or None
        Seed of the folds and of the default estimator.
    ignore : collection of str
        Labels that are not learnt from.
    on_learned : callable, optional
        Called without arguments after each lesson, on the thread that learnt.

    Raises
    ------
    TypeError
        For an estimator that cannot be cloned, fitted and asked to predict.

    Examples
    --------
    >>> from unlearn_widgets import UnlearningProblem
    >>> problem = UnlearningProblem([[2.0], [3.0], [4.0], [-1.0], [0.0], [1.0]], [0, 1, 2])
    >>> learner = Learner(problem)
    >>> learner.learn([0, 1, 3, 4, 5], ["remove", "remove", "keep", "keep", "unsure"])
    >>> learner.wait()
    True
    >>> learner.accuracy, learner.n_labelled, learner.guess(2)
    (1.0, 4, 'remove')

    """

    @strict_keywords
    def __init__(
        self,
        problem: UnlearningProblem,
        estimator: Any = None,
        random_state: int | None = 0,
        ignore: Collection[str] = ("unsure",),
        on_learned: Callable[[], object] | None = None,
    ) -> None:
        needed = ("fit", "predict", "get_params")
        if estimator is not None and not all(hasattr(estimator, name) for name in needed):
            raise TypeError(
                f"estimator: must be a scikit-learn classifier, got {estimator!r:.80}. "
                f"Pass an object, for example LogisticRegression()."
            )
        self._estimator = estimator
        self._random_state = random_state
        self._ignore = frozenset(ignore)
        self._on_learned = on_learned
        self._n_rows = problem.n_rows
        self._rows = ScaledRows(problem.X, scale=estimator is None)
        self._worker = NewestWins()
        self.lesson = Lesson(reason=_NOTHING_YET)

    @property
    def margins(self) -> Floats | None:
        """(n,) ndarray: how sure the model is of each row; None before the first model.

        For two labels the decision value, above 0 where the second label in sorted order is
        likelier (for a classifier without `decision_function`: the difference of both
        probabilities). For more labels the difference of the two largest probabilities.
        """
        return self.lesson.margins

    @property
    def accuracy(self) -> float | None:
        """Cross-validated share of rightly labelled rows; None below 2 rows of a label."""
        return self.lesson.accuracy

    @property
    def reason(self) -> str | None:
        """Why there is no model or no accuracy, None when there are both."""
        return self.lesson.reason

    @property
    def n_labelled(self) -> int:
        """Rows that the newest lesson learnt from."""
        return self.lesson.n_labelled

    @property
    def version(self) -> int:
        """Number of models fitted so far."""
        return self.lesson.version

    @strict_keywords
    def learn(self, rows: Iterable[int], labels: Iterable[str]) -> None:
        """Start to learn from labelled rows, and return at once.

        Parameters
        ----------
        rows : iterable of int
            Positions of all labelled rows, not only of new ones.
        labels : iterable of str
            The label of each.

        Raises
        ------
        ValueError
            For rows out of range or repeated, or another number of labels.
        TypeError
            For labels that are no texts.

        """
        positions, texts = list(rows), list(labels)
        if len(positions) != len(texts):
            raise ValueError(
                f"labels: must hold one label for each of the {len(positions)} rows, "
                f"got {len(texts)}."
            )
        row_mask("rows", positions, self._n_rows)
        for text in texts:
            given: object = text
            if not isinstance(given, str):
                raise TypeError(f"labels: must be texts, got {type(given).__name__}.")
        known = [place for place, text in enumerate(texts) if text not in self._ignore]
        at = np.asarray([positions[place] for place in known], dtype=np.int64)
        kinds = [texts[place] for place in known]
        self._worker.start(lambda: self._learn(at, kinds))

    @strict_keywords
    def guess(self, row: int) -> str | None:
        """Return the label that the newest model gives a row, None without a model.

        Parameters
        ----------
        row : int
            Position in X.

        Raises
        ------
        ValueError
            For a position out of range.

        """
        lesson, at = self.lesson, count("row", row, low=0)
        if at >= self._n_rows:
            raise ValueError(f"row: must lie in 0..{self._n_rows - 1}, got {at}.")
        return None if lesson.guesses is None else lesson.classes[int(lesson.guesses[at])]

    @strict_keywords
    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the newest labels are learnt, and tell whether they are.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait at most.

        """
        return self._worker.wait(timeout)

    def _learn(self, rows: Positions, labels: list[str]) -> None:
        classes = tuple(sorted(set(labels)))
        version = self.lesson.version
        try:
            self.lesson = self._lesson(rows, labels, classes)
        except Exception as error:  # noqa: BLE001 - any estimator may run here
            said = " ".join(str(error).split())
            reason = f"The model could not be fitted: {type(error).__name__}: {said:.200}"
            self.lesson = Lesson(version, len(rows), classes, reason=reason)
        if self._on_learned is not None:
            self._on_learned()

    def _lesson(self, rows: Positions, labels: list[str], classes: tuple[str, ...]) -> Lesson:
        version = self.lesson.version
        if len(classes) < 2:
            missing = _NOTHING_YET
            if classes:
                missing = f"All labelled rows are {classes[0]!r}: a model needs a second label."
            return Lesson(version, len(rows), classes, reason=missing)
        numbers = {label: number for number, label in enumerate(classes)}
        y = np.array([numbers[label] for label in labels])
        with single_thread():
            X = self._rows.take(rows)
            accuracy, reason = self._accuracy(X, y, classes)
            found = self._margins(self._model().fit(X, y), len(classes))
        return Lesson(
            version + 1, len(rows), classes, accuracy, reason, found.values, found.guesses
        )

    def _accuracy(
        self, X: Floats, y: Positions, classes: tuple[str, ...]
    ) -> tuple[float | None, str | None]:
        from sklearn.model_selection import StratifiedKFold

        sizes = np.bincount(y)
        fewest = int(sizes.min())
        if fewest < 2:
            label = classes[int(sizes.argmin())]
            return None, f"The accuracy needs 2 rows of each label, but 1 is labelled {label!r}."
        folds = StratifiedKFold(
            min(MOST_FOLDS, fewest), shuffle=True, random_state=self._random_state
        )
        right = 0
        for train, test in folds.split(X, y):
            guesses = self._model().fit(X[train], y[train]).predict(X[test])
            right += int(np.count_nonzero(guesses == y[test]))
        return right / len(y), None

    def _margins(self, model: Any, n_classes: int) -> Margins:
        values = np.empty(self._n_rows)
        guesses = np.empty(self._n_rows, dtype=np.uint8)
        for part, X in self._rows.parts():
            values[part], guesses[part] = margins(model, X, n_classes)
        if not np.isfinite(values).all():
            raise ValueError("it gives margins that are not finite")
        values.setflags(write=False)
        return Margins(values, guesses)

    def _model(self) -> Any:
        if self._estimator is not None:
            from sklearn.base import clone

            return clone(self._estimator)
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(
            C=1.0, max_iter=1000, class_weight="balanced", random_state=self._random_state
        )

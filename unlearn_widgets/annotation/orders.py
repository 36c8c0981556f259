"""In which order records come to a person: one class for each order, behind one interface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.annotation.coverage import FarthestFirst
from unlearn_widgets.annotation.effect_change import EffectChange
from unlearn_widgets.annotation.worker import NewestWins

if TYPE_CHECKING:
    from unlearn_widgets.annotation.learner import Learner
    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.validation import Floats, Mask, Positions

# Rows that lie ready beyond those that are done with.
AHEAD = 512


class Order:
    """A ranking of rows that may improve while a person labels.

    Parameters
    ----------
    ranking : (k,) ndarray of int64
        Rows, first to annotate first; perhaps only the first ones of the order.
    note : str, optional
        What the person should know about the order.

    Attributes
    ----------
    ranking : (k,) ndarray of int64
        The order as far as it is known. Replaced, never changed in place.
    note : str or None
        What the person should know about the order now.

    Examples
    --------
    >>> Order(np.array([2, 0])).ranking
    array([2, 0])

    """

    def __init__(self, ranking: Positions, note: str | None = None) -> None:
        self.ranking = ranking
        self.note = note
        self._worker = NewestWins()

    def look_ahead(self, n_done: int) -> None:
        """Start what the next records need, and return at once.

        Parameters
        ----------
        n_done : int
            Rows that are labelled or were shown.

        """

    def refresh(self, removed: Mask | None) -> None:
        """Take up what changed outside, and return at once.

        Parameters
        ----------
        removed : (n,) ndarray of bool or None
            The rows removed now; None when they are not known or have not changed.

        """

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the order is up to date, and tell whether it is.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait at most.

        """
        return self._worker.wait(timeout)


class UncertaintyOrder(Order):
    """Rows first about which a learner is least certain.

    Parameters
    ----------
    rows : (m,) ndarray of int64
        The rows, sorted.
    scores : (n,) ndarray
        Log-likelihood ratios, which stand in before the first model.
    learner : Learner
        Whose margins count.

    """

    def __init__(self, rows: Positions, scores: Floats, learner: Learner) -> None:
        self._rows = rows
        self._learner = learner
        self._seen: Floats | None = None
        self._by_score = falling(rows, -np.abs(scores[rows]))
        super().__init__(self._by_score, self._waiting_note())
        self.look_ahead(0)

    def look_ahead(self, n_done: int) -> None:  # noqa: ARG002
        """Rank anew whenever the learner has another model."""
        margins = self._learner.margins
        if margins is None:
            self._seen = None
            self.ranking, self.note = self._by_score, self._waiting_note()
        elif margins is not self._seen:
            self._seen = margins
            self._worker.start(lambda: self._rank(margins))

    def _rank(self, margins: Floats) -> None:
        ranking = falling(self._rows, -np.abs(margins[self._rows]))
        if self._seen is margins:
            self.ranking, self.note = ranking, None

    def _waiting_note(self) -> str:
        return (
            "No model is there yet, so the records come first whose log-likelihood ratio is "
            f"nearest to 0. {self._learner.reason or ''}"
        ).rstrip()


class EffectOrder(Order):
    """Rows first whose removal would change alpha most, given what is removed now.

    Parameters
    ----------
    problem : UnlearningProblem
        The rows and their domains.
    rows : (m,) ndarray of int64
        The rows, sorted.
    removed : (n,) ndarray of bool
        The rows removed now.

    """

    def __init__(self, problem: UnlearningProblem, rows: Positions, removed: Mask) -> None:
        note = "The effect of each row is being computed; until then records come by score."
        super().__init__(falling(rows, problem.scores[rows]), note)
        self._problem = problem
        self._rows = rows
        self._change: EffectChange | None = None
        self.refresh(removed)

    def refresh(self, removed: Mask | None) -> None:
        """Rank anew for other removed rows."""
        if removed is not None:
            now = removed.copy()
            self._worker.start(lambda: self._rank(now))

    def _rank(self, removed: Mask) -> None:
        try:
            if self._change is None:
                self._change = EffectChange(self._problem, self._rows)
            change = np.abs(self._change.given(removed))
        except (ArithmeticError, MemoryError, ValueError) as error:
            self.note = f"The effect of each row is not known ({error}); the order is an older one."
            return
        self.ranking, self.note = falling(self._rows, change), self._change.note


class CoverageOrder(Order):
    """Rows first that are farthest on the map from all before them, found while others are shown.

    Parameters
    ----------
    rows : (m,) ndarray of int64
        The rows.
    points : (m, 2) ndarray
        Where they lie on the map.

    """

    def __init__(self, rows: Positions, points: Floats) -> None:
        self._rows = rows
        self._traversal = FarthestFirst(points)
        self._wanted = 0
        super().__init__(rows[:0])
        self.look_ahead(0)

    def look_ahead(self, n_done: int) -> None:
        """Go on until enough rows lie ready."""
        wanted = min(n_done + AHEAD, len(self._rows))
        if wanted > self._wanted:
            self._wanted = wanted
            self._worker.start(self._extend)

    def _extend(self) -> None:
        while (ready := self._traversal.n_ready) < self._wanted:
            self._traversal.extend(min(ready + 32, self._wanted))
            self.ranking = self._rows[self._traversal.order[: self._traversal.n_ready]]


class DisagreementOrder(Order):
    """Rows first whose annotators disagree most.

    Parameters
    ----------
    rows : (m,) ndarray of int64
        The rows, sorted.
    disagreement : (n,) array-like or callable that returns one
        The more, the earlier; NaN last. A callable is asked again by `refresh`.
    n_rows : int
        Number of rows of X.

    """

    def __init__(self, rows: Positions, disagreement: Any, n_rows: int) -> None:
        self._rows = rows
        self._disagreement = disagreement
        self._n_rows = n_rows
        super().__init__(self._ranked())

    def refresh(self, removed: Mask | None) -> None:  # noqa: ARG002
        """Ask again how much annotators disagree."""
        if callable(self._disagreement):
            self.ranking = self._ranked()

    def _ranked(self) -> Positions:
        given = self._disagreement() if callable(self._disagreement) else self._disagreement
        try:
            values = np.asarray(given, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise TypeError(
                f"disagreement: must hold numbers, one for each row of X, got "
                f"{type(given).__name__} ({error})."
            ) from error
        if values.shape != (self._n_rows,):
            raise ValueError(
                f"disagreement: must hold one number for each of the {self._n_rows} rows of X, "
                f"got shape {values.shape}."
            )
        return falling(self._rows, values[self._rows])


def falling(rows: Positions, values: Floats) -> Positions:
    """Return rows by falling value, equal ones as they are given, NaN last.

    Parameters
    ----------
    rows : (m,) ndarray of int64
        The rows.
    values : (m,) ndarray
        Value of each.

    Examples
    --------
    >>> falling(np.array([3, 5, 7, 9]), np.array([1.0, np.nan, 2.0, 1.0]))
    array([7, 3, 9, 5])

    """
    return rows[np.argsort(-values, kind="stable")]

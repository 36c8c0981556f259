"""What all selectors share: the label rule, the order of rows and groups, the budget."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from unlearn_widgets.blas import single_thread
from unlearn_widgets.problem.groups import Groups
from unlearn_widgets.randomness import RandomState, generator
from unlearn_widgets.statistics import FORGET, RETAIN, chunks, float_rows
from unlearn_widgets.validation import budget as rows_of_budget

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from unlearn_widgets.statistics import Codes
    from unlearn_widgets.validation import Floats, Positions


class Selector(BaseEstimator, ABC):  # type: ignore[misc]
    """A rule that says which rows of the forget domain to remove first.

    Attributes
    ----------
    forget_label_ : object
        The label that marks the forget domain: the largest one in `y`.
    ranking_ : (n_forget,) ndarray of int64
        What `rank` returns.
    n_features_in_ : int
        Number of columns of X.

    """

    random_state: RandomState

    def fit(self, X: Any, y: ArrayLike, groups: ArrayLike | None = None) -> Self:
        """Rank the rows of the forget domain.

        Parameters
        ----------
        X : (n, d) array-like
            Rows of both domains.
        y : (n,) array-like
            Labels. The largest label in sorted order is the forget domain (1 of 0 and 1, True of
            False and True, "spam" of "ham" and "spam"), every other one is retained.
        groups : (n,) array-like, optional
            Rows with the same label (a user, a thread) are removed together: they stand side by
            side in the ranking, by the mean score of the group's forget rows.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            When X holds NaN or infinite values, `y` only one label, or the lengths differ.

        Examples
        --------
        >>> from unlearn_widgets.selection import DistanceSelector
        >>> X, y = [[0.0], [1.0], [9.0], [5.0]], ["ham", "ham", "spam", "spam"]
        >>> DistanceSelector().fit(X, y).forget_label_
        np.str_('spam')

        """
        self._forget_learned()
        try:
            return self._fit(X, y, groups)
        except BaseException:
            # An interrupted fit leaves a selector that is not fitted, not one half fitted.
            self._forget_learned()
            raise

    def _fit(self, X: Any, y: ArrayLike, groups: ArrayLike | None) -> Self:
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32])
        labels = np.unique(y)
        if len(labels) < 2:
            raise ValueError(
                f"y: must hold labels of two domains, got one class, {labels.tolist()[0]!r}. "
                f"Mark the rows of the forget domain with a larger label."
            )
        codes = np.where(y == labels[-1], FORGET, RETAIN).astype(np.uint8)
        forget = np.flatnonzero(codes == FORGET)
        together = Groups(np.arange(len(X)) if groups is None else groups, codes)
        among_equals = self._equals_order(len(forget))
        with single_thread():
            scores = self._fit_scores(X, codes, None if groups is None else _numbers(together))
        self.forget_label_ = labels[-1]
        self.ranking_ = together.order(forget[among_equals], scores[among_equals])
        numbers = together.numbers[self.ranking_]
        self._group_ends = np.flatnonzero(np.diff(numbers, append=-1)) + 1
        return self

    def rank(self) -> Positions:
        """Return the positions of all forget rows in the X passed to fit, first to remove first.

        Returns
        -------
        (n_forget,) ndarray of int64

        Raises
        ------
        NotFittedError
            Before `fit`.

        Examples
        --------
        >>> from unlearn_widgets.selection import DistanceSelector
        >>> X, y = [[0.0], [1.0], [5.0], [9.0]], [0, 0, 1, 1]
        >>> DistanceSelector().fit(X, y).rank()
        array([3, 2])

        """
        check_is_fitted(self)
        return self.ranking_.copy()

    def select(self, budget: float) -> Positions:
        """Return the rows to remove within a budget: the first ones of `rank`.

        Parameters
        ----------
        budget : int or float
            Number of rows, or a share b of the forget domain in [0, 1], which stands for
            floor(b n_forget + 0.5) rows. A group is never cut: when it does not fit, the
            selection ends before it.

        Returns
        -------
        (m,) ndarray of int64
            At most as many positions as the budget allows.

        Raises
        ------
        ValueError
            When the budget is negative or exceeds the forget domain.

        Examples
        --------
        >>> from unlearn_widgets.selection import DistanceSelector
        >>> X, y = [[0.0], [1.0], [5.0], [9.0]], [0, 0, 1, 1]
        >>> DistanceSelector().fit(X, y).select(0.5)
        array([3])

        """
        check_is_fitted(self)
        allowed = rows_of_budget(budget, len(self.ranking_))
        fitting = int(np.searchsorted(self._group_ends, allowed, side="right"))
        return self.ranking_[: self._group_ends[fitting - 1] if fitting else 0].copy()

    @abstractmethod
    def _fit_scores(self, X: NDArray[Any], codes: Codes, groups: Positions | None) -> Floats:
        """Learn from the rows of both domains; return the (n_forget,) scores of forget rows.

        `groups` are numbers of the (n,) groups: rows of one label have one number in both domains.
        """

    def _forget_learned(self) -> None:
        for name in [name for name in vars(self) if name.endswith("_")]:
            delattr(self, name)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "ranking_")

    def _equals_order(self, n: int) -> Positions:
        """Return the order of n forget rows if all had the same score."""
        if self.random_state is None:
            return np.arange(n)
        return generator(self.random_state).permutation(n)

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn that `y` is required."""
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags


class ScoringSelector(Selector):
    """A selector whose score is a function of one row.

    Attributes
    ----------
    scores_ : (n_forget,) ndarray
        Score of each forget row, in ascending order of position; higher is removed first.

    """

    def score_samples(self, X: Any) -> Floats:
        """Score any rows; higher = remove first.

        Parameters
        ----------
        X : (m, d) array-like
            Rows, of either domain or of none.

        Returns
        -------
        (m,) ndarray of float64

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            When the rows hold NaN or infinite values, or another number of columns.

        Examples
        --------
        >>> from unlearn_widgets.selection import DistanceSelector
        >>> selector = DistanceSelector("euclidean").fit([[0.0], [1.0], [5.0], [9.0]], [0, 0, 1, 1])
        >>> selector.score_samples([[0.5], [2.5]])
        array([0., 2.])

        """
        check_is_fitted(self)
        rows = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        with single_thread():
            return self._scores(rows)

    @abstractmethod
    def _scores(self, X: NDArray[Any]) -> Floats:
        """Return the (m,) scores of any (m, d) rows."""


class RowwiseSelector(ScoringSelector):
    """A selector whose scores are computed chunk by chunk, alike for rows seen in fit and others.

    Attributes
    ----------
    scores_ : (n_forget,) ndarray
        Score of each forget row, in ascending order of position; higher is removed first.

    """

    def _fit_scores(
        self,
        X: NDArray[Any],
        codes: Codes,
        groups: Positions | None,  # noqa: ARG002
    ) -> Floats:
        self._learn(X, codes)
        self.scores_ = self._scores(X[codes == FORGET])
        return self.scores_

    def _scores(self, X: NDArray[Any]) -> Floats:
        result = np.empty(len(X))
        for part in chunks(*X.shape):
            result[part] = self._score(float_rows(X, part))
        return result

    @abstractmethod
    def _learn(self, X: NDArray[Any], codes: Codes) -> None:
        """Set what `_score` needs."""

    @abstractmethod
    def _score(self, rows: Floats) -> Floats:
        """Return the (m,) scores of (m, d) float64 rows."""


def scores_of(order: Positions) -> Floats:
    """Turn an order of n rows into scores: n for the first row, 1 for the last.

    >>> scores_of(np.array([2, 0, 1]))
    array([2., 1., 3.])
    """
    scores = np.empty(len(order))
    scores[order] = np.arange(len(order), 0, -1)
    return scores


def _numbers(groups: Groups) -> Positions:
    """Give the groups numbers by label alone: one that spans both domains has one number."""
    known: dict[object, int] = {}
    numbers = [known.setdefault(label, len(known)) for label in groups.labels.tolist()]
    return np.asarray(numbers, dtype=np.int64)

"""Removal by a classifier that tells the two domains apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.selection.base import ScoringSelector
from unlearn_widgets.selection.progress import progress
from unlearn_widgets.statistics import FORGET
from unlearn_widgets.validation import count, strict_keywords

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unlearn_widgets.randomness import RandomState
    from unlearn_widgets.statistics import Codes
    from unlearn_widgets.validation import Floats, Positions


class ClassifierSelector(ScoringSelector):
    """Remove the rows first that a classifier finds most like the forget domain.

    The score of a row seen in `fit` is its cross-fitted log-odds, by a classifier fitted to the
    other folds: no row is judged by a classifier that has learnt it by heart.

    Parameters
    ----------
    estimator : scikit-learn classifier, optional
        With ``decision_function`` or ``predict_proba``. Default: logistic regression on
        standardised columns.
    cv : int
        Number of folds, at least 2: stratified, shuffled in one fixed way, and never through a
        group when `fit` is given groups. Fewer when the smaller domain has fewer rows; with a
        single row or group in it the score is that of the classifier fitted to all rows.
    random_state : int, numpy Generator, numpy RandomState or None
        Order of rows with equal scores; None keeps them in the order of X.

    Attributes
    ----------
    scores_ : (n_forget,) ndarray
        Cross-fitted log-odds of each forget row, ascending by position.
    estimator_ : scikit-learn classifier
        Fitted to all rows; what `score_samples` uses.

    Notes
    -----
    Section 5 of docs/theory.md. Costs cv + 1 fits of the classifier.

    Examples
    --------
    >>> from unlearn_widgets.datasets import make_gaussians
    >>> domains = make_gaussians(100, 200, shift=2.0, dim=3, random_state=0)
    >>> y = np.isin(np.arange(300), domains.forget)
    >>> removed = ClassifierSelector().fit(domains.X, y).select(20)
    >>> domains.X[removed, 0].mean() > domains.X[domains.forget, 0].mean() + 1
    np.True_

    """

    @strict_keywords
    def __init__(
        self, estimator: Any = None, cv: int = 5, random_state: RandomState = None
    ) -> None:
        self.estimator = estimator
        self.cv = cv
        self.random_state = random_state

    def _fit_scores(self, X: NDArray[Any], codes: Codes, groups: Positions | None) -> Floats:
        from sklearn.base import clone

        y = codes == FORGET
        folds = self._folds(y, groups)
        model = clone(_default() if self.estimator is None else self.estimator)
        scores = np.full(len(X), np.nan)
        for train, test in progress(folds, "fitting folds", len(folds)):
            scores[test] = _log_odds(clone(model).fit(X[train], y[train]), X[test])
        self.estimator_ = model.fit(X, y)
        if not folds:
            scores = _log_odds(self.estimator_, X)
        self.scores_ = scores[y]
        return self.scores_

    def _folds(self, y: NDArray[np.bool_], groups: Positions | None) -> list[Any]:
        from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

        wanted = count("cv", self.cv, 2)
        numbers = np.arange(len(y)) if groups is None else groups
        fewest = min(len(np.unique(numbers[y])), len(np.unique(numbers[~y])))
        if fewest < 2:
            return []
        single = len(np.unique(numbers)) == len(y)
        kind = StratifiedKFold if single else StratifiedGroupKFold
        # The same folds for every seed, which is there for ties alone.
        splitter = kind(n_splits=min(wanted, fewest), shuffle=True, random_state=0)
        return list(splitter.split(np.zeros(len(y)), y, None if single else numbers))

    def _learn(self, X: NDArray[Any], codes: Codes) -> None:
        self._fit_scores(X, codes, None)

    def _scores(self, X: NDArray[Any]) -> Floats:
        return _log_odds(self.estimator_, X)

    def _score(self, rows: Floats) -> Floats:
        return _log_odds(self.estimator_, rows)


def _default() -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))


def _log_odds(model: Any, X: NDArray[Any]) -> Floats:
    if hasattr(model, "decision_function"):
        return np.asarray(model.decision_function(X), dtype=np.float64)
    if not hasattr(model, "predict_proba"):
        raise TypeError(
            f"estimator: must have decision_function or predict_proba, got {type(model).__name__}. "
            f"Pass a classifier that scores, such as LogisticRegression()."
        )
    chance = np.asarray(model.predict_proba(X)[:, 1], dtype=np.float64)
    tiny = np.finfo(np.float64).tiny
    return np.asarray(np.log(np.maximum(chance, tiny)) - np.log(np.maximum(1.0 - chance, tiny)))

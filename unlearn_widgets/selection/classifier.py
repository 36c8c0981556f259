"""Removal by a classifier that tells the two domains apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.selection.base import ScoringSelector
from unlearn_widgets.selection.progress import steps
from unlearn_widgets.statistics import FORGET
from unlearn_widgets.validation import count, strict_keywords

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unlearn_widgets.randomness import RandomState
    from unlearn_widgets.statistics import Codes
    from unlearn_widgets.validation import Floats, Positions

    Folds = list[tuple[Positions, Positions]]


class ClassifierSelector(ScoringSelector):
    """Remove the rows first that a classifier finds most like the forget domain.

    The score of a row seen in `fit` is its cross-fitted log-odds, by a classifier fitted to the
    other folds: no row is judged by a classifier that has learnt it by heart.

    Parameters
    ----------
    estimator : scikit-learn classifier, optional
        With ``decision_function`` or ``predict_proba``. Default: logistic regression (C = 0.1) on
        standardised columns.
    cv : int
        Number of folds, at least 2: stratified, shuffled in one fixed way, and never through a
        group when `fit` is given groups.
    progress : bool
        Whether a bar tells how far the work is once it takes longer than a second.
    random_state : int, numpy Generator, numpy RandomState or None
        Order of rows with equal scores; None keeps them in the order of X.

    Attributes
    ----------
    scores_ : (n_forget,) ndarray
        Cross-fitted decision value or log-odds of each forget row, ascending by position.
    estimator_ : scikit-learn classifier
        Fitted to all rows; what `score_samples` uses.
    n_folds_ : int
        Folds made: fewer than `cv` when a domain has fewer rows or groups. 0 when a domain has only
        one: `scores_` are then those of `estimator_`, which has seen the rows.

    Notes
    -----
    Section 5 of docs/theory.md: the cross-fitted logit tracks the likelihood ratio within a point.
    Costs cv + 1 fits of the classifier, in float64.

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
        self,
        estimator: Any = None,
        cv: int = 5,
        *,
        progress: bool = True,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.cv = cv
        self.progress = progress
        self.random_state = random_state

    def _fit_scores(self, X: NDArray[Any], codes: Codes, groups: Positions | None) -> Floats:
        from sklearn.base import clone

        X, y = np.asarray(X, dtype=np.float64), codes == FORGET
        model = _default() if self.estimator is None else self.estimator
        _log_odds_method(model)
        folds = self._folds(y, groups)
        scores = np.full(len(X), np.nan)
        for train, test in steps(folds, "fitting folds", shown=self.progress):
            scores[test] = _log_odds(clone(model).fit(X[train], y[train]), X[test])
        self.estimator_ = clone(model).fit(X, y)
        self.n_folds_ = len(folds)
        self.scores_ = scores[y] if folds else _log_odds(self.estimator_, X[y])
        return self.scores_

    def _scores(self, X: NDArray[Any]) -> Floats:
        return _log_odds(self.estimator_, np.asarray(X, dtype=np.float64))

    def _folds(self, y: NDArray[np.bool_], groups: Positions | None) -> Folds:
        """Return train and test rows; both domains are in every training part."""
        from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

        wanted = count("cv", self.cv, 2)
        numbers = np.arange(len(y)) if groups is None else groups
        together = len(np.unique(numbers)) < len(y)
        most = min(wanted, len(np.unique(numbers[y])), len(np.unique(numbers[~y])))
        kind = StratifiedGroupKFold if together else StratifiedKFold
        for n_folds in range(most, 1, -1):
            # The same folds for every seed, which is there for ties alone.
            splitter = kind(n_splits=n_folds, shuffle=True, random_state=0)
            folds = list(splitter.split(np.zeros(len(y)), y, numbers if together else None))
            if all(0 < np.count_nonzero(y[train]) < len(train) for train, _ in folds):
                return folds
        return []


def _default() -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))


def _log_odds_method(model: Any) -> str:
    for method in ("decision_function", "predict_proba"):
        if hasattr(model, method):
            return method
    raise TypeError(
        f"estimator: must have decision_function or predict_proba, got {type(model).__name__}. "
        f"Pass a classifier that scores, such as LogisticRegression()."
    )


def _log_odds(model: Any, X: NDArray[Any]) -> Floats:
    if _log_odds_method(model) == "decision_function":
        return np.asarray(model.decision_function(X), dtype=np.float64)
    chance = np.asarray(model.predict_proba(X)[:, 1], dtype=np.float64)
    tiny = np.finfo(np.float64).tiny
    return np.asarray(np.log(np.maximum(chance, tiny)) - np.log(np.maximum(1.0 - chance, tiny)))

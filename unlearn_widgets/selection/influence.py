"""Removal by influence on a logistic model that is refitted as rows go."""

from __future__ import annotations

import math
import numbers
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.utils.validation import validate_data

from unlearn_widgets.blas import single_thread
from unlearn_widgets.problem.groups import Groups
from unlearn_widgets.selection.base import Selector, scores_of
from unlearn_widgets.selection.influence_search import InfluenceSearch
from unlearn_widgets.selection.logistic_estimator import prepare
from unlearn_widgets.selection.logistic_influence import LogisticSurrogate
from unlearn_widgets.statistics import FORGET, RETAIN
from unlearn_widgets.validation import count, strict_keywords

if TYPE_CHECKING:
    from unlearn_widgets.randomness import RandomState
    from unlearn_widgets.statistics import Codes
    from unlearn_widgets.validation import Floats, Positions


class InfluenceSelector(Selector):
    """Remove the rows first without which a logistic model recognises the forget domain least.

    A regularised logistic model tells the two domains apart. Rows are removed in steps; after each
    step the model is refitted to what is left, and the influence of every row on the mean forget
    probability of all forget rows is computed again.

    Parameters
    ----------
    estimator : LogisticRegression, or Pipeline that ends in one, optional
        The model; its C, class_weight, fit_intercept and (for liblinear) intercept_scaling are
        used. It learns the labels 1 (forget) and 0 (retain). The steps of a pipeline before the
        last are fitted once, to all rows. Default: C = 1 on rows scaled to a total variance of 1.
    step : float
        Share of the forget rows removed between two fits, in (0, 1].
    n_components : int
        With more columns than this, rows are represented in as many leading right singular vectors
        of X, so that one Hessian stays small. Exact while the rank of X is not larger.
    progress : bool
        Whether a bar tells how far the work is once it takes longer than a second.
    random_state : int, numpy Generator, numpy RandomState or None
        Order of rows with equal influence; None keeps them in the order of X.

    Attributes
    ----------
    influence_ : (n_forget,) ndarray
        By how much the mean probability is predicted to fall when the row is removed from all
        rows, ascending by position. Not the score that ranks: that is computed anew at each step.
    probability_ : float
        Mean forget probability of the forget rows before any removal, each judged by a model
        without it.
    n_selected_ : int
        Number of first rows of the ranking with which `probability_` halves; this set is refined
        by exchanging rows.

    Notes
    -----
    Section 8 of docs/theory.md. Costs about 40 fits with the default step; each takes
    one Hessian of n r^2 with r the number of columns, at most n_components. X may be sparse (CSR).

    Examples
    --------
    >>> from unlearn_widgets.datasets import make_gaussians
    >>> domains = make_gaussians(60, 120, shift=2.0, dim=3, random_state=0)
    >>> y = np.isin(np.arange(180), domains.forget)
    >>> selector = InfluenceSelector().fit(domains.X, y)
    >>> len(selector.rank()), selector.n_selected_ < 60
    (60, True)
    >>> from sklearn.linear_model import LogisticRegression
    >>> removed = InfluenceSelector(LogisticRegression(C=10), step=0.1).fit(domains.X, y).select(12)
    >>> domains.X[removed, 0].mean() < domains.X[domains.forget, 0].mean()
    np.True_

    """

    @strict_keywords
    def __init__(
        self,
        estimator: Any = None,
        step: float = 0.05,
        *,
        n_components: int = 512,
        progress: bool = True,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.step = step
        self.n_components = n_components
        self.progress = progress
        self.random_state = random_state

    def _fit(self, X: Any, y: Any, groups: Any) -> Self:
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32], accept_sparse="csr")
        labels = np.unique(y)
        if len(labels) < 2:
            raise ValueError(
                f"y: must hold labels of two domains, got one class, {labels.tolist()[0]!r}. "
                f"Mark the rows of the forget domain with a larger label."
            )
        codes = np.where(y == labels[-1], FORGET, RETAIN).astype(np.uint8)
        forget = np.flatnonzero(codes == FORGET)
        together = Groups(np.arange(len(codes)) if groups is None else groups, codes)
        with single_thread():
            scores = self._fit_scores(X, codes, together.numbers)
        self.forget_label_ = labels[-1]
        self.ranking_ = together.order(forget, scores)
        numbers = together.numbers[self.ranking_]
        self._group_ends = np.flatnonzero(np.diff(numbers, append=-1)) + 1
        return self

    def _fit_scores(self, X: Any, codes: Codes, groups: Positions | None) -> Floats:
        """Return scores that fall along the order of removal, unit by unit."""
        is_forget = codes == FORGET
        step, components = _share("step", self.step), count("n_components", self.n_components)
        rows, penalty = prepare(X, is_forget, self.estimator, components)
        numbers = np.arange(len(codes)) if groups is None else groups
        _, units = np.unique(numbers[is_forget], return_inverse=True)
        n_units = int(units.max()) + 1
        batch = max(1, math.floor(step * len(units) + 0.5))
        model = LogisticSurrogate(rows, is_forget, penalty)
        ties = self._equals_order(n_units)
        search = InfluenceSearch(model, is_forget, units, ties, batch, shown=self.progress)
        full = search.state(np.ones(n_units, dtype=np.bool_))
        self.influence_, self.probability_ = model.influence, full.probability
        removed = search.halve(full)
        self.n_selected_ = int(np.count_nonzero(removed[units]))
        return scores_of(search.order(removed))[units]

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn that X may be sparse."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def _share(name: str, value: object) -> float:
    """Return `value` as a float in (0, 1].

    >>> _share("step", 0)
    Traceback (most recent call last):
        ...
    ValueError: step: must be a share of the forget rows in (0, 1], got 0. Take 0.05, or less.
    """
    if isinstance(value, numbers.Real) and 0.0 < float(value) <= 1.0:
        return float(value)
    raise ValueError(
        f"{name}: must be a share of the forget rows in (0, 1], got {value!r}. Take 0.05, or less."
    )

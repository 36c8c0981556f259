"""Removal by greedy matching of the mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.selection.base import Selector, scores_of
from unlearn_widgets.selection.mean_matching import match_mean
from unlearn_widgets.selection.whitened import whiten
from unlearn_widgets.statistics import FORGET, summarise
from unlearn_widgets.validation import strict_keywords

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unlearn_widgets.randomness import RandomState
    from unlearn_widgets.statistics import Codes
    from unlearn_widgets.validation import Floats, Positions


class HerdingSelector(Selector):
    """Remove, step by step, the row that brings the edited mean nearest to the retained one.

    The edited mean is that of the kept forget rows and all retained rows. Distances are taken in
    the pooled within-domain covariance, as in `UnlearningProblem`, so that each step lowers epsilon
    as far as the removal of one row can.

    Parameters
    ----------
    progress : bool
        Whether a bar tells how far the work is once it takes longer than a second.
    random_state : int, numpy Generator, numpy RandomState or None
        Order of rows that are equally good; None keeps them in the order of X.

    Attributes
    ----------
    n_selected_ : int
        Where the rule would stop: the number of removals before the first step that cannot but move
        the edited mean away from the retained one. The ranking goes on by the same step, to the
        last row.
    sizes_ : (n_steps + 1,) ndarray of int64
        Rows removed before the first and after each step: 0, 1, 2, ..., n_forget up to 20,000
        forget rows.
    gaps_ : (n_steps + 1,) ndarray
        Whitened distance of the edited mean to the retained mean at each of `sizes_`; half its
        square is epsilon, in nats.

    Notes
    -----
    Section 5 of docs/theory.md: this greedy rule tracks the likelihood ratio within a point.

    Up to 20,000 forget rows the picks are those of the plain greedy rule. They cost n_forget^2 d
    multiplications, mostly in float32 products of large matrices that screen the rows, of which the
    best are then compared in float64, and take up to 1 GB. With more rows, each step removes the
    best n_forget / 2,000 at once, so that the cost grows with n_forget only.

    Groups are ranked by the mean place of their rows; the attributes tell of the order before that.

    Examples
    --------
    >>> X, y = [[-1.0], [0.0], [1.0], [-3.0], [2.0], [3.0], [9.0]], [0, 0, 0, 1, 1, 1, 1]
    >>> selector = HerdingSelector().fit(X, y)
    >>> selector.rank(), selector.n_selected_
    (array([6, 4, 3, 5]), 2)

    """

    @strict_keywords
    def __init__(self, *, progress: bool = True, random_state: RandomState = None) -> None:
        self.progress = progress
        self.random_state = random_state

    def _fit_scores(
        self,
        X: NDArray[Any],
        codes: Codes,
        groups: Positions | None,  # noqa: ARG002
    ) -> Floats:
        whitening = whiten(X, codes, summarise(X, codes))
        ties = self._equals_order(int(np.count_nonzero(codes == FORGET)))
        rows = whitening.transform(X[codes == FORGET])[ties]
        order, self.sizes_, self.gaps_ = match_mean(rows, len(X), shown=self.progress)
        away = np.flatnonzero(np.diff(self.gaps_) > 0.0)
        self.n_selected_ = int(self.sizes_[away[0] if away.size else -1])
        return scores_of(ties[order])

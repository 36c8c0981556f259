"""Removal by greedy matching of the mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.selection.base import Selector
from unlearn_widgets.selection.progress import progress
from unlearn_widgets.selection.whitened import whiten
from unlearn_widgets.statistics import FORGET, summarise
from unlearn_widgets.validation import strict_keywords

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unlearn_widgets.randomness import RandomState
    from unlearn_widgets.statistics import Codes
    from unlearn_widgets.validation import Floats, Positions

# Up to this many forget rows each step removes one row.
EXACT_ROWS = 2000


class HerdingSelector(Selector):
    """Remove, step by step, the row that brings the edited mean nearest to the retained one.

    Distances are taken in the pooled within-domain covariance, as in `UnlearningProblem`, so that
    the rule descends the preservation cost epsilon as steeply as single removals can.

    Parameters
    ----------
    random_state : int, numpy Generator, numpy RandomState or None
        Order of rows that are equally good; None keeps them in the order of X.

    Attributes
    ----------
    n_selected_ : int
        Where the rule would stop: the number of removals at which the edited mean is nearest to the
        retained mean. The ranking goes on by the same step to a full order.
    gaps_ : (n_steps + 1,) ndarray
        Whitened distance of the edited mean to the retained mean before the first and after each
        step; half its square is epsilon, in nats.

    Notes
    -----
    Section 5 of docs/theory.md: this greedy rule tracks the likelihood ratio within a point. Costs
    n_forget^2 d up to 2,000 forget rows. With more, each step removes the best n_forget / 2,000
    rows at once, so that the cost grows with n_forget only.

    Examples
    --------
    >>> X, y = [[-1.0], [0.0], [1.0], [2.0], [3.0], [9.0]], [0, 0, 0, 1, 1, 1]
    >>> selector = HerdingSelector().fit(X, y)
    >>> selector.rank(), selector.n_selected_
    (array([5, 4, 3]), 3)

    """

    @strict_keywords
    def __init__(self, random_state: RandomState = None) -> None:
        self.random_state = random_state

    def _fit_scores(
        self,
        X: NDArray[Any],
        codes: Codes,
        groups: Positions | None,  # noqa: ARG002
    ) -> Floats:
        whitening = whiten(X, codes, summarise(X, codes))
        rows = whitening.transform(X[codes == FORGET])
        order, sizes, gaps = _herd(rows, len(X), self._equals_order(len(rows)))
        self.gaps_ = gaps
        self.n_selected_ = int(sizes[np.argmin(gaps)])
        scores = np.empty(len(rows))
        scores[order] = np.arange(len(rows), 0, -1)
        return scores


def _herd(rows: Floats, n_total: int, ties: Positions) -> tuple[Positions, Positions, Floats]:
    """Return the order of removal, the sizes after each step, and the distances to the origin.

    The retained mean is the origin, so the sum of all kept rows is that of the kept forget rows.
    """
    n = len(rows)
    rows = rows[ties]
    batch = max(1, -(-n // EXACT_ROWS))
    total = rows.sum(axis=0)
    # |total - x|^2 = |total|^2 - gain(x) is what the removal of x leaves.
    squares = np.einsum("ij,ij->i", rows, rows)
    gain = 2.0 * (rows @ total) - squares
    order: list[int] = []
    sizes, gaps = [0], [float(np.linalg.norm(total)) / n_total]
    for start in progress(range(0, n, batch), "herding"):
        best = np.argsort(-gain, kind="stable")[: min(batch, n - start)]
        order += best.tolist()
        gone = rows[best].sum(axis=0)
        total = total - gone
        gain -= 2.0 * (rows @ gone)
        gain[best] = -np.inf
        sizes.append(len(order))
        gaps.append(float(np.linalg.norm(total)) / (n_total - len(order)))
    gaps[-1] = 0.0
    return ties[order], np.asarray(sizes), np.asarray(gaps)

"""Coresets of the forget domain: baselines that never look at what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.selection.base import Selector, scores_of
from unlearn_widgets.selection.facility_location import facility_location
from unlearn_widgets.selection.k_center import k_center
from unlearn_widgets.statistics import FORGET
from unlearn_widgets.validation import choice, strict_keywords

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unlearn_widgets.randomness import RandomState
    from unlearn_widgets.statistics import Codes
    from unlearn_widgets.validation import Floats, Positions

METHODS = {"k-center": k_center, "facility-location": facility_location}


class CoresetSelector(Selector):
    """Remove a coreset of the forget domain first: rows that stand for all of its rows.

    A baseline that ignores the retained domain. A coreset is usually what one keeps; here its rows
    are the first to be removed, in the order in which the greedy rule picks them, which goes on
    until no forget row is left.

    Parameters
    ----------
    method : {"k-center", "facility-location"}
        Both start with the row nearest to the forget mean. "k-center" then picks the row farthest
        from all picks (Gonzalez 1985: within a factor 2 of the smallest covering radius).
        "facility-location" picks the row that lowers the sum, over all forget rows, of the squared
        distance to the nearest pick the most.
    progress : bool
        Whether a bar tells how far the work is once it takes longer than a second.
    random_state : int, numpy Generator, numpy RandomState or None
        Order of rows that are equally good; None keeps them in the order of X.

    Notes
    -----
    Section 5 of docs/theory.md: measured by alpha, the k-center coreset equals random removal.

    Distances are Euclidean, in float64; below a millionth of the lengths, measured from the forget
    mean, two rows count as copies. Both methods make exactly the picks of the plain greedy rule,
    and cost n_forget^2 d: once for k-center, at least twice for facility location. Groups are
    ranked by the mean place of their rows.

    Examples
    --------
    >>> X, y = [[9.0], [8.0], [0.0], [1.0], [2.0], [6.0]], [0, 0, 1, 1, 1, 1]
    >>> CoresetSelector().fit(X, y).rank()
    array([4, 5, 2, 3])
    >>> CoresetSelector("facility-location").fit(X, y).rank()
    array([4, 5, 2, 3])

    """

    @strict_keywords
    def __init__(
        self,
        method: str = "k-center",
        *,
        progress: bool = True,
        random_state: RandomState = None,
    ) -> None:
        self.method = method
        self.progress = progress
        self.random_state = random_state

    def _fit_scores(
        self,
        X: NDArray[Any],
        codes: Codes,
        groups: Positions | None,  # noqa: ARG002
    ) -> Floats:
        greedy = METHODS[choice("method", self.method, METHODS)]
        ties = self._equals_order(int(np.count_nonzero(codes == FORGET)))
        rows = np.asarray(X[codes == FORGET], dtype=np.float64)[ties]
        rows = rows - rows.mean(axis=0)
        return scores_of(ties[greedy(rows, shown=self.progress)])

"""Removal by the density ratio of the two domains among nearest neighbours."""

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

ROWS_AT_ONCE = 1024


class NeighborSelector(ScoringSelector):
    """Remove the rows first around which the forget domain is densest, relative to the other.

    The score of a row is log(r2 / r1), with r1 and r2 the Euclidean distances to its k-th nearest
    forget and retained row: the nearest-neighbour estimate of the density ratio, divided by the
    dimension and up to a constant. A row seen in `fit` is not its own neighbour.

    Parameters
    ----------
    n_neighbors : int
        k, at least 1; fewer where a domain has fewer rows.
    random_state : int, numpy Generator, numpy RandomState or None
        Order of rows with equal scores; None keeps them in the order of X.

    Attributes
    ----------
    scores_ : (n_forget,) ndarray
        Log-ratio of distances of each forget row, ascending by position.

    Notes
    -----
    Section 5 of docs/theory.md: this rule lies between random removal and the likelihood ratio. It
    assumes no Gaussian, and pays with noise. Costs n_forget times n distances. A copy of a row at
    distance 0 counts as infinitely near.

    Examples
    --------
    >>> X, y = [[0.0], [1.0], [4.0], [5.0], [5.5], [2.0]], [0, 0, 1, 1, 1, 1]
    >>> NeighborSelector(n_neighbors=1).fit(X, y).rank()
    array([4, 3, 2, 5])

    """

    @strict_keywords
    def __init__(self, n_neighbors: int = 10, random_state: RandomState = None) -> None:
        self.n_neighbors = n_neighbors
        self.random_state = random_state

    def _fit_scores(
        self,
        X: NDArray[Any],
        codes: Codes,
        groups: Positions | None,  # noqa: ARG002
    ) -> Floats:
        self._learn(X, codes)
        self.scores_ = self._ratios(X[codes == FORGET], itself=1)
        return self.scores_

    def _learn(self, X: NDArray[Any], codes: Codes) -> None:
        from sklearn.neighbors import NearestNeighbors

        count("n_neighbors", self.n_neighbors)
        forget, retain = X[codes == FORGET], X[codes != FORGET]
        self._forget, self._retain = (NearestNeighbors().fit(rows) for rows in (forget, retain))

    def _scores(self, X: NDArray[Any]) -> Floats:
        return self._ratios(X, itself=0)

    def _score(self, rows: Floats) -> Floats:
        return self._ratios(rows, itself=0)

    def _ratios(self, X: NDArray[Any], *, itself: int) -> Floats:
        starts = range(0, len(X), ROWS_AT_ONCE)
        parts = []
        for start in progress(starts, "nearest neighbours", len(starts)):
            rows = X[start : start + ROWS_AT_ONCE]
            near = self._reach(self._forget, rows, itself)
            far = self._reach(self._retain, rows, 0)
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = np.log(far) - np.log(near)
            parts.append(np.where(np.isnan(ratio), 0.0, ratio))
        return np.concatenate(parts)

    def _reach(self, index: Any, rows: NDArray[Any], itself: int) -> Floats:
        """Distance to the k-th nearest row of a domain; infinite when there is no other row."""
        others = index.n_samples_fit_ - itself
        if others < 1:
            return np.full(len(rows), np.inf)
        k = min(self.n_neighbors, others) + itself
        distances, _ = index.kneighbors(rows, n_neighbors=k)
        return np.asarray(distances[:, -1], dtype=np.float64)

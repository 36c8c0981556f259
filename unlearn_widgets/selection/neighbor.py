"""Removal by the density ratio of the two domains among nearest neighbours."""

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

ROWS_AT_ONCE = 1024
# Neighbours looked at beyond the k-th, because a search by products of matrices rounds.
SPARE = 3


class NeighborSelector(ScoringSelector):
    """Remove the rows first around which the forget domain is densest, relative to the other.

    The score of a row is log(r2 / r1), with r1 and r2 the Euclidean distances to its k-th nearest
    forget and retained row. A row seen in `fit` is not its own neighbour.

    Parameters
    ----------
    n_neighbors : int
        k, at least 1; fewer where a domain has fewer rows.
    progress : bool
        Whether a bar tells how far the work is once it takes longer than a second.
    random_state : int, numpy Generator, numpy RandomState or None
        Order of rows with equal scores; None keeps them in the order of X.

    Attributes
    ----------
    scores_ : (n_forget,) ndarray
        Log-ratio of distances of each forget row, ascending by position.

    Notes
    -----
    A domain of n rows has about the density k / (n c r^d) around a row whose k-th nearest row is r
    away, with c the volume of the unit ball. The log-ratio of the two densities is then
    d log(r2 / r1) + log(n2 / n1), which ranks like the score. Counts of neighbours among both
    domains estimate the same ratio by k + 1 values only; distances go on telling rows apart in many
    dimensions. Section 5 of docs/theory.md: this rule lies between random removal and the
    likelihood ratio. It assumes no Gaussian, and pays with noise.

    scikit-learn finds the neighbours, in n_forget n d multiplications where d is large; their
    distances are then computed anew in float64, so that copies are at distance 0. That counts as
    the smallest positive number: copies inside the forget domain come first, copies of retained
    rows last. Scores are finite.

    Examples
    --------
    >>> X, y = [[0.0], [1.0], [4.0], [5.0], [5.5], [2.0]], [0, 0, 1, 1, 1, 1]
    >>> NeighborSelector(n_neighbors=1).fit(X, y).rank()
    array([4, 3, 2, 5])

    """

    @strict_keywords
    def __init__(
        self,
        n_neighbors: int = 10,
        *,
        progress: bool = True,
        random_state: RandomState = None,
    ) -> None:
        self.n_neighbors = n_neighbors
        self.progress = progress
        self.random_state = random_state

    def _fit_scores(
        self,
        X: NDArray[Any],
        codes: Codes,
        groups: Positions | None,  # noqa: ARG002
    ) -> Floats:
        from sklearn.neighbors import NearestNeighbors

        count("n_neighbors", self.n_neighbors)
        forget, retain = X[codes == FORGET], X[codes != FORGET]
        self._forget, self._retain = (
            (NearestNeighbors().fit(rows), rows) for rows in (forget, retain)
        )
        self.scores_ = self._ratios(forget, itself=1)
        return self.scores_

    def _scores(self, X: NDArray[Any]) -> Floats:
        return self._ratios(X, itself=0)

    def _ratios(self, X: NDArray[Any], *, itself: int) -> Floats:
        scores = np.empty(len(X))
        starts = range(0, len(X), ROWS_AT_ONCE)
        for start in steps(starts, "nearest neighbours", shown=self.progress):
            part = slice(start, start + ROWS_AT_ONCE)
            near = self._log_reach(self._forget, X[part], itself)
            scores[part] = self._log_reach(self._retain, X[part], 0) - near
        return scores

    def _log_reach(
        self, domain: tuple[Any, NDArray[Any]], rows: NDArray[Any], itself: int
    ) -> Floats:
        """Logarithm of the distance to the k-th nearest row of a domain, except the row itself."""
        index, members = domain
        limits = np.finfo(np.float64)
        others = len(members) - itself
        if others < 1:
            return np.full(len(rows), np.log(limits.max))
        k = min(self.n_neighbors, others) + itself
        asked = min(k + SPARE, len(members))
        found = index.kneighbors(rows, asked, return_distance=False)
        apart = np.asarray(members[found], dtype=np.float64)
        apart -= rows[:, None, :]
        distances = np.sqrt(np.einsum("ijk,ijk->ij", apart, apart))
        kth = np.partition(distances, k - 1, axis=1)[:, k - 1]
        return np.asarray(np.log(np.clip(kth, limits.tiny, limits.max)))

"""Removal by distance to the retained domain, the rule of the paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.selection.base import RowwiseSelector
from unlearn_widgets.selection.whitened import whiten
from unlearn_widgets.statistics import RETAIN, summarise
from unlearn_widgets.validation import choice, strict_keywords

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unlearn_widgets.randomness import RandomState
    from unlearn_widgets.statistics import Codes
    from unlearn_widgets.validation import Floats

METRICS = ("mahalanobis", "euclidean", "cosine")


class DistanceSelector(RowwiseSelector):
    """Remove the rows farthest from the mean of the retained domain first.

    Parameters
    ----------
    metric : {"mahalanobis", "euclidean", "cosine"}
        "mahalanobis" measures in the pooled within-domain covariance, in the same whitened
        coordinates as `UnlearningProblem`, so that both rank alike. "cosine" is one minus the
        cosine to the retained mean.
    random_state : int, numpy Generator, numpy RandomState or None
        Order of rows with equal scores; None keeps them in the order of X.

    Attributes
    ----------
    scores_ : (n_forget,) ndarray
        Distance of each forget row, ascending by position.
    center_ : (d,) ndarray
        Mean of the retained domain.
    whitening_ : Whitening
        Coordinates of the Mahalanobis distance; absent for the other metrics.

    Notes
    -----
    Rule "distance" in section 2 of docs/theory.md. Its efficiency relative to the likelihood ratio
    is 1/sqrt(1 + d/(4k)): in many dimensions it is little better than random removal.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [5.0, 5.0], [9.0, 9.0]])
    >>> selector = DistanceSelector(metric="euclidean").fit(X, [0, 0, 0, 1, 1])
    >>> selector.rank()
    array([4, 3])
    >>> selector.score_samples([[1 / 3, 2 / 3]]).round(12)
    array([0.])

    """

    @strict_keywords
    def __init__(self, metric: str = "mahalanobis", random_state: RandomState = None) -> None:
        self.metric = metric
        self.random_state = random_state

    def _learn(self, X: NDArray[Any], codes: Codes) -> None:
        choice("metric", self.metric, METRICS)
        domains = summarise(X, codes)
        self.center_ = domains[RETAIN].mean
        if self.metric == "mahalanobis":
            self.whitening_ = whiten(X, codes, domains)
        if self.metric == "cosine" and not self.center_.any():
            raise ValueError(
                "X: the mean of the retained domain is zero and has no direction for "
                "metric='cosine'. Use metric='euclidean'."
            )

    def _score(self, rows: Floats) -> Floats:
        if self.metric == "mahalanobis":
            return np.asarray(np.linalg.norm(self.whitening_.transform(rows), axis=1))
        if self.metric == "euclidean":
            return np.asarray(np.linalg.norm(rows - self.center_, axis=1))
        lengths = np.linalg.norm(rows, axis=1)
        # a row of zeros has no direction: as far as an orthogonal one
        lengths[lengths == 0.0] = 1.0
        return np.asarray(1.0 - rows @ (self.center_ / np.linalg.norm(self.center_)) / lengths)

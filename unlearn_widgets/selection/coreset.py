"""Coresets of the forget domain: baselines that never look at what is kept."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.selection.base import Selector
from unlearn_widgets.selection.progress import progress
from unlearn_widgets.statistics import FORGET
from unlearn_widgets.validation import choice, count, strict_keywords

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unlearn_widgets.randomness import RandomState
    from unlearn_widgets.statistics import Codes
    from unlearn_widgets.validation import Floats, Positions

METHODS = ("k-center", "facility-location")
ROWS_AT_ONCE = 512


class CoresetSelector(Selector):
    """Remove a coreset of the forget domain first: rows that stand for all of its rows.

    A baseline: it ignores the retained domain. Rows are picked greedily, and the picks are the
    first to be removed.

    Parameters
    ----------
    method : {"k-center", "facility-location"}
        "k-center" picks the row farthest from those picked (Gonzalez 1985, within a factor 2 of the
        smallest covering radius), starting from the row nearest to the forget mean.
        "facility-location" picks the row that lowers the sum of squared distances to the nearest
        pick the most, by lazy evaluation: gains only shrink, so a row whose last known gain is not
        the best need not be computed again. The picks are those of the plain greedy rule.
    n_greedy : int
        Picks that are made greedily. The rows after them follow by their distance to the nearest
        pick (k-center), or by what they would still gain (facility location), largest first.
    random_state : int, numpy Generator, numpy RandomState or None
        Order of rows that are equally good; None keeps them in the order of X.

    Notes
    -----
    Section 5 of docs/theory.md: measured by alpha, this equals random removal. Euclidean distances.
    Costs n_greedy n_forget d for k-center; facility location also compares all pairs of forget rows
    once, by blocks that take 4 MB for each 1,000 forget rows.

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
        n_greedy: int = 1000,
        random_state: RandomState = None,
    ) -> None:
        self.method = method
        self.n_greedy = n_greedy
        self.random_state = random_state

    def _fit_scores(
        self,
        X: NDArray[Any],
        codes: Codes,
        groups: Positions | None,  # noqa: ARG002
    ) -> Floats:
        method = choice("method", self.method, METHODS)
        picks = count("n_greedy", self.n_greedy)
        ties = self._equals_order(int(np.count_nonzero(codes == FORGET)))
        rows = np.asarray(X[codes == FORGET], dtype=np.float64)[ties]
        rows = rows - rows.mean(axis=0)
        pick = _k_center if method == "k-center" else _facility_location
        order = ties[pick(rows, min(picks, len(rows)))]
        scores = np.empty(len(rows))
        scores[order] = np.arange(len(rows), 0, -1)
        return scores


def _squared(rows: Floats, squares: Floats, row: int) -> Floats:
    """Squared distances of all rows to one of them."""
    distances = squares + squares[row] - 2.0 * (rows @ rows[row])
    distances[row] = 0.0
    return np.asarray(np.maximum(distances, 0.0))


def _k_center(rows: Floats, picks: int) -> Positions:
    squares = np.einsum("ij,ij->i", rows, rows)
    order = [int(np.argmin(squares))]
    nearest = _squared(rows, squares, order[0])
    nearest[order[0]] = -1.0
    for _ in progress(range(picks - 1), "k-center"):
        order.append(int(np.argmax(nearest)))
        np.minimum(nearest, _squared(rows, squares, order[-1]), out=nearest)
        nearest[order[-1]] = -1.0
    rest = np.argsort(-nearest, kind="stable")[: len(rows) - picks]
    return np.concatenate([np.asarray(order), rest])


def _facility_location(rows: Floats, picks: int) -> Positions:
    squares = np.einsum("ij,ij->i", rows, rows)
    # With nothing picked the best row is the one nearest to the mean, whatever the first distance.
    order = [int(np.argmin(squares))]
    nearest = _squared(rows, squares, order[0])
    gains = _gains(rows, squares, nearest)
    gains[order[0]] = -1.0
    heap = [(-gain, row, 1) for row, gain in enumerate(gains.tolist()) if row != order[0]]
    heapq.heapify(heap)
    for step in progress(range(1, picks), "facility location"):
        while True:
            _, row, seen = heapq.heappop(heap)
            distances = _squared(rows, squares, row)
            if seen == step:
                break
            gain = float(np.maximum(nearest - distances, 0.0).sum())
            gains[row] = gain
            heapq.heappush(heap, (-gain, row, step))
        order.append(row)
        gains[row] = -1.0
        np.minimum(nearest, distances, out=nearest)
    rest = np.argsort(-gains, kind="stable")[: len(rows) - picks]
    return np.concatenate([np.asarray(order), rest])


def _gains(rows: Floats, squares: Floats, nearest: Floats) -> Floats:
    """By how much each row as a pick would lower the sum of squared distances."""
    gains = np.empty(len(rows))
    starts = range(0, len(rows), ROWS_AT_ONCE)
    for start in progress(starts, "comparing rows"):
        part = slice(start, start + ROWS_AT_ONCE)
        distances = squares + squares[part, None] - 2.0 * (rows[part] @ rows.T)
        gains[part] = np.maximum(nearest - np.maximum(distances, 0.0), 0.0).sum(axis=1)
    return gains

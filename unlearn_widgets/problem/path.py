"""The numbers at every budget along a ranking (docs/theory.md, section 4).

With a frozen or known covariance an edit acts through the mean alone, so one pass over the ranked
rows gives the numbers after each of them. With a refitted covariance every budget needs a
factorisation of its own, so budgets are computed when they are asked for.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.blas import single_thread
from unlearn_widgets.problem.rows import KeptSums
from unlearn_widgets.statistics import FORGET, RETAIN, chunks

if TYPE_CHECKING:
    from collections.abc import Callable

    from unlearn_widgets.problem.live import LiveNumbers
    from unlearn_widgets.problem.prediction import Prediction
    from unlearn_widgets.problem.rows import WhitenedRows
    from unlearn_widgets.validation import Floats, Mask, Positions

NUMBERS = ("alpha", "epsilon", "forget_log_loss", "retain_log_loss")
# Budgets that are computed before a crossing is narrowed down, with a refitted covariance.
COARSE_BUDGETS = 64


class RemovalPath(ABC):
    """What removing more and more rows of one ranking does.

    Attributes
    ----------
    order : (n_forget,) int64 ndarray
        The forget rows, first to remove first.
    removals : (n_forget + 1,) int64 ndarray
        Rows really removed at each budget: more than the budget where a group is kept whole.

    """

    def __init__(self, order: Positions, removals: Positions) -> None:
        self.order = order
        self.removals = removals

    @abstractmethod
    def at(self, budgets: Positions) -> dict[str, Floats]:
        """Return alpha, epsilon and both log-losses in nats at (m,) numbers of removed rows."""

    @abstractmethod
    def first(self, meets: Callable[[dict[str, Floats]], Mask]) -> int | None:
        """Return the smallest budget whose numbers meet a condition, None when none does."""


class MeanPath(RemovalPath):
    """A path along which only the mean of the edited Gaussian moves; exact at every budget.

    Parameters
    ----------
    order : (n_forget,) int64 ndarray
        The ranking.
    ends : (n_forget + 1,) int64 ndarray
        Rows really removed for each budget: more than the budget where a group is kept whole.
    prediction : Prediction
        How the problem turns a removal into numbers.

    """

    def __init__(self, order: Positions, ends: Positions, prediction: Prediction) -> None:
        super().__init__(order, ends)
        squares = _squared_distances(order, prediction)
        alpha, epsilon = (0.5 * square[ends] for square in squares)
        if not prediction.whitening.means_in_span:
            alpha[:] = np.inf
            epsilon[ends < len(order)] = np.inf
        # Both ends as the live update has them, free of the rounding of a long sum.
        before = prediction.before
        alpha[ends == 0], epsilon[ends == 0] = before.alpha, before.epsilon
        epsilon[ends == len(order)] = 0.0
        alpha[ends == len(order)] = prediction.live.divergence
        entropy = prediction.live.entropies
        self._numbers = {
            "alpha": alpha,
            "epsilon": epsilon,
            "forget_log_loss": entropy[FORGET] + alpha,
            "retain_log_loss": entropy[RETAIN] + epsilon,
        }

    def at(self, budgets: Positions) -> dict[str, Floats]:
        """Return alpha, epsilon and both log-losses in nats at (m,) numbers of removed rows."""
        return {name: values[budgets] for name, values in self._numbers.items()}

    def first(self, meets: Callable[[dict[str, Floats]], Mask]) -> int | None:
        """Return the smallest budget whose numbers meet a condition, None when none does."""
        found = np.flatnonzero(meets(self._numbers))
        return int(found[0]) if found.size else None


class RefitPath(RemovalPath):
    """A path along which the covariance is refitted too; budgets are computed when asked for.

    A crossing is first looked for among `COARSE_BUDGETS` budgets and then row by row in the
    interval before the one that meets the condition: a condition that holds only between two of
    them, and at neither, is not found.
    """

    def __init__(self, order: Positions, ends: Positions, prediction: Prediction) -> None:
        super().__init__(order, ends)
        self._prediction = prediction
        self._known: dict[int, LiveNumbers] = {}

    def at(self, budgets: Positions) -> dict[str, Floats]:
        """Return alpha, epsilon and both log-losses in nats at (m,) numbers of removed rows."""
        removals = self.removals[budgets]
        missing = np.unique([size for size in removals.tolist() if size not in self._known])
        if missing.size:
            self._compute(missing)
        numbers = [self._known[size] for size in removals.tolist()]
        return {name: np.array([getattr(one, name) for one in numbers]) for name in NUMBERS}

    def first(self, meets: Callable[[dict[str, Floats]], Mask]) -> int | None:
        """Return the smallest budget whose numbers meet a condition, None when none does."""
        coarse = np.unique(np.linspace(0, len(self.order), COARSE_BUDGETS).astype(np.int64))
        found = np.flatnonzero(meets(self.at(coarse)))
        if not found.size:
            return None
        if found[0] == 0:
            return 0
        between = np.arange(coarse[found[0] - 1] + 1, coarse[found[0]] + 1)
        return int(between[np.argmax(meets(self.at(between)))])

    def _compute(self, sizes: Positions) -> None:
        rows = self._prediction.rows
        kept = KeptSums(rows, second_moments=True)
        removed = np.zeros(len(rows.codes), dtype=np.bool_)
        done = 0
        with single_thread():
            for size in sizes.tolist():
                removed[self.order[done:size]] = True
                done = size
                kept.update(removed)
                self._known[size] = self._prediction.live.numbers(kept)


def follow(order: Positions, groups: Any, prediction: Prediction) -> RemovalPath:
    """Return the path along a ranking, in the way the covariance of the problem asks for."""
    ends = np.arange(len(order) + 1)
    if groups is not None:
        numbers = groups.numbers[order]
        last = np.flatnonzero(np.diff(numbers, append=-1)) + 1
        ends[1:] = last[np.searchsorted(last, ends[1:])]
    if prediction.mode == "refit":
        return RefitPath(order, ends, prediction)
    with single_thread():
        return MeanPath(order, ends, prediction)


def _squared_distances(order: Positions, prediction: Prediction) -> tuple[Floats, Floats]:
    """Squared whitened distance of the edited mean to both domain means, after each removal."""
    rows, target = prediction.rows, prediction.whitening.mean_forget
    n1, n2 = rows.counts[FORGET], rows.counts[RETAIN]
    to_forget, to_retain = np.empty(n1 + 1), np.empty(n1 + 1)
    whole = rows.totals[FORGET] + rows.totals[RETAIN]
    gone = np.zeros(rows.dim)
    for part in chunks(n1 + 1, rows.dim):
        removed = order[max(0, part.start - 1) : part.stop - 1]
        sums = np.cumsum(_removed_rows(rows, removed, first=part.start == 0), axis=0)
        sums += gone
        gone = sums[-1].copy()
        left = (n1 + n2 - np.arange(part.start, part.stop))[:, None]
        means = (whole - sums) / left
        to_retain[part] = np.einsum("ij,ij->i", means, means)
        means -= target
        to_forget[part] = np.einsum("ij,ij->i", means, means)
    return to_forget, to_retain


def _removed_rows(rows: WhitenedRows, removed: Positions, *, first: bool) -> Floats:
    taken = rows.take(removed)
    return np.vstack([np.zeros((1, rows.dim)), taken]) if first else taken

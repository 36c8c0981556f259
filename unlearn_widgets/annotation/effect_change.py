"""How much alpha changes when one more row is removed, for all rows at once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from unlearn_widgets.annotation.refit_change import RefitChange
from unlearn_widgets.annotation.whitened_rows import parts, total
from unlearn_widgets.blas import single_thread
from unlearn_widgets.problem.groups import Groups

if TYPE_CHECKING:
    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.validation import Floats, Mask, Positions

_FROZEN = (
    "The effect of single rows is taken with the covariance frozen: with {}, no closed form is "
    "known."
)
_INFINITE = (
    "Alpha is infinite; records are ordered by the effect of each on the means of the domains, as "
    "far as the span of the covariance goes."
)


class EffectChange:
    """Change of alpha when a row (with its group) is removed beside those removed already.

    Parameters
    ----------
    problem : UnlearningProblem
        The rows and their domains.
    rows : (m,) ndarray of int64
        The rows of interest, sorted.

    Attributes
    ----------
    note : str or None
        What the numbers leave out.

    Notes
    -----
    Section 4 of docs/theory.md, in whitened coordinates: with N rows kept, of sum S, and t the mean
    of the forget domain, alpha is half the square of S / N - t. A row x (or the sum x of c rows of
    a group) taken away leaves r - x / (N - c) with r = S / (N - c) - t, so that all rows need one
    product with r, and the squares of x, which never change. See `RefitChange` for a refitted
    covariance.

    Examples
    --------
    >>> from unlearn_widgets import UnlearningProblem
    >>> problem = UnlearningProblem([[2.0], [3.0], [4.0], [-1.0], [0.0], [1.0]], [0, 1, 2])
    >>> change = EffectChange(problem, np.array([0, 2]))
    >>> change.given(np.isin(np.arange(6), [1]))
    array([0.38 , 1.505])
    >>> round(problem.effect([1, 2]).alpha - problem.effect([1]).alpha, 9)
    1.505

    """

    def __init__(self, problem: UnlearningProblem, rows: Positions) -> None:
        self._problem = problem
        self._rows = rows
        self.note: str | None = None
        with single_thread():
            self._sum = total(problem, problem.forget_rows)
            self._refit = self._refitted()
            if self._refit is None:
                self._prepare()

    def given(self, removed: Mask) -> Floats:
        """Return the change of alpha by each row, given what is removed.

        Parameters
        ----------
        removed : (n,) ndarray of bool
            The removed rows, with the rest of their groups or without.

        Returns
        -------
        (m,) ndarray of float64
            In nats; 0 for rows that are removed already, are in neither domain, or are the last
            that is kept.

        """
        gone = self._problem.whole_groups(removed)
        gone = gone[self._problem.domain_codes[gone] > 0]
        inert = self._problem.domain_codes[self._rows] == 0
        inert[np.isin(self._rows, gone)] = True
        with single_thread():
            change = self._frozen(gone) if self._refit is None else self._refit.given(gone)
        change[inert] = 0.0
        return change

    def _refitted(self) -> RefitChange | None:
        problem = self._problem
        if not math.isfinite(problem.divergence):
            self.note = _INFINITE
        elif problem.covariance_mode == "refit":
            if problem.groups is None:
                return RefitChange(problem, self._rows, self._sum)
            self.note = _FROZEN.format("groups and a refitted covariance")
        return None

    def _prepare(self) -> None:
        problem = self._problem
        # Units are the rows, or their groups; a unit's members are all that leave with it.
        self._members, self._unit = self._rows, np.arange(len(self._rows))
        self._of_row = self._unit
        if problem.groups is not None:
            numbers = Groups(problem.groups, problem.domain_codes).numbers
            members = problem.whole_groups(self._rows)
            self._members = members[np.argsort(numbers[members], kind="stable")]
            groups, self._unit = np.unique(numbers[self._members], return_inverse=True)
            self._of_row = np.searchsorted(groups, numbers[self._rows])
        self._size = np.bincount(self._unit).astype(np.float64)
        self._square = self._squares()

    def _squares(self) -> Floats:
        """Return the squared norm of the sum of each unit; its members stand side by side."""
        squares = np.zeros(len(self._size))
        carried, last = np.zeros(self._problem.dim_effective), -1
        for part, values in parts(self._problem, self._members):
            units = self._unit[part]
            starts = np.flatnonzero(np.diff(units, prepend=-1))
            sums = values if len(starts) == len(units) else np.add.reduceat(values, starts)
            if units[0] == last:
                # A group that a part cuts in two.
                sums[0] += carried
            squares[units[starts]] = np.einsum("ij,ij->i", sums, sums)
            carried, last = sums[-1].copy(), int(units[-1])
        return squares

    def _frozen(self, gone: Positions) -> Floats:
        problem = self._problem
        kept = problem.n_forget + problem.n_retain - len(gone)
        left = kept - self._size
        others = np.maximum(left, 1.0)
        target = self._sum / problem.n_forget
        # The retained rows sum to zero: whitened coordinates are centred at their mean.
        kept_sum = self._sum - total(problem, gone)
        products = np.empty((len(self._members), 2))
        directions = np.column_stack([kept_sum, target])
        for part, values in parts(problem, self._members):
            products[part] = values @ directions
        with_sum, with_target = (
            np.bincount(self._unit, weights=products[:, i], minlength=len(self._size))
            for i in (0, 1)
        )
        mean_square = (kept_sum @ kept_sum - 2.0 * with_sum + self._square) / np.square(others)
        across = (kept_sum @ target - with_target) / others
        now = kept_sum / max(kept, 1)
        before = now @ now - 2.0 * (now @ target)
        change = 0.5 * (mean_square - 2.0 * across - before)
        change[left <= 0.0] = 0.0
        return np.asarray(change[self._of_row])

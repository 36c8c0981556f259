"""How much alpha changes when one more row is removed and the covariance is refitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unlearn_widgets.annotation.whitened_rows import parts, scatter, total

if TYPE_CHECKING:
    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.validation import Floats, Positions


class RefitChange:
    """Change of alpha by single rows where mean and covariance of p^ follow the rows kept.

    Parameters
    ----------
    problem : UnlearningProblem
        The rows and their domains, without groups.
    rows : (m,) ndarray of int64
        The rows of interest, sorted.
    forget_sum : (dim_effective,) ndarray
        Sum of the whitened forget rows.

    Notes
    -----
    Let m and A be mean and inverse covariance of the N rows kept, m1 and C1 those of the forget
    domain, y = x - m and e = m1 - m. Without x the covariance is N / (N - 1) times
    A^-1 - y y' / (N - 1), a change of rank one. By Sherman and Morrison, the divergence of
    section 4 of docs/theory.md then follows from y'A y, e'A y and y'A C1 A y.

    Examples
    --------
    >>> from unlearn_widgets import UnlearningProblem
    >>> X = [[2.0], [3.0], [4.0], [-1.0], [0.0], [1.0]]
    >>> problem = UnlearningProblem(X, [0, 1, 2], covariance="refit")
    >>> change = RefitChange(problem, np.array([2]), total(problem, np.array([0, 1, 2])))
    >>> gap = problem.effect([0, 2]).alpha - problem.effect([0]).alpha
    >>> np.allclose(change.given(np.array([0])), gap)
    True

    """

    def __init__(self, problem: UnlearningProblem, rows: Positions, forget_sum: Floats) -> None:
        self._problem = problem
        self._rows = rows
        self._forget_sum = forget_sum
        moments = scatter(problem, problem.forget_rows)
        self._whole = moments + scatter(problem, problem.retain_rows)
        self._target = forget_sum / problem.n_forget
        self._forget = moments / problem.n_forget - np.outer(self._target, self._target)

    def given(self, gone: Positions) -> Floats:
        """Return the change of alpha by each row.

        Parameters
        ----------
        gone : (k,) ndarray of int64
            The removed rows of both domains.

        Returns
        -------
        (m,) ndarray of float64
            In nats; inf for a row without which the covariance is singular, 0 for all when it is
            singular already, since alpha is infinite then.

        """
        problem = self._problem
        dim = problem.dim_effective
        n = problem.n_forget + problem.n_retain - len(gone)
        if n <= dim + 1:
            return np.full(len(self._rows), np.inf if n == dim + 1 else 0.0)
        mean = (self._forget_sum - total(problem, gone)) / n
        moments = (self._whole - scatter(problem, gone)) / n - np.outer(mean, mean)
        try:
            factor = np.linalg.cholesky(moments)
        except np.linalg.LinAlgError:
            return np.zeros(len(self._rows))
        inverse_root = np.linalg.inv(factor)
        # In coordinates where A is the identity.
        apart = inverse_root @ (self._target - mean)
        forget = inverse_root @ self._forget @ inverse_root.T
        now = np.trace(forget) + apart @ apart
        change = np.empty(len(self._rows))
        for part, values in parts(problem, self._rows):
            y = (values - mean) @ inverse_root.T
            square = np.einsum("ij,ij->i", y, y)
            spread = np.einsum("ij,ij->i", y @ forget, y)
            with_apart = y @ apart
            left = np.maximum(n - 1 - square, 0.0)
            apart_square = apart @ apart + (2.0 * with_apart + square / (n - 1)) / (n - 1)
            bent = spread + np.square(with_apart + square / (n - 1))
            # Nothing is left of a direction in which this row alone varies.
            with np.errstate(divide="ignore", invalid="ignore"):
                log_det = dim * np.log(n / (n - 1)) + np.log(left / (n - 1))
                inside = (n - 1) / n * (np.trace(forget) + apart_square + bent / left)
                change[part] = 0.5 * (inside - now + log_det)
        change[np.isnan(change)] = np.inf
        return change

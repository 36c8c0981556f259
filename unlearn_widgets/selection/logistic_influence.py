"""A regularised logistic model of the two domains, and what each row does to it."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

if TYPE_CHECKING:
    from unlearn_widgets.validation import Floats, Mask

MAX_ITERATIONS = 200
# Newton decrement at which a fit ends, relative to the objective of the zero model.
TOLERANCE = 1e-9
# Penalty of an intercept that is meant to have none: keeps the Hessian invertible.
FREE = 1e-9


@dataclass(frozen=True)
class Penalty:
    """What a logistic model minimises: |w|^2 / 2 + C sum of weighted log-losses.

    Attributes
    ----------
    C : float
        Inverse strength of the penalty.
    fit_intercept : bool
        Whether there is an intercept.
    intercept : float
        Penalty of the squared intercept, relative to that of a coefficient.
    class_weight : dict, "balanced" or None
        As in scikit-learn, with the labels 1 (forget) and 0 (retain).

    """

    C: float = 1.0
    fit_intercept: bool = True
    intercept: float = FREE
    class_weight: Any = None


class LogisticSurrogate:
    """A logistic model that follows as forget rows are removed and put back.

    Parameters
    ----------
    rows : (n, d) ndarray of float64
        Rows of both domains.
    is_forget : (n,) ndarray of bool
        The rows of the forget domain.
    penalty : Penalty
        What the model minimises.

    Attributes
    ----------
    coefficients : (d,) or (d + 1,) ndarray
        Of the last fit; the intercept, if any, is the last.
    influence : (n_forget,) ndarray
        By how much the mean probability falls when the row is removed, to first order. For rows
        that are removed already: by how much it would rise when they return.
    probability : float
        Mean probability that the forget rows belong to the forget domain, each judged as if the
        model had been fitted without it.

    Notes
    -----
    Section 8 of docs/theory.md.

    Examples
    --------
    >>> rows = np.array([[-1.0], [0.0], [1.0], [2.0]])
    >>> model = LogisticSurrogate(rows, np.array([False, False, True, True]), Penalty())
    >>> model.fit(np.ones(4, dtype=bool))
    >>> model.influence.round(3), round(model.probability, 3)
    (array([0.139, 0.094]), 0.537)

    """

    def __init__(self, rows: Floats, is_forget: Mask, penalty: Penalty) -> None:
        self._rows = np.column_stack([rows, np.ones(len(rows))]) if penalty.fit_intercept else rows
        self._y = is_forget.astype(np.float64)
        self._is_forget = is_forget
        self._forget_rows = self._rows[is_forget]
        self._penalty = penalty
        self._ridge = np.ones(self._rows.shape[1])
        if penalty.fit_intercept:
            self._ridge[-1] = penalty.intercept
        self.coefficients: Floats = np.zeros(self._rows.shape[1])
        self._factor: Floats | None = None

    def fit(self, kept: Mask) -> None:
        """Fit the model to the kept rows of (n,), from where the last fit ended."""
        weights = self._weights(kept)
        margins = self._minimise(weights)
        chance = _sigmoid(margins)
        self._factor = self._factorise(weights, chance)
        self._judge(kept[self._is_forget], weights, margins, chance)

    def _judge(self, kept: Mask, weights: Floats, margins: Floats, chance: Floats) -> None:
        from scipy.linalg import solve_triangular

        margins, chance = margins[self._is_forget], chance[self._is_forget]
        weight = float(weights[self._is_forget].max())
        factor = self._factor
        halves = solve_triangular(factor, self._forget_rows[kept].T, lower=True)
        leverage = weight * np.einsum("ij,ij->j", halves, halves)
        slack = 1.0 - chance[kept]
        left_out = margins.copy()
        left_out[kept] -= leverage * slack / (1.0 - leverage * chance[kept] * slack)
        judged = _sigmoid(left_out)
        self.probability = float(judged.mean())
        gradient = self._forget_rows.T @ (judged * (1.0 - judged)) / len(judged)
        direction = solve_triangular(factor, gradient, lower=True)
        direction = solve_triangular(factor, direction, lower=True, trans="T")
        self.influence = weight * (1.0 - chance) * (self._forget_rows @ direction)

    def _weights(self, kept: Mask) -> Floats:
        """Return the weight of the log-loss of each row: zero for removed rows."""
        from sklearn.utils.class_weight import compute_class_weight

        retain, forget = compute_class_weight(
            self._penalty.class_weight,
            classes=np.array([0, 1]),
            y=self._is_forget[kept].astype(int),
        )
        return np.asarray(self._penalty.C * kept * np.where(self._is_forget, forget, retain))

    def _minimise(self, weights: Floats) -> Floats:
        """Set the coefficients that minimise the objective; return the margins of all rows.

        Newton's method with the Hessian of an earlier model for as long as that one still leads
        downhill quickly: removing a few rows changes it little, and it is what costs time.
        """
        from scipy.linalg import cho_solve

        theta = self.coefficients
        margins = self._rows @ theta
        value = self._objective(weights, theta, margins)
        enough = TOLERANCE * float(weights.sum()) * math.log(2.0)
        factor, last = self._factor, math.inf
        for _ in range(MAX_ITERATIONS):
            chance = _sigmoid(margins)
            gradient = self._ridge * theta + self._rows.T @ (weights * (chance - self._y))
            if factor is None:
                factor = self._factorise(weights, chance)
            step = cho_solve((factor, True), gradient)
            decrement = float(gradient @ step)
            if decrement <= enough:
                break
            if decrement > 0.25 * last:
                factor, last = None, math.inf
                continue
            size, fall = 1.0, self._rows @ step
            while True:
                trial = self._objective(weights, theta - size * step, margins - size * fall)
                if trial <= value - 1e-4 * size * decrement or size < 1e-6:
                    break
                size *= 0.5
            theta, margins, value = theta - size * step, margins - size * fall, trial
            last = decrement
        else:
            warnings.warn(
                f"InfluenceSelector: a logistic model did not converge in {MAX_ITERATIONS} steps, "
                f"and the ranking follows an inexact one. Scale the columns of X, or lower C.",
                ConvergenceWarning,
                stacklevel=2,
            )
        self.coefficients = theta
        return margins

    def _objective(self, weights: Floats, theta: Floats, margins: Floats) -> float:
        losses = np.logaddexp(0.0, margins) - self._y * margins
        return float(0.5 * (self._ridge @ (theta * theta)) + weights @ losses)

    def _factorise(self, weights: Floats, chance: Floats) -> Floats:
        """Return the lower Cholesky factor of the Hessian."""
        spread = weights * chance * (1.0 - chance)
        used = spread > 0.0
        scaled = self._rows[used] * np.sqrt(spread[used])[:, None]
        hessian = scaled.T @ scaled
        hessian[np.diag_indices_from(hessian)] += self._ridge
        return np.asarray(np.linalg.cholesky(hessian))


def _sigmoid(margins: Floats) -> Floats:
    from scipy.special import expit

    return np.asarray(expit(margins), dtype=np.float64)

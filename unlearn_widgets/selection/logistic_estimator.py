"""What an influence rule reads from a scikit-learn estimator: the model, and the rows it sees."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.selection.logistic_influence import FREE, Penalty

if TYPE_CHECKING:
    from unlearn_widgets.validation import Floats, Mask

_NEXT = "Pass LogisticRegression(C=...), or a Pipeline that ends in one."


def prepare(X: Any, is_forget: Mask, estimator: Any, n_components: int) -> tuple[Floats, Penalty]:
    """Return the rows that a logistic model is fitted to, and what it minimises.

    Parameters
    ----------
    X : (n, d) ndarray or CSR matrix
        Rows of both domains.
    is_forget : (n,) ndarray of bool
        The rows of the forget domain.
    estimator : LogisticRegression, Pipeline or None
        None stands for C = 1 on rows with a total variance of 1.
    n_components : int
        More columns than this are replaced by as many right singular vectors.

    Returns
    -------
    rows : (n, r) ndarray of float64
        With r at most n_components; centred where an unpenalised intercept makes up for it.
    penalty : Penalty
        The objective of the model.

    Raises
    ------
    TypeError
        When the estimator ends in anything but a LogisticRegression.
    ValueError
        When it has no penalty, or one that is not the squared norm alone.

    Examples
    --------
    >>> X, y = np.array([[3.0], [5.0]]), np.array([False, True])
    >>> prepare(X, y, None, 10)
    (array([[-1.], [ 1.]]), Penalty(C=1.0, fit_intercept=True, intercept=1e-09, class_weight=None))

    """
    if estimator is None:
        rows, penalty = _dense(X, n_components), Penalty()
        rows -= rows.mean(axis=0)
        scale = math.sqrt(float(_column_variances(X).sum()))
        return rows / (scale or 1.0), penalty
    X, model = _last_step(X, is_forget, estimator)
    penalty = _read(model)
    rows = _dense(X, n_components)
    if penalty.fit_intercept and penalty.intercept == FREE:
        rows -= rows.mean(axis=0)
    return rows, penalty


def _last_step(X: Any, is_forget: Mask, estimator: Any) -> tuple[Any, Any]:
    """Take rows through all steps of a pipeline but the last."""
    from sklearn.base import clone
    from sklearn.pipeline import Pipeline

    if not isinstance(estimator, Pipeline):
        return X, estimator
    model = estimator.steps[-1][1]
    if len(estimator.steps) > 1:
        _read(model)
        X = clone(estimator[:-1]).fit_transform(X, is_forget)
    return X, model


def _read(model: Any) -> Penalty:
    from sklearn.linear_model import LogisticRegression, LogisticRegressionCV

    if not isinstance(model, LogisticRegression) or isinstance(model, LogisticRegressionCV):
        raise TypeError(
            f"estimator: must be a LogisticRegression, whose influences have a closed form, "
            f"got {type(model).__name__}. {_NEXT}"
        )
    given = model.get_params()
    penalty, ratio = given["penalty"], given["l1_ratio"] or 0.0
    if penalty == "l1" or (penalty != "l2" and ratio != 0.0):
        raise ValueError(
            f"estimator: must have an l2 penalty alone, got {model!r}. Influence needs a smooth "
            f"objective: leave penalty and l1_ratio at their defaults."
        )
    C = float(given["C"])
    if penalty is None or not 0.0 < C < math.inf:
        raise ValueError(
            f"estimator: must be regularised, with a finite C above 0, got {model!r}. {_NEXT}"
        )
    weights = given["class_weight"]
    if isinstance(weights, dict) and not set(weights) <= {0, 1}:
        raise ValueError(
            f"estimator: class_weight must name the domains 1 (forget) and 0 (retain), "
            f"got {weights!r}. Pass for example class_weight={{0: 1.0, 1: 2.0}}."
        )
    intercept = FREE
    if given["solver"] == "liblinear":
        # liblinear treats the intercept as the coefficient of a constant column.
        intercept = float(given["intercept_scaling"]) ** -2
    return Penalty(C, bool(given["fit_intercept"]), intercept, weights)


def _dense(X: Any, n_components: int) -> Floats:
    """Return rows as a new dense array; with many columns, their best low-rank coordinates."""
    from scipy.sparse import issparse

    if X.shape[1] > n_components:
        from sklearn.utils.extmath import randomized_svd

        rank = min(n_components, *X.shape)
        # Power iterations make the factors those of the exact decomposition, whatever the seed.
        _, _, directions = randomized_svd(
            X.astype(np.float64), n_components=rank, n_iter=4, random_state=0
        )
        X = X @ directions.T
    return np.array(X.toarray() if issparse(X) else X, dtype=np.float64)


def _column_variances(X: Any) -> Floats:
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler(with_mean=False).fit(X.astype(np.float64))
    return np.asarray(scaler.var_, dtype=np.float64)

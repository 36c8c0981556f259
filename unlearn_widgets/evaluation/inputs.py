"""What a measurement is given: labels, features, a classifier, a seed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.randomness import generator
from unlearn_widgets.statistics import FORGET

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unlearn_widgets.evaluation.study import Rows
    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.randomness import RandomState

LARGEST_SEED = 2**31 - 1
SAMPLE_ROWS = 64


def label_rows(problem: UnlearningProblem, y: Any) -> NDArray[Any]:
    """Return the (n,) labels: those given, or 1 for the forget domain and 0 for the rest."""
    codes = problem.domain_codes
    if y is None:
        return np.where(codes == FORGET, 1, 0)
    labels = np.asarray(y)
    if labels.shape != (problem.n_rows,):
        message = (
            f"y: must hold one label for each of the {problem.n_rows} rows of X, "
            f"got shape {labels.shape}."
        )
        raise ValueError(message)
    members = labels[codes != 0]
    lost = [label is None or label != label for label in members.tolist()]  # noqa: PLR0124
    if any(lost):
        row = int(np.flatnonzero(codes)[int(np.argmax(lost))])
        message = f"y: every row of a domain needs a label, but that of row {row} is missing."
        raise ValueError(message)
    if len(np.unique(members)) < 2:
        message = (
            f"y: must hold at least two classes, got one, {members.tolist()[0]!r}. Leave y out to "
            "tell the domains apart."
        )
        raise ValueError(message)
    return labels


def model_features(problem: UnlearningProblem, X_model: Any) -> Any:
    """Return what the model sees, with rows that can be picked."""
    if hasattr(X_model, "tocsr"):
        X_model = X_model.tocsr()
    shape = getattr(X_model, "shape", None)
    n = len(X_model) if shape is None else shape[0]
    if n != problem.n_rows:
        message = (
            f"X_model: must have a row for each of the {problem.n_rows} rows of X, got {n}. "
            "Keep the order of the rows."
        )
        raise ValueError(message)
    return X_model


def classifier(estimator: Any) -> Any:
    """Return the estimator to retrain, which must be a classifier."""
    if estimator is None:
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(C=10, max_iter=2000)
    from sklearn.base import is_regressor

    if isinstance(estimator, type) or not (
        hasattr(estimator, "fit") and hasattr(estimator, "predict")
    ):
        message = (
            f"estimator: must be a classifier with fit and predict, got {estimator!r}. Pass an "
            "instance, such as LogisticRegression()."
        )
        raise TypeError(message)
    if hasattr(estimator, "__sklearn_tags__") and is_regressor(estimator):
        message = (
            f"estimator: must be a classifier, got the regressor {type(estimator).__name__}. "
            "Recall and log-loss are those of classes."
        )
        raise TypeError(message)
    return estimator


def seeded(estimator: Any, seed: int, *, parts_only: bool = False) -> Any:
    """Return a copy of an estimator whose missing random states are set, also of its parts.

    >>> from sklearn.linear_model import LogisticRegression
    >>> seeded(LogisticRegression(), 7).random_state
    7
    """
    from sklearn.base import clone

    copy = clone(estimator, safe=False)
    if hasattr(copy, "get_params"):
        missing = {
            name: seed
            for name, value in copy.get_params(deep=True).items()
            if value is None and name.endswith("__random_state" if parts_only else "random_state")
        }
        copy.set_params(**missing)
    return copy


def seed_of(random_state: RandomState) -> int:
    """Return the seed that a random state stands for."""
    if isinstance(random_state, int | np.integer) and 0 <= random_state <= LARGEST_SEED:
        return int(random_state)
    return int(generator(random_state).integers(LARGEST_SEED))


def fingerprint(rows: Rows, y: NDArray[Any], features: Any, model: Any) -> str:
    """Return a digest of rows, domains, labels and model; of X some rows are taken."""
    from sklearn.utils import _safe_indexing

    some = np.unique(np.linspace(0, len(rows.codes) - 1, SAMPLE_ROWS).astype(np.int64))
    sample = _safe_indexing(features, some)
    dense = sample.toarray() if hasattr(sample, "toarray") else np.asarray(sample)
    parameters = model.get_params(deep=True) if hasattr(model, "get_params") else {}
    parts = (
        rows.codes.tolist(),
        rows.X.shape,
        np.asarray(rows.X[some], dtype=np.float64).tolist(),
        y[rows.codes != 0].tolist(),
        dense.tolist(),
        type(model).__qualname__,
        sorted((name, repr(value)) for name, value in parameters.items()),
        repr(rows.covariance),
        rows.shrinkage,
        None if rows.groups is None else rows.groups.tolist(),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()

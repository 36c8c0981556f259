"""How sure a classifier is of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unlearn_widgets.validation import Floats


class Margins(NamedTuple):
    """Margin of each row, and the number of the class that it is given.

    Examples
    --------
    >>> Margins(np.array([-1.0]), np.array([0], dtype=np.uint8)).values
    array([-1.])

    """

    values: Floats
    guesses: NDArray[np.uint8]


def margins(model: Any, X: NDArray[Any], n_classes: int) -> Margins:
    """Return how sure a fitted classifier is of rows.

    Parameters
    ----------
    model : scikit-learn classifier
        Fitted to labels 0, 1, ..., n_classes - 1.
    X : (m, d) ndarray
        The rows.
    n_classes : int
        How many labels there are, at least 2.

    Returns
    -------
    Margins
        For two classes the decision value, above 0 for class 1. For more the difference of the two
        largest probabilities, or decision values where there are no probabilities.

    Raises
    ------
    TypeError
        When the classifier gives neither.

    Examples
    --------
    >>> from sklearn.dummy import DummyClassifier
    >>> model = DummyClassifier(strategy="prior").fit([[0], [0], [0], [0]], [0, 1, 1, 1])
    >>> margins(model, np.zeros((1, 1)), 2)
    Margins(values=array([0.5]), guesses=array([1], dtype=uint8))

    """
    methods = ["predict_proba", "decision_function"]
    if n_classes == 2:
        methods.reverse()
    method = next((name for name in methods if hasattr(model, name)), None)
    if method is None:
        raise TypeError(
            f"estimator: must have predict_proba or decision_function, got {type(model).__name__}."
        )
    scores = np.asarray(getattr(model, method)(X), dtype=np.float64)
    if scores.ndim == 1:
        return Margins(scores, (scores > 0.0).astype(np.uint8))
    if n_classes == 2:
        values = scores[:, 1] - scores[:, 0]
        return Margins(values, (values > 0.0).astype(np.uint8))
    guesses = scores.argmax(axis=1).astype(np.uint8)
    largest = np.partition(scores, -2, axis=1)[:, -2:]
    return Margins(largest[:, 1] - largest[:, 0], guesses)

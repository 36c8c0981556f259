"""Retraining one model and scoring it on held-out rows of both domains."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.blas import single_thread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unlearn_widgets.validation import Floats, Positions

METRICS = (
    "forget_recall",
    "forget_log_loss",
    "retain_log_loss",
    "retain_accuracy",
    "balanced_accuracy",
)
LOG_LOSSES = ("forget_log_loss", "retain_log_loss")
OK, SINGLE_CLASS, NOT_CONVERGED = "ok", "single class", "not converged"
UNSEEN_CLASS, NAN_SCORE, FAILED = "unseen class", "NaN score", "failed"
# The log-loss of a probability that rounds to 0, as in sklearn.metrics.log_loss: 36 nats.
LEAST_PROBABILITY = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class Scores:
    """What a retrained model does on held-out rows.

    Attributes
    ----------
    measured : dict of str to float
        Value of each of `METRICS`; log-losses in nats per row, NaN for what could not be measured.
    status : dict of str to str
        "ok" for each metric, or what there is to know about it.

    """

    measured: dict[str, float]
    status: dict[str, str]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Positions of the held-out rows of both domains."""

    forget: Positions
    retain: Positions

    @property
    def both(self) -> Positions:
        """Rows of both domains, forget rows first."""
        return np.concatenate([self.forget, self.retain])


def failed(error: BaseException) -> Scores:
    """Return scores that say what went wrong, and nothing else."""
    text = " ".join(str(error).split()) or "no message"
    status = f"{FAILED}: {type(error).__name__}: {text}"
    return Scores(dict.fromkeys(METRICS, np.nan), dict.fromkeys(METRICS, status))


def retrain(estimator: Any, X: Any, y: NDArray[Any], train: Positions, held_out: HeldOut) -> Scores:
    """Fit a copy of an estimator to some rows and score it on the held-out ones.

    Parameters
    ----------
    estimator : scikit-learn classifier
        Copied, never fitted itself.
    X : (n, ...) array, sparse matrix, data frame or list
        Features of the model.
    y : (n,) ndarray
        Labels.
    train : (m,) int64 ndarray
        Rows to fit.
    held_out : HeldOut
        Rows to score.

    Returns
    -------
    Scores
        A fit or a prediction that fails is a status, not an exception.

    """
    labels = y[held_out.both]
    present = np.unique(y[train])
    if len(present) == 1:
        return _single_class(present[0], labels, len(held_out.forget))
    with warnings.catch_warnings(record=True) as caught, single_thread():
        warnings.simplefilter("always")
        try:
            scores = _fit_and_score(estimator, X, y, train, held_out)
        except Exception as error:  # noqa: BLE001 - whatever an estimator raises is its result
            return failed(error)
    stopped_early = False
    for warning in caught:
        if _tells_no_convergence(warning.category):
            stopped_early = True
        else:
            warnings.warn_explicit(
                warning.message, warning.category, warning.filename, warning.lineno
            )
    if stopped_early:
        for metric, status in scores.status.items():
            scores.status[metric] = NOT_CONVERGED if status == OK else f"{status}; {NOT_CONVERGED}"
    return scores


def _fit_and_score(
    estimator: Any, X: Any, y: NDArray[Any], train: Positions, held_out: HeldOut
) -> Scores:
    from sklearn.base import clone
    from sklearn.utils import _safe_indexing

    model = clone(estimator, safe=False).fit(_safe_indexing(X, train), y[train])
    rows, labels = _safe_indexing(X, held_out.both), y[held_out.both]
    predicted = np.asarray(model.predict(rows))
    if predicted.shape != labels.shape:
        message = f"predict returned shape {predicted.shape} for {len(labels)} rows"
        raise ValueError(message)
    losses, why = _log_losses(model, rows, labels, np.unique(y[train]))
    measured, status = _accuracies(predicted == labels, labels, len(held_out.forget))
    measured |= _split_means(losses, len(held_out.forget))
    for metric in LOG_LOSSES:
        value = measured[metric]
        status[metric] = why or (NAN_SCORE if np.isnan(value) else OK)
        if np.isposinf(value):
            status[metric] = UNSEEN_CLASS
    return Scores({metric: measured[metric] for metric in METRICS}, status)


def _log_losses(
    model: Any, rows: Any, labels: NDArray[Any], present: NDArray[Any]
) -> tuple[Floats, str]:
    """Return -ln p(label) of each row, or NaN and what is missing."""
    if not hasattr(model, "predict_proba"):
        has = "only decision_function" if hasattr(model, "decision_function") else "neither"
        return (
            np.full(len(labels), np.nan),
            f"no probabilities: log-loss needs predict_proba, {type(model).__name__} has {has}",
        )
    probabilities = np.asarray(model.predict_proba(rows), dtype=np.float64)
    classes = np.asarray(getattr(model, "classes_", present))
    if probabilities.shape != (len(labels), len(classes)):
        message = (
            f"predict_proba returned shape {probabilities.shape} for {len(labels)} rows "
            f"and {len(classes)} classes"
        )
        raise ValueError(message)
    order = np.argsort(classes)
    place = np.searchsorted(classes, labels, sorter=order).clip(max=len(classes) - 1)
    column = order[place]
    known = classes[column] == labels
    chance = probabilities[np.arange(len(labels)), column]
    losses = -np.log(np.clip(chance, LEAST_PROBABILITY, 1.0))
    return np.where(known, losses, np.inf), ""


def _single_class(only: Any, labels: NDArray[Any], n_forget: int) -> Scores:
    """Score the model that knows one class: it predicts that class, and is certain of it."""
    right = labels == only
    measured, status = _accuracies(right, labels, n_forget)
    measured |= _split_means(np.where(right, 0.0, np.inf), n_forget)
    return Scores(
        {metric: measured[metric] for metric in METRICS}, dict.fromkeys(status, SINGLE_CLASS)
    )


def _accuracies(
    right: NDArray[np.bool_], labels: NDArray[Any], n_forget: int
) -> tuple[dict[str, float], dict[str, str]]:
    _, kind = np.unique(labels, return_inverse=True)
    by_label = np.bincount(kind, weights=right) / np.bincount(kind)
    measured = {
        "forget_recall": float(right[:n_forget].mean()),
        "retain_accuracy": float(right[n_forget:].mean()),
        "balanced_accuracy": float(by_label.mean()),
    }
    return measured, dict.fromkeys(METRICS, OK)


def _split_means(losses: Floats, n_forget: int) -> dict[str, float]:
    parts = losses[:n_forget], losses[n_forget:]
    return {metric: float(part.mean()) for metric, part in zip(LOG_LOSSES, parts, strict=True)}


def _tells_no_convergence(category: type[Warning]) -> bool:
    from sklearn.exceptions import ConvergenceWarning

    return issubclass(category, ConvergenceWarning)

"""The rule and the budget that reach a wanted metric at a tolerated loss."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.evaluation.retrain import retrain_curve
from unlearn_widgets.evaluation.scores import METRICS
from unlearn_widgets.evaluation.study import SELECTORS
from unlearn_widgets.evaluation.trial import Trial
from unlearn_widgets.validation import array, at_least, choice, strict_keywords
from unlearn_widgets.validation import budget as rows_of_budget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from unlearn_widgets.evaluation.result import RetrainCurve
    from unlearn_widgets.frames import Frame
    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.randomness import RandomState

OUTCOME = (
    *("rule", "fraction", "budget", "metric_mean", "retain_loss"),
    *("metric_left_out", "retain_loss_left_out"),
)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A rule and a budget for a target, or why there is none.

    Attributes
    ----------
    reached : bool
        Whether some rule reaches the target at the tolerated loss.
    rule : str or None
        The rule with the smallest budget that does, in the mean over splits; among equals the one
        with the smaller retain log-loss.
    fraction, budget : float or None, int or None
        That budget as a share, and as rows of the forget domain of the problem.
    metric, target : str, float
        What was wanted: at most the target, at least for "forget_log_loss".
    max_retain_loss : float
        Tolerated increase of the retain log-loss against removing nothing, nats per row.
    metric_mean, retain_loss : float or None
        Metric, and increase of the retain log-loss, at the choice: means over splits.
    metric_left_out, retain_loss_left_out : float or None
        The same on splits that had no part in the choice: it is made anew without each split, which
        then scores it. Without the optimism of having chosen the best; None when not every such
        choice exists, or for one split.
    reason : str
        The choice, or what stands in its way, in a sentence.
    evidence : Frame
        rule, fraction, metric_mean, metric_std, retain_loss, reaches_target, tolerated.
    result : RetrainCurve
        The measurement.

    """

    reached: bool
    rule: str | None
    fraction: float | None
    budget: int | None
    metric: str
    target: float
    max_retain_loss: float
    metric_mean: float | None
    retain_loss: float | None
    metric_left_out: float | None
    retain_loss_left_out: float | None
    reason: str
    evidence: Frame
    result: RetrainCurve

    def __repr__(self) -> str:
        return self.reason

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(self.reason)}</p>{self.evidence._repr_html_()}"


@strict_keywords
def recommend(
    problem: UnlearningProblem,
    *,
    estimator: Any = None,
    target: float,
    metric: str = "forget_recall",
    max_retain_loss: float,
    y: Any = None,
    X_model: Any = None,
    selectors: Iterable[Any] = SELECTORS,
    budgets: Iterable[float] | None = None,
    cv: Any = None,
    n_jobs: int | None = 1,
    random_state: RandomState = None,
    progress: bool | Callable[[int, int], object] = True,
    result: RetrainCurve | None = None,
) -> Recommendation:
    """Choose rule and budget by cross-validated retraining.

    Parameters
    ----------
    problem : UnlearningProblem
        Rows and domains.
    estimator : scikit-learn classifier, optional
        The model that is to forget; it needs ``predict_proba``, or the retain loss is unknown.
    target : float
        The metric wanted: at most this, or at least this for "forget_log_loss" (nats per row).
    metric : str
        One of "forget_recall", "forget_log_loss", "balanced_accuracy", "retain_accuracy",
        "retain_log_loss".
    max_retain_loss : float
        Tolerated increase of the log-loss on held-out retained rows against removing nothing, in
        nats per row, at least 0; inf tolerates any.
    y, X_model, selectors, budgets, cv, n_jobs, random_state, progress
        As for `retrain_curve`.
    result : RetrainCurve, optional
        Measurements to go by: then nothing is measured, and what describes a measurement has no
        say.

    Returns
    -------
    Recommendation
        With the evidence as a table; it says so when nothing reaches the target.

    Raises
    ------
    ValueError
        For a share outside [0, 1] as target, a negative loss, an unknown metric, and what
        `retrain_curve` refuses.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> domains = uw.datasets.make_gaussians(60, 120, shift=2.0, dim=2, random_state=0)
    >>> recommend(
    ...     uw.UnlearningProblem(domains.X, domains.forget),
    ...     target=0.2,
    ...     max_retain_loss=0.1,
    ...     selectors=["random", "likelihood_ratio"],
    ...     budgets=[0.5, 0.7, 0.9],
    ...     random_state=0,
    ...     progress=False,
    ... )
    Remove ... rows (... %) by likelihood_ratio: forget_recall is ... (wanted: at most 0.2); ...

    """
    choice("metric", metric, METRICS)
    goal = float(at_least("target", target, 0.0))
    if not metric.endswith("log_loss") and goal > 1.0:
        raise ValueError(f"target: must lie in [0, 1] for {metric}, got {target!r}.")
    tolerated = float(array("max_retain_loss", at_least("max_retain_loss", max_retain_loss, 0.0)))
    measured = result or retrain_curve(
        problem,
        y=y,
        X_model=X_model,
        estimator=estimator,
        selectors=selectors,
        budgets=budgets,
        cv=cv,
        n_jobs=n_jobs,
        random_state=random_state,
        progress=progress,
    )
    trial = Trial(measured, metric, goal, tolerated)
    chosen = trial.choose(np.arange(len(measured.design.splits)))
    outcome: dict[str, Any] = dict.fromkeys(OUTCOME)
    if chosen is None:
        reason = trial.obstacle()
        return Recommendation(reached=False, reason=reason, **_wanted(trial), **outcome)
    rule, step = chosen
    share = measured.design.fraction(0, step)
    rows = rows_of_budget(share, problem.n_forget)
    values = (rule, share, rows, *trial.numbers(chosen), *trial.left_out())
    outcome |= zip(OUTCOME, values, strict=True)
    reason = trial.praise(rule, step, rows)
    return Recommendation(reached=True, reason=reason, **_wanted(trial), **outcome)


def _wanted(trial: Trial) -> dict[str, Any]:
    return {
        "metric": trial.metric,
        "target": trial.goal,
        "max_retain_loss": trial.tolerated,
        "evidence": trial.evidence(),
        "result": trial.result,
    }

"""The smallest budget that meets a target, on the rows and in prediction."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets import theory
from unlearn_widgets.problem.path import MeanPath
from unlearn_widgets.problem.ranking import RULES

if TYPE_CHECKING:
    from unlearn_widgets.planning.outlook import Outlook
    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.problem.path import RemovalPath
    from unlearn_widgets.validation import Floats, Mask, Positions

# A target that was read off a curve is met at that point, whatever its last digit.
SLACK = 1e-12
# Enough to name the best value of a curve; a refitted covariance computes each of them.
LOOKED_AT = 65


@dataclass(frozen=True)
class Need:
    """The smallest budget that meets a target.

    Attributes
    ----------
    n : int or None
        First crossing on the actual ranking; None when no budget meets the target.
    reason : str or None
        Why there is none.
    predicted : int or None
        The same in the population prediction; None also where there is no prediction.
    predicted_reason : str or None
        Why there is none.

    """

    n: int | None
    reason: str | None
    predicted: int | None
    predicted_reason: str | None


@dataclass(frozen=True)
class RuleRow:
    """One rule at a budget and for the targets of a plan.

    Attributes
    ----------
    rule : str
        Name of the rule.
    n_removed : int
        Rows removed at the budget, whole groups included.
    at : dict of str to float
        alpha, epsilon, forget_log_loss and retain_log_loss there, measured on the rows, in nats.
    alpha, epsilon : Need or None
        Budgets for each target, None without one.

    """

    rule: str
    n_removed: int
    at: dict[str, float]
    alpha: Need | None
    epsilon: Need | None


def need(
    problem: UnlearningProblem,
    rule: tuple[str, Any],
    target: tuple[str, float],
    outlook: Outlook,
) -> Need:
    """Return the smallest budget of a rule (name, rule) for a target (number, nats)."""
    name, selector = rule
    number, goal = target
    path = problem.path(selector)
    n = path.first(lambda numbers: _meets(numbers[number], number, goal))
    reason = None if n is not None else _out_of_reach(path, number, goal)
    predicted, predicted_reason = _predict(name, number, goal, outlook)
    return Need(n, reason, predicted, predicted_reason)


def _meets(values: Floats, number: str, goal: float) -> Mask:
    slack = SLACK * max(1.0, abs(goal))
    return values >= goal - slack if number == "alpha" else values <= goal + slack


def _out_of_reach(path: RemovalPath, number: str, goal: float) -> str:
    n = len(path.order)
    exact = isinstance(path, MeanPath)
    steps = n + 1 if exact else min(n + 1, LOOKED_AT)
    budgets: Positions = np.unique(np.linspace(0, n, steps).astype(np.int64))
    values = path.at(budgets)[number]
    if number == "alpha":
        best = int(np.argmax(values))
        return (
            f"No budget reaches alpha >= {goal:.6g}: this ranking gets to {values[best]:.6g}, "
            f"with {budgets[best]:,} rows removed."
        )
    best = int(np.argmin(values))
    return (
        f"No budget keeps epsilon <= {goal:.6g}: this ranking gets down to {values[best]:.6g}, "
        f"with {budgets[best]:,} rows removed."
    )


def _predict(
    name: str, number: str, goal: float, outlook: Outlook
) -> tuple[int | None, str | None]:
    if outlook.prediction_reason is not None:
        return None, outlook.prediction_reason
    if name not in RULES:
        return None, "There is no population prediction for this rule."
    if not math.isfinite(goal):
        return None, "The target is not finite."
    n, reason = theory.required_removals(
        name,
        n_forget=outlook.n_forget,
        n_retain=outlook.n_retain,
        divergence=outlook.divergence,
        dim=outlook.dim,
        **{number: goal},
        return_reason=True,
    )
    return n, reason

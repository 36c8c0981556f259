"""The training rows of one split: ranked by a rule, with the effect predicted at each budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from unlearn_widgets.evaluation.class_scores import fold_scores

if TYPE_CHECKING:
    from unlearn_widgets.evaluation.study import Study
    from unlearn_widgets.validation import Positions

EFFECTS = (
    "alpha",
    "epsilon",
    "forget_log_loss",
    "retain_log_loss",
    "alpha_noise_floor",
    "epsilon_noise_floor",
)


@dataclass(frozen=True, slots=True)
class RankedFold:
    """Removals of one rule from one training fold.

    Attributes
    ----------
    removed : list of (m,) int64 ndarray
        Sorted positions, into the X of the study, removed at each budget.
    predicted : list of dict of str to float
        `EFFECTS` at each budget, and the closed form where the labels are the domains.

    """

    removed: list[Positions]
    predicted: list[dict[str, float]]


def rank_fold(study: Study, split: int, name: str) -> RankedFold:
    """Rank the training rows of a split by a rule that sees no held-out row.

    Raises
    ------
    Exception
        Whatever the rule raises.

    """
    train = study.design.splits[split].train
    problem = study.fold(split)
    rule, sizes = study.rule(name, split), study.design.sizes[split]
    order = problem.rank(rule)
    effects = problem.tradeoff(rule, sizes)
    removed = [problem.whole_groups(order[:size]) for size in sizes]
    predicted = [{name: float(effects[name][i]) for name in EFFECTS} for i in range(len(sizes))]
    if study.design.closed_form:
        closed = fold_scores(problem, removed)
        predicted = [a | b for a, b in zip(predicted, closed, strict=True)]
    return RankedFold([train[rows] for rows in removed], predicted)

"""Predictions beside measurements: calibration, the closed form, divergence without forgetting."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scripts.reproduction.rules import DISTANCE, RANDOM, RATIO
from scripts.reproduction.words import ALPHA, number, share, table
from unlearn_widgets.evaluation import calibration
from unlearn_widgets.evaluation.spread import mean_known

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.reproduction.study import Study
    from unlearn_widgets.validation import Floats

SHOWN = (0.3, 0.6, 0.9)
# The closed form holds when recall is off by less, and log-loss by less than this part of itself.
RECALL_HOLDS, LOG_LOSS_HOLDS = 0.03, 0.1
# A model that keeps this part of its recall has not forgotten.
REMEMBERS = 0.9


class Errors(NamedTuple):
    """Mean absolute differences of the closed form, over rules and budgets before the last.

    Beside them the mean of the measured log-loss, and the rule and the budget at which recall is
    the farthest off.
    """

    recall: float
    log_loss: float
    measured_loss: float
    worst_rule: str
    worst_step: int


class Removal(NamedTuple):
    """A removal with which alpha is half-way to what full deletion brings."""

    study: str
    rule: str
    fraction: float
    alpha: tuple[float, float, float]
    recall: tuple[float, float]
    random: float

    @property
    def remembered(self) -> bool:
        """Whether the model still knows what it knew."""
        return self.recall[1] >= REMEMBERS * self.recall[0]


def calibration_section(studies: Sequence[Study]) -> Iterator[str]:
    """Yield what `calibration` says of each measurement."""
    for study in studies:
        if study.curve is not None:
            yield f"**{study.name}**"
            yield "\n".join(f"> {line}  " for line in calibration(study.curve).text.splitlines())


def closed_form_table(study: Study) -> str:
    """Return recall and log-loss, closed form and measured, at some budgets."""
    rows = []
    for rule in (RANDOM, DISTANCE, RATIO):
        if rule not in study.closed_recalls:
            continue
        for step in sorted({study.step(fraction) for fraction in SHOWN}):
            numbers = [
                float(mean_known(values[rule])[step])
                for values in (
                    *(study.closed_recalls, study.values),
                    *(study.closed_losses, study.losses),
                )
            ]
            rows.append([f"{rule}, {share(study.fractions[step])} %", *map(number, numbers)])
    heads = ["rule, deleted", "recall, closed form", "recall, measured"]
    return table([*heads, "log-loss, closed form", "log-loss, measured"], rows)


def closed_form_errors(study: Study) -> Errors:
    """Return how far the closed form is off."""
    recall, log_loss = (
        {rule: np.abs(_means(closed[rule]) - _means(measured[rule])) for rule in closed}
        for closed, measured in (
            (study.closed_recalls, study.values),
            (study.closed_losses, study.losses),
        )
    )
    worst = max(recall, key=lambda rule: float(np.nanmax(recall[rule])))
    return Errors(
        recall=float(np.nanmean([*recall.values()])),
        log_loss=float(np.nanmean([*log_loss.values()])),
        measured_loss=float(np.mean([_means(study.losses[rule]) for rule in log_loss])),
        worst_rule=worst,
        worst_step=int(np.nanargmax(recall[worst])),
    )


def closed_form_words(study: Study) -> str:
    """Say how far the closed form is off, and whether that is holding or failing."""
    errors = closed_form_errors(study)
    rule, step = errors.worst_rule, errors.worst_step
    closed, measured = (
        number(float(values[rule][:, step].mean()))
        for values in (study.closed_recalls, study.values)
    )
    part = errors.log_loss / errors.measured_loss
    return (
        f"**{study.name}**: recall {_holds(errors.recall, RECALL_HOLDS)}, {number(errors.recall)} "
        f"off on average; log-loss {_holds(part, LOG_LOSS_HOLDS)}, {number(errors.log_loss)} nats "
        f"off on average where {number(errors.measured_loss)} are measured. Farthest off in "
        f"recall: {share(study.fractions[step])} % deleted by {rule}, {closed} for {measured} "
        f"measured."
    )


def _holds(error: float, bound: float) -> str:
    return "holds" if error <= bound else "fails"


def _means(values: Floats) -> Floats:
    """Return means over seeds at every budget but full deletion."""
    return mean_known(values[:, :-1])


def has_closed_form(study: Study) -> bool:
    """Whether there is a closed form to compare with."""
    return any(np.isfinite(values).any() for values in study.closed_recalls.values())


def half_way(studies: Sequence[Study]) -> list[Removal]:
    """Return the first budget of each predicted rule at which alpha is half-way to its end."""
    found = []
    for study in studies:
        for rule in (DISTANCE, RATIO):
            if not study.losses or rule not in study.values:
                continue
            alpha, recall = study.alphas[rule].mean(axis=0), study.values[rule].mean(axis=0)
            step = int(np.argmax(alpha >= 0.5 * (alpha[0] + alpha[-1])))
            found.append(
                Removal(
                    study=study.name,
                    rule=rule,
                    fraction=float(study.fractions[step]),
                    alpha=(float(alpha[0]), float(alpha[step]), float(alpha[-1])),
                    recall=(float(recall[0]), float(recall[step])),
                    random=float(study.values[RANDOM][:, step].mean()),
                )
            )
    return found


def half_way_table(removals: Sequence[Removal]) -> str:
    """Return alpha reached beside recall before and after."""
    heads = [
        "data set and model",
        "rule",
        "deleted, %",
        f"{ALPHA} before → after",
        f"{ALPHA} of full deletion",
    ]
    heads += ["recall before → after", "recall, as many at random", "forgotten"]
    rows = [
        [
            *(removal.study, removal.rule, share(removal.fraction)),
            f"{number(removal.alpha[0], 2)} → {number(removal.alpha[1], 2)}",
            number(removal.alpha[2], 2),
            f"{number(removal.recall[0])} → {number(removal.recall[1])}",
            number(removal.random),
            "no"
            if removal.remembered
            else "yes"
            if 2 * removal.recall[1] <= removal.recall[0]
            else "in part",
        ]
        for removal in removals
    ]
    return table(heads, rows)


def half_way_words(removals: Sequence[Removal]) -> str:
    """Say in how many cases the model has not forgotten, and which is the plainest."""
    kept = [removal for removal in removals if removal.remembered]
    part = f"at least {100 * REMEMBERS:.0f} % of its recall"
    if not kept:
        return f"In none of {len(removals)} removals does the retrained model keep {part}."
    worst = max(kept, key=lambda removal: removal.recall[1] / removal.recall[0])
    before, after, full = (number(value, 2) for value in worst.alpha)
    recall = [number(value) for value in worst.recall]
    return (
        f"In {len(kept)} of {len(removals)} removals {ALPHA} is half-way to full deletion, or "
        f"further, and the retrained model keeps {part}. The plainest: {worst.study}, "
        f"{share(worst.fraction)} % deleted by {worst.rule} takes {ALPHA} from {before} to {after} "
        f"of {full} nats, and recall goes from {recall[0]} to {recall[1]}; as many rows deleted at "
        f"random leave {number(worst.random)}."
    )

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

SHOWN = (0.3, 0.6, 0.9)
# A model that keeps this part of its recall has not forgotten.
REMEMBERS = 0.9


class Errors(NamedTuple):
    """Mean absolute differences of the closed form, over rules and budgets before the last."""

    recall: float
    log_loss: float


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
    pairs = ((study.closed_recalls, study.values), (study.closed_losses, study.losses))
    found = []
    for closed, measured in pairs:
        differences = [
            np.abs(mean_known(closed[rule][:, :-1]) - mean_known(measured[rule][:, :-1]))
            for rule in closed
        ]
        found.append(float(np.nanmean(np.concatenate(differences))))
    return Errors(*found)


def closed_form_words(study: Study) -> str:
    """Say how far the closed form is off."""
    errors = closed_form_errors(study)
    mean = float(np.mean([mean_known(values)[:-1].mean() for values in study.losses.values()]))
    return (
        f"**{study.name}**: the closed form misses recall by {number(errors.recall)} and log-loss "
        f"by {number(errors.log_loss)} nats on average, of {number(mean)} nats measured."
    )


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

"""One retrained model: what was measured and what was predicted for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from unlearn_widgets.evaluation.design import Design, Key
    from unlearn_widgets.evaluation.fold import RankedFold
    from unlearn_widgets.evaluation.scores import Scores


@dataclass(frozen=True, slots=True)
class Cell:
    """One retrained model.

    Attributes
    ----------
    key : tuple
        Rule, split, and budget as asked for.
    budget, removed : int
        Rows asked for, and rows really removed: more where a group is kept whole.
    fraction : float
        The budget as a share of the forget rows trained on.
    predicted : dict of str to float
        What a problem of the training rows says about the same removal, in nats.
    measured, status : dict
        As in `Scores`.

    """

    key: Key
    budget: int
    removed: int
    fraction: float
    predicted: dict[str, float]
    measured: dict[str, float]
    status: dict[str, str]


def make_cell(
    design: Design,
    name: str,
    split: int,
    step: int,
    fold: RankedFold | None,
    scores: Scores | None,
) -> Cell:
    """Return the cell of a rule at a step of a split; what is not known yet is empty."""
    size = design.sizes[split][step]
    return Cell(
        key=(name, split, repr(design.levels[step])),
        budget=size,
        removed=size if fold is None else len(fold.removed[step]),
        fraction=design.fraction(split, step),
        predicted={} if fold is None else fold.predicted[step],
        measured={} if scores is None else scores.measured,
        status={} if scores is None else scores.status,
    )

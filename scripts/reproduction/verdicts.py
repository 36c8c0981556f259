"""What is reproduced and what is not, decided by the numbers of this run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scripts.reproduction.rules import CORESETS, DISTANCE, EUCLIDEAN, RANDOM
from scripts.reproduction.words import points, share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.reproduction.study import Interval, Study

REPRODUCED, REFUTED, OPEN = "Reproduced", "Not reproduced", "Undecided"
# In points of the forget rows: the paper prints whole numbers, some of them multiples of 5.
CLOSE = 3.0
# Budgets lie a point or more apart, and curves between them are taken for straight.
RESOLVED = 0.5


class Claim(NamedTuple):
    """A statement of the paper, and what this run says of it."""

    verdict: str
    text: str


def claims(studies: Sequence[Study]) -> Iterator[Claim]:
    """Yield what the paper states, study by study."""
    for study in studies:
        for rule in forms(study):
            yield order_claim(study, rule)
            if study.paper is not None:
                yield figure_claim(study, rule)


def forms(study: Study) -> list[str]:
    """Return the forms of the paper's rule; in one dimension they are one."""
    both = (DISTANCE, EUCLIDEAN) if study.dim > 1 else (DISTANCE,)
    return [rule for rule in both if rule in study.values]


def order_claim(study: Study, rule: str) -> Claim:
    """Decide whether the paper's rule needs fewer deletions than random removal."""
    lead = study.saved(rule)
    verdict = decided(lead)
    how = {REPRODUCED: "earlier than", REFUTED: "later than", OPEN: "no earlier and no later than"}
    known = "" if study.paper is not None else " (no figure in the paper)"
    return Claim(
        verdict,
        f"{study.name}{known}: {rule} halves the metric {how[verdict]} random removal: "
        f"{points(lead)}.",
    )


def decided(lead: Interval) -> str:
    """Return the verdict on a lead: undecided when it is small or its interval holds 0."""
    if 100 * abs(lead.value) < RESOLVED:
        return OPEN
    return REPRODUCED if lead.low > 0 else REFUTED if lead.high < 0 else OPEN


def figure_claim(study: Study, rule: str) -> Claim:
    """Decide whether both shares are close to the paper's."""
    if study.paper is None:
        raise ValueError(f"{study.name}: must have figures of the paper to be compared with.")
    ours = [100 * study.halved(name).value for name in (RANDOM, rule)]
    gaps = [found - printed for found, printed in zip(ours, study.paper, strict=True)]
    paper = f"{study.paper.random} / {study.paper.selective}"
    near = all(abs(gap) <= CLOSE for gap in gaps)
    return Claim(
        REPRODUCED if near else REFUTED,
        f"{study.name}: random / {rule} {ours[0]:.1f} / {ours[1]:.1f} %, where the paper prints "
        f"{paper} %: {gaps[0]:+.1f} and {gaps[1]:+.1f} points.",
    )


def kit_words(study: Study) -> str:
    """Say what the best rule of the kit saves against the paper's, and the coresets."""
    best, paper = study.best(), study.selective()
    head = f"{study.name}: "
    if best in {DISTANCE, EUCLIDEAN}:
        head += f"the paper's rule ({best}) is the best one, at {share(study.halved(best).value)} %"
    else:
        lead = study.saved(best, paper)
        head += f"{best} against {paper}: {points(lead)}"
        head += "" if decided(lead) == REPRODUCED else ", which may be nothing"
    coresets = [rule for rule in CORESETS if rule in study.values]
    tail = "; ".join(f"{rule} against random: {points(study.saved(rule))}" for rule in coresets)
    return f"{head}. {tail[:1].upper()}{tail[1:]}." if tail else f"{head}."

"""Tables of shares to delete: in the paper's form, rule by rule, and for the text messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.reproduction.real import FILES, PAPER, SMS
from scripts.reproduction.rules import DISTANCE, EUCLIDEAN, INFLUENCE, RANDOM
from scripts.reproduction.study import RECALL, REMOVAL
from scripts.reproduction.words import ALPHA, DASH, number, points, share, share_of, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.reproduction.study import Paper, Study

METRICS = {RECALL: "recall", REMOVAL: ALPHA}
HEADS = (
    *("data set and model", "forget + retained rows", "d", "separability, nats", "forget metric"),
    *("random, %", "distance, %", "Euclidean distance, %", "best rule of the kit, %"),
    *("saved against full deletion, %", "paper: random / its rule, %"),
)
# The comparison that the selector by influence was written for.
SMS_SPLITS, MOST, LEAST_LEAD = 5, 0.67, 0.12


def paper_table(studies: Sequence[Study]) -> str:
    """Return the table in the paper's form; data sets that were not measured say so."""
    rows = [[*_facts(study), *_shares(study), _pair(study.paper)] for study in studies]
    for name in FILES:
        if not any(study.name.startswith(name) for study in studies):
            missing = ["not run: files not given", *[DASH] * 8]
            rows.append([name, *missing, _pair(PAPER.get(name))])
    return table(HEADS, rows)


def _facts(study: Study) -> list[str]:
    rows = f"{study.n_forget:,} + {study.n_retain:,}"
    return [
        *(study.name, rows, str(study.dim)),
        *(number(study.divergence, 2), METRICS[study.metric]),
    ]


def _shares(study: Study) -> list[str]:
    best = study.best()
    rules = (RANDOM, DISTANCE, EUCLIDEAN)
    return [
        *(share_of(study.halved(rule)) if rule in study.values else DASH for rule in rules),
        f"{best}: {share_of(study.halved(best))}",
        share(1.0 - study.halved(best).value),
    ]


def _pair(paper: Paper | None) -> str:
    return DASH if paper is None else f"{paper.random} / {paper.selective}"


def rule_table(studies: Sequence[Study]) -> str:
    """Return the share of every rule and of full deletion, a column a study."""
    rules = dict.fromkeys(rule for study in studies for rule in study.values)
    rows = [[rule, *(share_of(study.halved(rule)) for study in studies)] for rule in rules]
    rows.append(["full deletion", *["100.0"] * len(studies)])
    left = [float(study.values[RANDOM][:, -1].mean()) for study in studies]
    rows.append(["metric left after full deletion", *(number(value, 2) for value in left)])
    return table(["share to delete, %", *(study.name for study in studies)], rows)


def sms_section(studies: Sequence[Study]) -> Iterator[str]:
    """Yield the comparison on the first five splits, for each model."""
    for study in studies:
        few = study.first(SMS_SPLITS)
        rows = []
        for rule in sorted(few.values, key=lambda rule, few=few: few.halved(rule).value):
            each = few.each(rule, SMS_SPLITS)
            spread = f"{share(each.min())}, {share(each.max())}"
            lead = DASH if rule == EUCLIDEAN else points(few.saved(rule, EUCLIDEAN))
            rows.append([rule, share(few.halved(rule).value), spread, lead])
        yield f"### {study.name}"
        yield (
            f"Recall of held-out spam before any removal: "
            f"{number(float(few.values[RANDOM][:, 0].mean()))}."
        )
        heads = ["rule", "share to delete, %", "lowest, highest split", "fewer than Euclidean"]
        yield table(heads, rows)
        if study.name == SMS:
            yield target_words(few)


def target_words(few: Study) -> str:
    """Say whether the target that was set before the measurement is met."""
    found, lead = few.halved(INFLUENCE).value, few.saved(INFLUENCE, EUCLIDEAN).value
    met = found <= MOST and lead >= LEAST_LEAD
    return (
        f"The target set beforehand, at most {100 * MOST:.0f} % deleted by influence and at least "
        f"{100 * LEAST_LEAD:.0f} points fewer than by Euclidean distance, is "
        f"{'met' if met else 'NOT met'}: {share(found)} %, {100 * lead:.1f} points fewer."
    )

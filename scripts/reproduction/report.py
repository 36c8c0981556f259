"""The report, docs/results.md: everything in it that is a number comes from the studies."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from typing import TYPE_CHECKING

from scripts.reproduction import predictions, tables, verdicts
from scripts.reproduction.gaussians import population_shares
from scripts.reproduction.prose import prose
from scripts.reproduction.study import REMOVAL
from scripts.reproduction.words import number, share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.reproduction.settings import Settings
    from scripts.reproduction.study import Study

PACKAGES = ("numpy", "scipy", "scikit-learn", "unlearn-widgets")


def render(studies: Sequence[Study], settings: Settings, command: str, seconds: float) -> str:
    """Return the whole report in Markdown."""
    parts = [
        "# Results",
        prose("introduction"),
        *header(settings, command, seconds),
        "## 1. Share to delete until the forget metric is halved",
        tables.paper_table(studies),
        prose("paper_table"),
        *population(studies),
        *every_rule(studies),
        "## 2. The text messages, five splits",
        *sms(studies),
        "## 3. Predictions beside measurements",
        *predicted(studies),
        "## 4. A large divergence that is no forgetting",
        *half_way(studies),
        "## 5. What is reproduced, what is not, what differs",
        *judged(studies),
        prose("settings"),
    ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def header(settings: Settings, command: str, seconds: float) -> Iterator[str]:
    """Yield what the numbers were made with."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    minutes, rest = divmod(round(seconds), 60)
    splits = (
        f"`StratifiedShuffleSplit({settings.seeds}, test_size=0.3, random_state=0)` of real data"
    )
    took = f"{minutes} min {rest} s in all"
    lines = [
        f"Made by `{command}` with Python {platform.python_version()}, {packages}.",
        f"Seeds: {settings.seeds}, samples 0 to {settings.seeds - 1} of made-up data, {splits}.",
        f"Processes: {settings.n_jobs} on {os.cpu_count()} cores ({platform.machine()}), {took}.",
    ]
    yield "\n".join(f"- {line}" for line in lines)


def population(studies: Sequence[Study]) -> Iterator[str]:
    """Yield what the theory expects where it predicts without rows."""
    lines = []
    for study in studies:
        if study.metric == REMOVAL:
            found = population_shares(study)
            shares = ", ".join(f"{rule} {share(value)} %" for rule, value in found.items())
            lines.append(f"- {study.name}, population prediction: {shares}.")
    if lines:
        yield "\n".join(lines)


def every_rule(studies: Sequence[Study]) -> Iterator[str]:
    """Yield the shares of all rules, made-up data and real data apart."""
    made_up = [study for study in studies if study.curve is None]
    real = [study for study in studies if study.curve is not None]
    for title, group in (("made-up data", made_up), ("real data", real)):
        if group:
            yield f"### Every rule, {title}"
            yield tables.rule_table(group)


def sms(studies: Sequence[Study]) -> Iterator[str]:
    """Yield the comparison on the first five splits."""
    messages = [study for study in studies if study.name.startswith("SMS")]
    if messages:
        yield prose("sms")
        yield from tables.sms_section(messages)
    else:
        yield prose("not_measured")


def predicted(studies: Sequence[Study]) -> Iterator[str]:
    """Yield calibration in words, then the closed form."""
    yield "### Calibration, in the words of `uw.evaluation.calibration`"
    yield from predictions.calibration_section(studies)
    yield "### The closed form of a linear classifier"
    closed = [study for study in studies if predictions.has_closed_form(study)]
    bounds = {"recall": predictions.RECALL_HOLDS, "loss": 100 * predictions.LOG_LOSS_HOLDS}
    yield prose("closed_form").format(**bounds)
    yield "\n".join(f"- {predictions.closed_form_words(study)}" for study in closed)
    for study in closed:
        yield f"**{study.name}**, separability {number(study.divergence, 2)} nats"
        yield predictions.closed_form_table(study)


def half_way(studies: Sequence[Study]) -> Iterator[str]:
    """Yield alpha reached beside recall kept."""
    removals = predictions.half_way(studies)
    yield prose("half_way")
    yield predictions.half_way_words(removals)
    yield predictions.half_way_table(removals)


def judged(studies: Sequence[Study]) -> Iterator[str]:
    """Yield the verdicts on the paper's statements, and what the kit's rules add."""
    found = list(verdicts.claims(studies))
    yield prose("verdicts").format(close=verdicts.CLOSE, resolved=verdicts.RESOLVED)
    for verdict in (verdicts.REPRODUCED, verdicts.REFUTED, verdicts.OPEN):
        lines = [f"- {claim.text}" for claim in found if claim.verdict == verdict]
        yield f"### {verdict}"
        yield "\n".join(lines) if lines else "Nothing."
    yield "### What the kit's rules and the coresets do"
    yield "\n".join(f"- {verdicts.kit_words(study)}" for study in studies)

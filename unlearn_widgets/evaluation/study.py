"""What is to be measured: rows, labels, rules, budgets and splits, all checked once."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from unlearn_widgets.evaluation.design import Design
from unlearn_widgets.evaluation.inputs import (
    classifier,
    fingerprint,
    label_rows,
    model_features,
    seed_of,
    seeded,
)
from unlearn_widgets.evaluation.splits import make_splits
from unlearn_widgets.planning import name_of
from unlearn_widgets.problem import UnlearningProblem
from unlearn_widgets.problem.matrix import matrix
from unlearn_widgets.problem.ranking import RULES
from unlearn_widgets.statistics import FORGET
from unlearn_widgets.validation import budget as rows_of_budget
from unlearn_widgets.validation import choice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unlearn_widgets.evaluation.result import RetrainCurve
    from unlearn_widgets.randomness import RandomState
    from unlearn_widgets.statistics import Codes
    from unlearn_widgets.validation import Positions

SELECTORS = ("random", "distance", "likelihood_ratio", "influence")
# The paper's curves start at 0.5 %; none, this and all are always measured.
ALWAYS = (0.0, 0.005, 1.0)
GRID = tuple(step / 20 for step in range(21))


class Rows(NamedTuple):
    """What a problem is made of: unlike the problem itself, it can be sent to a worker."""

    X: NDArray[Any]
    codes: Codes
    covariance: Any
    shrinkage: str | None
    groups: NDArray[Any] | None

    def problem(self, train: Positions) -> UnlearningProblem:
        """Return a problem of some rows with the settings of the whole one."""
        return UnlearningProblem(
            self.X[train],
            forget=self.codes[train] == FORGET,
            covariance=self.covariance,
            shrinkage=self.shrinkage,
            groups=None if self.groups is None else self.groups[train],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Everything that determines the numbers of a curve.

    Attributes
    ----------
    rows : Rows
        Embeddings, domains, covariance and groups: what the rules see.
    y : (n,) ndarray
        Labels that the model learns.
    X_model : array-like of n rows
        What the model sees.
    estimator : scikit-learn classifier
        The model, with seeds in place of missing ones.
    rules : dict of str to str or selector
        Rules by name.
    design : Design
        What is compared, on which splits.
    folds : dict of int to UnlearningProblem
        The problem of the split that is worked on, which its rules share.

    """

    rows: Rows
    y: NDArray[Any]
    X_model: Any
    estimator: Any
    rules: dict[str, Any]
    design: Design
    folds: dict[int, UnlearningProblem] = field(default_factory=dict)

    def rule(self, name: str, split: int) -> Any:
        """Return a rule by name; random removal without a seed gets one for each split."""
        from unlearn_widgets.selection import RandomSelector

        rule = self.rules[name]
        if not isinstance(rule, RandomSelector):
            return rule
        sequence = np.random.SeedSequence([self.design.seed, split])
        return seeded(rule, int(sequence.generate_state(1)[0]))

    def fold(self, split: int) -> UnlearningProblem:
        """Return the problem of the training rows of a split."""
        if split not in self.folds:
            self.folds.clear()
            self.folds[split] = self.rows.problem(self.design.splits[split].train)
        return self.folds[split]


def plan_study(
    problem: UnlearningProblem,
    *,
    y: Any,
    X_model: Any,
    estimator: Any,
    selectors: Any,
    budgets: Any,
    cv: Any,
    random_state: RandomState,
    resume: RetrainCurve | None,
    quiet: bool,
) -> Study:
    """Check all arguments of a curve; see `retrain_curve`. Quiet rules show no bar of their own."""
    if not hasattr(problem, "whole_groups"):
        message = f"problem: must be an UnlearningProblem, got {type(problem).__name__}."
        raise TypeError(message)
    labels = label_rows(problem, y)
    rows = Rows(
        X=matrix("X", problem.X),
        codes=problem.domain_codes,
        covariance=problem.covariance,
        shrinkage=problem.shrinkage,
        groups=None if problem.groups is None else np.asarray(problem.groups),
    )
    features = rows.X if X_model is None else model_features(problem, X_model)
    if resume is None:
        seed = seed_of(random_state)
        splits = tuple(make_splits(problem, cv, seed))
    else:
        seed, splits = resume.design.seed, resume.design.splits
    for number, split in enumerate(splits):
        only = np.unique(labels[split.train]).tolist()
        if len(only) < 2:
            raise ValueError(
                f"y: split {number} trains on one class, {only[0]!r}, before anything is removed. "
                "Pass splits (cv) that hold rows of at least two classes."
            )
    model, rules = seeded(classifier(estimator), seed), _rules(selectors, seed, quiet=quiet)
    trained = [int(np.count_nonzero(rows.codes[split.train] == FORGET)) for split in splits]
    levels = _levels(budgets, trained[0])
    design = Design(
        rules=tuple(rules),
        levels=levels,
        sizes=tuple(
            tuple(rows_of_budget(level, n, "budgets") for level in levels) for n in trained
        ),
        n_forget_trained=tuple(trained),
        splits=splits,
        seed=seed,
        closed_form=y is None and X_model is None,
        n_forget=problem.n_forget,
        n_retain=problem.n_retain,
        model=" ".join(repr(classifier(estimator)).split()),
        fingerprint=fingerprint(rows, labels, features, model),
    )
    if resume is not None and resume.design.fingerprint != design.fingerprint:
        raise ValueError(
            "resume: was measured on other rows, domains, labels or another estimator. Pass what "
            "it was made with, or measure anew without resume."
        )
    return Study(rows, labels, features, model, rules, design)


def _rules(selectors: Any, seed: int, *, quiet: bool) -> dict[str, Any]:
    from unlearn_widgets.selection import RandomSelector

    if isinstance(selectors, str) or not isinstance(selectors, Iterable):
        message = (
            f"selectors: must be a list of names and selectors, got {selectors!r}. "
            f"Pass [{selectors!r}]."
        )
        raise TypeError(message)
    rules: dict[str, Any] = {}
    for rule in selectors:
        name = choice("selectors", rule, SELECTORS) if isinstance(rule, str) else name_of(rule)
        if name == "random":
            rules[name] = RandomSelector()
        elif name == "influence":
            selection: Any = importlib.import_module("unlearn_widgets.selection")
            rules[name] = selection.InfluenceSelector()
        elif isinstance(rule, str):
            rules[name] = rule
        else:
            rules[name] = seeded(rule, seed, parts_only=True)
        if quiet and hasattr(rules[name], "progress"):
            rules[name].progress = False
    if not rules:
        message = f"selectors: must hold at least one rule, got none. Names: {', '.join(RULES)}."
        raise ValueError(message)
    return rules


def _levels(budgets: Any, n: int) -> tuple[float, ...]:
    if budgets is None:
        wanted: list[Any] = list(GRID)
    elif isinstance(budgets, str) or not isinstance(budgets, Iterable):
        message = f"budgets: must be a list of ints or floats, got {budgets!r}."
        raise TypeError(message)
    else:
        wanted = list(budgets)
    # 1 is a row and 1.0 is all of them, which dict keys do not tell apart.
    found: dict[str, Any] = {}
    for level in (*ALWAYS, *wanted):
        whole = isinstance(level, int | np.integer) and not isinstance(level, bool)
        plain = int(level) if whole else level
        if not whole:
            rows_of_budget(level, 1, "budgets")
            plain = float(level)
        elif plain == 0:
            plain = 0.0
        found.setdefault(repr(plain), plain)
    return tuple(sorted(found.values(), key=lambda b: b / n if isinstance(b, int) else b))

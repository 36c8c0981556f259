"""Made-up Gaussian domains: the divergence along a removal, and classes that are retrained."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.parallel import Parallel, delayed

import unlearn_widgets as uw
from scripts.reproduction.rules import DISTANCE, RANDOM, RATIO, KnownOrder, digest, ranking
from scripts.reproduction.study import RECALL, REMOVAL, Paper, Study
from unlearn_widgets.evaluation import predicted_log_loss, predicted_recall, retrain_curve
from unlearn_widgets.statistics import FORGET
from unlearn_widgets.theory import required_removals

if TYPE_CHECKING:
    from scripts.reproduction.settings import Settings

# One dimension, twice as many retained rows: where the paper's pairs are met (docs/theory.md, 5).
DIVERGENCES = {
    "Gaussians, low divergence": (0.08, Paper(65, 18)),
    "Gaussians, high divergence": (5.12, Paper(65, 50)),
}
# The rules that the theory predicts without any row, by its names.
POPULATION = {RANDOM: "random", DISTANCE: "distance", RATIO: "likelihood_ratio"}
CLASS_DIM = 10
CLASS_DIVERGENCES = {
    "Gaussian classes, low divergence": 0.5,
    "Gaussian classes, high divergence": 4.5,
    "Gaussian classes, very high divergence": 12.5,
}


def divergence_study(name: str, settings: Settings) -> Study:
    """Follow the plug-in removal divergence along every rule on samples of their own.

    The metric is the part of the way from no removal to full deletion that is still ahead.
    """
    divergence, paper = DIVERGENCES[name]
    n_forget, n_retain = settings.gaussian_rows
    followed = Parallel(n_jobs=settings.n_jobs)(
        delayed(_alphas)(divergence, n_forget, n_retain, seed, settings.rules)
        for seed in range(settings.seeds)
    )
    unbiased = [sample[0] for sample in followed]
    alphas = {rule: np.array([sample[1][rule] for sample in followed]) for rule in settings.rules}
    ends = {rule: alpha[:, -1:] for rule, alpha in alphas.items()}
    return Study(
        name=name,
        n_forget=n_forget,
        n_retain=n_retain,
        dim=1,
        divergence=float(np.mean(unbiased)),
        metric=REMOVAL,
        fractions=np.arange(n_forget + 1) / n_forget,
        values={
            rule: (ends[rule] - alpha) / (ends[rule] - alpha[:, :1])
            for rule, alpha in alphas.items()
        },
        alphas=alphas,
        paper=paper,
    )


def _alphas(
    divergence: float, n_forget: int, n_retain: int, seed: int, rules: tuple[str, ...]
) -> tuple[float, dict[str, Any]]:
    shift = math.sqrt(2.0 * divergence)
    sample = uw.datasets.make_gaussians(n_forget, n_retain, shift, dim=1, random_state=seed)
    problem = uw.UnlearningProblem(sample.X, sample.forget)
    forget = problem.domain_codes == FORGET
    budgets = np.arange(n_forget + 1)
    alphas = {}
    for rule in rules:
        order = ranking(rule, seed, sample.X, forget)
        known = KnownOrder(rule, {digest(sample.X): order})
        alphas[rule] = problem.path(known).at(budgets)["alpha"]
    return problem.divergence_unbiased, alphas


def class_study(name: str, settings: Settings) -> Study:
    """Retrain on samples of their own, test on as many new rows of each class."""
    measured = Parallel(n_jobs=settings.n_jobs)(
        delayed(_classified)(CLASS_DIVERGENCES[name], seed, settings)
        for seed in range(settings.seeds)
    )
    rules, n = settings.rules, settings.class_rows
    fractions = measured[0][1]
    removed = np.rint(n * fractions).astype(np.int64)
    closed = {"recall": {}, "loss": {}}
    for name_of_rule, known in POPULATION.items():
        if name_of_rule in rules:
            counts = {"n_forget": n, "n_retain": n, "n_removed": removed}
            options = counts | {"divergence": CLASS_DIVERGENCES[name], "dim": CLASS_DIM}
            closed["recall"][name_of_rule] = np.atleast_2d(predicted_recall(known, **options))
            closed["loss"][name_of_rule] = np.atleast_2d(predicted_log_loss(known, **options)[0])

    def stacked(metric: str) -> dict[str, Any]:
        return {rule: np.array([sample[2][rule][metric] for sample in measured]) for rule in rules}

    return Study(
        name=name,
        n_forget=n,
        n_retain=n,
        dim=CLASS_DIM,
        divergence=float(np.mean([sample[0] for sample in measured])),
        metric=RECALL,
        fractions=fractions,
        values=stacked("forget_recall"),
        alphas=stacked("alpha"),
        losses=stacked("forget_log_loss"),
        closed_recalls=closed["recall"],
        closed_losses=closed["loss"],
    )


def _classified(
    divergence: float, seed: int, settings: Settings
) -> tuple[float, Any, dict[str, dict[str, Any]]]:
    n = settings.class_rows
    shift = math.sqrt(2.0 * divergence)
    sample = uw.datasets.make_gaussians(2 * n, 2 * n, shift, dim=CLASS_DIM, random_state=seed)
    # Rows of a domain are drawn alike, so that the first half may be trained on.
    train = np.concatenate([np.arange(n), np.arange(2 * n, 3 * n)])
    forget = np.zeros(4 * n, dtype=bool)
    forget[sample.forget] = True
    X, trained_forget = sample.X[train], forget[train]
    orders = [
        KnownOrder(rule, {digest(X): ranking(rule, seed, X, trained_forget)})
        for rule in settings.rules
    ]
    curve = retrain_curve(
        uw.UnlearningProblem(sample.X, sample.forget),
        X_model=sample.X,
        selectors=orders,
        budgets=settings.budgets,
        cv=[(train, np.setdiff1d(np.arange(4 * n), train))],
        random_state=seed,
        progress=False,
    )
    numbers: dict[str, dict[str, Any]] = {}
    for name, rule in zip(settings.rules, curve.design.rules, strict=True):
        fractions, recall = curve.measured(rule, "forget_recall")
        numbers[name] = {
            "forget_recall": recall[0],
            "forget_log_loss": curve.measured(rule, "forget_log_loss")[1][0],
            "alpha": curve.predicted(rule, "alpha")[1][0],
        }
    unbiased = uw.UnlearningProblem(X, np.flatnonzero(trained_forget)).divergence_unbiased
    return unbiased, fractions, numbers


def population_shares(study: Study) -> dict[str, float]:
    """Return what the theory predicts for the rules that it knows, before any row is drawn."""
    divergence = DIVERGENCES[study.name][0]
    counts = {"n_forget": study.n_forget, "n_retain": study.n_retain, "divergence": divergence}
    start = (study.n_retain / (study.n_forget + study.n_retain)) ** 2 * divergence
    goal = 0.5 * (start + divergence)
    return {
        rule: required_removals(known, **counts, dim=study.dim, alpha=goal) / study.n_forget
        for rule, known in POPULATION.items()
    }

"""Curves of a plan: 200 budgets x 3 rules at d = 384, beside effects computed one by one.

Prints JSON: the seconds of each run by what was done.
"""

from __future__ import annotations

import json
import sys

import numpy as np

import unlearn_widgets as uw
from tests.bench.timing import timed
from unlearn_widgets.planning import Plan

RULES = ("random", "distance", "likelihood_ratio")
DIM = 384


def problem_of(n):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n, DIM), np.float32)
    X[: n // 5, 0] += 2
    return uw.UnlearningProblem(X, np.arange(n) < n // 5)


def theory(problem):
    """Predictions of both refits and certificates, for every budget and rule."""
    n1, n2 = problem.n_forget, problem.n_retain
    counts = {"n_forget": n1, "n_retain": n2, "dim": DIM}
    budgets = np.linspace(0, n1, 200).astype(int)
    for rule in RULES:
        for refit in ("mean", "covariance"):
            uw.theory.removal_tradeoff(
                rule, **counts, n_removed=budgets, divergence=2.0, refit=refit
            )
        uw.theory.certificate(rule, **counts, n_removed=budgets, divergence=2.0, delta=0.05)


def curves(problem):
    """Return a function that draws a full plan anew, rankings included."""

    def draw(_run):
        problem._orders.clear()
        problem._paths.clear()
        plan = Plan(problem)
        for rule in RULES:
            plan.curves(rule)

    return draw


def naive(problem):
    """One effect from the mean of the rows kept, without any shortcut."""
    rows = problem._rows.values
    order = problem.rank("distance")
    kept = np.ones(len(rows), dtype=bool)
    kept[order[: len(order) // 2]] = False

    def compute(_run):
        mean = rows[kept].mean(axis=0, dtype=np.float64)
        return 0.5 * mean @ mean

    return compute


def measure(n_rows):
    problem = problem_of(n_rows)
    theory(problem)
    return {
        "theory": timed(lambda _run: theory(problem), 10),
        "plan": timed(curves(problem), 5),
        "naive": timed(naive(problem), 5),
    }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))  # noqa: T201 - the answer

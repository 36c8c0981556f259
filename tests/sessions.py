"""A small problem whose rows lie on a line, and what must hold of a session of it."""

from __future__ import annotations

import numpy as np
import pytest

import unlearn_widgets as uw


def make_problem(n_forget=30, n_retain=50, n_neither=5, **keywords):
    rng = np.random.default_rng(7)
    X = rng.normal(size=(n_forget + n_retain + n_neither, 3))
    X[:n_forget] += 1.5
    forget = np.arange(n_forget)
    retain = np.arange(n_forget, n_forget + n_retain)
    return uw.UnlearningProblem(X, forget=forget, retain=retain, **keywords)


def on_a_line(problem):
    """Row i lies at (i, 0)."""
    return np.column_stack([np.arange(problem.n_rows), np.zeros(problem.n_rows)])


def box(low, high):
    return [[low - 0.5, -1], [high + 0.5, -1], [high + 0.5, 1], [low - 0.5, 1]]


def assert_same_effect(session, rows):
    problem = session.problem
    fresh = uw.UnlearningProblem(problem.X, problem.forget, problem.retain)
    for name, value in fresh.effect(np.asarray(rows, dtype=np.int64)).to_dict().items():
        got = getattr(session.effect, name)
        assert got == (pytest.approx(value, rel=1e-9) if isinstance(value, float) else value), name

from __future__ import annotations

import numpy as np
import pytest

import unlearn_widgets as uw

RULES = ("random", "distance", "likelihood_ratio")
NUMBERS = ("alpha", "epsilon", "forget_log_loss", "retain_log_loss")


@pytest.fixture(scope="module")
def domains():
    return uw.datasets.make_gaussians(60, 90, shift=1.5, dim=4, random_state=0)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("covariance", ["shared", "refit", "known"])
@pytest.mark.parametrize("grouped", [False, True])
def test_a_path_is_the_tradeoff_at_every_budget(domains, rule, covariance, grouped):
    known = np.diag([1.0, 2.0, 0.5, 1.0]) if covariance == "known" else covariance
    groups = np.arange(150) // 4 if grouped else None
    problem = uw.UnlearningProblem(domains.X, domains.forget, covariance=known, groups=groups)
    budgets = np.arange(problem.n_forget + 1)
    path, frame = problem.path(rule), problem.tradeoff(rule, budgets)
    got = path.at(budgets)
    for name in NUMBERS:
        np.testing.assert_allclose(got[name], frame[name], rtol=1e-12, atol=1e-13, err_msg=name)
    np.testing.assert_array_equal(path.order, problem.rank(rule))


def test_a_long_path_is_summed_in_pieces(monkeypatch):
    monkeypatch.setattr("unlearn_widgets.statistics.CHUNK_BYTES", 8 * 4 * 7)
    domains = uw.datasets.make_gaussians(60, 90, shift=1.5, dim=4, random_state=1)
    problem = uw.UnlearningProblem(domains.X, domains.forget)
    budgets = np.arange(61)
    got, frame = problem.path("distance").at(budgets), problem.tradeoff("distance", budgets)
    np.testing.assert_allclose(got["alpha"], frame["alpha"], rtol=1e-12)


@pytest.mark.parametrize("covariance", ["shared", "refit"])
def test_the_first_crossing_is_the_one_that_scanning_finds(domains, covariance):
    problem = uw.UnlearningProblem(domains.X, domains.forget, covariance=covariance)
    path = problem.path("likelihood_ratio")
    alpha = problem.tradeoff("likelihood_ratio", range(61))["alpha"]
    for target in (0.0, alpha[7], 0.5 * (alpha[20] + alpha[21]), alpha[60]):
        scanned = int(np.argmax(alpha >= target))
        assert path.first(lambda got, goal=target: got["alpha"] >= goal - 1e-12) == scanned
    assert path.first(lambda got: got["alpha"] > 1e9) is None


def test_a_path_outside_the_span_is_infinite_where_the_effect_is():
    X = np.array([[0.0, 1.0], [1.0, 1.0], [2.0, 1.0], [0.0, 5.0], [1.0, 5.0], [3.0, 5.0]])
    problem = uw.UnlearningProblem(X, forget=[0, 1, 2])
    path, frame = problem.path("random"), problem.tradeoff("random", range(4))
    got = path.at(np.arange(4))
    for name in NUMBERS:
        np.testing.assert_array_equal(got[name], frame[name], err_msg=name)
    assert np.isinf(got["alpha"]).all()
    assert got["epsilon"][-1] == 0.0


def test_a_learning_rule_does_not_hold_up_the_live_numbers():
    import threading

    fitting, finish = threading.Event(), threading.Event()

    class Patient:
        def fit(self, X, y, groups=None):
            del X, groups
            self.rows = np.flatnonzero(y)
            fitting.set()
            assert finish.wait(30)
            return self

        def rank(self):
            return self.rows

    problem = uw.UnlearningProblem([[2.0], [3.0], [4.0], [-1.0], [0.0], [1.0]], [0, 1, 2])
    worker = threading.Thread(target=problem.rank, args=(Patient(),))
    worker.start()
    assert fitting.wait(30)
    assert problem.effect([0]).n_removed == 1
    finish.set()
    worker.join()

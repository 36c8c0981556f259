from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from unlearn_widgets.problem import UnlearningProblem, rows

N, N_FORGET, DIM = 40, 16, 3
FOUR = ("alpha", "epsilon", "forget_log_loss", "retain_log_loss")
MODES = ("shared", "refit")


def data(seed, n=N, n_forget=N_FORGET, dim=DIM):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, dim)) * rng.uniform(0.2, 5.0, dim)
    X[:n_forget] += rng.standard_normal(dim)
    return X, np.arange(n) < n_forget


few = settings(max_examples=30)
seeds = st.integers(0, 2**32 - 1)
modes = st.sampled_from(MODES)
# At least ten rows of each domain stay, so that a refitted covariance is regular.
removals = st.sets(st.sampled_from([*range(6), *range(16, 30)])).map(sorted)


def four(effect):
    return [getattr(effect, name) for name in FOUR]


def assert_same(effect, expected, names=FOUR, **tolerance):
    tolerance = {"rel": 1e-8, "abs": 1e-10} | tolerance
    got, wanted = ([getattr(e, name) for name in names] for e in (effect, expected))
    assert got == pytest.approx(wanted, **tolerance)


@few
@given(seeds, modes, removals, removals)
def test_removing_in_steps_equals_removing_at_once(seed, mode, first, second):
    X, forget = data(seed)
    problem = UnlearningProblem(X, forget, covariance=mode)
    both = sorted({*first, *second})
    problem.effect(first)
    stepwise = problem.effect(both)
    fresh = UnlearningProblem(X, forget, covariance=mode).effect(both)
    assert_same(stepwise, fresh)
    problem.effect(second)
    assert_same(problem.effect(both), fresh)


@few
@given(seeds, modes, removals, st.randoms(use_true_random=False))
def test_the_order_of_positions_does_not_matter(seed, mode, removed, random):
    X, forget = data(seed)
    shuffled = random.sample(removed, len(removed))
    first, second = (UnlearningProblem(X, forget, covariance=mode) for _ in range(2))
    assert first.effect(removed) == second.effect(shuffled)


@few
@given(seeds, modes, removals)
def test_permuting_the_rows_changes_nothing(seed, mode, removed):
    X, forget = data(seed)
    order = np.random.default_rng(seed).permutation(N)
    moved = np.argsort(order)[removed]
    assert_same(
        UnlearningProblem(X[order], forget[order], covariance=mode).effect(moved),
        UnlearningProblem(X, forget, covariance=mode).effect(removed),
    )


@few
@given(seeds, modes, removals, st.lists(st.floats(-6, 6), min_size=DIM, max_size=DIM))
def test_rescaling_columns_moves_only_the_log_loss(seed, mode, removed, powers):
    X, forget = data(seed)
    scales = 10.0 ** np.array(powers)
    plain = UnlearningProblem(X, forget, covariance=mode).effect(removed)
    scaled = UnlearningProblem(X * scales, forget, covariance=mode).effect(removed)
    assert_same(scaled, plain, FOUR[:2])
    moved = np.subtract(four(scaled)[2:], four(plain)[2:])
    assert moved == pytest.approx([np.log(scales).sum()] * 2, rel=1e-8, abs=1e-8)


@few
@given(seeds, modes, removals)
def test_affine_maps_change_neither_alpha_nor_epsilon(seed, mode, removed):
    X, forget = data(seed)
    rng = np.random.default_rng(seed)
    left, right = (np.linalg.qr(rng.standard_normal((DIM, DIM)))[0] for _ in range(2))
    mapped = X @ (left * rng.uniform(0.5, 5.0, DIM)) @ right + 10.0 * rng.standard_normal(DIM)
    assert_same(
        UnlearningProblem(mapped, forget, covariance=mode).effect(removed),
        UnlearningProblem(X, forget, covariance=mode).effect(removed),
        FOUR[:2],
    )


@few
@given(seeds, removals)
def test_refit_log_loss_is_the_mean_negative_log_likelihood(seed, removed):
    X, forget = data(seed)
    effect = UnlearningProblem(X, forget, covariance="refit").effect(removed)
    kept = np.delete(X, removed, axis=0)
    edited = stats.multivariate_normal(kept.mean(0), np.cov(kept.T, bias=True))
    expected = [-edited.logpdf(X[domain]).mean() for domain in (forget, ~forget)]
    assert four(effect)[2:] == pytest.approx(expected, rel=1e-9, abs=1e-9)


@few
@given(seeds, removals)
def test_shared_numbers_are_half_squared_distances(seed, removed):
    X, forget = data(seed)
    residuals = np.vstack([X[d] - X[d].mean(0) for d in (forget, ~forget)])
    inverse = np.linalg.inv(residuals.T @ residuals / (N - 2))
    mean = np.delete(X, removed, axis=0).mean(0)
    effect = UnlearningProblem(X, forget).effect(removed)
    for got, domain in ((effect.alpha, forget), (effect.epsilon, ~forget)):
        gap = mean - X[domain].mean(0)
        assert got == pytest.approx(0.5 * gap @ inverse @ gap, rel=1e-8, abs=1e-12)


@few
@given(seeds)
def test_nothing_beats_the_frontier(seed):
    X, forget = data(seed)
    problem = UnlearningProblem(X, forget)
    removed = np.random.default_rng(seed).random(N) < 0.4
    effect = problem.effect(removed)
    assert effect.alpha <= effect.frontier_alpha * (1 + 1e-9) + 1e-12
    assert effect.alpha_certified <= effect.alpha
    assert effect.epsilon_certified >= effect.epsilon


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("offset", [0.0, 1e4])
def test_ten_thousand_updates_stay_at_a_fresh_fit(mode, offset, monkeypatch):
    X, forget = data(1, n=300, n_forget=120, dim=4)
    X = X + offset
    problem = UnlearningProblem(X, forget, covariance=mode)
    rng = np.random.default_rng(2)
    removed = rng.random(300) < 0.3
    # Without the fresh sum that is due after so many updates.
    monkeypatch.setattr(rows, "RECOMPUTE_AFTER", math.inf)
    for _ in range(10_000):
        removed[rng.integers(0, 300, 2)] ^= True
        problem._kept.update(removed)
    effect = problem.effect(removed)
    fresh = UnlearningProblem(X, forget, covariance=mode).effect(removed)
    assert_same(effect, fresh, rel=1e-9, abs=0.0)
    problem = UnlearningProblem(X - offset, forget, covariance=mode)
    assert_same(effect, problem.effect(removed), rel=1e-7)


def test_float32_rows_far_from_the_origin_keep_their_digits():
    X, forget = data(3, n=2000, n_forget=500)
    far = (X + 1e4).astype(np.float32)
    exact = UnlearningProblem(far.astype(np.float64) - 1e4, forget).effect(np.arange(100))
    assert_same(UnlearningProblem(far, forget).effect(np.arange(100)), exact, rel=1e-9)

"""What rules do to the population: laws, limits, curves and bad input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from unlearn_widgets import theory
from unlearn_widgets.theory.logs import less_log
from unlearn_widgets.theory.noncentral import kept_law, log_tails, quantile
from unlearn_widgets.theory.rules import cut

DIVERGENCES = st.floats(-6, math.log10(5000)).map(lambda power: 10.0**power)
DIMS = st.integers(1, 4096)
COUNTS = {"n_forget": 1000, "n_retain": 700}


@pytest.mark.parametrize("dim", [1, 2, 7, 60])
def test_tails_are_those_of_scipy_where_scipy_is_good(dim):
    points = np.linspace(0.3, 3.0, 9) * (dim + 3.0)
    tails = log_tails(points, np.full(9, 3.0), np.full(9, float(dim)))
    peer = stats.ncx2(dim, 3.0)
    np.testing.assert_allclose(np.exp(tails.lower), peer.cdf(points), rtol=1e-10)
    np.testing.assert_allclose(np.exp(tails.upper), peer.sf(points), rtol=1e-10)
    np.testing.assert_allclose(np.exp(tails.density), peer.pdf(points), rtol=1e-10)
    ahead = log_tails(points + 1e-5, np.full(9, 3.0), np.full(9, float(dim))).density
    np.testing.assert_allclose((ahead - tails.density) / 1e-5, tails.slope, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("dim", [1, 3, 384, 10_000])
def test_without_noncentrality_the_law_is_chi_square(dim):
    lower = np.array([1e-12, 0.01, 0.5, 0.99])
    got = quantile(lower, 1.0 - lower, np.zeros(4), np.full(4, float(dim)))
    np.testing.assert_allclose(got, stats.chi2(dim).ppf(lower), rtol=1e-10)


def test_quantiles_are_found_far_outside_the_range_in_use():
    rng = np.random.default_rng(4)
    dim = np.floor(10.0 ** rng.uniform(0, 4, 3000))
    power = 10.0 ** rng.uniform(-8, 10, 3000)
    small = 10.0 ** rng.uniform(-60, -0.31, 3000)
    left = rng.random(3000) < 0.5
    lower, upper = np.where(left, small, 1.0 - small), np.where(left, 1.0 - small, small)
    tails = log_tails(quantile(lower, upper, power, dim), power, dim)
    found = np.where(left, tails.lower, tails.upper)
    np.testing.assert_allclose(found, np.log(small), rtol=1e-9, atol=1e-9)


def test_kept_law_at_its_ends_and_in_any_shape():
    kept = np.array([[0.0, 0.3], [1.0, 1e-6]])
    law = kept_law(kept, 1.0 - kept, np.full((2, 2), 2.0), np.full((2, 2), 5.0))
    assert law.mean[0, 0] == 0.0
    assert law.mean[1, 0] == 1.0
    np.testing.assert_allclose(law.mean + law.lost_mean, 1.0, rtol=1e-12)
    assert (np.diff(law.mean[[0, 1, 0, 1], [0, 1, 1, 0]]) > 0).all()


def test_logarithms_near_one():
    values = np.array([-0.9, -0.49, -1e-3, 0.0, 1e-8, 0.4, 0.6, 30.0])
    literal = values - np.log1p(values)
    np.testing.assert_allclose(less_log(values), literal, rtol=1e-10, atol=1e-16)
    assert less_log(np.array(1e-12)) == pytest.approx(5e-25, rel=1e-11)


def test_folded_normals_are_inverse_and_the_distance_rule_in_one_dimension():
    q = np.array([0.0, 1e-9, 0.2, 0.7, 1.0 - 1e-9, 1.0])
    for k in (0.0, 1e-6, 0.5, 40.0):
        u = theory.folded_normal_ppf(q, k)
        assert (u[0], u[-1]) == (0.0, math.inf)
        np.testing.assert_allclose(theory.folded_normal_cdf(u, k), q, rtol=1e-9)
    peer = stats.foldnorm(2.0).cdf([0.5, 1.0, 4.0])
    np.testing.assert_allclose(theory.folded_normal_cdf([0.5, 1.0, 4.0], 2.0), peer, rtol=1e-12)
    # E[x | |x| < u] by quadrature.
    u = theory.folded_normal_ppf(0.4, 0.5)
    x = np.linspace(-u, u, 20_001)
    density = stats.norm(1.0).pdf(x)
    mean = np.trapezoid(x * density, x) / np.trapezoid(density, x)
    assert theory.kept_mean_factor("distance", 0.4, 0.5) == pytest.approx(mean, rel=1e-7)


def test_stop_point_is_where_the_kept_mean_meets_the_retained_one():
    for k in (1e-6, 0.01, 0.5, 2.0, 12.0):
        removed = theory.stop_point(k)
        assert theory.kept_mean_factor("likelihood_ratio", 1.0 - removed, k) == pytest.approx(
            0.0, abs=1e-7
        )
    k = np.array([0.0, 1e-6, 0.5, 3.0, 60.0])
    points = theory.stop_point(k)
    assert (points[0], points[-1]) == (0.0, 1.0)
    assert (np.diff(points) > 0).all()
    assert isinstance(theory.stop_point(2.0), float)


def test_efficiency_is_the_limit_of_the_gain_in_many_dimensions():
    k, dim, kept = 40.0, 4096, 0.7
    gain = 1.0 - theory.kept_mean_factor("distance", kept, k, dim)
    best = 1.0 - theory.kept_mean_factor("likelihood_ratio", kept, k)
    assert gain / best == pytest.approx(theory.distance_efficiency(dim, k), rel=0.01)
    assert round(theory.distance_efficiency(384, 2.0), 2) == 0.14
    assert theory.distance_efficiency(5, 0.0) == 0.0
    assert theory.distance_efficiency([1, 10], [0.5, 0.5]).shape == (2,)


@pytest.mark.parametrize("dim", [1, 2, 6, 40])
def test_at_low_divergence_the_distance_rule_follows_a_power_of_what_is_kept(dim):
    kept = np.array([1e-5, 1e-4])
    factor = theory.kept_mean_factor("distance", kept, 1e-6, dim)
    epsilon = np.square(kept * factor)
    slope = np.diff(np.log(epsilon)) / np.diff(np.log(kept))
    assert slope[0] == pytest.approx(2.0 + 4.0 / dim, rel=3e-2)


@given(dim=DIMS, k=DIVERGENCES, removed=st.integers(0, 1000))
def test_no_rule_beats_the_frontier_and_none_the_likelihood_ratio(dim, k, removed):
    names = {**COUNTS, "n_removed": removed, "divergence": k, "dim": dim}
    values = {rule: theory.removal_tradeoff(rule, **names) for rule in theory.RULES}
    for alpha, epsilon in values.values():
        assert alpha <= theory.frontier_alpha(epsilon, k) * (1 + 1e-12)
    alphas = [values[rule][0] for rule in ("random", "distance", "likelihood_ratio")]
    assert alphas[0] <= alphas[1] * (1 + 1e-12)
    assert alphas[1] <= alphas[2] * (1 + 1e-12)
    if removed <= 1000 * theory.stop_point(k):
        root = [math.sqrt(value) for value in values["likelihood_ratio"]]
        assert sum(root) == pytest.approx(math.sqrt(k), rel=1e-12)


@given(dim=DIMS, k=DIVERGENCES, rule=st.sampled_from(theory.RULES))
def test_curves_end_at_the_retained_domain_and_refits_agree_there(dim, k, rule):
    names = {**COUNTS, "n_removed": [0, 1000], "divergence": k, "dim": dim}
    for refit in ("mean", "covariance"):
        alpha, epsilon = theory.removal_tradeoff(rule, **names, refit=refit)
        assert (alpha[1], epsilon[1]) == (pytest.approx(k, rel=1e-14), 0.0)
        random = theory.removal_tradeoff("random", **names, refit=refit)
        np.testing.assert_allclose((alpha, epsilon), random, rtol=1e-13)
    w = 1000 / 1700
    before = theory.removal_tradeoff(rule, **{**names, "n_removed": 0})
    np.testing.assert_allclose(before, (k * (1 - w) ** 2, k * w**2), rtol=1e-12)


@given(dim=DIMS, k=DIVERGENCES)
def test_distance_curves_are_monotone(dim, k):
    names = {**COUNTS, "n_removed": np.arange(1001), "divergence": k, "dim": dim}
    alpha, epsilon = theory.removal_tradeoff("distance", **names)
    assert (np.diff(alpha) > 0).all()
    assert (np.diff(epsilon) < 0).all()


def test_truncation_costs_preservation_when_the_covariance_is_refitted():
    names = {"n_forget": 500, "n_retain": 1000, "n_removed": 250, "divergence": 0.02}
    costs = [theory.removal_tradeoff(rule, **names, refit="covariance")[1] for rule in theory.RULES]
    assert [round(cost, 4) for cost in costs] == [0.0008, 0.0093, 0.0090]


def test_a_refit_of_what_is_not_truncated_keeps_the_digits_of_the_mean():
    names = {"n_forget": 10**6, "n_retain": 10, "n_removed": 1, "divergence": 1e-6, "dim": 4096}
    alpha, epsilon = theory.removal_tradeoff("random", **names, refit="covariance")
    # The variance between the domains, w (1 - w) D^2, is all that is refitted here.
    w = (10**6 - 1) / (10**6 + 9)
    between = w * (1.0 - w) * 2e-6
    mean = np.array(theory.removal_tradeoff("random", **names))
    expected = mean / (1.0 + between) + np.square(between) / 4.0
    np.testing.assert_allclose((alpha, epsilon), expected, rtol=1e-9)


def half_way(rule, divergence, dim):
    """Share removed until alpha is half-way between its start and k, with n2 = 2 n1."""
    start = theory.removal_tradeoff(
        rule, n_forget=1000, n_retain=2000, n_removed=0, divergence=divergence
    )[0]
    needed = theory.required_removals(
        rule,
        n_forget=1000,
        n_retain=2000,
        divergence=divergence,
        dim=dim,
        alpha=0.5 * (start + divergence),
    )
    return needed / 10.0


@pytest.mark.parametrize(
    ("divergence", "dim", "shares"),
    [
        (0.08, 1, (65.0, 18.0, 10.7)),
        (5.12, 1, (65.0, 50.0, 50.0)),
        (0.1, 10, (65.0, 44.0, 12.0)),
        (0.5, 100, (65.0, 58.0, 26.0)),
    ],
)
def test_shares_of_the_paper_and_beyond_it(divergence, dim, shares):
    got = [half_way(rule, divergence, dim) for rule in theory.RULES]
    np.testing.assert_allclose(got, shares, atol=0.9)


def test_scalars_give_floats_and_arrays_broadcast():
    names = {"n_forget": np.int64(10), "n_retain": 20, "divergence": 2}
    for rule in theory.RULES:
        alpha, epsilon = theory.removal_tradeoff(rule, n_removed=np.int32(3), **names)
        assert type(alpha) is type(epsilon) is float
        same = theory.removal_tradeoff(rule, n_removed=3.0, **{**names, "divergence": 2.0})
        assert (alpha, epsilon) == same
        assert type(theory.kept_mean_factor(rule, 1, 2)) is float
        grid = theory.removal_tradeoff(
            rule, n_forget=10, n_retain=20, n_removed=[[3], [5]], divergence=[0.0, 1.0, 2.0], dim=4
        )
        assert grid[0].shape == grid[1].shape == (2, 3)
        one = theory.removal_tradeoff(rule, **{**names, "divergence": 1.0}, n_removed=5, dim=4)
        assert (grid[0][1, 1], grid[1][1, 1]) == pytest.approx(one, rel=1e-14)


def test_limits_without_divergence():
    assert theory.kept_mean_factor("likelihood_ratio", 0.5, 0.0) == -math.inf
    assert theory.kept_mean_factor("likelihood_ratio", 1.0, 0.0) == 1.0
    names = {"n_forget": 10, "n_retain": 10, "n_removed": 5, "divergence": 0.0}
    assert theory.removal_tradeoff("distance", **names) == (0.0, 0.0)
    # A one-sided cut moves the mean even where the domains agree.
    moved = 0.5 * (5 / 15 * float(cut(np.array(0.5), np.array(0.5))[1])) ** 2
    assert theory.removal_tradeoff("likelihood_ratio", **names) == pytest.approx((moved, moved))


TRADEOFF = {"n_forget": 10, "n_retain": 20, "n_removed": 3, "divergence": 2.0}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"divergence": -0.5}, r"divergence: must be finite and at least 0, got -0\.5"),
        ({"divergence": math.nan}, "divergence: must not be NaN"),
        ({"divergence": math.inf}, "divergence: must be finite and at least 0, got inf"),
        ({"n_removed": 11}, r"n_removed: must lie in 0\.\.10, .* got 11"),
        ({"n_removed": [1, -2]}, r"n_removed: .* got -2"),
        ({"n_removed": 2.5}, r"n_removed: must be a whole number of rows, got 2\.5"),
        ({"n_forget": 0}, "n_forget: must be an integer of at least 1, got 0"),
        ({"n_retain": 2.5}, r"n_retain: must be an integer of at least 1, got 2\.5"),
        ({"dim": 0}, r"dim: .* at least 1, got 0"),
        ({"dim": 1.5}, r"dim: must be a whole number of at least 1, got 1\.5"),
        ({"rule": "distanse"}, "rule: .* got 'distanse'. Did you mean 'distance'"),
        ({"refit": "covarianse"}, "refit: .*Did you mean 'covariance'"),
    ],
)
def test_arguments_of_a_tradeoff_out_of_range(changed, message):
    with pytest.raises(ValueError, match=message):
        theory.removal_tradeoff(**{"rule": "random", **TRADEOFF, **changed})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: theory.kept_mean_factor("random", 1.5, 2.0), r"kept: .*\[0, 1\], got 1\.5"),
        (lambda: theory.kept_mean_factor("random", -0.1, 2.0), r"kept: .*\[0, 1\], got -0\.1"),
        (lambda: theory.kept_mean_factor("lr", 0.5, 2.0), "rule: must be one of 'random'"),
        (lambda: theory.kept_mean_factor("random", math.nan, 2.0), "kept: must not be NaN"),
        (lambda: theory.folded_normal_cdf(-1.0, 2.0), "u: must be at least 0, got -1"),
        (lambda: theory.folded_normal_ppf(1.1, 2.0), r"q: must lie in \[0, 1\], got 1\.1"),
        (lambda: theory.folded_normal_ppf(0.5, -2.0), "divergence: .* got -2"),
        (lambda: theory.stop_point(-1.0), "divergence: .* got -1"),
        (lambda: theory.stop_point("many"), "divergence: must hold real numbers"),
        (lambda: theory.distance_efficiency(0, 1.0), r"dim: must be .* at least 1, got 0"),
        (lambda: theory.distance_efficiency(3, -4.0), "divergence: .* got -4"),
    ],
)
def test_arguments_of_rules_out_of_range(call, message):
    with pytest.raises(ValueError, match=message):
        call()

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from unlearn_widgets import theory


def vectors_of(name):
    path = Path(__file__).parents[1] / "vectors" / name
    return json.loads(path.read_text(encoding="utf-8"))["vectors"]


# Theory alone: the others are read where their owner is tested.
VECTORS = [
    vector
    for name in ("theory.json", "theory_corners.json")
    for vector in vectors_of(name)
    if vector["call"].startswith("theory.")
]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_reference_values(vector):
    name = vector["call"].split(".")[1]
    got = getattr(theory, name)(**vector["kwargs"])
    relative = 1e-7 if "certificate" in name else 1e-9
    np.testing.assert_allclose(got, vector["value"], rtol=relative, atol=1e-15)


def test_small_reference_values_are_met_in_relative_terms_too():
    corners = [vector for vector in VECTORS if vector["id"].startswith("c")]
    for vector in corners:
        got = getattr(theory, vector["call"].split(".")[1])(**vector["kwargs"])
        np.testing.assert_allclose(got, vector["value"], rtol=1e-10, atol=0.0, err_msg=str(vector))


def test_every_kind_of_reference_value_is_covered():
    calls = {vector["call"].split(".")[1] for vector in VECTORS}
    others = {"RULES", "frontier_refit", "gaussian_entropy", "noise_floor", "plugin_noise_floor"}
    others |= {"required_removals", "unbiased_divergence"}
    assert calls == set(theory.__all__) - others


def random_gaussian(rng, dim):
    square = rng.standard_normal((dim, dim + 2))
    return rng.standard_normal(dim), square @ square.T


def test_kl_and_log_loss_agree_with_scipy():
    rng = np.random.default_rng(0)
    (mean_p, cov_p), (mean_q, cov_q) = random_gaussian(rng, 4), random_gaussian(rng, 4)
    entropy = stats.multivariate_normal(mean_p, cov_p).entropy()
    assert theory.gaussian_entropy(cov_p) == pytest.approx(entropy, rel=1e-12)
    inverse = np.linalg.inv(cov_q)
    difference = mean_q - mean_p
    literal = 0.5 * (
        np.trace(inverse @ cov_p)
        + difference @ inverse @ difference
        - 4
        + np.linalg.slogdet(cov_q)[1]
        - np.linalg.slogdet(cov_p)[1]
    )
    kl = theory.gaussian_kl(mean_p, cov_p, mean_q, cov_q)
    assert kl == pytest.approx(literal, rel=1e-10)
    loss = theory.expected_log_loss(mean_p, cov_p, mean_q, cov_q)
    assert loss == pytest.approx(entropy + kl, rel=1e-12)


def test_kl_of_nearly_equal_gaussians_keeps_its_digits():
    tiny = 1e-7
    exact = 0.5 * (tiny - math.log1p(tiny))
    assert theory.gaussian_kl([0.0], [[1.0 + tiny]], [0.0], [[1.0]]) == pytest.approx(
        exact, rel=1e-6
    )
    assert theory.gaussian_kl([0.0], [[1.0]], [0.0], [[1.0]]) == 0.0


def test_unbiased_divergence_is_unbiased():
    rng = np.random.default_rng(3)
    n1, n2, dim, k = 12, 20, 6, 2.0
    shift = np.r_[math.sqrt(2 * k), np.zeros(dim - 1)]
    values, plugin = [], []
    for _ in range(1500):
        a, b = rng.standard_normal((n1, dim)) + shift, rng.standard_normal((n2, dim))
        pooled = ((n1 - 1) * np.cov(a.T) + (n2 - 1) * np.cov(b.T)) / (n1 + n2 - 2)
        values.append(theory.unbiased_divergence(a.mean(0), b.mean(0), pooled, n1, n2))
        whitened = np.linalg.solve(np.linalg.cholesky(pooled), a.mean(0) - b.mean(0))
        plugin.append(0.5 * whitened @ whitened)
    error = np.std(values) / math.sqrt(len(values))
    assert abs(np.mean(values) - k) < 4 * error
    assert np.mean(plugin) > k + 20 * error


def test_frontier_functions_are_inverse_and_broadcast():
    epsilon = np.array([0.0, 0.1, 2.0])
    alpha = theory.frontier_alpha(epsilon, 2.0)
    np.testing.assert_allclose(theory.frontier_epsilon(alpha, 2.0), epsilon, atol=1e-15)
    assert isinstance(theory.frontier_alpha(0.1, 2.0), float)
    assert theory.frontier_alpha(math.inf, 2.0) == math.inf


def test_frontier_mean_lies_on_the_frontier():
    rng = np.random.default_rng(1)
    (m1, cov), (m2, _) = random_gaussian(rng, 3), random_gaussian(rng, 3)
    k = theory.gaussian_kl(m1, cov, m2, cov)
    edited = theory.frontier_mean(m1, m2, cov, 0.3)
    assert theory.gaussian_kl(m2, cov, edited, cov) == pytest.approx(0.3, rel=1e-12)
    alpha = theory.gaussian_kl(m1, cov, edited, cov)
    assert alpha == pytest.approx(theory.frontier_alpha(0.3, k), rel=1e-12)


def test_refit_frontier_extrapolates_the_moments():
    k, t = 2.0, 0.08
    alpha, epsilon = theory.frontier_refit(t, k)
    distance = math.sqrt(2 * k)
    mean, second = -t * distance, 1.0 - t * distance**2
    p_hat = ([mean], [[second - mean**2]])
    assert theory.gaussian_kl([distance], [[1.0]], *p_hat) == pytest.approx(alpha, rel=1e-10)
    assert theory.gaussian_kl([0.0], [[1.0]], *p_hat) == pytest.approx(epsilon, rel=1e-10)


def test_refit_frontier_at_the_documented_point():
    t = np.linspace(0.0, 0.2, 200_001)
    alpha, epsilon = theory.frontier_refit(t, 2.0)
    assert round(float(np.interp(0.1, epsilon, alpha)), 3) == 3.979


def test_noise_floors_are_the_mean_of_what_noise_shows():
    rng = np.random.default_rng(5)
    n1, n1k, n2, n2k, dim = 30, 12, 50, 40, 8
    seen = []
    for _ in range(4000):
        a, b = rng.standard_normal((n1, dim)), rng.standard_normal((n2, dim))
        mean = np.vstack([a[:n1k], b[:n2k]]).mean(0)
        seen.append(
            [
                0.5 * np.sum((mean - a.mean(0)) ** 2),
                0.5 * np.sum((mean - b.mean(0)) ** 2),
                0.5 * np.sum(mean**2),
            ]
        )
    expected = [
        *theory.plugin_noise_floor(n1, n1k, n2k, n2, dim),
        theory.noise_floor(n1k + n2k, dim),
    ]
    error = np.std(seen, axis=0) / math.sqrt(len(seen))
    assert (np.abs(np.mean(seen, axis=0) - expected) < 4 * error).all()


def test_noise_floors_of_the_message_set():
    alpha, epsilon = theory.plugin_noise_floor(567, 567 - 394, 3955, 3955, 382)
    assert alpha == pytest.approx(0.354, abs=1e-3)
    assert epsilon == pytest.approx(0.0020, abs=5e-5)


@pytest.mark.parametrize("covariance", ["known", "pooled"])
def test_certificate_covers_a_greedy_choice(covariance):
    rng = np.random.default_rng(7)
    n1, n2, dim, delta = 150, 300, 3, 0.2
    mu = np.array([2.0, 0.0, 0.0])
    misses = 0
    for _ in range(300):
        a, b = rng.standard_normal((n1, dim)) + mu, rng.standard_normal((n2, dim))
        kept = np.vstack([a[np.argsort(a[:, 0])[: n1 // 2]], b]).mean(0)
        scale = np.eye(dim)
        if covariance == "pooled":
            scale = ((n1 - 1) * np.cov(a.T) + (n2 - 1) * np.cov(b.T)) / (n1 + n2 - 2)
        factor = np.linalg.cholesky(scale)
        distances = [np.linalg.norm(np.linalg.solve(factor, kept - x.mean(0))) for x in (a, b)]
        low, high = theory.posthoc_certificate(
            *distances, n_forget=n1, n_retain=n2, dim=dim, delta=delta, covariance=covariance
        )
        truth = 0.5 * np.sum((kept - mu) ** 2), 0.5 * np.sum(kept**2)
        misses += low > truth[0] or high < truth[1]
        assert low <= 0.5 * distances[0] ** 2
        assert high >= 0.5 * distances[1] ** 2
    assert misses <= delta * 300


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: theory.frontier_alpha(-0.1, 2.0), r"epsilon: must be at least 0, got -0\.1"),
        (lambda: theory.frontier_alpha(0.1, math.nan), "divergence: must not be NaN"),
        (lambda: theory.frontier_epsilon(1.0, -1.0), "divergence: must be finite and at least 0"),
        (lambda: theory.frontier_mean([1.0], [1.0], [[1.0]], 0.1), "mean_forget: must differ"),
        (lambda: theory.frontier_refit(0.3, 2.0), r"t: .* must stay below 1.*got 1\.56"),
        (lambda: theory.gaussian_kl([0], [[1, 2]], [0], [[1]]), "cov_p: must be a square"),
        (lambda: theory.gaussian_kl([0], [[0.0]], [0], [[1]]), "cov_p: must be positive definite"),
        (lambda: theory.gaussian_kl([0, 1], [[1]], [0], [[1]]), "mean_p: .* length 1"),
        (lambda: theory.gaussian_kl([0], [[1]], [0, 0], np.eye(2)), "mean_q: .* dimension"),
        (lambda: theory.gaussian_entropy([[1, 2], [0, 1]]), "cov: must be finite and symmetric"),
        (lambda: theory.unbiased_divergence([0, 0], [1, 1], np.eye(2), 2, 3), "got 3. Use more"),
        (lambda: theory.noise_floor(0, 3), "n: must be at least 1, got 0"),
        (lambda: theory.plugin_noise_floor(5, 6, 3, 3, 2), "n_kept_forget: cannot exceed"),
        (lambda: theory.plugin_noise_floor(5, 0, 0, 3, 2), "at least 1 row must be kept"),
        (
            lambda: theory.posthoc_certificate(1, 1, n_forget=9, n_retain=9, dim=1, delta=1.0),
            "delta: must lie strictly between 0 and 1, got 1.0",
        ),
        (
            lambda: theory.posthoc_certificate(
                1, 1, n_forget=9, n_retain=9, dim=1, delta=0.1, covariance="pold"
            ),
            "covariance: must be one of 'known', 'pooled', got 'pold'. Did you mean 'pooled'",
        ),
    ],
)
def test_arguments_out_of_range(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_unknown_keyword_names_the_closest():
    with pytest.raises(TypeError, match=r"frontier_alpha takes no keyword 'epsilom'.*'epsilon'"):
        theory.frontier_alpha(epsilom=0.1, divergence=2.0)

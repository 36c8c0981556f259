from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal
from sklearn.base import clone

from unlearn_widgets.datasets import load_sms_spam, make_gaussians
from unlearn_widgets.problem import UnlearningProblem
from unlearn_widgets.selection import (
    DistanceSelector,
    LikelihoodRatioSelector,
    RandomSelector,
)

SCORING = [
    DistanceSelector(),
    DistanceSelector(metric="euclidean"),
    DistanceSelector(metric="cosine"),
    LikelihoodRatioSelector(),
    LikelihoodRatioSelector(covariance="spherical"),
    LikelihoodRatioSelector(covariance="per-domain"),
]


def labelled(domains):
    y = np.zeros(len(domains.X), dtype=int)
    y[domains.forget] = 1
    return domains.X, y


@pytest.fixture(scope="module")
def sms():
    return load_sms_spam()


@pytest.fixture(scope="module")
def sms_problem(sms):
    return UnlearningProblem(sms.X, sms.forget, sms.retain)


@pytest.fixture(params=SCORING, ids=repr)
def scoring(request):
    return clone(request.param)


def test_scores_fall_along_the_ranking_and_are_those_of_score_samples(scoring):
    X, y = labelled(make_gaussians(60, 90, dim=4, random_state=3))
    scoring.fit(X, y)
    scores = scoring.score_samples(X)
    np.testing.assert_array_equal(scoring.scores_, scores[y == 1])
    assert (np.diff(scores[scoring.rank()]) <= 0).all()


def test_distance_scores_are_the_distances():
    X, y = labelled(make_gaussians(30, 50, dim=3, random_state=2))
    X = X @ np.array([[2.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.5, 0.1]]) + 5.0
    forget, retain = X[y == 1], X[y == 0]
    center = retain.mean(axis=0)
    pooled = (np.cov(forget.T) * 29 + np.cov(retain.T) * 49) / 78
    delta = X - center
    expected = {
        "mahalanobis": np.sqrt(np.einsum("ij,jk,ik->i", delta, np.linalg.inv(pooled), delta)),
        "euclidean": np.sqrt((delta**2).sum(axis=1)),
        "cosine": 1 - X @ center / np.linalg.norm(X, axis=1) / np.linalg.norm(center),
    }
    for metric, distances in expected.items():
        scores = DistanceSelector(metric=metric).fit(X, y).score_samples(X)
        np.testing.assert_allclose(scores, distances, rtol=1e-9, atol=1e-12)


def test_likelihood_ratios_are_differences_of_log_densities():
    X, y = labelled(make_gaussians(30, 50, dim=3, random_state=2))
    X = X @ np.array([[2.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.5, 0.1]])
    means = [X[y == label].mean(axis=0) for label in (1, 0)]
    covariances = [np.cov(X[y == label].T) for label in (1, 0)]
    pooled = (covariances[0] * 29 + covariances[1] * 49) / 78
    spherical = np.eye(3) * np.trace(pooled) / 3
    shrunk = [
        ((n - 1) * covariance + 4 * pooled) / (n - 1 + 4)
        for n, covariance in zip((30, 50), covariances, strict=True)
    ]
    for name, (s1, s2) in {
        "shared": (pooled, pooled),
        "spherical": (spherical, spherical),
        "per-domain": shrunk,
    }.items():
        expected = multivariate_normal(means[0], s1).logpdf(X)
        expected -= multivariate_normal(means[1], s2).logpdf(X)
        scores = LikelihoodRatioSelector(covariance=name).fit(X, y).score_samples(X)
        np.testing.assert_allclose(scores, expected, rtol=1e-9, atol=1e-9)


def test_per_domain_sees_what_a_shared_covariance_cannot():
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal(scale=3.0, size=(400, 2)), rng.normal(size=(400, 2))])
    y = np.repeat([1, 0], 400)
    far = np.linalg.norm(X[:400], axis=1)
    selector = LikelihoodRatioSelector(covariance="per-domain").fit(X, y)
    assert np.corrcoef(selector.scores_, far**2)[0, 1] > 0.99


@pytest.mark.parametrize(
    ("selector", "rule"),
    [(DistanceSelector(), "distance"), (LikelihoodRatioSelector(), "likelihood_ratio")],
    ids=["distance", "likelihood ratio"],
)
def test_selectors_rank_as_the_problem_does(sms, sms_problem, selector, rule):
    X, y = labelled(sms)
    np.testing.assert_array_equal(clone(selector).fit(X, y).rank(), sms_problem.rank(rule))
    np.testing.assert_array_equal(sms_problem.rank(selector), sms_problem.rank(rule))


def test_likelihood_ratio_scores_are_the_scores_of_the_problem(sms, sms_problem):
    X, y = labelled(sms)
    scores = LikelihoodRatioSelector().fit(X, y).score_samples(X)
    np.testing.assert_allclose(scores, sms_problem.scores, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(("random", "best"), [(414, 354), (487, 436)], ids=str)
def test_fewer_likelihood_ratio_removals_do_what_random_ones_do(sms, sms_problem, random, best):
    kept = len(sms.forget) - random
    share = kept / (kept + len(sms.retain))
    target = (1 - share) ** 2 * sms_problem.divergence
    selector = LikelihoodRatioSelector().fit(*labelled(sms))
    assert sms_problem.effect(selector.select(best)).alpha >= target
    assert sms_problem.effect(selector.select(best - 1)).alpha < target


def test_the_likelihood_ratio_beats_distance_and_random_on_the_text_messages(sms, sms_problem):
    alphas = [
        sms_problem.effect(selector.fit(*labelled(sms)).select(394)).alpha
        for selector in (
            LikelihoodRatioSelector(),
            RandomSelector(random_state=0),
            DistanceSelector(),
        )
    ]
    assert alphas[0] > max(alphas[1:]) + 0.3


def test_single_and_double_precision_agree(sms, scoring):
    X, y = labelled(sms)
    single = scoring.fit(X, y).scores_
    order = scoring.rank()
    double = clone(scoring).fit(X.astype(np.float64), y)
    np.testing.assert_allclose(double.scores_, single, rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(double.rank(), order)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_whitened_rankings_ignore_the_units_of_the_columns(seed):
    rng = np.random.default_rng(seed)
    X, y = labelled(make_gaussians(20, 30, dim=4, random_state=rng))
    moved = X * 10.0 ** rng.uniform(-3, 3, size=4) + rng.normal(size=4)
    for selector in (
        DistanceSelector(),
        LikelihoodRatioSelector(),
        LikelihoodRatioSelector(covariance="per-domain"),
    ):
        expected = selector.fit(X, y).scores_
        np.testing.assert_allclose(selector.fit(moved, y).scores_, expected, rtol=1e-6, atol=1e-6)


def test_fewer_rows_than_columns_give_finite_scores(scoring):
    X, y = labelled(make_gaussians(6, 9, dim=40, random_state=1))
    assert np.isfinite(scoring.fit(X, y).scores_).all()


def test_constant_columns_are_harmless(scoring):
    X, y = labelled(make_gaussians(20, 30, dim=3, random_state=1))
    X = np.column_stack([X, np.full(50, 7.0), np.where(y == 1, 2.0, X[:, 0])])
    assert np.isfinite(scoring.fit(X, y).score_samples(X)).all()

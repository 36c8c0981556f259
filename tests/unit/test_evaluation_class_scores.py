from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression

import unlearn_widgets as uw
from unlearn_widgets.blas import single_thread
from unlearn_widgets.evaluation import predicted_log_loss, predicted_recall
from unlearn_widgets.evaluation.class_scores import CLASS_SCORES, fold_scores, mean_softplus

ROWS = 8000


def simulate(rule, divergence, dim, fraction, model):
    """Fit a linear model to an edited sample; return its scores on the two populations."""
    rng = np.random.default_rng(1)
    mean = np.zeros(dim)
    mean[0] = math.sqrt(2 * divergence)
    forget, retain = rng.normal(size=(ROWS, dim)) + mean, rng.normal(size=(ROWS, dim))
    score = {
        "random": rng.random(ROWS),
        "distance": (forget**2).sum(axis=1),
        "likelihood_ratio": forget[:, 0],
    }[rule]
    kept = forget[np.argsort(-score)[round(fraction * ROWS) :]]
    with single_thread():
        model.fit(np.vstack([kept, retain]), np.repeat([1, 0], [len(kept), ROWS]))
    weights, offset = model.coef_[0], model.intercept_[0]
    spread, centre = np.linalg.norm(weights), weights @ mean + offset
    return ndtr(centre / spread), mean_softplus(-centre, spread), mean_softplus(offset, spread)


def closed(rule, divergence, dim, fraction):
    counts = {"n_forget": ROWS, "n_retain": ROWS, "n_removed": round(fraction * ROWS)}
    given = {**counts, "divergence": divergence, "dim": dim}
    return predicted_recall(rule, **given), *predicted_log_loss(rule, **given)


@pytest.mark.parametrize("rule", ["random", "distance", "likelihood_ratio"])
@pytest.mark.parametrize("divergence", [0.125, 0.5, 2.0, 4.5, 12.5])
@pytest.mark.parametrize("dim", [1, 10])
def test_it_is_the_discriminant_of_the_edited_sample(rule, divergence, dim):
    for fraction in (0.3, 0.6, 0.9):
        got = simulate(rule, divergence, dim, fraction, LinearDiscriminantAnalysis())
        expected = closed(rule, divergence, dim, fraction)
        assert got[0] == pytest.approx(expected[0], abs=0.03)
        np.testing.assert_allclose(got[1:], expected[1:], rtol=0.08, atol=0.003)


@pytest.mark.parametrize("divergence", [0.125, 0.5, 2.0, 4.5])
def test_it_is_logistic_regression_under_random_removal(divergence):
    for fraction in (0.0, 0.5, 0.9):
        model = LogisticRegression(C=1e4, max_iter=5000)
        got = simulate("random", divergence, 2, fraction, model)
        expected = closed("random", divergence, 2, fraction)
        assert got[0] == pytest.approx(expected[0], abs=0.03)
        np.testing.assert_allclose(got[1:], expected[1:], rtol=0.08, atol=0.003)


# The table of section 7 of docs/theory.md: recall and log-loss, closed form and logistic.
TABLE = [
    (0.5, 0.3, 0.574, 0.584, 0.683, 0.677),
    (0.5, 0.95, 0.000, 0.000, 4.71, 4.89),
    (2.0, 0.6, 0.780, 0.794, 0.466, 0.441),
    (2.0, 0.8, 0.264, 0.325, 0.989, 0.941),
    (4.5, 0.3, 0.949, 0.934, 0.130, 0.163),
    (4.5, 0.9, 0.748, 0.819, 0.510, 0.398),
    (12.5, 0.6, 0.997, 0.994, 0.007, 0.017),
    (0.125, 0.95, 0.001, 0.002, 5.11, 5.76),
]


@pytest.mark.parametrize(
    ("divergence", "fraction", "recall", "fitted", "loss", "fitted_loss"), TABLE
)
def test_a_truncated_class_is_where_logistic_regression_departs(
    divergence, fraction, recall, fitted, loss, fitted_loss
):
    expected = closed("likelihood_ratio", divergence, 1, fraction)
    assert expected[:2] == pytest.approx((recall, loss), rel=0.005, abs=0.0005)
    model = LogisticRegression(C=1e4, max_iter=5000)
    got = simulate("likelihood_ratio", divergence, 1, fraction, model)
    assert got[:2] == pytest.approx((fitted, fitted_loss), rel=0.01, abs=0.001)


def test_random_removal_has_the_textbook_form():
    kept = np.array([1000, 400, 50])
    got = predicted_recall(
        "random", n_forget=1000, n_retain=2000, n_removed=1000 - kept, divergence=2.0, dim=7
    )
    np.testing.assert_allclose(got, ndtr(1.0 + np.log(kept / 2000) / 2.0), rtol=1e-12)


def test_recall_is_halved_by_random_removal_where_the_odds_are_exp_minus_k():
    kept = round(1e6 * math.exp(-5.0))
    counts = {"n_forget": 10**6, "n_retain": 10**6, "n_removed": 10**6 - kept}
    assert predicted_recall("random", **counts, divergence=5.0) == pytest.approx(0.5, abs=1e-4)


def test_selection_raises_recall_at_high_divergence_and_lowers_it_at_low():
    counts = {"n_forget": 1000, "n_retain": 1000, "n_removed": 600, "dim": 10}
    high, low = (
        [predicted_recall(rule, **counts, divergence=k) for rule in ("random", "likelihood_ratio")]
        for k in (4.5, 0.5)
    )
    assert high[1] > high[0] + 0.05
    assert low[1] < low[0] - 0.3


def test_both_ends():
    counts = {"n_forget": 10, "n_retain": 20, "n_removed": [0, 10], "divergence": 0.0}
    for rule in ("random", "distance"):
        np.testing.assert_array_equal(predicted_recall(rule, **counts), [0.0, 0.0])
        forget, retain = predicted_log_loss(rule, **counts)
        np.testing.assert_allclose(forget, [math.log(3), math.inf])
        np.testing.assert_allclose(retain, [math.log(1.5), 0.0])
    shape = predicted_recall(
        "distance", n_forget=9, n_retain=9, n_removed=[[1], [2]], divergence=[1.0, 2.0, 3.0], dim=4
    ).shape
    assert shape == (2, 3)


def test_bad_arguments_raise():
    counts = {"n_forget": 10, "n_retain": 10, "n_removed": 11, "divergence": 1.0}
    with pytest.raises(ValueError, match=r"n_removed: must lie in 0\.\.10"):
        predicted_recall("random", **counts)
    with pytest.raises(ValueError, match="rule: must be one of"):
        predicted_log_loss("influence", **{**counts, "n_removed": 1})


@pytest.mark.parametrize("mean", [-20.0, -3.0, 0.0, 2.0, 15.0])
@pytest.mark.parametrize("deviation", [0.01, 0.5, 2.0, 4.99, 5.01, 20.0, 100.0])
def test_the_integral_is_exact(mean, deviation):
    def integrand(t):
        density = math.exp(-0.5 * ((t - mean) / deviation) ** 2) / deviation
        return np.logaddexp(0.0, t) * density / math.sqrt(2.0 * math.pi)

    low, high = mean - 12 * deviation, mean + 12 * deviation
    breaks = sorted({float(np.clip(x, low, high)) for x in (0.0, mean)})
    expected = quad(integrand, low, high, points=breaks, limit=500)[0]
    assert float(mean_softplus(mean, deviation)) == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_actual_rows_give_the_discriminant_that_scikit_learn_fits():
    domains = uw.datasets.make_gaussians(150, 300, shift=2.0, dim=4, random_state=2)
    problem = uw.UnlearningProblem(domains.X, domains.forget)
    removed = problem.rank("distance")[:60]
    got = next(fold_scores(problem, [removed]))
    kept = np.setdiff1d(np.arange(450), removed)
    y = np.isin(np.arange(450), domains.forget)
    model = LinearDiscriminantAnalysis(solver="lsqr").fit(domains.X[kept], y[kept])
    # scikit-learn divides the pooled scatter by n, the kit by n - 2.
    prior = math.log(90 / 300)
    scores = (model.decision_function(domains.X) - prior) * (390 - 2) / 390 + prior
    forget, retain = scores[y], scores[~y]
    expected = [
        ndtr(forget.mean() / forget.std(ddof=1)),
        mean_softplus(-forget.mean(), forget.std(ddof=1)),
        mean_softplus(retain.mean(), retain.std(ddof=1)),
        ndtr(-retain.mean() / retain.std(ddof=1)),
    ]
    np.testing.assert_allclose([got[f"class_{name}"] for name in CLASS_SCORES], expected, rtol=1e-9)


def test_nothing_is_claimed_where_the_edited_covariance_is_singular():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(12, 9))
    problem = uw.UnlearningProblem(X, np.arange(6), shrinkage=None)
    scores = list(fold_scores(problem, [np.arange(5), np.arange(6)]))
    assert np.isnan(list(scores[0].values())).all()
    assert list(scores[1].values()) == [0.0, math.inf, 0.0, 1.0]

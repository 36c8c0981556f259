"""What the rows are compared with: exact laws, fitted Gaussian rows, and rotated rows."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from unlearn_widgets.problem import UnlearningProblem
from unlearn_widgets.problem.diagnosis import _refit_floor
from unlearn_widgets.problem.domain_shape import DistanceLaw, distance_law, kolmogorov_distance
from unlearn_widgets.problem.evidence import _covariance_gap, _direction_divergence, _Pair
from unlearn_widgets.problem.gaussian_rows import GaussianRows
from unlearn_widgets.problem.neighbor_divergence import neighbor_divergence
from unlearn_widgets.problem.rotation import Rotation
from unlearn_widgets.statistics import FORGET, RETAIN
from unlearn_widgets.theory import gaussian_kl


def test_laws_are_those_of_scipy():
    levels, squares = np.array([0.01, 0.3, 0.99]), np.array([0.5, 3.0, 9.0])
    for law, peer in (
        (DistanceLaw(4, 11, 12.0), stats.beta(2.0, 3.5, scale=12.0)),
        (DistanceLaw(4, None, 0.9), stats.chi2(4, scale=0.9)),
    ):
        np.testing.assert_allclose(law.cdf(squares), peer.cdf(squares))
        np.testing.assert_allclose(law.quantile(levels), peer.ppf(levels))
        assert law.mean == pytest.approx(peer.mean())
        assert law.cdf(np.array([-1.0, 1e9])).tolist() == [0.0, 1.0]


@pytest.mark.parametrize(("n_forget", "n_retain", "dim"), [(8, 20, 6), (15, 15, 10), (30, 60, 1)])
def test_distances_of_gaussian_rows_follow_the_law_and_not_chi_square(n_forget, n_retain, dim):
    rng = np.random.default_rng(1)
    squares = []
    for _ in range(400):
        rows = rng.standard_normal((n_forget + n_retain, dim))
        problem = UnlearningProblem(rows, np.arange(n_forget), shrinkage=None)
        # One row a sample: rows of one sample share their covariance and are not independent.
        row = problem.whitened([0])[0] - problem._whitening.mean_forget
        squares.append(float(row @ row))
    law = distance_law(problem._rows, problem._whitening, "shared", FORGET)
    assert stats.kstest(squares, law.cdf).pvalue > 0.01
    if dim > 1:
        assert stats.kstest(squares, stats.chi2(dim).cdf).pvalue < 1e-3


def test_there_is_no_law_where_none_is_known():
    rows = np.random.default_rng(2).standard_normal((12, 10))
    for keywords in ({}, {"shrinkage": None}, {"covariance": "refit"}):
        problem = UnlearningProblem(rows, range(5), **keywords)
        assert distance_law(problem._rows, problem._whitening, problem._mode, RETAIN) is None


@pytest.mark.parametrize("taken", [(12, 20), (5, 20), (5, 6)])
def test_a_part_of_fitted_rows_is_a_part_of_whitened_gaussian_rows(taken):
    counts, dim = (12, 20), 6
    axis = 2.0 * np.eye(dim)[0]
    source = GaussianRows(counts, taken, axis, np.random.default_rng(3), fitted=True)
    drawn = [source.draw() for _ in range(300)]
    assert [len(block) for block in drawn[0]] == list(taken)
    law = DistanceLaw(dim, 30, 30.0 * 11.0 / 12.0)
    squares = [float(np.sum((forget[0] - axis) ** 2)) for forget, _ in drawn]
    assert stats.kstest(squares, law.cdf).pvalue > 0.01
    along = np.array([retain[0, 0] for _, retain in drawn])
    assert abs(along.mean()) < 4.0 / math.sqrt(len(along))
    assert np.square(along).mean() == pytest.approx(19.0 / 20.0, abs=0.3)


def test_the_unseen_rows_count_in_the_fit():
    # With a large rest the covariance is as good as known.
    source = GaussianRows((10, 10**6), (10, 50), np.zeros(3), np.random.default_rng(4), fitted=True)
    squares = np.concatenate([np.square(source.draw()[1]).sum(axis=1) for _ in range(40)])
    assert stats.kstest(squares, stats.chi2(3).cdf).pvalue > 0.01


@pytest.mark.parametrize("n", [6, 11, 12, 13, 40])
def test_rotated_rows_keep_means_and_scatter(n):
    rng = np.random.default_rng(5)
    blocks = [rng.standard_exponential((n, 10)), rng.standard_exponential((4, 10)) + 3.0]
    drawn = Rotation(blocks, rng).draw()
    scatter = []
    for rows in (blocks, drawn):
        residuals = np.concatenate([block - block.mean(axis=0) for block in rows])
        scatter.append(residuals.T @ residuals)
    np.testing.assert_allclose(scatter[1], scatter[0], atol=1e-9)
    for before, after in zip(blocks, drawn, strict=True):
        np.testing.assert_allclose(after.mean(axis=0), before.mean(axis=0), atol=1e-12)
        assert not np.allclose(before, after)


@pytest.mark.parametrize(("n", "dim"), [(8, 3), (5, 9)])
def test_rotated_gaussian_rows_are_gaussian_again(n, dim):
    rng = np.random.default_rng(6)
    lengths = np.arange(1.0, dim + 1.0)
    first, again = [], []
    for _ in range(600):
        rows = rng.standard_normal((n, dim)) * lengths
        first.append(np.abs(rows[0]).max())
        again.append(np.abs(Rotation([rows], rng).draw()[0][0]).max())
    assert stats.ks_2samp(first, again).pvalue > 0.01


def test_rotation_follows_the_axes_of_the_rows():
    rows = np.random.default_rng(7).standard_exponential((30, 4))
    turn = np.linalg.qr(np.random.default_rng(8).standard_normal((4, 4)))[0]
    (one,) = Rotation([rows], np.random.default_rng(9)).draw()
    (other,) = Rotation([rows @ turn], np.random.default_rng(9)).draw()
    np.testing.assert_allclose(one @ turn, other, atol=1e-9)


def test_rotation_makes_other_rows_gaussian():
    rows = np.random.default_rng(10).standard_exponential((2000, 1))
    (drawn,) = Rotation([rows], np.random.default_rng(11)).draw()
    assert stats.kstest(stats.zscore(rows[:, 0]), "norm").statistic > 0.1
    assert stats.kstest(stats.zscore(drawn[:, 0]), "norm").statistic < 0.03


@pytest.mark.parametrize(("dim", "tolerance"), [(1, 0.1), (2, 0.1), (5, 0.2)])
def test_nearest_neighbours_estimate_a_known_divergence(dim, tolerance):
    rng = np.random.default_rng(12)
    mean, scale = np.full(dim, 0.6), 1.3
    truth = gaussian_kl(mean, np.eye(dim), np.zeros(dim), scale**2 * np.eye(dim))
    values = [
        neighbor_divergence(
            rng.standard_normal((1000, dim)) + mean, scale * rng.standard_normal((1500, dim))
        )
        for _ in range(4)
    ]
    assert np.mean([estimate.value for estimate in values]) == pytest.approx(truth, abs=tolerance)
    assert {estimate.tied for estimate in values} == {0.0}


def test_nearest_neighbours_by_hand():
    estimate = neighbor_divergence(np.array([[0.0], [1.0]]), np.array([[3.0], [7.0], [9.0]]))
    # One other row of p at distance 1; the nearest of q at 3 and 2.
    assert estimate.value == pytest.approx(0.5 * math.log(6.0) + math.log(3.0))


def test_rows_that_coincide_have_no_distance():
    rng = np.random.default_rng(13)
    repeated = np.repeat(rng.standard_normal((20, 2)), 6, axis=0)
    apart = rng.standard_normal((200, 2))
    assert math.isnan(neighbor_divergence(repeated, apart).value)
    mixed = neighbor_divergence(np.concatenate([repeated, apart]), apart + 5.0)
    assert mixed.tied == pytest.approx(120 / 320)
    assert math.isfinite(mixed.value)


def test_kolmogorov_distance_forgives_rounding_and_agrees_with_scipy():
    rng = np.random.default_rng(14)
    first, second = rng.standard_normal(50), rng.standard_normal(80)
    assert kolmogorov_distance(first, second) == pytest.approx(
        stats.ks_2samp(first, second).statistic
    )
    assert kolmogorov_distance(np.full(5, 3.0), np.full(5, 3.0 + 1e-12)) == 0.0


def test_refitted_divergence_of_equal_domains_is_the_floor():
    rng, dim, n_forget, n_retain = np.random.default_rng(15), 5, 15, 25
    values = [
        UnlearningProblem(
            rng.standard_normal((40, dim)), np.arange(n_forget), covariance="refit"
        ).divergence
        for _ in range(600)
    ]
    error = np.std(values) / math.sqrt(len(values))
    assert abs(np.mean(values) - _refit_floor(n_forget, n_retain, dim)) < 4.0 * error
    assert _refit_floor(5, 25, 5) == math.inf


@pytest.mark.parametrize("dim", [3, 60])
def test_the_gap_of_covariances_is_that_of_numpy(dim):
    rng = np.random.default_rng(16)
    pair = _Pair(rng.standard_normal((20, dim)), 2.0 * rng.standard_normal((15, dim)), np.ones(dim))
    gap = np.cov(pair.forget.T) - np.cov(pair.retain.T)
    assert _covariance_gap(pair) == pytest.approx(np.square(gap).sum())


def test_the_direction_that_differs_most_is_found_among_many():
    rng = np.random.default_rng(17)
    forget, retain = rng.standard_normal((2, 2000, 30))
    forget[:, 7] *= 3.0
    ratio = (2000 * 9.0 + 30) / 2030
    expected = 0.5 * (ratio - 1.0 - math.log(ratio))
    found = _direction_divergence(_Pair(forget, retain, np.ones(30)))
    assert found == pytest.approx(expected, rel=0.15)

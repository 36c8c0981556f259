"""The digits, which are real, and the principal components of any pixels."""

from __future__ import annotations

import numpy as np
import pytest

import unlearn_widgets as uw
from unlearn_widgets.datasets import load_digits_domain
from unlearn_widgets.datasets.components import principal_components


def test_digits_are_the_real_ones():
    from sklearn.datasets import load_digits

    digits, bunch = load_digits_domain(forget=3), load_digits()
    assert digits.X.shape == (1797, 64)
    assert (len(digits.forget), len(digits.retain)) == (183, 1614)
    np.testing.assert_array_equal(digits.X * 16, bunch.data)
    np.testing.assert_array_equal(digits.X_model, bunch.data)
    np.testing.assert_array_equal(digits.forget, np.flatnonzero(bunch.target == 3))
    assert digits.records["label"] == [str(label) for label in bunch.target]
    assert len(set(digits.records["id"])) == 1797
    np.testing.assert_array_equal(digits.records["image"], np.arange(1797))


def test_digits_make_a_problem_and_a_session_that_name_their_domains():
    digits = load_digits_domain(forget=3)
    problem = uw.UnlearningProblem(digits.X, digits.forget)
    assert problem.dim_effective == 61
    rows = [digits.X[part].astype(float) for part in (digits.forget, digits.retain)]
    pooled = sum(np.cov(part.T) * (len(part) - 1) for part in rows) / (1797 - 2)
    gap = rows[0].mean(axis=0) - rows[1].mean(axis=0)
    divergence = gap @ np.linalg.pinv(pooled, hermitian=True) @ gap / 2
    assert problem.divergence == pytest.approx(divergence, rel=1e-9)
    session = uw.Session(problem, digits.records, key="id")
    session.select(digits.forget[:2])
    assert session.removed_keys == [digits.records["id"][row] for row in digits.forget[:2]]


def test_several_digits_can_be_forgotten_by_number_or_name():
    both = load_digits_domain(forget=[8, "3"])
    assert len(both.forget) == 183 + 174
    assert set(both.records["domain"]) == {"3, 8", "other digits"}


def test_components_of_the_digits_are_those_of_scikit_learn():
    from sklearn.decomposition import PCA

    digits = load_digits_domain(forget=3, n_components=10)
    model = PCA(10, svd_solver="full").fit(digits.X_model / 16)
    theirs = model.transform(digits.X_model / 16)
    signs = np.sign((theirs * digits.X).sum(axis=0))
    np.testing.assert_allclose(digits.X * signs, theirs, atol=1e-5)
    assert f"{model.explained_variance_ratio_.sum():.1%}" in digits.description


@pytest.mark.parametrize(("n", "p"), [(300, 60), (40, 60), (2000, 20)])
@pytest.mark.parametrize("m", [3, 15])
def test_components_agree_with_scikit_learn_whatever_the_shape(n, p, m):
    from sklearn.decomposition import PCA

    rng = np.random.default_rng(n)
    strengths = 40 * 0.7 ** np.arange(p)
    pixels = rng.normal(128, strengths, size=(n, p)).round().clip(0, 255).astype(np.uint8)
    model = PCA(m, svd_solver="full").fit(pixels / 255)
    got = principal_components(pixels, m, 255.0)
    theirs = model.transform(pixels / 255)
    signs = np.sign((theirs * got.X).sum(axis=0))
    np.testing.assert_allclose(got.X * signs, theirs, atol=2e-6)
    assert got.variance_kept == pytest.approx(model.explained_variance_ratio_.sum())


@pytest.mark.parametrize("n", [50, 400])
def test_components_without_variance_are_left_out(n):
    rng = np.random.default_rng(0)
    pixels = np.zeros((n, 100), dtype=np.uint8)
    pixels[:, :3] = rng.integers(0, 256, size=(n, 3))
    pixels[:, 50] = 255
    got = principal_components(pixels, 8, 255.0)
    assert got.X.shape == (n, 3)
    assert got.variance_kept == pytest.approx(1.0)


@pytest.mark.parametrize("n", [2, 50, 400])
def test_equal_images_have_one_component_of_zeros(n):
    got = principal_components(np.full((n, 100), 200, dtype=np.uint8), 8, 255.0)
    assert got.X.shape == (n, 1)
    assert not got.X.any()


def test_the_brightest_images_keep_their_sums_exact():
    pixels = np.full((3000, 4), 255, dtype=np.uint8)
    pixels[::2, 1] = 0
    got = principal_components(pixels, 4, 255.0)
    np.testing.assert_allclose(got.X, np.where(np.arange(3000) % 2, 0.5, -0.5)[:, None], atol=1e-7)

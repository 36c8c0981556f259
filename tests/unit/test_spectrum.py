"""Few rows of many columns: the spectrum comes from the rows, and must be that of the columns."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.covariance import ledoit_wolf, oas

from unlearn_widgets.problem.spectrum import (
    EIGENVALUE_CUT,
    Residuals,
    correlation_spectrum,
    shrunk_spectrum,
)
from unlearn_widgets.statistics import domain_codes, summarise


def few_rows(n=24, dim=60):
    rng = np.random.default_rng(4)
    X = rng.standard_normal((n, dim)) @ rng.standard_normal((dim, dim))
    X[:, 7] = 3 * X[:, 8]
    X[:10] += 0.5
    return X, domain_codes(n, np.arange(10))


@pytest.mark.parametrize("dim", [60, 25, 24, 23])
def test_the_correlation_of_few_rows_is_that_of_the_columns(dim):
    X, codes = few_rows()
    X = X[:, :dim]
    domains = summarise(X, codes)
    residuals = Residuals(X, codes, domains, np.arange(dim))
    assert residuals.shape == (24, dim)
    scale, eigenvalues, basis = correlation_spectrum(residuals, np.full(dim, 2.0), freedom=22)
    centred = residuals.all(np.ones(dim))
    covariance = centred.T @ centred / 22
    np.testing.assert_allclose(scale, np.sqrt(np.diagonal(covariance)), rtol=1e-12)
    correlation = covariance / np.outer(scale, scale)
    expected = np.linalg.eigvalsh(correlation)
    kept = expected[expected > EIGENVALUE_CUT * expected[-1]]
    assert len(eigenvalues) == len(kept) == 22
    np.testing.assert_allclose(eigenvalues, kept, rtol=1e-9)
    np.testing.assert_allclose((basis * eigenvalues) @ basis.T, correlation, atol=1e-12)


@pytest.mark.parametrize(("method", "estimate"), [("ledoit-wolf", ledoit_wolf), ("oas", oas)])
@pytest.mark.parametrize("dim", [60, 24, 5])
def test_a_shrunk_covariance_is_that_of_scikit_learn_for_any_shape(method, estimate, dim):
    rows = few_rows()[0][:, :dim]
    eigenvalues, basis = shrunk_spectrum(rows, method, freedom=22)
    assert basis.shape == (dim, dim)
    assert (np.diff(eigenvalues) >= 0).all()
    np.testing.assert_allclose(basis.T @ basis, np.eye(dim), atol=1e-12)
    expected = estimate(rows, assume_centered=True)[0] * 24 / 22
    np.testing.assert_allclose((basis * eigenvalues) @ basis.T, expected, rtol=1e-9, atol=1e-9)

from __future__ import annotations

import numpy as np
import pytest
from sklearn.covariance import ledoit_wolf, oas

from unlearn_widgets.problem.whitening import fit, fit_pooled
from unlearn_widgets.statistics import (
    FORGET,
    RETAIN,
    DomainStatistics,
    domain_codes,
    summarise,
)


def two_domains(n1=40, n2=60, dim=3, seed=0):
    rng = np.random.default_rng(seed)
    mixing = rng.standard_normal((dim, dim))
    X = rng.standard_normal((n1 + n2, dim)) @ mixing
    X[:n1] += 1.0
    return X, domain_codes(n1 + n2, np.arange(n1))


def pooled_covariance(X, codes):
    residuals = np.vstack([X[codes == c] - X[codes == c].mean(0) for c in (RETAIN, FORGET)])
    return residuals.T @ residuals / (len(residuals) - 2)


def test_statistics_of_rows_added_and_removed():
    rng = np.random.default_rng(1)
    rows = rng.standard_normal((50, 4)) + 1e4
    statistics = DomainStatistics(4, origin=rows[0])
    statistics.add(rows)
    statistics.remove(rows[10:25])
    kept = np.delete(rows, np.s_[10:25], axis=0)
    assert statistics.n == 35
    np.testing.assert_allclose(statistics.mean(), kept.mean(0), rtol=1e-14)
    np.testing.assert_allclose(statistics.covariance(), np.cov(kept.T, bias=True), rtol=1e-10)


def test_merged_statistics_are_those_of_all_rows():
    rows = np.random.default_rng(2).standard_normal((20, 2))
    parts = [DomainStatistics(2), DomainStatistics(2), DomainStatistics(2)]
    parts[0].add(rows[:7])
    parts[1].add(rows[7:])
    parts[2].add(rows)
    merged = parts[0].merge(parts[1])
    assert merged.n == 20
    np.testing.assert_allclose(merged.covariance(), parts[2].covariance(), rtol=1e-12)
    np.testing.assert_allclose(merged.mean(), parts[2].mean(), rtol=1e-12)
    assert parts[0].n == 7


def test_statistics_refuse_what_makes_no_sense():
    statistics = DomainStatistics(2)
    with pytest.raises(ValueError, match="no rows are counted"):
        statistics.mean()
    with pytest.raises(ValueError, match="cannot remove 3 rows, only 0"):
        statistics.remove(np.zeros((3, 2)))
    with pytest.raises(ValueError, match=r"shape \(m, 2\)"):
        statistics.add(np.zeros((3, 3)))
    with pytest.raises(ValueError, match="same origin"):
        statistics.merge(DomainStatistics(2, origin=[1.0, 0.0]))
    with pytest.raises(ValueError, match=r"origin: must have shape \(2,\)"):
        DomainStatistics(2, origin=[1.0])


def test_summary_names_the_rows_that_are_not_finite():
    X, codes = two_domains()
    X[[0, 57], 1] = np.nan, np.inf
    with pytest.raises(ValueError, match=r"X: .*2 of 100 rows .*\(rows 0, 57\)"):
        summarise(X, codes)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.int16, np.uint8])
def test_summary_accumulates_any_type_in_float64(dtype):
    rows = np.random.default_rng(0).integers(1, 200, (30_000, 2)).astype(dtype)
    codes = domain_codes(30_000, np.arange(1000))
    exact = rows[1000:].astype(np.float64).mean(0)
    np.testing.assert_allclose(summarise(rows, codes)[RETAIN].mean, exact, rtol=1e-12)


def test_whitened_residuals_have_unit_pooled_covariance():
    X, codes = two_domains()
    whitening = fit_pooled(X, codes, summarise(X, codes))
    whitened = whitening.transform(X)
    np.testing.assert_allclose(pooled_covariance(whitened, codes), np.eye(3), atol=1e-12)
    np.testing.assert_allclose(whitened[codes == RETAIN].mean(0), 0.0, atol=1e-12)
    np.testing.assert_allclose(whitened[codes == FORGET].mean(0), whitening.mean_forget, atol=1e-12)
    expected = np.linalg.slogdet(pooled_covariance(X, codes))[1]
    assert whitening.log_det == pytest.approx(expected, rel=1e-10)


def test_constant_columns_are_found_exactly():
    X, codes = two_domains()
    # A tenth summed a hundred times is not a hundred tenths: the variance by sums is not zero.
    padded = np.column_stack([np.full(100, 0.1), X, np.zeros(100)])
    whitening = fit_pooled(padded, codes, summarise(padded, codes))
    assert whitening.dim_effective == 3
    assert whitening.means_in_span
    assert (whitening.weights[[0, 4]] == 0.0).all()


def test_a_nearly_dead_column_counts():
    X, codes = two_domains()
    faint = np.where(np.arange(100) % 7 == 0, -6e-8, 0.0)
    padded = np.column_stack([X, faint])
    assert fit_pooled(padded, codes, summarise(padded, codes)).dim_effective == 4


def test_dependent_columns_leave_the_span_and_its_log_determinant():
    X, codes = two_domains()
    copies = np.column_stack([X, 2.0 * X[:, :1], X @ [1.0, -3.0, 0.5]])
    whitening = fit_pooled(copies, codes, summarise(copies, codes))
    eigenvalues = np.linalg.eigvalsh(pooled_covariance(copies, codes))[-3:]
    assert whitening.dim_effective == 3
    assert whitening.means_in_span
    assert whitening.log_det == pytest.approx(np.log(eigenvalues).sum(), rel=1e-10)


def test_means_that_differ_outside_the_span_are_noticed():
    X, codes = two_domains()
    apart = np.column_stack([X, np.where(codes == FORGET, 1.0, 0.0)])
    assert not fit_pooled(apart, codes, summarise(apart, codes)).means_in_span
    turned = apart @ np.linalg.qr(np.random.default_rng(0).standard_normal((4, 4)))[0]
    whitening = fit_pooled(turned, codes, summarise(turned, codes))
    assert whitening.dim_effective == 3
    assert not whitening.means_in_span


@pytest.mark.parametrize("scale", [1e-300, 1e-9, 1e150])
def test_extreme_units_neither_overflow_nor_vanish(scale):
    X, codes = two_domains()
    reference = fit_pooled(X, codes, summarise(X, codes))
    scaled = X * [scale, 1.0, 1.0]
    whitening = fit_pooled(scaled, codes, summarise(scaled, codes))
    square = whitening.mean_forget @ whitening.mean_forget
    assert square == pytest.approx(reference.mean_forget @ reference.mean_forget, rel=1e-9)


@pytest.mark.parametrize(("method", "estimate"), [("ledoit-wolf", ledoit_wolf), ("oas", oas)])
@pytest.mark.parametrize("few", [False, True])
def test_shrinkage_is_that_of_scikit_learn(method, estimate, few):
    X, codes = two_domains(5, 8, 20) if few else two_domains()
    whitening = fit_pooled(X, codes, summarise(X, codes), method)
    n = len(X)
    residuals = np.vstack([X[codes == c] - X[codes == c].mean(0) for c in (RETAIN, FORGET)])
    residuals /= np.sqrt(np.diagonal(pooled_covariance(X, codes)))
    if not few:
        # In the span the principal directions are a rotation, which changes neither estimate.
        residuals = residuals @ np.linalg.eigh(residuals.T @ residuals)[1]
    expected = estimate(residuals, assume_centered=True)[0] * n / (n - 2)
    seen = np.linalg.inv(whitening.weights @ whitening.weights.T)
    scales = np.sqrt(np.diagonal(pooled_covariance(X, codes)))
    got = np.linalg.eigvalsh(seen / np.outer(scales, scales))
    np.testing.assert_allclose(got, np.linalg.eigvalsh(expected), rtol=1e-8)
    assert whitening.shrinkage_used == method
    assert whitening.dim_effective == X.shape[1]


def test_auto_shrinkage_acts_only_when_rows_are_too_few():
    X, codes = two_domains(5, 8, 20)
    assert fit(X, codes, "shared", "auto").shrinkage_used == "ledoit-wolf"
    assert fit(X, codes, "shared", "auto").dim_effective == 20
    assert fit(X, codes, "shared", None).dim_effective == 11
    assert fit(X, codes, "refit", "auto").shrinkage_used is None
    X, codes = two_domains(5, 8, 9)
    assert fit(X, codes, "shared", "auto").shrinkage_used is None
    X, codes = two_domains(5, 8, 10)
    assert fit(X, codes, "shared", "auto").shrinkage_used == "ledoit-wolf"


def test_a_memory_map_is_read_in_pieces(tmp_path, monkeypatch):
    X, codes = two_domains(200, 300)
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    sizes = []

    def spy(rows, part):
        sizes.append(part.stop - part.start)
        return np.asarray(rows[part], dtype=np.float64)

    monkeypatch.setattr("unlearn_widgets.statistics.CHUNK_BYTES", 64 * 3 * 8)
    monkeypatch.setattr("unlearn_widgets.problem.spectrum.float_rows", spy)
    monkeypatch.setattr("unlearn_widgets.statistics.float_rows", spy)
    whitening = fit(mapped, codes, "shared", None)
    assert max(sizes) == 64
    whole = fit_pooled(X, codes, summarise(X, codes))
    np.testing.assert_allclose(np.abs(whitening.weights), np.abs(whole.weights), rtol=1e-9)

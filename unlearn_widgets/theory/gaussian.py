"""Divergence, entropy and log-loss of Gaussians by Cholesky factors (docs/theory.md, 1)."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from unlearn_widgets.validation import Floats, array, count, strict_keywords

LOG_2PI = math.log(2.0 * math.pi)


@strict_keywords
def gaussian_kl(
    mean_p: npt.ArrayLike, cov_p: npt.ArrayLike, mean_q: npt.ArrayLike, cov_q: npt.ArrayLike
) -> float:
    """Compute the Kullback-Leibler divergence of two Gaussians, KL(p || q).

    Parameters
    ----------
    mean_p, mean_q : (d,) array-like
        The means.
    cov_p, cov_q : (d, d) array-like
        The covariances, symmetric and positive definite.

    Returns
    -------
    float
        1/2 [tr(Sq^-1 Sp) + (mq - mp)' Sq^-1 (mq - mp) - d + ln det Sq - ln det Sp], in nats.

    Raises
    ------
    ValueError
        When shapes do not agree or a covariance is not symmetric and positive definite.

    Notes
    -----
    Section 1 of docs/theory.md. Summed as non-negative terms, so small divergences keep their
    digits.

    Examples
    --------
    >>> gaussian_kl([0.0], [[1.0]], [1.0], [[1.0]])
    0.5

    """
    mean_p, factor_p = _moments("mean_p", mean_p, "cov_p", cov_p)
    mean_q, factor_q = _moments("mean_q", mean_q, "cov_q", cov_q)
    if mean_p.shape != mean_q.shape:
        message = f"mean_q: must have the dimension of mean_p, {mean_p.size}, got {mean_q.size}."
        raise ValueError(message)
    return kl_from_factors(mean_p - mean_q, factor_p, factor_q)


@strict_keywords
def gaussian_entropy(cov: npt.ArrayLike) -> float:
    """Compute the differential entropy of a Gaussian.

    Parameters
    ----------
    cov : (d, d) array-like
        The covariance, symmetric and positive definite.

    Returns
    -------
    float
        1/2 ln det(2 pi e S), in nats.

    Raises
    ------
    ValueError
        When the covariance is not symmetric and positive definite.

    Notes
    -----
    Section 1 of docs/theory.md.

    Examples
    --------
    >>> round(gaussian_entropy([[1.0]]), 6)
    1.418939

    """
    factor = cholesky("cov", cov)
    return entropy_from_log_det(log_det(factor), len(factor))


@strict_keywords
def expected_log_loss(
    mean_p: npt.ArrayLike, cov_p: npt.ArrayLike, mean_q: npt.ArrayLike, cov_q: npt.ArrayLike
) -> float:
    """Compute the expected log-loss (cross-entropy) of the Gaussian q on data drawn from p.

    Parameters
    ----------
    mean_p, mean_q : (d,) array-like
        The means.
    cov_p, cov_q : (d, d) array-like
        The covariances, symmetric and positive definite.

    Returns
    -------
    float
        H(p) + KL(p || q), in nats per row. With the sample mean and the MLE covariance of some
        rows as p, this is the mean negative log-likelihood of these rows under q.

    Raises
    ------
    ValueError
        When shapes do not agree or a covariance is not symmetric and positive definite.

    Notes
    -----
    Section 1 of docs/theory.md.

    Examples
    --------
    >>> round(expected_log_loss([0.0], [[1.0]], [1.0], [[1.0]]), 6)
    1.918939

    """
    return gaussian_entropy(cov_p) + gaussian_kl(mean_p, cov_p, mean_q, cov_q)


@strict_keywords
def unbiased_divergence(
    mean_forget: npt.ArrayLike,
    mean_retain: npt.ArrayLike,
    pooled_cov: npt.ArrayLike,
    n_forget: int,
    n_retain: int,
) -> float:
    """Estimate without bias the divergence k = KL(p1 || p2) under a shared covariance.

    Parameters
    ----------
    mean_forget, mean_retain : (d,) array-like
        Sample means of the two domains.
    pooled_cov : (d, d) array-like
        Pooled within-domain covariance, with n_forget + n_retain - 2 degrees of freedom.
    n_forget, n_retain : int
        Rows in each domain.

    Returns
    -------
    float
        1/2 [(nu - d - 1)/nu T - d (1/n_forget + 1/n_retain)], in nats, with
        nu = n_forget + n_retain - 2 and T the squared Mahalanobis distance of the means. It can
        be negative when the domains hardly differ.

    Raises
    ------
    ValueError
        When nu <= d + 1, shapes do not agree, or the covariance is not positive definite.

    Notes
    -----
    Section 3 of docs/theory.md. The plug-in T/2 is far too large when rows are few.

    Examples
    --------
    >>> round(unbiased_divergence([1.0], [0.0], [[1.0]], 50, 100), 6)
    0.478243

    """
    first, factor = _moments("mean_forget", mean_forget, "pooled_cov", pooled_cov)
    second, _ = _moments("mean_retain", mean_retain, "pooled_cov", pooled_cov)
    n1, n2 = count("n_forget", n_forget), count("n_retain", n_retain)
    whitened = np.linalg.solve(factor, first - second)
    return unbias(float(whitened @ whitened), len(factor), n1, n2)


def unbias(squared_distance: float, dim: int, n_forget: int, n_retain: int) -> float:
    """Remove the bias of half a squared Mahalanobis distance under the pooled covariance."""
    freedom = n_forget + n_retain - 2
    if freedom <= dim + 1:
        message = (
            f"n_forget, n_retain: n_forget + n_retain - 2 must exceed d + 1 = {dim + 1}, "
            f"got {freedom}. Use more rows or fewer dimensions."
        )
        raise ValueError(message)
    shrunk = (freedom - dim - 1) / freedom * squared_distance
    return 0.5 * (shrunk - dim * (1.0 / n_forget + 1.0 / n_retain))


def cholesky(name: str, cov: npt.ArrayLike) -> Floats:
    """Return the lower Cholesky factor of a covariance, or raise naming the argument."""
    matrix = np.atleast_2d(array(name, cov))
    if matrix.shape != (len(matrix), len(matrix)):
        message = f"{name}: must be a square (d, d) covariance, got shape {matrix.shape}."
        raise ValueError(message)
    scale = float(np.max(np.abs(matrix), initial=0.0))
    if not np.isfinite(scale) or np.max(np.abs(matrix - matrix.T)) > 1e-8 * scale:
        message = f"{name}: must be finite and symmetric. Pass (cov + cov.T) / 2."
        raise ValueError(message)
    try:
        return np.asarray(np.linalg.cholesky(matrix), dtype=np.float64)
    except np.linalg.LinAlgError:
        lowest = float(np.linalg.eigvalsh(matrix)[0])
        message = (
            f"{name}: must be positive definite, its smallest eigenvalue is {lowest:.3g}. "
            "Drop constant or dependent columns, or shrink it."
        )
        raise ValueError(message) from None


def log_det(factor: Floats) -> float:
    """Log-determinant of a covariance from its Cholesky factor."""
    return 2.0 * float(np.log(np.diagonal(factor)).sum())


def entropy_from_log_det(value: float, dim: int) -> float:
    """Entropy of a Gaussian in `dim` dimensions whose covariance has this log-determinant."""
    return 0.5 * (dim * (LOG_2PI + 1.0) + value)


def kl_from_factors(difference: Floats, factor_p: Floats, factor_q: Floats) -> float:
    """KL(p || q) from the difference of the means and lower Cholesky factors."""
    from scipy.linalg import solve_triangular

    ratio = solve_triangular(factor_q, factor_p, lower=True, check_finite=False)
    shift = solve_triangular(factor_q, difference, lower=True, check_finite=False)
    excess = np.square(np.diagonal(ratio)) - 1.0
    spread = float((excess - np.log1p(excess)).sum())
    return 0.5 * (spread + float(np.square(np.tril(ratio, -1)).sum()) + float(shift @ shift))


def _moments(
    mean_name: str, mean: npt.ArrayLike, cov_name: str, cov: npt.ArrayLike
) -> tuple[Floats, Floats]:
    factor = cholesky(cov_name, cov)
    vector = np.atleast_1d(array(mean_name, mean))
    if vector.shape != (len(factor),) or not np.isfinite(vector).all():
        message = (
            f"{mean_name}: must be a finite vector of length {len(factor)}, the dimension of "
            f"{cov_name}, got shape {vector.shape}."
        )
        raise ValueError(message)
    return vector, factor

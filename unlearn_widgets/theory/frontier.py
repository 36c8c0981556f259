"""The best removal any edit can reach for a given preservation (docs/theory.md, section 1)."""

from __future__ import annotations

from typing import overload

import numpy as np
import numpy.typing as npt

from unlearn_widgets.theory.gaussian import cholesky
from unlearn_widgets.validation import Floats, array, at_least, strict_keywords


def unwrap(values: Floats) -> float | Floats:
    """Return a float for a scalar result and the array otherwise."""
    return float(values) if np.ndim(values) == 0 else values


@overload
def frontier_alpha(epsilon: float, divergence: float) -> float: ...
@overload
def frontier_alpha(epsilon: npt.ArrayLike, divergence: npt.ArrayLike) -> float | Floats: ...
@strict_keywords
def frontier_alpha(epsilon: npt.ArrayLike, divergence: npt.ArrayLike) -> float | Floats:
    """Largest removal alpha that an edit with preservation `epsilon` can reach.

    Parameters
    ----------
    epsilon : float or array-like
        Preservation KL(p2 || p^), in nats, at least 0.
    divergence : float or array-like
        k = KL(p1 || p2), in nats, at least 0; broadcast against `epsilon`.

    Returns
    -------
    float or ndarray
        (sqrt k + sqrt epsilon)^2, in nats.

    Raises
    ------
    ValueError
        When an argument is negative or NaN.

    Notes
    -----
    Gaussians with one shared covariance; the paper's frontier, section 1 of docs/theory.md.

    Examples
    --------
    >>> round(frontier_alpha(0.1, 2.0), 3)
    2.994

    """
    eps, k = at_least("epsilon", epsilon, 0.0), at_least("divergence", divergence, 0.0)
    return unwrap(np.square(np.sqrt(k) + np.sqrt(eps)))


@overload
def frontier_epsilon(alpha: float, divergence: float) -> float: ...
@overload
def frontier_epsilon(alpha: npt.ArrayLike, divergence: npt.ArrayLike) -> float | Floats: ...
@strict_keywords
def frontier_epsilon(alpha: npt.ArrayLike, divergence: npt.ArrayLike) -> float | Floats:
    """Smallest preservation cost epsilon of an edit with removal `alpha`.

    Parameters
    ----------
    alpha : float or array-like
        Removal KL(p1 || p^), in nats, at least 0.
    divergence : float or array-like
        k = KL(p1 || p2), in nats, finite and at least 0; broadcast against `alpha`.

    Returns
    -------
    float or ndarray
        max(0, sqrt alpha - sqrt k)^2, in nats.

    Raises
    ------
    ValueError
        When an argument is negative or NaN, or the divergence is infinite.

    Notes
    -----
    Gaussians with one shared covariance; the paper's frontier, section 1 of docs/theory.md.

    Examples
    --------
    >>> frontier_epsilon(1.5, 2.0), round(frontier_epsilon(3.0, 2.0), 4)
    (0.0, 0.101)

    """
    goal, k = at_least("alpha", alpha, 0.0), at_least("divergence", divergence, 0.0, finite=True)
    return unwrap(np.square(np.maximum(0.0, np.sqrt(goal) - np.sqrt(k))))


@strict_keywords
def frontier_mean(
    mean_forget: npt.ArrayLike, mean_retain: npt.ArrayLike, cov: npt.ArrayLike, epsilon: float
) -> Floats:
    """Mean of the edited Gaussian that reaches the frontier at `epsilon`.

    Parameters
    ----------
    mean_forget, mean_retain : (d,) array-like
        Means of the two domains; they must differ.
    cov : (d, d) array-like
        The shared covariance, symmetric and positive definite.
    epsilon : float
        Preservation, in nats, at least 0.

    Returns
    -------
    (d,) ndarray
        m2 - sqrt(epsilon / k) (m1 - m2): beyond the retained mean, away from the forget mean.

    Raises
    ------
    ValueError
        When `epsilon` is negative, the means coincide, shapes do not agree or the covariance is
        not positive definite.

    Notes
    -----
    Section 1 of docs/theory.md.

    Examples
    --------
    >>> frontier_mean([2.0], [0.0], [[1.0]], 0.5)
    array([-1.])

    """
    eps = float(at_least("epsilon", epsilon, 0.0, finite=True))
    first, second = (
        np.atleast_1d(array(name, mean))
        for name, mean in (("mean_forget", mean_forget), ("mean_retain", mean_retain))
    )
    factor = cholesky("cov", cov)
    for name, mean in (("mean_forget", first), ("mean_retain", second)):
        if mean.shape != (len(factor),) or not np.isfinite(mean).all():
            message = f"{name}: must be a finite vector of length {len(factor)}, got {mean.shape}."
            raise ValueError(message)
    whitened = np.linalg.solve(factor, first - second)
    k = 0.5 * float(whitened @ whitened)
    if k == 0.0:
        message = "mean_forget: must differ from mean_retain, both are equal: no direction to move."
        raise ValueError(message)
    return np.asarray(second - np.sqrt(eps / k) * (first - second))


@strict_keywords
def frontier_refit(
    t: npt.ArrayLike, divergence: npt.ArrayLike
) -> tuple[float | Floats, float | Floats]:
    """Frontier when the covariance is refitted as well, traced by the extrapolation `t`.

    Parameters
    ----------
    t : float or array-like
        How far the moments are extrapolated from p1 through p2, at least 0; 0 is p2 itself.
    divergence : float or array-like
        k = KL(p1 || p2), in nats, at least 0, with 2 t (1 + t) k < 1; broadcast against `t`.

    Returns
    -------
    alpha, epsilon : float or ndarray
        Removal and preservation of that point, in nats.

    Raises
    ------
    ValueError
        When an argument is negative, or 2 t (1 + t) k reaches 1, where the extrapolated
        covariance is singular.

    Notes
    -----
    Section 1 of docs/theory.md, with s = 1 - 2 t (1 + t) k:
    alpha = 1/2 [(1 + 2 (1 + t)^2 k)/s - 1 + ln s] and eps = 1/2 [(1 + 2 t^2 k)/s - 1 + ln s].

    Examples
    --------
    >>> frontier_refit(0.0, 2.0)
    (2.0, 0.0)

    """
    step, k = at_least("t", t, 0.0, finite=True), at_least("divergence", divergence, 0.0)
    lost = 2.0 * step * (1.0 + step) * k
    if np.any(lost >= 1.0) or not np.all(np.isfinite(lost)):
        message = (
            "t: 2 t (1 + t) divergence must stay below 1, where the covariance becomes singular, "
            f"got {float(np.max(lost)):g}. Use a smaller t."
        )
        raise ValueError(message)
    left = 1.0 - lost
    alpha = 0.5 * ((2.0 * np.square(1.0 + step) * k + lost) / left + np.log1p(-lost))
    epsilon = 0.5 * ((2.0 * np.square(step) * k + lost) / left + np.log1p(-lost))
    return unwrap(alpha), unwrap(epsilon)

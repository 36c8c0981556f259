"""What the rules do to the kept forget rows of the population (docs/theory.md, section 2)."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from unlearn_widgets.theory.arguments import between, dimension, finite_divergence, rule_name
from unlearn_widgets.theory.frontier import unwrap
from unlearn_widgets.theory.noncentral import kept_law, quantile
from unlearn_widgets.validation import Floats, at_least, strict_keywords

STOP_ITERATIONS = 100
# Gauss-Legendre is exact to the last digit for the smooth integrand of small balls.
NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)


@strict_keywords
def folded_normal_cdf(u: npt.ArrayLike, divergence: npt.ArrayLike) -> float | Floats:
    """Share of a one-dimensional forget domain within a distance of the retained mean.

    Parameters
    ----------
    u : float or array-like
        Distance in standard deviations, at least 0.
    divergence : float or array-like
        k = KL(p1 || p2), in nats, finite and at least 0; broadcast against `u`.

    Returns
    -------
    float or ndarray
        g(u; k) = Phi(u - D) + Phi(u + D) - 1 with D = sqrt(2 k).

    Raises
    ------
    ValueError
        When an argument is negative or NaN.

    Notes
    -----
    The paper's folded normal; section 2 of docs/theory.md, distance rule at d = 1.

    Examples
    --------
    >>> round(folded_normal_cdf(2.0, 2.0), 6)
    0.499968

    """
    from scipy.special import ndtr

    reach, k = np.broadcast_arrays(at_least("u", u, 0.0), finite_divergence(divergence))
    shift = np.sqrt(2.0 * k)
    difference = ndtr(reach - shift) - ndtr(-reach - shift)
    small = reach * np.maximum(shift, 1.0) < 0.5
    nodes = 0.5 * np.where(small, reach, 0.0)[..., None] * (NODES + 1.0)
    values = np.exp(-0.5 * np.square(nodes)) * np.cosh(shift[..., None] * nodes)
    integral = 0.5 * reach * (values @ WEIGHTS)
    near = math.sqrt(2.0 / math.pi) * np.exp(-k) * np.where(small, integral, 0.0)
    return unwrap(np.where(small, near, difference))


@strict_keywords
def folded_normal_ppf(q: npt.ArrayLike, divergence: npt.ArrayLike) -> float | Floats:
    """Distance from the retained mean that holds a share of a one-dimensional forget domain.

    Parameters
    ----------
    q : float or array-like
        Share, in [0, 1]; 1 gives inf.
    divergence : float or array-like
        k = KL(p1 || p2), in nats, finite and at least 0; broadcast against `q`.

    Returns
    -------
    float or ndarray
        The u with `folded_normal_cdf` (u, k) = q, in standard deviations.

    Raises
    ------
    ValueError
        When an argument is out of range or NaN.

    Notes
    -----
    The paper's inverse folded normal; section 2 of docs/theory.md, distance rule at d = 1.

    Examples
    --------
    >>> round(folded_normal_ppf(0.5, 2.0), 6)
    2.000079

    """
    share, k = np.broadcast_arrays(between("q", q, 0.0, 1.0), finite_divergence(divergence))
    return unwrap(np.sqrt(quantile(share, 1.0 - share, 2.0 * k, np.ones(share.shape))))


@strict_keywords
def kept_mean_factor(
    rule: str, kept: npt.ArrayLike, divergence: npt.ArrayLike, dim: npt.ArrayLike = 1
) -> float | Floats:
    """Factor rho by which a rule shrinks the kept forget mean towards the retained mean.

    Parameters
    ----------
    rule : {"random", "distance", "likelihood_ratio"}
        Which rows are removed.
    kept : float or array-like
        Share q of the forget domain that is kept, in [0, 1].
    divergence : float or array-like
        k = KL(p1 || p2), in nats, finite and at least 0.
    dim : int or array-like
        Dimension d, at least 1; matters to the distance rule only. All are broadcast.

    Returns
    -------
    float or ndarray
        1 for random removal; P_{d+2}(c) / P_d(c) with P_d(c) = q for distance; 1 - h(q)/D for the
        likelihood ratio, negative once the kept mean lies beyond the retained one, and -inf in the
        limits q = 0 and k = 0.

    Raises
    ------
    ValueError
        For an unknown rule, or an argument out of range.

    Notes
    -----
    Section 2 of docs/theory.md.

    Examples
    --------
    >>> round(kept_mean_factor("distance", 0.5, 0.5, dim=2), 6)
    0.422909
    >>> round(kept_mean_factor("likelihood_ratio", 0.951, 0.02), 6)
    0.466425

    """
    name = rule_name(rule)
    q, k, d = np.broadcast_arrays(
        between("kept", kept, 0.0, 1.0), finite_divergence(divergence), dimension(dim)
    )
    if name == "random":
        return unwrap(np.ones(q.shape))
    if name == "distance":
        return unwrap(kept_law(q, 1.0 - q, k, d).mean)
    h = np.where(q > 0.0, cut(q, 1.0 - q)[1], np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = 1.0 - h / np.sqrt(2.0 * k)
    return unwrap(np.where(q >= 1.0, 1.0, factor))


@strict_keywords
def distance_efficiency(dim: npt.ArrayLike, divergence: npt.ArrayLike) -> float | Floats:
    """Share of the likelihood ratio's gain that the distance rule keeps.

    Parameters
    ----------
    dim : int or array-like
        Dimension d, at least 1.
    divergence : float or array-like
        k = KL(p1 || p2), in nats, finite and at least 0; broadcast against `dim`.

    Returns
    -------
    float or ndarray
        1 / sqrt(1 + d / (4 k)), in [0, 1]; 0 for k = 0.

    Raises
    ------
    ValueError
        When an argument is out of range.

    Notes
    -----
    Section 2 of docs/theory.md: the correlation of a squared distance with the discriminant
    direction, which is the efficiency while few rows are removed or d is large.

    Examples
    --------
    >>> round(distance_efficiency(384, 2.0), 2)
    0.14

    """
    d, k = dimension(dim), finite_divergence(divergence)
    return unwrap(np.sqrt(4.0 * k / (4.0 * k + d)))


@strict_keywords
def stop_point(divergence: npt.ArrayLike) -> float | Floats:
    """Share of the forget domain whose removal by likelihood ratio makes the edited mean meet m2.

    Parameters
    ----------
    divergence : float or array-like
        k = KL(p1 || p2), in nats, finite and at least 0.

    Returns
    -------
    float or ndarray
        1 - q with h(q) = D, in [0, 1]. It rounds to 1 from a divergence of about 50.

    Raises
    ------
    ValueError
        When the divergence is negative, infinite or NaN.

    Notes
    -----
    Section 2 of docs/theory.md. Past this point the rule overshoots: alpha exceeds k and epsilon
    grows again.

    Examples
    --------
    >>> round(stop_point(2.0), 4)
    0.942

    """
    from scipy.special import log_ndtr, ndtr

    shift = np.sqrt(2.0 * finite_divergence(divergence))
    positive = shift > 0.0
    goal = np.log(np.where(positive, shift, 1.0))
    z = np.where(shift > 1.0, -shift, np.sqrt(np.maximum(0.0, -2.0 * goal)))
    for _ in range(STOP_ITERATIONS):
        value = -0.5 * np.square(z) - 0.5 * math.log(2.0 * math.pi) - log_ndtr(z)
        step = (value - goal) / (z + np.exp(value))
        z = z + step
        if np.all(np.abs(step) <= 1e-15 * np.maximum(1.0, np.abs(z))):
            break
    return unwrap(np.where(positive, ndtr(-z), 0.0))


def cut(kept: Floats, gone: Floats) -> tuple[Floats, Floats]:
    """Return z = Phi^-1(q) and h(q) = phi(z)/q, how far the mean of the kept tail moves.

    Both shares are taken, since neither is known to full precision from the other near 1. Nothing
    moves where nothing is kept or nothing removed: z and h are 0 there.

    >>> z, h = cut(np.array([0.5, 1.0]), np.array([0.5, 0.0]))
    >>> h.round(4)
    array([0.7979, 0.    ])
    """
    from scipy.special import ndtri

    inside = (kept > 0.0) & (gone > 0.0)
    low, high = np.where(inside, kept, 0.5), np.where(inside, gone, 0.5)
    z = np.where(low <= high, ndtri(low), -ndtri(high))
    h = np.exp(-0.5 * np.square(z)) / (math.sqrt(2.0 * math.pi) * low)
    return np.where(inside, z, 0.0), np.where(inside, h, 0.0)

"""What a rule is expected to reach before any row is looked at (docs/theory.md, section 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from unlearn_widgets.theory.arguments import Counts, counts, dimension, finite_divergence, rule_name
from unlearn_widgets.theory.frontier import unwrap
from unlearn_widgets.theory.logs import less_log
from unlearn_widgets.theory.noncentral import kept_law
from unlearn_widgets.theory.rules import cut
from unlearn_widgets.validation import choice, strict_keywords

if TYPE_CHECKING:
    import numpy.typing as npt

    from unlearn_widgets.validation import Floats

REFITS = ("mean", "covariance")


class KeptMoments(NamedTuple):
    """The kept forget rows of the population, in whitened coordinates centred at m2.

    Attributes
    ----------
    pull : ndarray
        w rho D: how far the edited mean lies from m2, towards m1.
    push : ndarray
        (1 - w rho) D: how far it lies from m1, towards m2; summed without cancellation.
    across : ndarray
        Kept variance across the line between the means, less 1.
    along : ndarray
        Kept variance along that line, less 1.

    """

    pull: Floats
    push: Floats
    across: Floats
    along: Floats


@strict_keywords
def removal_tradeoff(
    rule: str,
    *,
    n_forget: int,
    n_retain: int,
    n_removed: npt.ArrayLike,
    divergence: npt.ArrayLike,
    dim: npt.ArrayLike = 1,
    refit: str = "mean",
) -> tuple[float | Floats, float | Floats]:
    """Predict removal and preservation of a rule for the population.

    Parameters
    ----------
    rule : {"random", "distance", "likelihood_ratio"}
        Which rows are removed first.
    n_forget, n_retain : int
        Rows of the two domains before removal, at least 1.
    n_removed : int or array-like
        Forget rows removed, in 0..n_forget.
    divergence : float or array-like
        k = KL(p1 || p2), in nats, finite and at least 0.
    dim : int or array-like
        Dimension d, at least 1. `n_removed`, `divergence` and `dim` are broadcast.
    refit : {"mean", "covariance"}
        Whether the edited Gaussian keeps the shared covariance, or its covariance is refitted too.

    Returns
    -------
    alpha, epsilon : float or ndarray
        Removal KL(p1 || p^) and preservation KL(p2 || p^), in nats.

    Raises
    ------
    ValueError
        For an unknown rule or refit, or an argument out of range.

    Notes
    -----
    Section 2 of docs/theory.md: alpha = (1 - w rho)^2 k and epsilon = (w rho)^2 k with the mean
    refitted alone. A prediction, neither the value of actual rows nor a bound.

    Examples
    --------
    >>> counts = dict(n_forget=1000, n_retain=1000, n_removed=300, divergence=0.5, dim=2)
    >>> [round(value, 4) for value in removal_tradeoff("distance", **counts)]
    [0.28, 0.0317]
    >>> [round(value, 4) for value in removal_tradeoff("random", **counts)]
    [0.173, 0.0848]

    """
    name, refitted = rule_name(rule), choice("refit", refit, REFITS)
    rows = counts(n_forget, n_retain, n_removed)
    k, d = finite_divergence(divergence), dimension(dim)
    moments = kept_moments(name, rows, k, d)
    if refitted == "mean":
        same = np.zeros(d.shape)
        alpha, epsilon = (0.5 * np.square(part) + same for part in (moments.push, moments.pull))
        return unwrap(alpha), unwrap(epsilon)
    w = rows.weight
    across = w * moments.across
    along = w * moments.along + _between(moments.pull, w)
    spread = (d - 1.0) * _excess(across) + _excess(along)
    alpha = 0.5 * (spread + np.square(moments.push) / (1.0 + along))
    return unwrap(alpha), unwrap(0.5 * (spread + np.square(moments.pull) / (1.0 + along)))


def kept_moments(rule: str, rows: Counts, divergence: Floats, dim: Floats) -> KeptMoments:
    """Return what a rule leaves of the forget population."""
    w, rest = rows.weight, rows.rest
    distance = np.sqrt(2.0 * divergence)
    if rule == "random":
        nothing = np.zeros(np.broadcast_shapes(w.shape, distance.shape))
        return KeptMoments(w * distance, rest * distance, nothing, nothing)
    if rule == "likelihood_ratio":
        z, h = cut(rows.share, rows.gone)
        pull, push = w * (distance - h), rest * distance + w * h
        return KeptMoments(pull, push, np.zeros(()), -h * (z + h))
    law = kept_law(*np.broadcast_arrays(rows.share, rows.gone, divergence, dim))
    across = -law.lost_mean
    return KeptMoments(
        pull=w * law.mean * distance,
        push=(rest + w * law.lost_mean) * distance,
        across=across,
        along=across + law.spread * np.square(distance),
    )


def _between(pull: Floats, weight: Floats) -> Floats:
    """Return w (1 - w) (rho D)^2, the variance between kept forget rows and retained ones."""
    some = np.where(weight > 0.0, weight, 1.0)
    return np.asarray(np.where(weight > 0.0, (1.0 - weight) / some, 0.0) * np.square(pull))


def _excess(u: Floats) -> Floats:
    """1/(1+u) - 1 + ln(1+u), without the cancellation near u = 0."""
    return less_log(-u / (1.0 + u))

"""The numbers of an edit from the sums of the rows kept (docs/theory.md, section 4).

All in whitened coordinates: the pooled (or known) covariance is the identity and the mean of the
retained domain is zero.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from unlearn_widgets.problem.spectrum import EIGENVALUE_CUT
from unlearn_widgets.statistics import FORGET, RETAIN
from unlearn_widgets.theory.gaussian import (
    LOG_2PI,
    entropy_from_log_det,
    kl_from_factors,
    log_det,
)

if TYPE_CHECKING:
    from unlearn_widgets.problem.rows import KeptSums, WhitenedRows
    from unlearn_widgets.problem.whitening import Whitening
    from unlearn_widgets.validation import Floats

INFINITY = math.inf


@dataclass(frozen=True, slots=True)
class LiveNumbers:
    """What an edit does to both domains, in nats, and how far it moves the mean."""

    alpha: float
    epsilon: float
    forget_log_loss: float
    retain_log_loss: float
    distance_forget: float
    distance_retain: float


class LiveUpdate(Protocol):
    """How p^ is refitted to the rows kept."""

    divergence: float
    entropies: dict[int, float]

    def numbers(self, kept: KeptSums) -> LiveNumbers:
        """Return the numbers of the edit that keeps these rows."""


class MeanRefit:
    """The mean of p^ follows the rows kept, its covariance is frozen or known."""

    def __init__(self, rows: WhitenedRows, whitening: Whitening) -> None:
        self._whole = rows.counts
        self._target = whitening.mean_forget
        self._in_span = whitening.means_in_span
        self._entropy = entropy_from_log_det(whitening.log_det, rows.dim)
        self.entropies = {RETAIN: self._entropy, FORGET: self._entropy}
        inside = 0.5 * float(self._target @ self._target)
        self.divergence = inside if self._in_span else INFINITY

    def numbers(self, kept: KeptSums) -> LiveNumbers:
        """Return the numbers of the edit that keeps these rows."""
        mean = edited_mean(kept, self._whole, self._target)
        to_forget, to_retain = _square(mean - self._target), _square(mean)
        if not self._in_span:
            to_forget = INFINITY if kept.counts[RETAIN] else to_forget
            to_retain = INFINITY if kept.counts[FORGET] else to_retain
        alpha, epsilon = 0.5 * to_forget, 0.5 * to_retain
        return LiveNumbers(
            alpha=alpha,
            epsilon=epsilon,
            forget_log_loss=self._entropy + alpha,
            retain_log_loss=self._entropy + epsilon,
            distance_forget=math.sqrt(to_forget),
            distance_retain=math.sqrt(to_retain),
        )


@dataclass(frozen=True, slots=True)
class _Domain:
    """Maximum-likelihood Gaussian of the full sample of a domain."""

    mean: Floats
    root: Floats  # root @ root.T is the covariance
    factor: Floats | None  # lower Cholesky factor, None when the covariance is singular


class CovarianceRefit:
    """Mean and covariance of p^ are both refitted by maximum likelihood."""

    def __init__(self, rows: WhitenedRows, whitening: Whitening) -> None:
        self._dim = rows.dim
        self._whole = rows.counts
        self._target = whitening.mean_forget
        self._in_span = whitening.means_in_span
        self._units = whitening.log_det
        self._domains = {code: _domain(rows, code) for code in (FORGET, RETAIN)}
        forget, retain = self._domains[FORGET], self._domains[RETAIN]
        self.divergence = self._kl(FORGET, retain.mean, retain.factor)
        if not self._in_span:
            self.divergence = INFINITY
        self.entropies = {code: self._entropy(code) for code in self._domains}
        self._only_forget = 0.0 if forget.factor is not None else INFINITY
        self._only_retain = 0.0 if retain.factor is not None else INFINITY

    def numbers(self, kept: KeptSums) -> LiveNumbers:
        """Return the numbers of the edit that keeps these rows."""
        mean = edited_mean(kept, self._whole, self._target)
        total = kept.counts[FORGET] + kept.counts[RETAIN]
        factor = None
        if total > self._dim:
            moments = (kept.scatters[FORGET] + kept.scatters[RETAIN]) / total
            factor = _factor(moments - np.outer(mean, mean))
        alpha, epsilon = self._kl(FORGET, mean, factor), self._kl(RETAIN, mean, factor)
        losses = [self._log_loss(code, mean, factor) for code in (FORGET, RETAIN)]
        if not self._in_span:
            if kept.counts[RETAIN]:
                alpha = losses[0] = INFINITY
            if kept.counts[FORGET]:
                epsilon = losses[1] = INFINITY
        if kept.counts == {RETAIN: self._whole[RETAIN], FORGET: 0}:
            alpha, epsilon = self.divergence, self._only_retain
        elif kept.counts == {RETAIN: 0, FORGET: self._whole[FORGET]}:
            alpha = self._only_forget
        return LiveNumbers(
            alpha=alpha,
            epsilon=epsilon,
            forget_log_loss=losses[0],
            retain_log_loss=losses[1],
            distance_forget=math.sqrt(_square(mean - self._target)),
            distance_retain=math.sqrt(_square(mean)),
        )

    def _kl(self, code: int, mean: Floats, factor: Floats | None) -> float:
        domain = self._domains[code]
        if domain.factor is None or factor is None:
            return INFINITY
        return kl_from_factors(domain.mean - mean, domain.factor, factor)

    def _entropy(self, code: int) -> float:
        factor = self._domains[code].factor
        if factor is None:
            return -INFINITY
        return entropy_from_log_det(log_det(factor) + self._units, self._dim)

    def _log_loss(self, code: int, mean: Floats, factor: Floats | None) -> float:
        # A cross-entropy, never H + KL: with few rows H is -inf and KL inf, but this is finite.
        if factor is None:
            return INFINITY
        from scipy.linalg import solve_triangular

        domain = self._domains[code]
        right = np.column_stack([domain.root, domain.mean - mean])
        spread = float(np.square(solve_triangular(factor, right, lower=True)).sum())
        return 0.5 * (self._dim * LOG_2PI + log_det(factor) + spread + self._units)


def edited_mean(kept: KeptSums, whole: dict[int, int], target: Floats) -> Floats:
    """Return the whitened mean of all rows kept."""
    if kept.counts[RETAIN] == 0 and kept.counts[FORGET] == whole[FORGET]:
        return target
    total = kept.counts[FORGET] + kept.counts[RETAIN]
    return (kept.sum(FORGET) + kept.sum(RETAIN)) / total


def _domain(rows: WhitenedRows, code: int) -> _Domain:
    n = rows.counts[code]
    mean = rows.exact_totals[code] / n
    covariance = rows.scatter_totals[code] / n - np.outer(mean, mean)
    eigenvalues, vectors = np.linalg.eigh(covariance)
    singular = n <= rows.dim or eigenvalues[0] <= EIGENVALUE_CUT * eigenvalues[-1]
    factor = None if singular else _factor(covariance)
    root = vectors * np.sqrt(np.maximum(eigenvalues, 0.0)) if factor is None else factor
    return _Domain(mean, root, factor)


def _factor(covariance: Floats) -> Floats | None:
    """Return the lower Cholesky factor, or None for a singular covariance."""
    try:
        factor = np.asarray(np.linalg.cholesky(covariance), dtype=np.float64)
    except np.linalg.LinAlgError:
        return None
    pivots = np.square(np.diagonal(factor))
    singular = pivots.min() <= EIGENVALUE_CUT * np.diagonal(covariance).max()
    return None if singular else factor


def _square(vector: Floats) -> float:
    return float(vector @ vector)

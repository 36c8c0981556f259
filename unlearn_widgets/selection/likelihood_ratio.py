"""Removal by the likelihood ratio of the two domains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.selection.base import RowwiseSelector
from unlearn_widgets.selection.whitened import whiten
from unlearn_widgets.statistics import (
    FORGET,
    RETAIN,
    DomainStatistics,
    chunks,
    domain_rows,
    float_rows,
    summarise,
)
from unlearn_widgets.validation import choice, strict_keywords

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unlearn_widgets.problem.whitening import Whitening
    from unlearn_widgets.randomness import RandomState
    from unlearn_widgets.statistics import Codes, DomainSummary
    from unlearn_widgets.validation import Floats

COVARIANCES = ("shared", "spherical", "per-domain")


class LikelihoodRatioSelector(RowwiseSelector):
    """Remove the rows that are likeliest under the forget domain, relative to the retained one.

    The score of a row x is log p1(x) / p2(x) in nats, for Gaussians fitted to the two domains.

    Parameters
    ----------
    covariance : {"shared", "spherical", "per-domain"}
        "shared" is the pooled within-domain covariance, in the same whitened coordinates as
        `UnlearningProblem`, so that both rank alike (linear discriminant). "spherical" is one
        variance for all columns and both domains: the projection on the difference of the means.
        "per-domain" fits each domain its own covariance (quadratic discriminant).
    random_state : int, numpy Generator, numpy RandomState or None
        Order of rows with equal scores; None keeps them in the order of X.

    Attributes
    ----------
    scores_ : (n_forget,) ndarray
        Log-likelihood ratio of each forget row in nats, ascending by position.
    whitening_ : Whitening
        Coordinates the ratio is computed in; absent for "spherical".

    Notes
    -----
    Rule "likelihood ratio" in section 2 of docs/theory.md: optimal for alpha at every budget when
    the domains are Gaussian with one covariance. For "per-domain" the covariance of each domain,
    in the pooled whitened coordinates, is averaged with the pooled one, which counts for
    dim_effective + 1 rows: never singular, and negligible once a domain has many rows.

    Examples
    --------
    >>> from unlearn_widgets.datasets import make_gaussians
    >>> domains = make_gaussians(200, 400, shift=2.0, dim=5, random_state=0)
    >>> y = np.isin(np.arange(600), domains.forget)
    >>> selector = LikelihoodRatioSelector().fit(domains.X, y)
    >>> removed = selector.select(0.25)
    >>> len(removed)
    50
    >>> domains.X[removed, 0].mean() > domains.X[domains.forget, 0].mean() + 1
    np.True_

    """

    @strict_keywords
    def __init__(self, covariance: str = "shared", random_state: RandomState = None) -> None:
        self.covariance = covariance
        self.random_state = random_state

    def _learn(self, X: NDArray[Any], codes: Codes) -> None:
        choice("covariance", self.covariance, COVARIANCES)
        domains = summarise(X, codes)
        if self.covariance == "spherical":
            self._direction, self._middle = _spherical(X, codes, domains)
            return
        self.whitening_ = whiten(X, codes, domains)
        self._direction = self.whitening_.mean_forget
        self._middle = 0.5 * self._direction
        if self.covariance == "per-domain":
            self._domains = _per_domain(X, codes, self.whitening_)

    def _score(self, rows: Floats) -> Floats:
        if self.covariance == "spherical":
            return np.asarray((rows - self._middle) @ self._direction)
        whitened = self.whitening_.transform(rows)
        if self.covariance == "shared":
            return np.asarray((whitened - self._middle) @ self._direction)
        return _log_density(whitened, *self._domains[FORGET]) - _log_density(
            whitened, *self._domains[RETAIN]
        )


def _spherical(
    X: NDArray[Any], codes: Codes, domains: dict[int, DomainSummary]
) -> tuple[Floats, Floats]:
    squares = 0.0
    for part in chunks(*X.shape):
        rows, kinds = float_rows(X, part), codes[part]
        for code, domain in domains.items():
            squares += float(np.square(domain_rows(rows, kinds, code) - domain.mean).sum())
    freedom = (len(X) - 2) * X.shape[1]
    if freedom <= 0 or squares == 0.0:
        raise ValueError(
            f"X: a likelihood ratio needs at least 3 rows that vary inside a domain, got "
            f"n_samples = {len(X)} and a within-domain variance of zero. Pass rows that vary."
        )
    forget, retain = domains[FORGET].mean, domains[RETAIN].mean
    return (forget - retain) * (freedom / squares), 0.5 * (forget + retain)


def _per_domain(
    X: NDArray[Any], codes: Codes, whitening: Whitening
) -> dict[int, tuple[Floats, Floats]]:
    """Return the mean of each domain and a factor of its precision, in whitened coordinates."""
    dim = whitening.dim_effective
    means = {FORGET: whitening.mean_forget, RETAIN: np.zeros(dim)}
    statistics = {code: DomainStatistics(dim, mean) for code, mean in means.items()}
    for part in chunks(*X.shape):
        whitened, kinds = whitening.transform(float_rows(X, part)), codes[part]
        for code, statistic in statistics.items():
            statistic.add(domain_rows(whitened, kinds, code))
    factors = {}
    for code, statistic in statistics.items():
        pooled_rows = dim + 1
        freedom = statistic.n - 1 + pooled_rows
        scatter = statistic.residual_scatter() + pooled_rows * np.eye(dim)
        lower = np.linalg.cholesky(scatter / freedom)
        factors[code] = (means[code], np.linalg.inv(lower).T)
    return factors


def _log_density(rows: Floats, mean: Floats, factor: Floats) -> Floats:
    """Return Gaussian log-densities in nats, less the constant that all domains share."""
    log_det = float(np.log(np.diagonal(factor)).sum())
    return np.asarray(log_det - 0.5 * np.square((rows - mean) @ factor).sum(axis=1))

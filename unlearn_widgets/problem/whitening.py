"""The coordinates of the live update: centred at the retained mean, pooled covariance one.

Real embeddings have constant and dependent columns. Section 4 of docs/theory.md: drop columns of
zero pooled variance, scale the rest, keep the eigenvalues of their correlation matrix above 1e-10
of the largest, and shrink only when rows are too few.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unlearn_widgets.problem.spectrum import (
    EIGENVALUE_CUT,
    Residuals,
    Summaries,
    correlation_spectrum,
    shrunk_spectrum,
    spectrum,
)
from unlearn_widgets.statistics import FORGET, RETAIN, Codes, summarise
from unlearn_widgets.validation import Floats, array, choice

SHRINKAGES = ("ledoit-wolf", "oas")


@dataclass(frozen=True, slots=True)
class Whitening:
    """Affine map to coordinates in which the (pooled or known) covariance is the identity.

    Attributes
    ----------
    origin : (d,) ndarray
        Mean of the retained domain.
    weights : (d, dim_effective) ndarray
        Whitened rows are (x - origin) @ weights.
    log_det : float
        Log-determinant of the covariance on its span, in the units of X.
    mean_forget : (dim_effective,) ndarray
        Whitened mean of the forget domain; that of the retained domain is zero.
    means_in_span : bool
        Whether the domain means differ only inside the span. If not, KL(p1 || p2) is infinite.
    shrinkage_used : str or None
        "ledoit-wolf" or "oas" when the covariance was shrunk.

    """

    origin: Floats
    weights: Floats
    log_det: float
    mean_forget: Floats
    means_in_span: bool
    shrinkage_used: str | None

    @property
    def dim_effective(self) -> int:
        """Number of eigenvalues kept."""
        return int(self.weights.shape[1])

    def transform(self, rows: npt.ArrayLike) -> Floats:
        """Return the whitened (m, dim_effective) coordinates of (m, d) rows."""
        centred = np.asarray(rows, dtype=np.float64) - self.origin
        return np.asarray(centred @ self.weights)


def covariance_mode(covariance: Any, shrinkage: str | None) -> str:
    """Return "shared", "refit" or "known" after checking both arguments."""
    if shrinkage is not None:
        choice("shrinkage", shrinkage, ("auto", *SHRINKAGES), optional=True)
    if covariance is None:
        message = (
            "covariance: must be 'shared', 'refit' or a (d, d) array, got None. "
            "Leave it out for the shared covariance."
        )
        raise TypeError(message)
    if isinstance(covariance, str):
        mode = choice("covariance", covariance, ("shared", "refit"))
    else:
        mode = "known"
    if mode != "shared" and shrinkage in SHRINKAGES:
        message = (
            f"shrinkage: {shrinkage!r} needs covariance='shared', got a {mode} covariance. "
            "Use shrinkage=None."
        )
        raise ValueError(message)
    return mode


def fit(X: npt.NDArray[Any], codes: Codes, covariance: Any, shrinkage: str | None) -> Whitening:
    """Whiten X by the covariance that a problem asks for; see `fit_pooled` and `fit_known`."""
    mode, domains = covariance_mode(covariance, shrinkage), summarise(X, codes)
    if mode == "known":
        return fit_known(covariance, domains)
    return fit_pooled(X, codes, domains, shrinkage if mode == "shared" else None)


def fit_pooled(
    X: npt.NDArray[Any], codes: Codes, domains: Summaries, shrinkage: str | None = None
) -> Whitening:
    """Whiten by the pooled within-domain covariance of X.

    Parameters
    ----------
    X : (n, d) ndarray
        Finite rows.
    codes : (n,) uint8 ndarray
        Domain of each row: 0 neither, 1 retain, 2 forget.
    domains : dict
        What `summarise` returned for them.
    shrinkage : {None, "auto", "ledoit-wolf", "oas"}
        "auto" is Ledoit-Wolf when n1 + n2 - 2 <= d_eff + 1 and nothing otherwise. With so few
        rows the covariance is shrunk over all columns that vary, otherwise in the span.

    Raises
    ------
    ValueError
        When no column varies inside a domain.

    """
    reach = np.maximum(*(domain.high - domain.low for domain in domains.values()))
    columns = np.flatnonzero(_varies(domains))
    if not columns.size:
        message = (
            "X: all rows of the forget domain are identical and so are all rows of the retained "
            "domain, so there is no covariance. Pass rows that vary, or covariance as a (d, d) "
            "array."
        )
        raise ValueError(message)
    freedom = sum(domain.n for domain in domains.values()) - 2
    residuals = Residuals(X, codes, domains, columns)
    scale, eigenvalues, basis = correlation_spectrum(residuals, reach[columns], freedom)
    few = freedom <= len(eigenvalues) + 1
    method = ("ledoit-wolf" if few else None) if shrinkage == "auto" else shrinkage
    if method is not None:
        standardised = residuals.all(scale)
        if few:
            eigenvalues, basis = shrunk_spectrum(standardised, method, freedom)
        else:
            eigenvalues, rotation = shrunk_spectrum(standardised @ basis, method, freedom)
            basis = basis @ rotation
    return _assemble(domains, columns, (scale, eigenvalues, basis), method)


def fit_known(covariance: object, domains: Summaries) -> Whitening:
    """Whiten by a known (d, d) covariance.

    Raises
    ------
    ValueError
        When it is not symmetric and positive definite on the columns that vary.

    """
    dim = len(domains[RETAIN].mean)
    known = array("covariance", covariance)  # type: ignore[arg-type]
    if known.shape != (dim, dim):
        message = (
            f"covariance: must have shape ({dim}, {dim}) for the {dim} columns of X, "
            f"got {known.shape}."
        )
        raise ValueError(message)
    lengths = np.sqrt(np.abs(np.diagonal(known)))
    asymmetry = np.abs(known - known.T) if np.isfinite(known).all() else np.inf
    if np.any(asymmetry > 1e-8 * np.outer(lengths, lengths)):
        message = "covariance: must be finite and symmetric. Pass (cov + cov.T) / 2."
        raise ValueError(message)
    variances = np.diagonal(known)
    columns = np.flatnonzero((variances != 0.0) | _varies(domains))
    if not columns.size or (variances[columns] <= 0.0).any():
        bad = columns[variances[columns] <= 0.0]
        where = f"column {int(bad[0])} of X varies" if bad.size else "every variance is zero"
        message = f"covariance: must give every varying column a positive variance, but {where}."
        raise ValueError(message)
    scale = np.sqrt(variances[columns])
    eigenvalues, basis = spectrum(known[np.ix_(columns, columns)] / np.outer(scale, scale))
    if len(eigenvalues) < len(columns):
        message = (
            "covariance: must be positive definite on the columns that vary; "
            f"{len(columns) - len(eigenvalues)} of its eigenvalues are zero or negative. "
            "Drop dependent columns or shrink it."
        )
        raise ValueError(message)
    return _assemble(domains, columns, (scale, eigenvalues, basis), None)


def _varies(domains: Summaries) -> npt.NDArray[np.bool_]:
    # Compared exactly: the variance of a constant column computed from sums is rarely zero.
    return np.asarray(
        (domains[FORGET].low != domains[FORGET].high)
        | (domains[RETAIN].low != domains[RETAIN].high)
    )


def _assemble(
    domains: Summaries,
    columns: npt.NDArray[np.int64],
    axes: tuple[Floats, Floats, Floats],
    shrinkage_used: str | None,
) -> Whitening:
    scale, eigenvalues, basis = axes
    retain, forget = domains[RETAIN], domains[FORGET]
    weights = np.zeros((len(retain.mean), len(eigenvalues)))
    weights[columns] = basis / scale[:, None] / np.sqrt(eigenvalues)
    difference = forget.mean - retain.mean
    constant = np.setdiff1d(np.arange(len(difference)), columns)
    same = bool((forget.low[constant] == retain.low[constant]).all())
    difference[constant] = 0.0
    return Whitening(
        origin=retain.mean,
        weights=weights,
        log_det=float(np.log(eigenvalues).sum()) + _span_log_det(scale, basis),
        mean_forget=difference @ weights,
        means_in_span=same and _in_span(difference[columns] / scale, eigenvalues, basis),
        shrinkage_used=shrinkage_used,
    )


def _in_span(difference: Floats, eigenvalues: Floats, basis: Floats) -> bool:
    if basis.shape[0] == basis.shape[1]:
        return True
    outside = difference - basis @ (basis.T @ difference)
    # The first term is the largest deviation a dropped direction can have, the second is rounding.
    tolerance = np.sqrt(EIGENVALUE_CUT * eigenvalues[-1]) + 1e-7 * np.linalg.norm(difference)
    return bool(np.linalg.norm(outside) <= tolerance)


def _span_log_det(scale: Floats, basis: Floats) -> float:
    """Log-determinant of the squared scales seen on the span: ln det(B' diag(scale)^2 B)."""
    if basis.shape[0] == basis.shape[1]:
        return 2.0 * float(np.log(scale).sum())
    order = np.argsort(-scale)
    triangle = np.linalg.qr((basis * scale[:, None])[order], mode="r")
    return 2.0 * float(np.log(np.abs(np.diagonal(triangle))).sum())

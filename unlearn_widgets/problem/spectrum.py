"""Eigenvalues and vectors of the covariance within domains, by the shorter side of the rows.

Section 4 of docs/theory.md: columns at unit pooled variance, and of their eigenvalues those above
1e-10 of the largest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from unlearn_widgets.statistics import (
    Codes,
    DomainStatistics,
    DomainSummary,
    chunks,
    domain_rows,
    float_rows,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from unlearn_widgets.validation import Floats

EIGENVALUE_CUT = 1e-10
Summaries = dict[int, DomainSummary]


class Residuals(NamedTuple):
    """Rows about the mean of their domain, in the columns that vary."""

    X: npt.NDArray[Any]
    codes: Codes
    domains: Summaries
    columns: npt.NDArray[np.int64]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows of both domains, columns."""
        return sum(domain.n for domain in self.domains.values()), len(self.columns)

    def parts(self, scale: Floats) -> Iterator[tuple[int, Floats]]:
        """Read them in chunks, divided by the scale of each column: domain code, rows."""
        for part in chunks(*self.X.shape):
            rows, kinds = float_rows(self.X, part), self.codes[part]
            for code, domain in self.domains.items():
                centred = domain_rows(rows, kinds, code) - domain.mean
                yield code, centred[:, self.columns] / scale

    def all(self, scale: Floats) -> Floats:
        """Read all of them at once."""
        return np.concatenate([rows for _, rows in self.parts(scale)])


def correlation_spectrum(
    residuals: Residuals, reach: Floats, freedom: int
) -> tuple[Floats, Floats, Floats]:
    """Return the pooled deviation of each column, and the spectrum of their correlation."""
    n, dim = residuals.shape
    if n < dim:
        rows = residuals.all(reach)
        deviations = np.sqrt(np.square(rows).sum(axis=0) / freedom)
        eigenvalues, basis = _row_spectrum(rows / deviations, full=False)
        return reach * deviations, *_kept(eigenvalues / freedom, basis)
    statistics = {code: DomainStatistics(dim) for code in residuals.domains}
    for code, rows in residuals.parts(reach):
        statistics[code].add(rows)
    scatter = sum((part.residual_scatter() for part in statistics.values()), np.zeros(()))
    deviations = np.sqrt(np.diagonal(scatter) / freedom)
    correlation = scatter / freedom / np.outer(deviations, deviations)
    return reach * deviations, *spectrum(correlation)


def shrunk_spectrum(rows: Floats, method: str, freedom: int) -> tuple[Floats, Floats]:
    """Return the spectrum of the shrunk covariance of (n, p) residuals."""
    from sklearn.covariance import ledoit_wolf, oas

    estimate = ledoit_wolf if method == "ledoit-wolf" else oas
    covariance, shrinkage = estimate(rows, assume_centered=True)
    n, dim = rows.shape
    unbiased = n / freedom
    if n >= dim:
        return spectrum(np.asarray(covariance, dtype=np.float64) * unbiased)
    # Shrinkage moves the eigenvalues of the sample towards their mean and leaves its vectors.
    eigenvalues, basis = _row_spectrum(rows, full=True)
    sample = eigenvalues / n
    return _kept(unbiased * ((1 - shrinkage) * sample + shrinkage * sample.mean()), basis)


def _row_spectrum(rows: Floats, *, full: bool) -> tuple[Floats, Floats]:
    """Return ascending eigenvalues and eigenvectors of rows' rows, from n < p rows themselves."""
    _, singular, vectors = np.linalg.svd(rows, full_matrices=full)
    eigenvalues = np.zeros(len(vectors))
    eigenvalues[: len(singular)] = np.square(singular)
    return eigenvalues[::-1], vectors[::-1].T


def spectrum(matrix: Floats) -> tuple[Floats, Floats]:
    """Return the ascending eigenvalues above the cut and their vectors, as columns."""
    return _kept(*np.linalg.eigh(matrix))


def _kept(eigenvalues: Floats, vectors: Floats) -> tuple[Floats, Floats]:
    kept = eigenvalues > EIGENVALUE_CUT * eigenvalues[-1]
    return eigenvalues[kept], vectors[:, kept]

"""Gaussian rows with the same means and covariance as given rows (docs/theory.md, section 6).

Residuals of Gaussian rows stay as likely as they are when they are rotated in the space of the
rows. What a statistic is on rotated residuals is therefore what it would be if the rows were
Gaussian, exactly, whatever their covariance, also with fewer rows than columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from unlearn_widgets.validation import Floats


class Rotation:
    """Random rotations of rows about the means of their blocks.

    Parameters
    ----------
    blocks : list of (n_i, d) ndarray
        Rows of the samples that share a covariance, at least 2 rows each. Each keeps its own mean;
        the scatter about the means, summed over the blocks, is kept as well.
    rng : Generator
        Source of the rotations.

    Notes
    -----
    Section 6 of docs/theory.md. A rotation of the columns rotates the result likewise, so
    statistics that do not depend on the axes do not depend on them here.

    Examples
    --------
    >>> rows = np.array([[0.0, 1.0], [2.0, 0.0], [4.0, 5.0]])
    >>> (drawn,) = Rotation([rows], np.random.default_rng(5)).draw()
    >>> np.allclose(drawn.mean(axis=0), rows.mean(axis=0)), np.allclose(drawn, rows)
    (True, False)
    >>> np.allclose(np.cov(drawn.T), np.cov(rows.T))
    True

    """

    def __init__(self, blocks: list[Floats], rng: np.random.Generator) -> None:
        self._rng = rng
        self._means = [rows.mean(axis=0) for rows in blocks]
        self._cuts = np.cumsum([len(rows) for rows in blocks])[:-1]
        residuals = self._centre(np.concatenate(blocks))
        n, dim = residuals.shape
        freedom = n - len(blocks)
        self._shape = (n, min(freedom, dim))
        if freedom <= dim:
            self._root = self._directions().T @ residuals
        else:
            probe = self._centre(rng.standard_normal(self._shape)).T @ residuals
            self._root = _root(residuals.T @ residuals, probe)

    def draw(self) -> list[Floats]:
        """Return rotated rows, block by block."""
        parts = np.split(self._directions() @ self._root, self._cuts)
        return [mean + part for mean, part in zip(self._means, parts, strict=True)]

    def _centre(self, rows: Floats) -> Floats:
        return np.concatenate([part - part.mean(axis=0) for part in np.split(rows, self._cuts)])

    def _directions(self) -> Floats:
        """Draw orthonormal columns, uniformly among those that leave the means at zero."""
        from scipy.linalg import solve_triangular

        normal = self._centre(self._rng.standard_normal(self._shape))
        if 2 * self._shape[1] < self._shape[0]:
            factor = np.linalg.cholesky(normal.T @ normal)
            return np.asarray(solve_triangular(factor, normal.T, lower=True, check_finite=False).T)
        basis, triangle = np.linalg.qr(normal)
        return np.asarray(basis * np.where(np.diagonal(triangle) < 0.0, -1.0, 1.0))


def _root(scatter: Floats, probe: Floats) -> Floats:
    """Return R with R'R the scatter, in axes that follow those of the columns if it has full rank.

    With K K' = probe scatter^-1 probe', that is K^-1 probe.
    """
    from scipy.linalg import solve_triangular

    eigenvalues, vectors = np.linalg.eigh(scatter)
    lengths = np.sqrt(np.maximum(eigenvalues, 0.0))
    if lengths[0] <= 1e-5 * lengths[-1]:
        return np.asarray(lengths[:, None] * vectors.T)
    triangle = np.asarray(np.linalg.qr((probe @ vectors / lengths).T, mode="r"))
    signs = np.where(np.diagonal(triangle) < 0.0, -1.0, 1.0)
    root = solve_triangular(triangle.T, probe, lower=True, check_finite=False)
    return np.asarray(signs[:, None] * root)

"""Gaussian rows in whitened coordinates, fitted exactly (docs/theory.md, section 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from unlearn_widgets.validation import Floats


class GaussianRows:
    """Samples of two domains that are Gaussian with one covariance.

    Parameters
    ----------
    counts : (n_forget, n_retain)
        Rows of the domains, at least 2 each.
    taken : (m_forget, m_retain)
        How many of them to draw, at most as many.
    axis : (d,) ndarray
        Mean of the forget domain; that of the retained one is zero.
    rng : Generator
        Source of the rows.
    fitted : bool
        Whether the identity is the pooled covariance of *all* rows, as it is when the covariance
        is estimated from them (more rows than d + 2), or the true one.

    Notes
    -----
    Section 6 of docs/theory.md. Rows that are not taken enter through their means and their
    Wishart scatter, so the cost does not depend on `counts`. The means and the pooled covariance
    of all rows are met exactly; this is the law of Gaussian rows given both.

    Examples
    --------
    >>> rng = np.random.default_rng(5)
    >>> source = GaussianRows((4, 5), (4, 5), np.array([3.0, 0.0]), rng, fitted=True)
    >>> forget, retain = source.draw()
    >>> np.allclose(forget.mean(axis=0), [3.0, 0.0]), np.allclose(retain.mean(axis=0), 0.0)
    (True, True)
    >>> np.allclose((3 * np.cov(forget.T) + 4 * np.cov(retain.T)) / 7, np.eye(2))
    True

    """

    def __init__(
        self,
        counts: tuple[int, int],
        taken: tuple[int, int],
        axis: Floats,
        rng: np.random.Generator,
        *,
        fitted: bool,
    ) -> None:
        self._counts, self._taken, self._axis = counts, taken, axis
        self._fitted, self._rng = fitted, rng

    def draw(self) -> list[Floats]:
        """Return the rows taken, (m_forget, d) and (m_retain, d)."""
        from scipy.linalg import solve_triangular

        blocks, unseen, scatter = [], 0, np.zeros((len(self._axis), len(self._axis)))
        for n, taken in zip(self._counts, self._taken, strict=True):
            rows = self._rng.standard_normal((taken, len(self._axis)))
            rest = n - taken
            mean = rows.mean(axis=0)
            if rest:
                shift = self._rng.standard_normal(len(self._axis)) / np.sqrt(rest) - mean
                mean += rest / n * shift
                unseen += rest - 1
                left = shift - rest / n * shift
                scatter += rest * np.outer(left, left)
            rows -= mean
            blocks.append(rows)
        if self._fitted:
            scatter += sum(rows.T @ rows for rows in blocks) + self._wishart(unseen)
            factor = np.linalg.cholesky(scatter / (sum(self._counts) - 2))
            blocks = [
                np.asarray(solve_triangular(factor, rows.T, lower=True, check_finite=False).T)
                for rows in blocks
            ]
        return [blocks[0] + self._axis, blocks[1]]

    def _wishart(self, freedom: int) -> Floats:
        """Draw the scatter of `freedom` standard normal rows."""
        dim = len(self._axis)
        if freedom < dim:
            rows = self._rng.standard_normal((freedom, dim))
            return rows.T @ rows
        # Bartlett's decomposition.
        factor = np.tril(self._rng.standard_normal((dim, dim)), -1)
        factor[np.diag_indices(dim)] = np.sqrt(self._rng.chisquare(freedom - np.arange(dim)))
        return np.asarray(factor @ factor.T)

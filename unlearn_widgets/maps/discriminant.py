"""The two axes of the discriminant map: what tells the domains apart, and what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.statistics import FORGET, RETAIN, chunks, float_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unlearn_widgets.problem import UnlearningProblem

    Floats = NDArray[np.float64]
    Rows = NDArray[np.int64]

# With fewer rows a dimension the in-sample direction overfits.
ROWS_PER_DIMENSION = 10

_SAMPLE_ROWS = 20_000
_SAMPLE_ENTRIES = 2 * 10**7
_COVARIANCE_WORK = 10**11
_LARGEST_EIGENPROBLEM = 1000
_NOTHING_LEFT = 1e-10


def discriminant_scores(problem: UnlearningProblem, X: NDArray[Any]) -> tuple[Floats, bool]:
    """Compute the log-likelihood ratio that the map shows, finite for every row.

    The scores of the problem, unless rows are too few for them (fewer than ten a dimension) or the
    divergence is infinite; then those under a Ledoit-Wolf covariance of all columns that vary,
    which is less fitted to the sample and of full rank.

    Parameters
    ----------
    problem : UnlearningProblem
        The domains.
    X : ndarray of shape (n, d)
        Its rows.

    Returns
    -------
    scores : ndarray of shape (n,), float64
        Nats; higher is more like the forget domain.
    shrunk : bool
        Whether the covariance was shrunk for the map alone.
    """
    known = not isinstance(problem.covariance, str)
    freedom = problem.n_forget + problem.n_retain - 2
    enough = known or problem.shrinkage_used is not None
    enough = enough or freedom >= ROWS_PER_DIMENSION * problem.dim_effective
    if enough and np.isfinite(problem.divergence) and np.isfinite(problem.scores).all():
        return np.asarray(problem.scores, dtype=np.float64), False
    return _shrunk_scores(X, problem.domain_codes), True


def leading_directions(X: NDArray[Any], without: Floats | None, n_directions: int) -> Floats:
    """Project the rows on the directions of largest variation, columns at unit variance.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Rows; beyond 20,000 the directions are found on evenly spaced ones.
    without : ndarray of shape (n,) or None
        Regressed out first.
    n_directions : int
        How many directions.

    Returns
    -------
    ndarray of shape (n, m), float64
        Centred projections with m <= `n_directions`: only directions in which the rows vary.
        Signs are such that the largest weight of a direction is positive.

    Examples
    --------
    >>> X = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 0.0], [3.0, 1.0]])
    >>> leading_directions(X, X[:, 0], 2).shape
    (4, 1)
    """
    sample = even_sample(len(X), X.shape[1])
    rows = np.asarray(X[sample], dtype=np.float64)
    centre, scale = rows.mean(axis=0), rows.std(axis=0)
    columns = np.flatnonzero(scale > _noise(rows))
    if not columns.size:
        return np.empty((len(X), 0))
    centre, scale = centre[columns], scale[columns]
    rows = (rows[:, columns] - centre) / scale
    if without is not None:
        rows = _regressed(rows, without[sample])
    values, vectors = _leading_eigen(rows, n_directions)
    kept = vectors[:, values > _NOTHING_LEFT * len(columns)]
    if not kept.shape[1]:
        return np.empty((len(X), 0))
    kept = kept * np.sign(kept[np.abs(kept).argmax(axis=0), np.arange(kept.shape[1])])
    weights = kept / scale[:, None]
    projected = np.empty((len(X), kept.shape[1]))
    for part in chunks(*X.shape):
        projected[part] = (float_rows(X, part)[:, columns] - centre) @ weights
    projected -= projected.mean(axis=0)
    return projected if without is None else _regressed(projected, without)


def even_sample(n: int, dim: int, limit: int = _SAMPLE_ROWS) -> Rows:
    """Return evenly spaced positions of at most `limit` rows, fewer if rows are very long.

    Examples
    --------
    >>> even_sample(5, 2).tolist(), even_sample(10, 2, limit=3).tolist()
    ([0, 1, 2, 3, 4], [0, 4, 9])
    """
    size = min(n, limit, max(2, _SAMPLE_ENTRIES // dim))
    return np.linspace(0, n - 1, size).astype(np.int64)


def _shrunk_scores(X: NDArray[Any], codes: NDArray[np.uint8]) -> Floats:
    from scipy.linalg import solve
    from sklearn.covariance import ledoit_wolf

    limit = min(_SAMPLE_ROWS, max(2000, _COVARIANCE_WORK // X.shape[1] ** 2))
    sampled = {}
    for code in (FORGET, RETAIN):
        members = np.flatnonzero(codes == code)
        sampled[code] = members[even_sample(len(members), X.shape[1], limit // 2)]
    forget, retain = (np.asarray(X[sampled[code]], dtype=np.float64) for code in (FORGET, RETAIN))
    both = np.concatenate([forget, retain])
    columns = np.flatnonzero(both.std(axis=0) > _noise(both))
    if not columns.size:
        return np.zeros(len(X))
    forget, retain, both = forget[:, columns], retain[:, columns], both[:, columns]
    means = forget.mean(axis=0), retain.mean(axis=0)
    residuals = np.concatenate([forget - means[0], retain - means[1]])
    within = residuals.std(axis=0)
    scale = np.where(within > _noise(both), within, both.std(axis=0))
    covariance, _ = ledoit_wolf(residuals / scale, assume_centered=True)
    covariance = covariance * (len(both) / max(1, len(both) - 2))
    # Columns that are constant in each domain may keep no variance at all.
    covariance[np.diag_indices_from(covariance)] += 1e-6
    weights = solve(covariance, (means[0] - means[1]) / scale, assume_a="pos") / scale
    middle = (means[0] + means[1]) / 2
    scores = np.empty(len(X))
    for part in chunks(*X.shape):
        scores[part] = (float_rows(X, part)[:, columns] - middle) @ weights
    return scores


def _noise(rows: Floats) -> Floats:
    """Return the spread of columns below which they only hold rounding errors."""
    return np.asarray(np.abs(rows).max(axis=0) * 1e-12)


def _regressed(values: Floats, on: Floats) -> Floats:
    """Return what a straight line in `on` does not explain of the columns of centred values."""
    centred = on - on.mean()
    length = float(centred @ centred)
    if length == 0.0:
        return values
    return np.asarray(values - np.outer(centred, centred @ values / length))


def _leading_eigen(rows: Floats, n: int) -> tuple[Floats, Floats]:
    """Return the largest eigenvalues of the covariance of centred rows, and their vectors."""
    n = min(n, *rows.shape)
    if rows.shape[1] <= _LARGEST_EIGENPROBLEM:
        from scipy.linalg import eigh

        d = rows.shape[1]
        values, vectors = eigh(rows.T @ rows / len(rows), subset_by_index=[d - n, d - 1])
        return values[::-1], vectors[:, ::-1]
    from sklearn.utils.extmath import randomized_svd

    _, singular, transposed = randomized_svd(rows, n, n_iter=7, random_state=0)
    return singular**2 / len(rows), transposed.T

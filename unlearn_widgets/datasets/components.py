"""Principal components of pixels, without a second copy of the pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from unlearn_widgets.datasets.progress import progress

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Bytes less 128 have products below 2**14: of 1,024 of them float32 still keeps the exact sum.
_MIDDLE = 128.0
_EXACT_ROWS = 1024
# Least variance of a component, as a share of the largest one's.
_DEAD = 1e-10
# Share of all components below which finding only those is the faster way.
_FEW = 0.1


class Components(NamedTuple):
    """Coordinates of shape (n, m), and the share of the variance that they keep."""

    X: NDArray[np.float32]
    variance_kept: float


def principal_components(pixels: NDArray[np.uint8], n_components: int, scale: float) -> Components:
    """Project images onto their leading principal components.

    The covariance of the bytes is summed exactly, 1,024 images at a time, so that 60,000 images of
    3,072 bytes need neither 700 MB of floats nor chance.

    Parameters
    ----------
    pixels : (n, p) ndarray of uint8
        One image a row.
    n_components : int
        The most components. There are never more than n - 1 or p, and components along which
        nothing varies are left out, but for a first one.
    scale : float
        The value of the brightest pixel; coordinates are in units of it.

    Returns
    -------
    Components
        Coordinates of shape (n, m) in float32, largest variance first; the sign of a component is
        such that its largest loading is positive.

    Examples
    --------
    >>> pixels = np.array([[0, 0], [10, 0], [20, 0]], dtype=np.uint8)
    >>> principal_components(pixels, 2, 10.0).X.tolist()
    [[-1.0], [0.0], [1.0]]
    """
    n, p = pixels.shape
    m = max(1, min(n_components, n - 1, p))
    mean, variances, axes, total = (_of_few if n < p else _of_many)(pixels, m)
    alive = np.flatnonzero(variances > _DEAD * max(variances[0], 0.0))
    axes, kept = axes[:, alive], float(variances[alive].sum())
    if not alive.size:
        return Components(np.zeros((n, 1), dtype=np.float32), 1.0)
    axes *= np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(alive.size)])
    X = np.empty((n, alive.size), dtype=np.float32)
    for part in progress(_parts(n), "principal components"):
        X[part] = (pixels[part] - mean) @ axes / scale
    return Components(X, kept / total)


class _Decomposition(NamedTuple):
    mean: Floats
    variances: Floats
    axes: Floats
    total: float


def _of_few(pixels: NDArray[np.uint8], m: int) -> _Decomposition:
    from scipy.linalg import svd

    mean = pixels.mean(axis=0)
    _, values, axes = svd(pixels - mean, full_matrices=False)
    variances = values**2 / len(pixels)
    return _Decomposition(mean, variances[:m], axes[:m].T, float(variances.sum()))


def _of_many(pixels: NDArray[np.uint8], m: int) -> _Decomposition:
    n, p = pixels.shape
    products, sums = np.zeros((p, p)), np.zeros(p)
    for part in progress(_parts(n), "covariance of the pixels"):
        block = pixels[part].astype(np.float32)
        block -= np.float32(_MIDDLE)
        products += block.T @ block
        sums += block.sum(axis=0)
    mean = sums / n
    covariance = products / n - np.outer(mean, mean)
    variances, axes = _leading(covariance, m)
    return _Decomposition(mean + _MIDDLE, variances, axes, float(np.trace(covariance)))


def _leading(covariance: Floats, m: int) -> tuple[Floats, Floats]:
    from scipy.linalg import eigh
    from scipy.sparse.linalg import eigsh

    p = len(covariance)
    if m < _FEW * p and covariance.any():
        # Any fixed start will do, and a fixed one makes the result the same at each call.
        start = np.random.default_rng(0).standard_normal(p)
        variances, axes = eigsh(covariance, k=m, v0=start)
    else:
        variances, axes = eigh(covariance, subset_by_index=[p - m, p - 1])
    return variances[::-1], axes[:, ::-1]


def _parts(n: int) -> list[slice]:
    return [slice(start, start + _EXACT_ROWS) for start in range(0, n, _EXACT_ROWS)]

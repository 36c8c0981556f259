"""What an object with ``fit_transform`` makes of texts or pixels, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.columns import type_name

if TYPE_CHECKING:
    from numpy.typing import NDArray


def check_embedding(embedding: object, *, folders: bool = False) -> None:
    """Refuse what cannot embed before anything long is read.

    Raises
    ------
    TypeError
        For a class in place of an object, or an object without ``fit_transform``.

    Examples
    --------
    >>> check_embedding("pca")
    Traceback (most recent call last):
        ...
    TypeError: embedding: must be None or an object with fit_transform, got str.
    """
    if isinstance(embedding, type):
        raise TypeError(
            f"embedding: must be an object, got the class {embedding.__name__}. "
            f"Pass {embedding.__name__}()."
        )
    if not hasattr(embedding, "fit_transform"):
        folder = ", the folder of a sentence-transformers model" if folders else ""
        raise TypeError(
            f"embedding: must be None{folder} or an object with fit_transform, got "
            f"{type_name(embedding)}."
        )


def embed(embedding: Any, rows: Any, n_rows: int) -> NDArray[np.floating[Any]]:
    """Return ``embedding.fit_transform(rows)`` as an (n, d) float array.

    Parameters
    ----------
    embedding : object with ``fit_transform``
        A scikit-learn transformer, a pipeline, UMAP, ...
    rows : list of str, or (n, p) ndarray of float32
        What is embedded.
    n_rows : int
        The number of rows, n.

    Raises
    ------
    ValueError
        If the result has another number of rows, is sparse or holds numbers that are not finite.
    TypeError
        If the result holds no numbers.

    Examples
    --------
    >>> from sklearn.preprocessing import StandardScaler
    >>> embed(StandardScaler(), np.array([[1.0], [3.0]], dtype=np.float32), 2).tolist()
    [[-1.0], [1.0]]
    """
    owner = f"embedding: {type(embedding).__name__}.fit_transform"
    result = embedding.fit_transform(rows)
    if hasattr(result, "toarray"):
        raise ValueError(
            f"{owner} must return a dense array, got a sparse one of shape {result.shape}. Put "
            "sklearn.decomposition.TruncatedSVD behind it in a pipeline."
        )
    values = np.asarray(result)
    if values.dtype.kind not in "biuf":
        raise TypeError(f"{owner} must return numbers, got dtype {values.dtype}.")
    if values.ndim != 2 or len(values) != n_rows or not values.shape[1]:
        raise ValueError(
            f"{owner} must return one row for each of the {n_rows:,} records, got shape "
            f"{values.shape}."
        )
    wide = values.dtype.kind in "biu" or values.dtype.itemsize > 4
    X: NDArray[np.floating[Any]] = values.astype(np.float64 if wide else np.float32, copy=False)
    finite = np.isfinite(X).all(axis=1)
    if not finite.all():
        raise ValueError(
            f"{owner} must return finite numbers, got {X[np.argmin(finite)].tolist()!s:.80} in row "
            f"{int(np.argmin(finite))}."
        )
    return X

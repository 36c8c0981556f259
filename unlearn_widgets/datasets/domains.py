"""What every loader returns: rows of two domains and what is known about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from unlearn_widgets.columns import Column


@dataclass(frozen=True, eq=False, repr=False)
class Domains:
    """Rows of an unwanted domain (forget) and of a retained one.

    Attributes
    ----------
    X : (n, d) ndarray of float
        Embeddings, one row a record.
    forget : (n1,) ndarray of int64
        Positions of the rows of the forget domain, ascending.
    retain : (n2,) ndarray of int64
        Positions of the rows of the retained domain, ascending.
    records : dict of str to sequence of length n
        Columns that describe the rows; "id" is a stable key.
    description : str
        Where the data come from and what to know before using them.
    X_model : (n, p) ndarray or sparse matrix, or None
        What a model would be trained on in place of the embeddings, one row a record: pixels of
        images, TF-IDF weights of texts. None where a loader has nothing but `X` and the records.
        It is no part of the unpacking.

    Examples
    --------
    >>> from unlearn_widgets.datasets import make_gaussians
    >>> domains = make_gaussians(3, 5, random_state=0)
    >>> domains
    Domains(X: 8 x 2, forget: 3 rows, retain: 5 rows, records: id, domain)
    >>> X, forget, retain, records, description = domains
    >>> forget
    array([0, 1, 2])

    """

    X: NDArray[np.floating[Any]]
    forget: NDArray[np.int64]
    retain: NDArray[np.int64]
    records: dict[str, Column]
    description: str
    X_model: Any = None

    def __iter__(self) -> Iterator[Any]:
        """Yield the first five attributes in order, so that they can be unpacked."""
        return iter((self.X, self.forget, self.retain, self.records, self.description))

    def __repr__(self) -> str:
        """Name the sizes and the columns, not the data."""
        n, dim = self.X.shape
        return (
            f"Domains(X: {n:,} x {dim:,}, forget: {len(self.forget):,} rows, "
            f"retain: {len(self.retain):,} rows, records: {', '.join(self.records)})"
        )

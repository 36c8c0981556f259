"""Mergeable sufficient statistics of a domain, and the first pass over the rows of X."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from unlearn_widgets.validation import Floats, array, count, listed, row_mask

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK_BYTES = 8 * 2**20
RETAIN, FORGET = 1, 2

Codes = npt.NDArray[np.uint8]


def domain_codes(n: int, forget: Any, retain: Any = None) -> Codes:
    """Return the domain of each of n rows: 0 neither, 1 retain, 2 forget.

    Raises
    ------
    ValueError
        When the domains overlap or have fewer than 2 rows, or positions are out of range.

    """
    first = row_mask("forget", forget, n)
    second = ~first if retain is None else row_mask("retain", retain, n)
    both = np.flatnonzero(first & second)
    if both.size:
        message = (
            f"forget, retain: the domains must not overlap, but share {listed(both)}. "
            "Give each row to one domain."
        )
        raise ValueError(message)
    for name, mask, domain in (("forget", first, "forget"), ("retain", second, "retained")):
        size = int(np.count_nonzero(mask))
        if size < 2:
            got = "it is empty" if size == 0 else "got 1"
            message = f"{name}: the {domain} domain needs at least 2 rows, {got}."
            raise ValueError(message)
    codes = np.zeros(n, dtype=np.uint8)
    codes[second], codes[first] = RETAIN, FORGET
    return codes


class DomainStatistics:
    """Count, sum and scatter of rows about a fixed origin, in float64.

    Parameters
    ----------
    dim : int
        Number of columns d.
    origin : (d,) array-like, optional
        Point the sums are taken about; near the data, so that nothing cancels. Default: zero.

    Attributes
    ----------
    n : int
        Rows counted.
    sum : (d,) ndarray
        Sum of x - origin.
    scatter : (d, d) ndarray
        Sum of (x - origin)(x - origin)'.

    Notes
    -----
    Section 4 of docs/theory.md.

    Examples
    --------
    >>> import numpy as np
    >>> statistics = DomainStatistics(1, origin=[1.0])
    >>> statistics.add(np.array([[1.0], [3.0], [8.0]]))
    >>> statistics.remove(np.array([[8.0]]))
    >>> statistics.n, statistics.mean(), statistics.covariance()
    (2, array([2.]), array([[1.]]))

    """

    __slots__ = ("n", "origin", "scatter", "sum")

    def __init__(self, dim: int, origin: npt.ArrayLike | None = None) -> None:
        size = count("dim", dim)
        self.origin: Floats = np.zeros(size) if origin is None else array("origin", origin)
        if self.origin.shape != (size,):
            message = f"origin: must have shape ({size},), got {self.origin.shape}."
            raise ValueError(message)
        self.n = 0
        self.sum: Floats = np.zeros(size)
        self.scatter: Floats = np.zeros((size, size))

    def add(self, rows: npt.ArrayLike) -> None:
        """Count the (m, d) rows in."""
        centred = self._centred(rows)
        self.n += len(centred)
        self.sum += centred.sum(axis=0)
        self.scatter += centred.T @ centred

    def remove(self, rows: npt.ArrayLike) -> None:
        """Count the (m, d) rows out; they must have been added before."""
        centred = self._centred(rows)
        if len(centred) > self.n:
            message = f"rows: cannot remove {len(centred)} rows, only {self.n} are counted."
            raise ValueError(message)
        self.n -= len(centred)
        self.sum -= centred.sum(axis=0)
        self.scatter -= centred.T @ centred

    def merge(self, other: DomainStatistics) -> DomainStatistics:
        """Return the statistics of both sets of rows; both must have the same origin."""
        if not np.array_equal(self.origin, other.origin):
            message = "other: must be taken about the same origin. Build both with one origin."
            raise ValueError(message)
        merged = DomainStatistics(len(self.sum), self.origin)
        merged.n = self.n + other.n
        merged.sum = self.sum + other.sum
        merged.scatter = self.scatter + other.scatter
        return merged

    def mean(self) -> Floats:
        """Return the (d,) mean of the rows."""
        return self.origin + self.sum / self._rows()

    def residual_scatter(self) -> Floats:
        """Return the (d, d) scatter about the mean of the rows."""
        return self.scatter - np.outer(self.sum, self.sum / self._rows())

    def covariance(self) -> Floats:
        """Return the (d, d) maximum-likelihood covariance, divided by n."""
        return self.residual_scatter() / self._rows()

    def _rows(self) -> int:
        if self.n == 0:
            message = "no rows are counted: a mean and a covariance need at least 1 row."
            raise ValueError(message)
        return self.n

    def _centred(self, rows: npt.ArrayLike) -> Floats:
        values = np.asarray(rows, dtype=np.float64)
        if values.shape[1:] != self.sum.shape:
            message = f"rows: must have shape (m, {len(self.sum)}), got {values.shape}."
            raise ValueError(message)
        return values - self.origin


@dataclass(frozen=True, slots=True)
class DomainSummary:
    """Counts, means and ranges of the columns of X in one domain."""

    n: int
    mean: Floats
    low: Floats
    high: Floats


def chunks(n: int, dim: int) -> Iterator[slice]:
    """Cut n rows into slices whose float64 copies take a few megabytes each.

    >>> [(part.start, part.stop) for part in chunks(5, 2**19)]
    [(0, 2), (2, 4), (4, 5)]
    """
    step = max(1, CHUNK_BYTES // (8 * dim))
    return (slice(start, min(n, start + step)) for start in range(0, n, step))


def float_rows(X: npt.NDArray[Any], part: slice) -> Floats:
    """Read some rows of X as float64."""
    return np.asarray(X[part], dtype=np.float64)


def summarise(X: npt.NDArray[Any], codes: Codes) -> dict[int, DomainSummary]:
    """Check that every row is finite and summarise the columns of both domains in one pass.

    Parameters
    ----------
    X : (n, d) ndarray
        Rows, of any real type; read in chunks, so a memory map is never loaded whole.
    codes : (n,) uint8 ndarray
        Domain of each row: 0 neither, 1 retain, 2 forget.

    Returns
    -------
    dict
        `DomainSummary` by domain code.

    Raises
    ------
    ValueError
        When rows hold NaN or infinite values; names the rows.

    """
    n, dim = X.shape
    origin = float_rows(X, slice(0, 1))[0]
    sums = {code: np.zeros(dim) for code in (RETAIN, FORGET)}
    lows = {code: np.full(dim, np.inf) for code in sums}
    highs = {code: np.full(dim, -np.inf) for code in sums}
    bad: list[npt.NDArray[np.int64]] = []
    for part in chunks(n, dim):
        rows, kinds = float_rows(X, part), codes[part]
        finite = np.isfinite(rows).all(axis=1)
        if not finite.all():
            bad.append(np.flatnonzero(~finite) + part.start)
            continue
        for code in sums:
            members = domain_rows(rows, kinds, code)
            if len(members):
                sums[code] += (members - origin).sum(axis=0)
                np.minimum(lows[code], members.min(axis=0), out=lows[code])
                np.maximum(highs[code], members.max(axis=0), out=highs[code])
    if bad:
        found = np.concatenate(bad)
        message = (
            f"X: every value must be finite, but {found.size} of {n} rows hold NaN or infinite "
            f"values ({listed(found)}). Drop or impute these rows."
        )
        raise ValueError(message)
    counts = {code: int(np.count_nonzero(codes == code)) for code in sums}
    return {
        code: DomainSummary(
            counts[code], origin + sums[code] / counts[code], lows[code], highs[code]
        )
        for code in sums
    }


def domain_rows(rows: Floats, kinds: Codes, code: int) -> Floats:
    """Select the rows of a chunk that belong to a domain, without a copy when all do."""
    members = kinds == code
    return rows if members.all() else rows[members]

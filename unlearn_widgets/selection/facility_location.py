"""Greedy facility location, to the last row, without a matrix of all pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.selection.progress import steps
from unlearn_widgets.selection.squared_distances import (
    ROUNDING,
    SquaredDistances,
    first_of_largest,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from unlearn_widgets.validation import Floats, Positions

# Rows compared with all others at once.
BLOCK = 256
# Pairs that are kept, 24 bytes each.
PAIRS = 2**22
# Of the largest gain ever: by how much a gain that is kept up to date may be wrong.
DRIFT = 1e-11


def facility_location(rows: Floats, *, shown: bool = True) -> Positions:
    """Order rows: each lowers the sum of squared distances to the nearest pick the most.

    The picks are those of the plain greedy rule. At first gains are evaluated lazily: they only
    shrink, so a row whose last known gain is not the best need not be looked at again. A pair of
    rows matters only while they are nearer to each other than one of them is to its nearest pick.
    Once such pairs are few, they are listed, and every gain is kept up to date along the lists.

    Parameters
    ----------
    rows : (n, d) ndarray
        Rows, centred; of equally good ones the first is picked.
    shown : bool
        Whether a bar tells how far the work is.

    Returns
    -------
    (n,) ndarray of int64

    Notes
    -----
    Costs n^2 d twice, n d for each lazy evaluation, and little for each listed pair. Takes 100 MB
    for pairs and 6 kB a row for comparisons.

    Examples
    --------
    >>> facility_location(np.array([[-4.0], [-3.0], [0.5], [6.5]]))
    array([2, 3, 0, 1])

    """
    order = list(steps(_picks(rows), "facility location", total=len(rows), shown=shown))
    return np.asarray(order, dtype=np.int64)


def _picks(rows: Floats) -> Iterator[int]:
    distances = SquaredDistances(rows)
    first = distances.first_center()
    yield first
    nearest = distances.between(np.array([first]), slice(None))[0]
    picked = np.zeros(len(rows), dtype=np.bool_)
    picked[first] = True
    lazy: _LazyGains | None = None
    # Pairs become fewer about as fast as picks are made: worth a look at each doubling only.
    look = 1
    while _estimate(distances, nearest) > PAIRS:
        lazy = lazy or _LazyGains(distances, nearest, picked)
        for _ in range(look):
            if picked.all():
                return
            yield lazy.pick()
        look *= 2
    yield from _ListedGains(distances, nearest, picked).picks()


def _gains(distances: SquaredDistances, nearest: Floats, some: Positions) -> Floats:
    """By how much each of some rows would lower the sum of squared distances."""
    gains = np.empty(len(some))
    for start in range(0, len(some), BLOCK):
        part = slice(start, start + BLOCK)
        saved = distances.between(some[part], slice(None))
        np.subtract(nearest, saved, out=saved)
        gains[part] = np.maximum(saved, 0.0, out=saved).sum(axis=1)
    return gains


def _estimate(distances: SquaredDistances, nearest: Floats) -> float:
    """Estimate the number of pairs nearer to each other than the first to its nearest pick."""
    n = len(nearest)
    some = np.unique(np.linspace(0, n - 1, min(n, BLOCK)).astype(np.int64))
    near = distances.between(some, slice(None)) < nearest[some][:, None]
    return float(np.count_nonzero(near)) * n / len(some)


class _LazyGains:
    """Gains that were right at some pick, and are bounds from above ever after."""

    def __init__(
        self, distances: SquaredDistances, nearest: Floats, picked: NDArray[np.bool_]
    ) -> None:
        self.distances, self.nearest, self.picked = distances, nearest, picked
        self.bounds = _gains(distances, nearest, np.arange(len(nearest)))
        self.bounds[picked] = -np.inf
        self.known = np.ones_like(picked)

    def pick(self) -> int:
        """Pick the best row, after a look at the gains of all that may be as good."""
        while (doubtful := self._doubtful()).size:
            by_bound = np.argsort(-self.bounds[doubtful], kind="stable")
            some = doubtful[by_bound[:BLOCK]]
            self.bounds[some] = _gains(self.distances, self.nearest, some)
            self.known[some] = True
        best = first_of_largest(np.where(self.known, self.bounds, -np.inf))
        self.bounds[best] = -np.inf
        self.picked[best] = True
        self.known[:] = self.picked
        reach = self.distances.between(np.array([best]), slice(None))[0]
        np.minimum(self.nearest, reach, out=self.nearest)
        return best

    def _doubtful(self) -> Positions:
        best = self.bounds[self.known].max(initial=-np.inf)
        return np.flatnonzero(~self.known & (self.bounds >= best * (1.0 - ROUNDING)))


class _ListedGains:
    """Gains that are kept right along the lists of pairs that matter."""

    def __init__(
        self, distances: SquaredDistances, nearest: Floats, picked: NDArray[np.bool_]
    ) -> None:
        self.nearest, self.picked = nearest, picked
        self.n = len(nearest)
        served, server, apart = [], [], []
        for start in range(0, self.n, BLOCK):
            part = slice(start, start + BLOCK)
            between = distances.between(part, slice(None))
            row, other = np.nonzero(between < nearest[part][:, None])
            served.append((row + start).astype(np.int32))
            server.append(other.astype(np.int32))
            apart.append(between[row, other])
        pairs = (np.concatenate(served), np.concatenate(server), np.concatenate(apart))
        self.by_served = _Lists(*pairs, self.n)
        self.by_server = _Lists(pairs[1], pairs[0], pairs[2], self.n)

    def picks(self) -> Iterator[int]:
        gains = self.exact(np.arange(self.n))
        gains[self.picked] = -np.inf
        slack = DRIFT * max(float(gains.max()), 0.0)
        while True:
            top = gains.max()
            if not top > slack and not self.nearest[~self.picked].any():
                # Copies of picks are all equally good.
                yield from np.flatnonzero(~self.picked).tolist()
                return
            close = np.flatnonzero(gains >= top - slack - ROUNDING * abs(top))
            gains[close] = self.exact(close)
            pick = int(close[first_of_largest(gains[close])])
            yield pick
            self.picked[pick] = True
            self.take(pick, gains)
            gains[pick] = -np.inf

    def exact(self, some: Positions) -> Floats:
        """Return the gains of some rows, summed anew."""
        owner, served, apart = self.by_server.of(some)
        saved = np.maximum(self.nearest[served] - apart, 0.0)
        return np.asarray(np.bincount(owner, saved, len(some)), dtype=np.float64)

    def take(self, pick: int, gains: Floats) -> None:
        """Let the rows that a pick is nearest to go to it, and lower the gains of the others."""
        _, served, apart = self.by_server.of(np.array([pick]))
        moves = apart < self.nearest[served]
        served, apart = served[moves], apart[moves]
        before = self.nearest[served]
        self.nearest[served] = apart
        owner, server, reach = self.by_served.of(served)
        lost = np.maximum(before[owner] - reach, 0.0) - np.maximum(apart[owner] - reach, 0.0)
        np.subtract.at(gains, server, lost)


class _Lists:
    """Pairs with a distance, listed by their first row."""

    def __init__(
        self, first: NDArray[np.int32], second: NDArray[np.int32], apart: Floats, n: int
    ) -> None:
        order = np.argsort(first, kind="stable")
        self.second, self.apart = second[order], apart[order]
        self.ends = np.cumsum(np.bincount(first, minlength=n))

    def of(
        self, rows: NDArray[np.signedinteger[Any]]
    ) -> tuple[Positions, NDArray[np.int32], Floats]:
        """Return the pairs of some rows: place of the row in `rows`, other row, distance."""
        ends = self.ends[rows]
        starts = np.where(rows > 0, self.ends[rows - 1], 0)
        sizes = ends - starts
        owner = np.repeat(np.arange(len(rows)), sizes)
        at = np.arange(len(owner)) + np.repeat(starts - np.cumsum(sizes) + sizes, sizes)
        return owner, self.second[at], self.apart[at]

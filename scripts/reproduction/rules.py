"""Rules that are compared, each ranked once for a training fold whatever model follows."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.parallel import Parallel, delayed

from unlearn_widgets.selection import (
    ClassifierSelector,
    CoresetSelector,
    DistanceSelector,
    HerdingSelector,
    InfluenceSelector,
    LikelihoodRatioSelector,
    NeighborSelector,
    RandomSelector,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

RANDOM, DISTANCE, EUCLIDEAN, RATIO = "random", "distance", "Euclidean distance", "likelihood ratio"
INFLUENCE = "influence"
CORESETS = ("k-center coreset", "facility-location coreset")
RULES: dict[str, Callable[[int], Any]] = {
    RANDOM: lambda seed: RandomSelector(random_state=seed),
    DISTANCE: lambda _: DistanceSelector(),
    EUCLIDEAN: lambda _: DistanceSelector(metric="euclidean"),
    RATIO: lambda _: LikelihoodRatioSelector(),
    "classifier": lambda seed: ClassifierSelector(random_state=seed),
    "neighbor": lambda _: NeighborSelector(),
    CORESETS[0]: lambda _: CoresetSelector("k-center", progress=False),
    CORESETS[1]: lambda _: CoresetSelector("facility-location", progress=False),
    "herding": lambda _: HerdingSelector(progress=False),
    INFLUENCE: lambda _: InfluenceSelector(progress=False),
}
QUICK = (RANDOM, DISTANCE, RATIO, CORESETS[0])
# What the kit's best rule is chosen from: the paper's rule is there too, baselines are not.
CONTENDERS = tuple(name for name in RULES if name not in {RANDOM, *CORESETS})


class KnownOrder:
    """A rule whose rankings of some training folds are known already.

    Parameters
    ----------
    name : str
        What it is called in results.
    orders : dict of str to ndarray
        Ranking by digest of the rows it was made from.

    """

    def __init__(self, name: str, orders: dict[str, NDArray[np.int64]]) -> None:
        self.name, self.orders = name, orders
        self._found: NDArray[np.int64] | None = None

    def fit(self, X: Any, y: Any, groups: Any = None) -> KnownOrder:  # noqa: ARG002 - a selector's
        """Look the rows up."""
        self._found = self.orders[digest(X)]
        return self

    def rank(self) -> NDArray[np.int64]:
        """Return the ranking of the rows that were looked up."""
        if self._found is None:
            raise ValueError(f"{self.name}: must be fitted before it ranks. Call fit(X, y).")
        return self._found

    def get_params(self, *, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002 - scikit-learn's
        """Return what tells it from other rules."""
        return {"name": self.name}

    def set_params(self, **params: Any) -> KnownOrder:  # noqa: ARG002 - nothing can be set
        """Do nothing: there is nothing to seed."""
        return self

    def __sklearn_clone__(self) -> KnownOrder:
        return KnownOrder(self.name, self.orders)

    def __repr__(self) -> str:
        return f"KnownOrder(name={self.name!r})"


def digest(X: Any) -> str:
    """Return what tells the rows of one training fold from another's."""
    rows = np.ascontiguousarray(X)
    return hashlib.blake2b(rows.tobytes(), digest_size=16).hexdigest()


def known_orders(
    X: NDArray[Any],
    forget: NDArray[np.bool_],
    folds: Iterable[NDArray[np.int64]],
    names: Iterable[str],
    n_jobs: int,
) -> list[KnownOrder]:
    """Rank the forget rows of every training fold by every rule.

    Parameters
    ----------
    X : (n, d) ndarray
        What the rules see.
    forget : (n,) ndarray of bool
        The forget domain; all others are retained.
    folds : list of ndarray
        Positions of the training rows; the position of a fold is the seed of its random rules.
    names : list of str
        Rules.
    n_jobs : int
        Processes.

    """
    tasks = [(seed, train, name) for seed, train in enumerate(folds) for name in names]
    ranked = Parallel(n_jobs=n_jobs)(
        delayed(ranking)(name, seed, X[train], forget[train]) for seed, train, name in tasks
    )
    orders: dict[str, dict[str, NDArray[np.int64]]] = {name: {} for _, _, name in tasks}
    for (_, train, name), order in zip(tasks, ranked, strict=True):
        orders[name][digest(X[train])] = order
    return [KnownOrder(name, orders[name]) for name in orders]


def ranking(name: str, seed: int, X: Any, forget: Any) -> NDArray[np.int64]:
    """Return the positions of the forget rows, first to remove first."""
    order: NDArray[np.int64] = RULES[name](seed).fit(X, forget).rank()
    return order

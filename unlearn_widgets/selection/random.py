"""Random removal: the baseline every other rule is measured against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.randomness import RandomState, generator
from unlearn_widgets.selection.base import Selector
from unlearn_widgets.statistics import FORGET
from unlearn_widgets.validation import strict_keywords

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unlearn_widgets.statistics import Codes
    from unlearn_widgets.validation import Floats, Positions


class RandomSelector(Selector):
    """Remove rows of the forget domain in random order.

    Parameters
    ----------
    random_state : int, numpy Generator, numpy RandomState or None
        Seed of the order; None draws a new order at each fit.

    Notes
    -----
    Rule "random" in section 2 of docs/theory.md. The rule has no scores.

    Examples
    --------
    >>> import numpy as np
    >>> X, y = np.arange(12.0).reshape(6, 2), np.array([0, 1, 0, 1, 1, 1])
    >>> selector = RandomSelector(random_state=0).fit(X, y)
    >>> sorted(selector.rank().tolist())
    [1, 3, 4, 5]
    >>> len(selector.select(0.5))
    2

    """

    @strict_keywords
    def __init__(self, random_state: RandomState = None) -> None:
        self.random_state = random_state

    def _fit_scores(
        self,
        X: NDArray[Any],  # noqa: ARG002
        codes: Codes,
        groups: Positions | None,  # noqa: ARG002
    ) -> Floats:
        return np.zeros(np.count_nonzero(codes == FORGET))

    def _equals_order(self, n: int) -> Positions:
        return generator(self.random_state).permutation(n)

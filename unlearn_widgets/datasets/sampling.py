"""Fewer rows of both domains, in the proportion they stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unlearn_widgets.randomness import RandomState, generator
from unlearn_widgets.validation import Mask, Positions, count

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A domain of fewer rows has no covariance.
_FEWEST = 2


def sample_rows(forget: Mask, limit: int | None, random_state: RandomState) -> Positions:
    """Draw at most `limit` rows without replacement, and keep the share of the forget domain.

    Parameters
    ----------
    forget : (n,) bool mask
        Rows of the forget domain; all others are retained.
    limit : int of at least 4, or None
        The most rows; None takes all.
    random_state : int, numpy Generator, numpy RandomState or None
        Seed of the draw.

    Returns
    -------
    (m,) ndarray of int64
        Positions, ascending. Each domain has two rows at least, if it had as many.

    Raises
    ------
    ValueError
        If `limit` is below 4.

    Examples
    --------
    >>> mask = np.arange(100) < 20
    >>> rows = sample_rows(mask, 10, random_state=0)
    >>> len(rows), int(mask[rows].sum())
    (10, 2)
    """
    n = len(forget)
    rng = generator(random_state)
    if limit is None or count("limit", limit, 2 * _FEWEST) >= n:
        return np.arange(n)
    n_forget = int(np.count_nonzero(forget))
    wanted = round(limit * n_forget / n)
    wanted = min(max(wanted, min(_FEWEST, n_forget)), limit - min(_FEWEST, n - n_forget))
    chosen = _draw(rng, np.flatnonzero(forget), wanted)
    others = _draw(rng, np.flatnonzero(~forget), limit - wanted)
    return np.sort(np.concatenate([chosen, others]))


def _draw(rng: np.random.Generator, rows: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    drawn: NDArray[np.int64] = rng.choice(rows, size=size, replace=False)
    return drawn

"""Randomness from whatever a caller passes as random_state."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

RandomState: TypeAlias = int | np.random.Generator | np.random.RandomState | None


def generator(random_state: RandomState) -> np.random.Generator:
    """Return a numpy Generator; a given Generator itself, so that it moves on.

    Parameters
    ----------
    random_state : int, numpy Generator, numpy RandomState or None
        None draws anew at each call.

    Raises
    ------
    ValueError
        For anything else, and for negative integers.

    Examples
    --------
    >>> generator(0).integers(10, size=3)
    array([8, 6, 5])

    """
    if isinstance(random_state, np.random.RandomState):
        return np.random.default_rng(random_state.randint(2**31 - 1))
    try:
        return np.random.default_rng(random_state)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"random_state: must be a non-negative int, a numpy Generator or RandomState, or "
            f"None, got {random_state!r}."
        ) from error

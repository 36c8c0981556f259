"""Checks of arguments that only the theory takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from unlearn_widgets.validation import array, at_least, choice, count

if TYPE_CHECKING:
    import numpy.typing as npt

    from unlearn_widgets.validation import Floats

RULES = ("random", "distance", "likelihood_ratio")


class Counts(NamedTuple):
    """Rows of both domains, and what a removal leaves of them.

    Attributes
    ----------
    n_forget, n_retain : int
        Rows before removal.
    removed, kept, total : ndarray
        Forget rows removed and kept, and all rows kept.
    weight : ndarray
        w, the share of kept forget rows in all kept rows.
    rest : ndarray
        1 - w.
    share : ndarray
        q, the share of the forget rows that is kept.
    gone : ndarray
        1 - q; as w, each is divided out, since 1 less the other has fewer digits.

    """

    n_forget: int
    n_retain: int
    removed: Floats
    kept: Floats
    total: Floats
    weight: Floats
    rest: Floats
    share: Floats
    gone: Floats


def rule_name(rule: object) -> str:
    """Return a rule of the theory, or raise with the closest name."""
    return choice("rule", rule, RULES)


def counts(n_forget: int, n_retain: int, n_removed: npt.ArrayLike) -> Counts:
    """Check the counts of a removal.

    >>> counts(10, 20, 12)
    Traceback (most recent call last):
        ...
    ValueError: n_removed: must lie in 0..10, the rows of the forget domain, got 12.
    """
    n1, n2 = count("n_forget", n_forget), count("n_retain", n_retain)
    removed = at_least("n_removed", n_removed, 0.0, finite=True)
    if np.any(removed > n1):
        got = float(removed[removed > n1].flat[0])
        message = f"n_removed: must lie in 0..{n1}, the rows of the forget domain, got {got:g}."
        raise ValueError(message)
    broken = removed != np.floor(removed)
    if np.any(broken):
        got = float(removed[broken].flat[0])
        message = f"n_removed: must be a whole number of rows, got {got!r}."
        raise ValueError(message)
    kept = n1 - removed
    total = kept + n2
    return Counts(
        n1,
        n2,
        removed=removed,
        kept=kept,
        total=total,
        weight=kept / total,
        rest=n2 / total,
        share=kept / n1,
        gone=removed / n1,
    )


def between(name: str, value: npt.ArrayLike, low: float, high: float) -> Floats:
    """Return `value` as float64 after checking that every entry lies in low..high.

    >>> between("kept", 1.5, 0.0, 1.0)
    Traceback (most recent call last):
        ...
    ValueError: kept: must lie in [0, 1], got 1.5.
    """
    result = array(name, value)
    bad = (result < low) | (result > high)
    if np.any(bad):
        got = float(result[bad].flat[0])
        message = f"{name}: must lie in [{low:g}, {high:g}], got {got!r}."
        raise ValueError(message)
    return result


def finite_divergence(value: npt.ArrayLike) -> Floats:
    """Return a divergence that is finite and at least 0."""
    return at_least("divergence", value, 0.0, finite=True)


def dimension(value: npt.ArrayLike) -> Floats:
    """Return a dimension: a whole number of at least 1.

    >>> dimension(2.5)
    Traceback (most recent call last):
        ...
    ValueError: dim: must be a whole number of at least 1, got 2.5.
    """
    result = at_least("dim", value, 1.0, finite=True)
    broken = result != np.floor(result)
    if np.any(broken):
        got = float(result[broken].flat[0])
        message = f"dim: must be a whole number of at least 1, got {got!r}."
        raise ValueError(message)
    return result

"""Agreement corrected for chance: the formulas, over counts.

Cohen (1960) compares two annotators, Fleiss (1971) any number. Here Fleiss' kappa is generalised
to records with different numbers of annotators as by Gwet (Handbook of Inter-Rater Reliability,
4th ed., 2014, chapter 2): every record weighs the same, in the agreement observed and in the share
of each label.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["bootstrap", "cohen", "fleiss", "percent_agreement"]

_CHUNK = 2**22


def percent_agreement(counts: NDArray[Any]) -> float:
    """Return the share of pairs of annotators that agree, averaged over records.

    Parameters
    ----------
    counts : (n, l) array of int
        How many annotators gave record i label j; at least two for each record.

    Returns
    -------
    float
        In [0, 1]; nan for no records.

    Examples
    --------
    >>> percent_agreement(np.array([[2, 0], [1, 1]]))
    0.5
    """
    return float(_agreeing(counts).mean()) if len(counts) else np.nan


def fleiss(counts: NDArray[Any], weights: NDArray[Any]) -> Floats:
    """Return Fleiss' kappa of weighted records.

    Parameters
    ----------
    counts : (n, l) array of int
        How many annotators gave record i label j; at least two for each record.
    weights : (r, n) array
        How often each record counts, in each of r samples.

    Returns
    -------
    (r,) array
        nan where it is undefined, because only one label was given.

    Examples
    --------
    >>> counts = np.array([[3, 0], [0, 2], [2, 1]])
    >>> fleiss(counts, np.ones((1, 3))).round(4)
    array([0.55])
    """
    total = weights.sum(axis=1)
    observed = weights @ _agreeing(counts) / total
    shares = weights @ (counts / counts.sum(axis=1, keepdims=True)) / total[:, None]
    return _beyond_chance(observed, np.square(shares).sum(axis=1), _is_one(shares))


def cohen(pairs: NDArray[Any], n_labels: int, weights: NDArray[Any]) -> Floats:
    """Return Cohen's kappa of weighted records.

    Parameters
    ----------
    pairs : (n, 2) array of int
        The label that either annotator gave to each record, as a number below `n_labels`.
    n_labels : int
        How many labels there are.
    weights : (r, n) array
        How often each record counts, in each of r samples.

    Returns
    -------
    (r,) array
        nan where it is undefined, because both gave only one and the same label.

    Examples
    --------
    >>> pairs = np.array([[0, 0], [1, 1], [0, 1], [0, 0]])
    >>> cohen(pairs, 2, np.ones((1, 4)))
    array([0.5])
    """
    given = np.eye(n_labels)
    total = weights.sum(axis=1)
    observed = weights @ (pairs[:, 0] == pairs[:, 1]) / total
    first, second = (weights @ given[column] / total[:, None] for column in pairs.T)
    expected = (first * second).sum(axis=1)
    return _beyond_chance(observed, expected, _is_one((first + second) / 2))


def bootstrap(
    statistic: Callable[[Floats], Floats],
    multiplicity: NDArray[Any],
    n_resamples: int,
    random: np.random.Generator,
) -> Floats:
    """Compute a statistic of samples of the records, drawn with replacement.

    Parameters
    ----------
    statistic : callable of an (r, n) array to an (r,) array
        Of weights, see `fleiss`.
    multiplicity : (n,) array of int
        How many records are alike, for each kind of record.
    n_resamples : int
        How many samples.
    random : numpy Generator
        What draws them.

    Returns
    -------
    (n_resamples,) array
        nan where the statistic is undefined.

    Examples
    --------
    >>> share = lambda weights: weights[:, 0] / weights.sum(axis=1)
    >>> bootstrap(share, np.array([90, 10]), 1000, np.random.default_rng(0)).mean().round(2)
    np.float64(0.9)
    """
    n = int(multiplicity.sum())
    step = max(1, _CHUNK // len(multiplicity))
    return np.concatenate(
        [
            statistic(
                random.multinomial(n, multiplicity / n, min(step, n_resamples - start)).astype(
                    np.float64
                )
            )
            for start in range(0, n_resamples, step)
        ]
    )


def _agreeing(counts: NDArray[Any]) -> Floats:
    n = counts.sum(axis=1)
    agreeing: Floats = (counts * (counts - 1)).sum(axis=1) / (n * (n - 1))
    return agreeing


def _is_one(shares: Floats) -> NDArray[np.bool_]:
    one: NDArray[np.bool_] = np.count_nonzero(shares, axis=1) == 1
    return one


def _beyond_chance(observed: Floats, expected: Floats, undefined: NDArray[np.bool_]) -> Floats:
    kappa = np.full(len(observed), np.nan)
    defined = ~undefined
    kappa[defined] = (observed[defined] - expected[defined]) / (1.0 - expected[defined])
    return kappa

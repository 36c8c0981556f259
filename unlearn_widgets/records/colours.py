"""Columns of the records in the form in which they colour the map."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from unlearn_widgets.records.cells import as_text, is_missing

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from unlearn_widgets.columns import Column

MAX_LABELS = 12
MISSING_CODE = 255

_LONGEST_LABEL = 80


@dataclass(frozen=True, eq=False)
class NumericColour:
    """A numeric column to colour by.

    Parameters
    ----------
    values : ndarray of shape (n,), float32
        NaN where the value is missing.
    min, max : float
        Least and greatest finite value; NaN if there is none.
    """

    values: NDArray[np.float32]
    min: float
    max: float


@dataclass(frozen=True, eq=False)
class CategoricalColour:
    """A column of labels to colour by.

    Parameters
    ----------
    codes : ndarray of shape (n,), uint8
        Index into `labels`; 255 where the value is missing.
    labels : tuple of str
        At most 12, the most frequent first; rarer ones share the last.
    counts : tuple of int
        Rows with each label.
    """

    codes: NDArray[np.uint8]
    labels: tuple[str, ...]
    counts: tuple[int, ...]


def numeric_colour(column: ArrayLike) -> NumericColour:
    """Colour by numbers.

    Parameters
    ----------
    column : array-like of shape (n,)
        The numbers, NaN where one is missing.

    Returns
    -------
    NumericColour
        The numbers as float32 and their finite range.

    Examples
    --------
    >>> colour = numeric_colour([3, float("nan"), 1])
    >>> colour.values.tolist(), colour.min, colour.max
    ([3.0, nan, 1.0], 1.0, 3.0)
    """
    values = np.asarray(column, dtype=np.float64)
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (np.nan, np.nan)
    with np.errstate(over="ignore", invalid="ignore"):
        return NumericColour(values.astype(np.float32), low, high)


def categorical_colour(column: Column) -> CategoricalColour:
    """Colour by labels.

    Parameters
    ----------
    column : list or ndarray of length n
        Values of any type; each is written as text.

    Returns
    -------
    CategoricalColour
        The most frequent labels by themselves, the others together.

    Examples
    --------
    >>> colour = categorical_colour(["ham", "spam", None, "ham"])
    >>> colour.labels, colour.counts, colour.codes.tolist()
    (('ham', 'spam'), (2, 1), [0, 1, 255, 0])
    """
    values = column.tolist() if isinstance(column, np.ndarray) else column
    texts = [None if is_missing(value) else as_text(value) for value in values]
    counted = Counter(text for text in texts if text is not None)
    ranked = sorted(counted, key=lambda text: (-counted[text], text))
    kept = ranked if len(ranked) <= MAX_LABELS else ranked[: MAX_LABELS - 1]
    labels = [text[:_LONGEST_LABEL] for text in kept]
    counts = [counted[text] for text in kept]
    if len(kept) < len(ranked):
        labels.append("all others" if "other" in kept else "other")
        counts.append(sum(counted.values()) - sum(counts))
    codes: dict[str | None, int] = {text: code for code, text in enumerate(kept)}
    codes[None] = MISSING_CODE
    coded = np.array([codes.get(text, len(kept)) for text in texts], dtype=np.uint8)
    return CategoricalColour(coded, tuple(labels), tuple(counts))

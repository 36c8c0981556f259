"""Which rows a caller means by the labels that shall be forgotten."""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from unlearn_widgets.columns import type_name
from unlearn_widgets.validation import Mask, hint

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Label: TypeAlias = "int | str"
Labels: TypeAlias = "Label | Sequence[Label]"


def label_numbers(forget: object, names: Sequence[str], *, numbered: bool = True) -> list[int]:
    """Turn labels into ascending indices into `names`.

    Parameters
    ----------
    forget : int, str, or sequence of them
        A name, whatever its case, or a number.
    names : sequence of str
        All labels, in the order of their numbers.
    numbered : bool
        Whether the labels have numbers that people know them by.

    Raises
    ------
    ValueError
        For a label that does not exist, or none at all.
    TypeError
        For anything but names and numbers.

    Examples
    --------
    >>> label_numbers("sandal", ["Shirt", "Sandal"]), label_numbers([1], ["Shirt", "Sandal"])
    ([1], [1])
    >>> label_numbers("Sandle", ["Shirt", "Sandal"])
    Traceback (most recent call last):
        ...
    ValueError: forget: must be one of 'Shirt', 'Sandal' or a number in 0..1, got 'Sandle'. Did you
    mean 'Sandal'?
    """
    several = isinstance(forget, list | tuple | set | frozenset | np.ndarray)
    given: Iterable[Any] = forget if several else [forget]  # type: ignore[assignment]
    chosen = sorted({_number(label, names, numbered=numbered) for label in given})
    if not chosen:
        raise ValueError("forget: must hold at least one label, got none. Name one.")
    return chosen


def _number(label: object, names: Sequence[str], *, numbered: bool) -> int:
    if isinstance(label, str):
        folded = [name.casefold() for name in names]
        if label in names:
            return names.index(label)
        if label.casefold() in folded:
            return folded.index(label.casefold())
    elif isinstance(label, bool | np.bool_) or not isinstance(label, numbers.Integral):
        raise TypeError(
            f"forget: must be the name{' or number' * numbered} of a label, or a list of them, "
            f"got {type_name(label)}."
        )
    elif numbered and 0 <= int(label) < len(names):
        return int(label)
    numbered_too = f" or a number in 0..{len(names) - 1}" if numbered else ""
    raise ValueError(
        f"forget: must be one of {', '.join(map(repr, names))}{numbered_too}, got {label!r}."
        f"{hint(label, names)}"
    )


def two_domains(forget: Mask, what: str, source: object) -> Mask:
    """Return the (n,) mask if both domains have rows, else say which has none.

    Raises
    ------
    ValueError
        If no row, or every row, is to be forgotten.

    Examples
    --------
    >>> two_domains(np.zeros(3, dtype=bool), "'threat'", "train.csv")
    Traceback (most recent call last):
        ...
    ValueError: forget: none of the 3 rows of train.csv is labelled 'threat'. Choose another label.
    """
    if not forget.any():
        raise ValueError(
            f"forget: none of the {len(forget):,} rows of {source} is labelled {what}. Choose "
            "another label."
        )
    if forget.all():
        raise ValueError(
            f"forget: all {len(forget):,} rows of {source} are labelled {what}, which leaves none "
            "to retain. Choose another label."
        )
    return forget

"""Texts to embed, checked."""

from __future__ import annotations

from collections.abc import Iterable

from unlearn_widgets.columns import type_name


def text_list(texts: object) -> list[str]:
    """Return a non-empty list of strings.

    Raises
    ------
    TypeError
        If `texts` is one string, cannot be gone through, or holds anything but strings.
    ValueError
        If there are none.

    Examples
    --------
    >>> text_list(["Hello", None])
    Traceback (most recent call last):
        ...
    TypeError: texts: must hold strings only, got NoneType in row 1. Fill the gaps with "".
    """
    if isinstance(texts, str | bytes) or not isinstance(texts, Iterable):
        raise TypeError(
            f"texts: must be a list of strings, got {type_name(texts)}. Put a single text into a "
            "list."
        )
    given = list(texts)
    for row, text in enumerate(given):
        if not isinstance(text, str):
            raise TypeError(
                f"texts: must hold strings only, got {type_name(text)} in row {row:,}. Fill the "
                'gaps with "".'
            )
    if not given:
        raise ValueError("texts: must hold at least one text, got none.")
    return given

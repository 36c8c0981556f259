"""Sets of ids as short text: ``1-436,440``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["format_ids", "parse_ids", "spans"]


def format_ids(ids: Iterable[int]) -> str:
    """Write a set of positive ids as ranges.

    Parameters
    ----------
    ids : iterable of int
        In any order; repeated ids count once.

    Returns
    -------
    str
        Ascending ranges, separated by commas; empty for no ids.

    Examples
    --------
    >>> format_ids([3, 1, 2, 7])
    '1-3,7'
    """
    parts = []
    first = last = None
    for one in sorted(set(ids)):
        if first is None or last is None:
            first = last = one
        elif one == last + 1:
            last = one
        else:
            parts.append(str(first) if first == last else f"{first}-{last}")
            first = last = one
    if first is not None:
        parts.append(str(first) if first == last else f"{first}-{last}")
    return ",".join(parts)


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Give the first and the last id of each range.

    Parameters
    ----------
    text : str
        What `format_ids` wrote.

    Yields
    ------
    tuple of int
        Both ends belong to the range.

    Examples
    --------
    >>> list(spans("1-3,7"))
    [(1, 3), (7, 7)]
    """
    for part in text.split(",") if text else ():
        first, _, last = part.partition("-")
        yield int(first), int(last or first)


def parse_ids(text: str) -> list[int]:
    """Read the ids that `format_ids` wrote.

    Parameters
    ----------
    text : str
        Ranges, ascending.

    Returns
    -------
    list of int
        The ids, ascending.

    Examples
    --------
    >>> parse_ids("1-3,7")
    [1, 2, 3, 7]
    """
    return [one for first, last in spans(text) for one in range(first, last + 1)]

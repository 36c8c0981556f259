"""A progress bar for work that takes longer than a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T")
# Seconds before a bar appears.
DELAY = 1.0


def steps(
    items: Iterable[T], what: str, *, total: int | None = None, shown: bool = True
) -> Iterable[T]:
    """Go through items; a bar tells how far they are once they take longer than `DELAY`.

    >>> list(steps([1, 2], "counting"))
    [1, 2]
    """
    from tqdm.auto import tqdm

    bar: Iterable[T] = tqdm(
        items, desc=what, total=total, delay=DELAY, leave=False, disable=not shown
    )
    return bar

"""A progress bar for reading and embedding, which stays silent when they are quick."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T")
# Seconds before a bar appears.
DELAY = 1.0


def progress(
    steps: Iterable[T], what: str, total: int | None = None, delay: float = DELAY
) -> Iterable[T]:
    """Go through steps; a bar tells how far they are once they take longer than `delay` seconds.

    >>> list(progress([1, 2], "counting"))
    [1, 2]
    """
    from tqdm.auto import tqdm

    bar: Iterable[T] = tqdm(steps, desc=what, total=total, delay=delay, leave=False)
    return bar

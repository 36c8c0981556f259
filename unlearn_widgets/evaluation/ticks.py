"""Counting what is done of long work: a bar, a callable, or nothing."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Progress: TypeAlias = bool | Callable[[int, int], object]


@contextlib.contextmanager
def ticking(progress: Progress, total: int, unit: str) -> Iterator[Callable[[], object]]:
    """Give what to call after each unit of work.

    Parameters
    ----------
    progress : bool or callable
        Whether a bar counts, or what to call with the units done and their total.
    total : int
        Units to do.
    unit : str
        What is counted.

    """
    if callable(progress):
        done = itertools.count(1)
        yield lambda: progress(next(done), total)
        return
    from tqdm.auto import tqdm

    with tqdm(total=total, desc="retraining", unit=unit, disable=not progress) as bar:
        yield bar.update

"""How fast a person labels, and how long the rest takes at that pace."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from unlearn_widgets.validation import count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from unlearn_widgets.validation import Floats

# A longer break between two labels is no work on a record.
LONGEST_GAP = 120.0
# Nobody reads and decides faster.
SHORTEST_GAP = 0.2
# So many gaps tell the pace of now; older ones belong to other records and another hour.
RECENT = 100


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast somebody labels.

    Attributes
    ----------
    labels_per_hour : float or None
        Over the recent active stretch; None before two labels within two minutes.
    seconds_left : float or None
        Time that the records left take at this pace, breaks not counted; None when it is unknown.
    active_seconds : float
        Length of the stretch that the pace was taken from.
    n_labels : int
        Labels that the pace was taken from.

    Examples
    --------
    >>> Pace(labels_per_hour=1200.0, seconds_left=6.0, active_seconds=30.0, n_labels=10)
    Pace(labels_per_hour=1200.0, seconds_left=6.0, active_seconds=30.0, n_labels=10)

    """

    labels_per_hour: float | None
    seconds_left: float | None
    active_seconds: float
    n_labels: int


def pace(times: Iterable[float | str], n_left: int = 0) -> Pace:
    """Return how fast labels were given of late, and how long the rest takes.

    Parameters
    ----------
    times : iterable of float or str
        When each label was given: seconds since 1970 UTC, or ISO 8601 texts (UTC when they name no
        zone). In any order. Labels of one moment, such as those of a lassoed region or
        of a program, are one act.
    n_left : int
        Records still to label.

    Returns
    -------
    Pace
        Over the last 100 gaps of at most two minutes; longer ones are breaks.

    Raises
    ------
    ValueError
        For a time that is not finite or no ISO 8601 text, and a negative `n_left`.
    TypeError
        For a time of another type.

    Examples
    --------
    >>> pace([0.0, 3.0, 6.0, 4000.0, 4003.0], n_left=10)
    Pace(labels_per_hour=1200.0, seconds_left=30.0, active_seconds=9.0, n_labels=3)
    >>> pace(["2026-03-01T10:00:00Z", "2026-03-01T10:00:04Z"]).labels_per_hour
    900.0

    """
    left = count("n_left", n_left, low=0)
    gaps = np.diff(_acts(np.unique(_seconds(times))))
    recent = gaps[gaps <= LONGEST_GAP][-RECENT:]
    active = math.fsum(recent)
    if not recent.size:
        return Pace(None, 0.0 if left == 0 else None, 0.0, 0)
    per_label = active / len(recent)
    return Pace(3600.0 / per_label, left * per_label, active, len(recent))


def _acts(moments: Floats) -> Floats:
    """Return the moments at which a person decided: a burst of labels is one act of a program."""
    kept: list[float] = []
    for moment in moments.tolist():
        if not kept or moment - kept[-1] >= SHORTEST_GAP:
            kept.append(moment)
    return np.array(kept)


def _seconds(times: Iterable[float | str]) -> Floats:
    return np.array([_second(time, index) for index, time in enumerate(times)], dtype=np.float64)


def _second(time: object, index: int) -> float:
    if isinstance(time, str):
        try:
            moment = datetime.fromisoformat(time)
        except ValueError as error:
            raise ValueError(
                f"times: must be seconds or ISO 8601 texts, got {time!r:.80} (at index {index}). "
                f"Write it as 2026-03-01T10:00:00Z."
            ) from error
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return aware.timestamp()
    if isinstance(time, bool) or not isinstance(time, int | float | np.integer | np.floating):
        raise TypeError(
            f"times: must be seconds or ISO 8601 texts, got {type(time).__name__} "
            f"(at index {index}). Pass time.time() or datetime.isoformat()."
        )
    if not math.isfinite(time):
        raise ValueError(f"times: must be finite seconds, got {time!r} (at index {index}).")
    return float(time)

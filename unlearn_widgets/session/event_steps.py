"""A recorded event as the step of a selection that it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.ledger import vocabulary as kinds
from unlearn_widgets.problem.effect import Effect
from unlearn_widgets.session.history import Step, describe, subject_of
from unlearn_widgets.wire.codecs import decode_values, encode_bitset

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unlearn_widgets.ledger import Event

_COUNTS = frozenset(
    (
        *("n_forget", "n_retain", "n_removed", "n_removed_forget", "n_removed_retain"),
        *("dim_effective", "random_equivalent"),
    )
)


def step_of_event(
    event: Event, rev: int, mask: NDArray[np.bool_], n_changed: int, effect: Effect | None
) -> Step:
    """Return the step that an event recorded.

    Parameters
    ----------
    event : Event
        Of a kind that changes the selection.
    rev : int
        Number of the step.
    mask : ndarray of shape (n_rows,), bool
        The rows chosen afterwards.
    n_changed : int
        Rows that changed.
    effect : Effect or None
        The numbers afterwards, None where they must be computed.

    Returns
    -------
    Step
        Made by "store".
    """
    detail: dict[str, Any] = {}
    kind, mode = event.kind, None
    if event.kind == kinds.SELECTION:
        kind, mode = event.payload["kind"], event.payload["mode"]
        spoken = {name: text for name, text in event.words.items() if isinstance(text, str)}
        detail = {**event.payload["detail"], **spoken}
        if "path" in detail:
            detail["path"] = np.array(detail["path"], dtype=np.float64).reshape(-1, 2)
    elif event.kind == kinds.LABEL:
        detail = {"name": event.payload["label"] or "none"}
    return Step(
        rev=rev,
        source="store",
        kind=kind,
        mode=mode,
        removed=encode_bitset(mask),
        effect=effect,
        label=describe(kind, mode, n_changed, subject_of(detail)),
        detail=detail,
    )


def effect_of_event(event: Event) -> Effect | None:
    """Return the numbers that an event recorded, or None where there are none to read."""
    if event.effect is None:
        return None
    # Canonical JSON writes 3.0 as 3.
    values: dict[str, Any] = {
        name: float(value) if type(value) is int and name not in _COUNTS else value
        for name, value in decode_values(event.effect).items()
    }
    try:
        return Effect(**values)
    except TypeError:
        # Another version of the package, with other fields.
        return None

"""Short ways to label records in a store, for the tests of what labels say together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from unlearn_widgets.ledger import Event, EventLog


def label(
    log: EventLog,
    who: str | None,
    keys: Iterable[Any],
    label: str | None,
    *,
    job: str = "removal",
    settles: bool = False,
    **words: str | None,
) -> Event:
    """Record one label, as the annotator does."""
    payload: dict[str, Any] = {"job": job, "label": label}
    if settles:
        payload["settles"] = True
    return log.append("label", actor=who, payload=payload, keys={"rows": list(keys)}, words=words)

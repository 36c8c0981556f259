"""What an annotator asks of its view, the twin of ``js/src/wire/annotation-messages.ts``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unlearn_widgets.wire.checks import Check, MessageError, integer, kind_of, rows, text
from unlearn_widgets.wire.messages import plain

if TYPE_CHECKING:
    from unlearn_widgets.wire.messages import Parse

MAX_RECORDS = 20


def optional(check: Check) -> Check:
    """Check for null, or for what `check` takes."""

    def checked(name: str, value: Any) -> Any:
        return None if value is None else check(name, value)

    return checked


def few_rows(name: str, value: Any) -> list[int]:
    """Return the rows that a view holds: only as many as it may ask for, twice over."""
    found = rows(name, value)
    if len(found) > 10 * MAX_RECORDS:
        raise MessageError(f"{name}: at most {10 * MAX_RECORDS} rows, got {kind_of(value)}.")
    return found


ANNOTATION_KINDS: dict[str, Parse] = {
    "queue": plain(shown=optional(integer(0)), have=few_rows, n=integer(1, MAX_RECORDS)),
    "record": plain(row=integer(0)),
    "label": plain(row=integer(0), label=optional(text), reason=text, note=text),
    "skip": plain(row=integer(0)),
    "undo": plain(),
    "redo": plain(),
    "region": plain(label=text),
    "nudge": plain(),
}

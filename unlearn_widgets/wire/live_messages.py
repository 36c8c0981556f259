"""What may be asked of the live sessions of a kernel, twin of ``js/src/wire/live-messages.ts``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unlearn_widgets.wire.checks import MessageError, flag, option, shown, text
from unlearn_widgets.wire.messages import plain

if TYPE_CHECKING:
    from unlearn_widgets.wire.messages import Parse

# Name and id of the one comm on which a kernel tells of its live sessions.
TARGET = "unlearn_widgets.sessions"
STEPS = ("undo", "redo")
MAX_NAME = 200
_SUFFIX = ".forget.json"


def manifest_name(name: str, value: Any) -> str:
    """Return the name of a manifest that lies in the folder it is written to.

    Examples
    --------
    >>> manifest_name("name", "spam.forget.json")
    'spam.forget.json'
    """
    given = text(name, value)
    plain_name = not any(mark in "/\\" or not mark.isprintable() for mark in given)
    stem = given.removesuffix(_SUFFIX)
    if given != stem and stem and plain_name and stem[0] != "." and len(given) <= MAX_NAME:
        return given
    raise MessageError(
        f"{name}: expected the name of a file that ends in {_SUFFIX}, without folders and of at "
        f"most {MAX_NAME} characters, got {shown(value)}."
    )


LIVE_KINDS: dict[str, Parse] = {
    "sessions": plain(),
    "command": plain(session=text, name=option(STEPS)),
    "save": plain(session=text, name=manifest_name, replace=flag),
    "nudge": plain(),
}

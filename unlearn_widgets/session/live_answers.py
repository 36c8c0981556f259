"""What is told of a live session, and what can be asked of it from outside of its views."""

# ruff: noqa: SLF001 - this module is the inside of a session, seen from the kernel

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from unlearn_widgets.wire.codecs import encode_values

if TYPE_CHECKING:
    from unlearn_widgets.session.session import Session
    from unlearn_widgets.wire.messages import Request


def entry(session: Session) -> dict[str, Any]:
    """Return what is told of a session, ready for JSON."""
    with session._lock:
        status = session._status
        return {
            "title": session.title,
            "names": dict(session.names),
            "rev": session.rev,
            "effect": encode_values(session.effect.to_dict()),
            "undo_label": status["undo_label"],
            "redo_label": status["redo_label"],
            "store": {name: status["store"][name] for name in ("name", "state")},
            "manifest": _manifest(session),
            "views": list(session._views),
        }


def _manifest(session: Session) -> dict[str, Any] | None:
    saved = session._saved
    if saved is None:
        return None
    current = saved.seq == session._recorder.seq
    return {"name": saved.path.name, "path": str(saved.path), "current": current}


def answer(session: Session, request: Request) -> dict[str, Any]:
    """Carry out a command, or write a manifest into the folder of the kernel.

    Raises
    ------
    ValueError
        If the name leads out of the folder; whatever the session raises besides.
    """
    given = request.payload
    if request.kind == "save":
        return _save(session, given["name"], replace=given["replace"])
    with session._acting_as(request.source):
        getattr(session, given["name"])()
    return {"rev": session.rev}


def _save(session: Session, name: str, *, replace: bool) -> dict[str, Any]:
    folder = Path.cwd()
    place = folder / name
    if place.is_symlink() and place.resolve().parent != folder.resolve():
        raise ValueError(
            f"name: {name!r} is a link that leads out of {str(folder)!r}. Choose another name."
        )
    own = session._saved is not None and session._saved.path == place.resolve()
    if place.exists() and not (replace or own):
        return {"saved": False, "path": str(place)}
    session.save(place)
    return {"saved": True, "path": str(place)}

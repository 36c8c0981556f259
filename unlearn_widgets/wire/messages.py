"""Requests of the browser and the replies to them, the twin of ``js/src/wire/messages.ts``.

A request is a custom message ``{"v": 1, "id": "<view>:<counter>", "kind": ...}`` with its payload.
Its answer is ``{"v": 1, "id", "kind", "ok": true, ...}`` or ``{..., "ok": false, "error": {"type",
"message"}}``. Whatever comes from a browser is checked here, before anything else looks at it; the
cases in ``tests/protocol/messages.json`` are read by both languages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from unlearn_widgets.maps.geometry import MODES, TOOLS
from unlearn_widgets.wire.checks import (
    Check,
    MessageError,
    budget,
    fields,
    flag,
    integer,
    kind_of,
    names,
    option,
    radius,
    rows,
    shown,
    target,
    text,
)
from unlearn_widgets.wire.codecs import decode_path

VERSION = 1
COMMANDS = ("undo", "redo", "clear", "invert", "lock", "unlock")
SELECT_BY = ("rule", "neighbors", "duplicates", "search", "set", "rows")

MAX_ID = 200
_ENVELOPE = ("v", "id", "kind")
MAX_VERTICES = 200_000
MAX_PAGE = 200
MAX_ERROR = 2_000
# Before the name of a column to sort by, which may be called "score" itself.
COLUMN_PREFIX = "column:"
# Before the job whose labels colour the map.
LABEL_PREFIX = "label:"

Buffers = Sequence[bytes | bytearray | memoryview]
Parse = Callable[[str, dict[str, Any], Buffers], dict[str, Any]]


@dataclass(frozen=True)
class Request:
    """A request that has passed every check which needs no session.

    Parameters
    ----------
    id : str
        ``"<view>:<counter>"``, repeated in the reply.
    kind : str
        One of `KINDS`.
    payload : dict
        The fields of that kind, checked; absent optional fields are None. A gesture's ``path`` is
        an (m, 2) float64 array.
    """

    id: str
    kind: str
    payload: dict[str, Any] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The view that asked.

        Examples
        --------
        >>> Request("map-1:7", "nudge").source
        'map-1'
        """
        return self.id.rpartition(":")[0]


def parse_request(
    content: Any, buffers: Buffers = (), kinds: Mapping[str, Parse] | None = None
) -> Request:
    """Check a custom message of the browser.

    Parameters
    ----------
    content : object
        The JSON content as it came.
    buffers : sequence of bytes-like
        The binary buffers that came with it.
    kinds : mapping of str to callable, optional
        What may be asked, and how each is checked. Default: `KINDS`, what a session answers.

    Raises
    ------
    MessageError
        For anything that does not follow the protocol.

    Examples
    --------
    >>> parse_request({"v": 1, "id": "map-1:7", "kind": "command", "name": "undo"}).payload
    {'name': 'undo'}
    """
    if not isinstance(content, dict):
        raise MessageError(f"message: expected an object, got {kind_of(content)}.")
    version = content.get("v")
    if type(version) is not int or version != VERSION:
        raise MessageError(
            f"message: this session speaks version {VERSION} of the protocol, "
            f"got {shown(version)}. Reload the page so that both sides are of one installation."
        )
    identity = _identity(content.get("id"))
    kind = content.get("kind")
    known = KINDS if kinds is None else kinds
    if not isinstance(kind, str) or kind not in known:
        raise MessageError(
            f"message: unknown kind {shown(kind)}. It must be one of {', '.join(known)}."
        )
    payload = {name: value for name, value in content.items() if name not in _ENVELOPE}
    if kind not in _WITH_PATH and len(buffers):
        raise MessageError(f"{kind}: carries no binary buffer, got {len(buffers)}.")
    return Request(identity, kind, known[kind](kind, payload, buffers))


def readable_id(content: Any) -> str | None:
    """Return the id of a message if there is one that a reply can carry, else None.

    Examples
    --------
    >>> readable_id({"id": "map-1:7", "kind": 12}), readable_id([1, 2])
    ('map-1:7', None)
    """
    try:
        return _identity(content.get("id"))
    except (AttributeError, MessageError):
        return None


def ok_reply(request: Request, payload: dict[str, Any]) -> dict[str, Any]:
    """Return the envelope of a successful reply.

    Examples
    --------
    >>> ok_reply(Request("map-1:7", "command"), {"rev": 3})
    {'v': 1, 'id': 'map-1:7', 'kind': 'command', 'ok': True, 'rev': 3}
    """
    return {"v": VERSION, "id": request.id, "kind": request.kind, "ok": True, **payload}


def error_reply(
    identity: str, kind: Any, error: BaseException, kinds: Mapping[str, Parse] | None = None
) -> dict[str, Any]:
    """Return the envelope of a refused request.

    Examples
    --------
    >>> error_reply("map-1:7", "command", ValueError("nothing to undo"))["error"]
    {'type': 'ValueError', 'message': 'nothing to undo'}
    """
    answered = KINDS if kinds is None else kinds
    known = kind if isinstance(kind, str) and kind in answered else "unknown"
    # str() of a KeyError is the repr of its message.
    message = error.args[0] if isinstance(error, KeyError) and error.args else error
    return {
        "v": VERSION,
        "id": identity,
        "kind": known,
        "ok": False,
        "error": {"type": type(error).__name__, "message": str(message)[:MAX_ERROR]},
    }


def _identity(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_ID:
        raise MessageError(f"id: expected '<view>:<counter>', got {shown(value)}.")
    view, _, counter = value.rpartition(":")
    if not view or not counter.isdecimal() or not value.isascii():
        raise MessageError(f"id: expected '<view>:<counter>', got {shown(value)}.")
    return value


def plain(**checks: Check) -> Parse:
    """Check for exactly these fields, and no binary buffer."""

    def parse(kind: str, given: dict[str, Any], _buffers: Buffers) -> dict[str, Any]:
        return fields(kind, given, checks)

    return parse


_VERTICES = {
    "lasso": (3, MAX_VERTICES),
    "rectangle": (2, 2),
    "brush": (1, MAX_VERTICES),
    "click": (1, 1),
}


def _gesture(kind: str, given: dict[str, Any], buffers: Buffers) -> dict[str, Any]:
    tool = option(TOOLS)(f"{kind}.tool", given.get("tool"))
    checks: dict[str, Check] = {"tool": option(TOOLS), "mode": option(MODES)}
    if tool == "brush":
        checks["radius"] = radius
    if tool == "click":
        checks["row"] = integer(0)
    plain = fields(kind, given, checks)
    if len(buffers) != 1:
        raise MessageError(f"{kind}: the path travels as one binary buffer, got {len(buffers)}.")
    low, high = _VERTICES[tool]
    size = memoryview(buffers[0]).nbytes
    if size > 16 * MAX_VERTICES:
        raise MessageError(f"{kind}: a path may have {MAX_VERTICES:,} vertices.")
    try:
        path = decode_path(buffers[0])
    except ValueError as error:
        raise MessageError(f"{kind}: {error}") from error
    if not low <= len(path) <= high:
        span = low if low == high else f"at least {low}"
        raise MessageError(
            f"{kind}: the number of vertices of a {tool} path must be {span}, got {len(path)}."
        )
    return {"radius": None, "row": None, **plain, "path": path}


def _preview(kind: str, given: dict[str, Any], buffers: Buffers) -> dict[str, Any]:
    if "by" not in given:
        return _gesture(kind, given, buffers)
    if len(buffers):
        raise MessageError(f"{kind}: the budget of a rule has no path, got {len(buffers)} buffers.")
    checks: dict[str, Check] = {"by": option(("rule",)), "mode": option(MODES), **_SELECT["rule"]}
    return fields(kind, given, checks)


_SELECT: dict[str, dict[str, Check]] = {
    "rule": {"rule": text, "budget": budget},
    "neighbors": {"k": integer(1)},
    "duplicates": {},
    "search": {"text": text},
    "set": {"name": text},
    "rows": {"rows": rows},
}


def _select(kind: str, given: dict[str, Any], _buffers: Buffers) -> dict[str, Any]:
    by = option(SELECT_BY)(f"{kind}.by", given.get("by"))
    return fields(kind, given, {"by": option(SELECT_BY), "mode": option(MODES), **_SELECT[by]})


def sort_key(name: str, value: Any) -> str:
    """Return what rows are sorted by: position, score, or a column."""
    found = text(name, value)
    if found in ("position", "score") or found.startswith(COLUMN_PREFIX):
        return found
    raise MessageError(
        f"{name}: must be one of position, score or {COLUMN_PREFIX}<name>, got {shown(value)}."
    )


def _records(kind: str, given: dict[str, Any], _buffers: Buffers) -> dict[str, Any]:
    checks: dict[str, Check] = {
        "scope": option(("removed", "search")),
        "offset": integer(0),
        "limit": integer(1, MAX_PAGE),
        "sort": sort_key,
    }
    optional: dict[str, Check] = {"descending": flag, "columns": names}
    checks |= {name: check for name, check in optional.items() if name in given}
    if given.get("scope") == "search":
        checks["text"] = text
    return {"text": None, "descending": None, "columns": None, **fields(kind, given, checks)}


_WITH_PATH = ("gesture", "preview")

KINDS: dict[str, Parse] = {
    "gesture": _gesture,
    "preview": _preview,
    "preview_end": plain(),
    "command": plain(name=option(COMMANDS)),
    "select": _select,
    "records": _records,
    "record": plain(row=integer(0)),
    "search": plain(text=text),
    "column": plain(name=text),
    "duplicates": plain(),
    "plan": plain(),
    "plan_rule": plain(rule=text),
    "rule_table": plain(budget=integer(0), alpha=target, epsilon=target),
    "diagnosis": plain(),
    "check": plain(op=option(("start", "cancel"))),
    "set": plain(op=option(("save", "delete")), name=text),
    "nudge": plain(),
}

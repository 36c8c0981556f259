"""Answers to the requests that views send to a session."""

# ruff: noqa: SLF001 - this module is the inside of a session, split off for its length

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.records.colours import (
    CategoricalColour,
    categorical_colour,
    numeric_colour,
)
from unlearn_widgets.session import plan_answers
from unlearn_widgets.wire.codecs import encode_bitset, encode_float32, encode_number, encode_uint8
from unlearn_widgets.wire.messages import (
    COLUMN_PREFIX,
    LABEL_PREFIX,
    error_reply,
    ok_reply,
    parse_request,
    readable_id,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from unlearn_widgets.session.session import Session
    from unlearn_widgets.wire.messages import Buffers, Request

    Payload = dict[str, Any]
    Rows = NDArray[np.int64]
    Answer = Callable[[Session, Payload], tuple[Payload, list[bytes]]]


def respond(session: Session, content: Any, buffers: Buffers) -> None:
    """Answer a custom message of the browser; whatever it holds, no exception leaves here.

    Every failure becomes an error reply. A message without a readable id gets no answer, since no
    view could tell that the answer is its own.
    """
    with _failures_told(session, content):
        request = parse_request(content, buffers)
        if request.kind in _LONG:
            session._background.start(lambda: _answer_beside(session, request, content))
        elif request.kind != "nudge":
            with session._acting_as(request.source):
                payload, binary = _ANSWERS[request.kind](session, request.payload)
            session.send(ok_reply(request, payload), binary)


def _answer_beside(session: Session, request: Request, content: Any) -> None:
    """Answer without the lock of the session, so that brushing goes on meanwhile."""
    with _failures_told(session, content):
        payload, binary = _LONG[request.kind](session, request.payload)
        session.send(ok_reply(request, payload), binary)


@contextlib.contextmanager
def _failures_told(session: Session, content: Any) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001 - a view must hear of every failure
        identity = readable_id(content)
        if identity is not None:
            session.send(error_reply(identity, content.get("kind"), error))


def _gesture(session: Session, given: Payload) -> tuple[Payload, list[bytes]]:
    inside = session._gesture_by(**given)
    return {"rev": session.rev, **inside}, []


def _preview(session: Session, given: Payload) -> tuple[Payload, list[bytes]]:
    if given.get("by") != "rule":
        return session._preview(**given), []
    _, rows = session._first_of_rule(given["rule"], given["budget"])
    return session._preview_of(session._mask_of(rows), given["mode"]), []


def _preview_end(_session: Session, _given: Payload) -> tuple[Payload, list[bytes]]:
    return {}, []


def _command(session: Session, given: Payload) -> tuple[Payload, list[bytes]]:
    name = given["name"]
    if name in ("lock", "unlock"):
        session.retain_locked = name == "lock"
    else:
        getattr(session, name)()
    return {"rev": session.rev}, []


def _select(session: Session, given: Payload) -> tuple[Payload, list[bytes]]:
    before = session.removed_mask
    mode = given["mode"]
    match given["by"]:
        case "rule":
            session.select_rule(given["rule"], given["budget"], mode)
        case "neighbors":
            session.grow(given["k"], mode)
        case "duplicates":
            session._choose_rows(session.duplicates(), mode, "duplicates")
        case "search":
            text = given["text"]
            session._choose_rows(session.search(text), mode, "search", text=text)
        case "set":
            name = given["name"]
            session._choose_rows(session.sets[name].positions, mode, "set", name=name)
        case _:
            session.select(given["rows"], mode)
    changed = int(np.count_nonzero(before != session.removed_mask))
    return {"rev": session.rev, "n_changed": changed}, []


def _records(session: Session, given: Payload) -> tuple[Payload, list[bytes]]:
    rows = session.removed if given["scope"] == "removed" else session.search(given["text"])
    by, descending = given["sort"], given["descending"]
    rows = _sorted(
        session, rows, by, descending=by == "score" if descending is None else descending
    )
    page = rows[given["offset"] : given["offset"] + given["limit"]]
    shown = [_row(session, int(row), given["columns"] or []) for row in page]
    return {"total": len(rows), "rows": shown}, []


def _sorted(session: Session, rows: Rows, by: str, *, descending: bool) -> Rows:
    if by == "position":
        return rows[::-1] if descending else rows
    if by == "score":
        scores = session.problem.scores[rows]
        return rows[np.argsort(-scores if descending else scores, kind="stable")]
    return session.records.sorted(rows, by.removeprefix(COLUMN_PREFIX), descending=descending)


def _row(session: Session, row: int, columns: list[str]) -> Payload:
    cells = {"cells": session.records.cells(row, columns)} if columns else {}
    return {**_head(session, row), **session.records.excerpt(row)._asdict(), **cells}


def _head(session: Session, row: int) -> Payload:
    return {
        "row": row,
        "key": session.records.key(row),
        "domain": int(session.problem.domain_codes[row]),
        "removed": bool(session._removal.mask[row]),
        "score": encode_number(session.problem.scores[row]),
    }


def _record(session: Session, given: Payload) -> tuple[Payload, list[bytes]]:
    row = given["row"]
    fields = session.records.fields(row)
    return {**_head(session, row), "fields": fields}, []


def _search(session: Session, given: Payload) -> tuple[Payload, list[bytes]]:
    hits = session._mask_of(session.search(given["text"]))
    forget, retain = session._removal.count(hits)
    counts = {"total": int(np.count_nonzero(hits)), "forget": forget, "retain": retain}
    return counts, [encode_bitset(hits)]


def _column(session: Session, given: Payload) -> tuple[Payload, list[bytes]]:
    if given["name"] == "score":
        column: Any = numeric_colour(session.problem.scores)
    elif given["name"].startswith(LABEL_PREFIX):
        column = _labels(session, given["name"].removeprefix(LABEL_PREFIX))
    else:
        column = session.records.colour(given["name"])
    header: Payload
    if isinstance(column, CategoricalColour):
        header = {
            "kind": "categorical",
            "labels": list(column.labels),
            "counts": list(column.counts),
        }
        return {"column": header}, [encode_uint8(column.codes)]
    low, high = encode_number(column.min), encode_number(column.max)
    header = {"kind": "numeric", "min": low, "max": high}
    return {"column": header}, [encode_float32(column.values)]


def _labels(session: Session, job: str) -> CategoricalColour:
    """Return the newest label of each row, to colour the map by."""
    recorder = session._recorder
    found: list[str | None] = [None] * session.problem.n_rows
    for key, label in recorder.decisions.newest(job).items():
        row = recorder.rows.get(key)
        if row is not None:
            found[row] = label
    return categorical_colour(found)


def _duplicates(session: Session, _given: Payload) -> tuple[Payload, list[bytes]]:
    return {"total": len(session.duplicates())}, []


def _set(session: Session, given: Payload) -> tuple[Payload, list[bytes]]:
    if given["op"] == "save":
        session.sets[given["name"]] = session.removed
    else:
        del session.sets[given["name"]]
    return {"sets": session._status["sets"]}, []


def _check(session: Session, given: Payload) -> tuple[Payload, list[bytes]]:
    if given["op"] == "start":
        session._check_beside()
    else:
        session.cancel_check()
    return {}, []


_ANSWERS: dict[str, Answer] = {
    "gesture": _gesture,
    "preview": _preview,
    "preview_end": _preview_end,
    "command": _command,
    "select": _select,
    "records": _records,
    "record": _record,
    "search": _search,
    "column": _column,
    "duplicates": _duplicates,
    "set": _set,
    "rule_table": plan_answers.rule_table,
    "check": _check,
}
# These rank or sample rows: seconds, or minutes for a rule that learns.
_LONG: dict[str, Answer] = {
    "plan": plan_answers.plan,
    "plan_rule": plan_answers.plan_rule,
    "diagnosis": plan_answers.diagnosis,
}

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from unlearn_widgets.wire.checks import MAX_ROWS, MAX_TEXT, MessageError
from unlearn_widgets.wire.codecs import decode_path, encode_path
from unlearn_widgets.wire.messages import (
    KINDS,
    MAX_VERTICES,
    error_reply,
    parse_request,
    readable_id,
)

CASES = json.loads((Path(__file__).parent / "messages.json").read_text(encoding="utf-8"))
REQUESTS = CASES["requests"]


def named(case) -> str:
    return case["name"]


def buffers_of(case) -> list[memoryview]:
    return [memoryview(bytes.fromhex(buffer)) for buffer in case["buffers"]]


@pytest.mark.parametrize("case", REQUESTS["valid"], ids=named)
def test_valid_requests_are_read_whole(case):
    message = case["message"]
    request = parse_request(message, buffers_of(case))
    assert (request.id, request.kind) == (message["id"], message["kind"])
    assert request.source == message["id"].rpartition(":")[0]
    payload = dict(request.payload)
    path = payload.pop("path", None)
    if case["buffers"]:
        assert np.array_equal(path, decode_path(bytes.fromhex(case["buffers"][0])))
    read = {name: value for name, value in payload.items() if value is not None}
    envelope = ("v", "id", "kind")
    sent = {name: v for name, v in message.items() if name not in envelope and v is not None}
    assert json.loads(json.dumps(read)) == sent


def test_there_is_a_valid_case_of_every_kind():
    assert {case["message"]["kind"] for case in REQUESTS["valid"]} == set(KINDS)


@pytest.mark.parametrize("case", REQUESTS["invalid"], ids=named)
def test_invalid_requests_are_refused_with_the_reason(case):
    with pytest.raises(MessageError, match=re.escape(case["error"])):
        parse_request(case["message"], buffers_of(case))
    assert readable_id(case["message"]) == case["id"]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"kind": "search", "text": "a" * (MAX_TEXT + 1)}, "10,000 characters, got 10,001"),
        ({"kind": "set", "op": "save", "name": "a" * (MAX_TEXT + 1)}, "10,000 characters"),
        (
            {"kind": "select", "by": "rows", "mode": "add", "rows": [0] * (MAX_ROWS + 1)},
            "at most 10,000 rows, got 10,001",
        ),
        ({"kind": "record", "row": 10**400}, None),
        ({"kind": "select", "by": "neighbors", "mode": "add", "k": -(10**400)}, "select.k"),
        ({"kind": "gesture", "tool": "brush", "mode": "add", "radius": [10**400, 1]}, "above 0"),
        ({"kind": "x" * 100_000}, "unknown kind"),
        ({"kind": "nudge", "y" * 100_000: 1}, "unknown field"),
    ],
    ids=["text", "name", "rows", "huge row", "huge k", "huge radius", "long kind", "long field"],
)
def test_oversized_fields_are_refused_in_few_words(message, reason):
    content = {"v": 1, "id": "m:1", **message}
    if reason is None:
        assert parse_request(content).payload["row"] == 10**400
        return
    buffers = [encode_path([[0, 0]])] if message["kind"] == "gesture" else []
    with pytest.raises(MessageError, match=reason) as caught:
        parse_request(content, buffers)
    assert len(str(caught.value)) < 500


def test_half_characters_are_refused_since_no_reply_could_carry_them():
    search = {"v": 1, "id": "m:1", "kind": "search", "text": "\ud800"}
    with pytest.raises(MessageError, match=r"search\.text: must be valid Unicode"):
        parse_request(search)
    with pytest.raises(MessageError, match="id: expected '<view>:<counter>'"):
        parse_request({**search, "id": "\ud800:1"})


def test_a_lasso_may_have_200_000_vertices_and_no_more():
    message = {"v": 1, "id": "m:1", "kind": "gesture", "tool": "lasso", "mode": "add"}
    path = np.random.default_rng(0).normal(size=(MAX_VERTICES, 2))
    assert np.array_equal(parse_request(message, [encode_path(path)]).payload["path"], path)
    longer = encode_path(np.vstack([path, path[:1]]))
    with pytest.raises(MessageError, match="200,000 vertices"):
        parse_request(message, [longer])


def test_an_error_reply_never_repeats_what_it_cannot_trust():
    reply = error_reply("m:1", {"kind": ["gesture"]}, KeyError("no set 'a'"))
    assert reply["kind"] == "unknown"
    assert reply["error"] == {"type": "KeyError", "message": "no set 'a'"}
    assert len(error_reply("m:1", "search", ValueError("x" * 10**6))["error"]["message"]) == 2000


@pytest.mark.parametrize("case", CASES["replies"]["error"], ids=named)
def test_error_replies_have_the_agreed_form(case):
    message = case["message"]
    error = type(message["error"]["type"], (Exception,), {})(message["error"]["message"])
    assert error_reply(message["id"], message["kind"], error) == message

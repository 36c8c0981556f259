"""Messages about the live sessions of a kernel; js/tests/lab reads the same cases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import unlearn_widgets as uw
from unlearn_widgets.session.live import LIVE
from unlearn_widgets.wire.checks import MessageError
from unlearn_widgets.wire.live_messages import LIVE_KINDS
from unlearn_widgets.wire.messages import parse_request

CASES = json.loads(Path(__file__).with_name("live.json").read_text(encoding="utf-8"))


def named(cases):
    return [pytest.param(case["message"], id=case["name"]) for case in cases]


@pytest.mark.parametrize("message", named(CASES["requests"]["valid"]))
def test_what_a_page_asks_is_taken(message):
    request = parse_request(message, (), LIVE_KINDS)
    assert {"v": 1, "id": request.id, "kind": request.kind, **request.payload} == message


@pytest.mark.parametrize("message", named(CASES["requests"]["invalid"]))
def test_anything_else_is_refused(message):
    with pytest.raises(MessageError):
        parse_request(message, (), LIVE_KINDS)


def test_sessions_are_told_in_the_form_of_the_case():
    problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
    session = uw.Session(problem)
    (told,) = [entry for entry in LIVE.entries() if entry["id"] == session.model_id]
    example = CASES["news"][0]["session"]
    assert told.keys() == example.keys()
    for name in ("effect", "store", "names"):
        assert told[name].keys() == example[name].keys()
    session.close()

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import unlearn_widgets as uw
from tests.comms import RecordingComm
from unlearn_widgets.wire.codecs import decode_bitset, encode_path
from unlearn_widgets.wire.messages import KINDS

CASES = json.loads((Path(__file__).parent / "messages.json").read_text(encoding="utf-8"))
REQUESTS, REPLIES = CASES["requests"], CASES["replies"]["ok"]
POINTS = [[0, 0], [0.9, 0.1], [0.5, 0.5], [3, 3], [4, 4], [5, 5]]
RECORDS = {
    "id": ["a", "b", "c", "d", "e", "f"],
    "text": ["win <b>free</b> entry", "free \U0001f389", "loan", "home?", "free tonight?", "ok"],
    "length": [9, 6, 4, np.nan, 11, 2],
    "sender": ["x", "y", "x", "y", "x", None],
}


def named(case) -> str:
    return case["name"]


def buffers_of(case) -> list[bytes]:
    return [bytes.fromhex(buffer) for buffer in case["buffers"]]


@pytest.fixture
def session():
    X = [[2.0, 0.1], [2.5, -0.2], [3.0, 0.4], [0.0, 0.3], [0.4, -0.1], [-0.3, 0.2]]
    problem = uw.UnlearningProblem(X, forget=[0, 1, 2])
    session = uw.Session(problem, RECORDS, key="id", map=POINTS)
    session.select([0])
    session.select([0, 1])
    session.undo()
    session.sets["prizes"] = [0, 1]
    yield session
    session.close()


@pytest.fixture
def comm(session):
    return RecordingComm(session)


def shape(value):
    """The keys and JSON types of a value; numbers and spelled-out ones are alike."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value[:1]]
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) or value in ("inf", "nan", "-inf") else "text"


@pytest.mark.parametrize("case", REQUESTS["valid"], ids=named)
def test_every_valid_request_is_answered_in_the_agreed_form(session, comm, case):
    message = case["message"]
    comm.custom(message, buffers_of(case))
    session._background.wait()
    if message["kind"] == "nudge":
        assert comm.sent == []
        return
    (reply, buffers), *others = comm.replies
    assert others == []
    json.dumps(reply, allow_nan=False)
    agreed = [one for one in REPLIES if one["message"]["kind"] == message["kind"]]
    assert (reply["v"], reply["id"], reply["ok"]) == (1, message["id"], True), reply
    forms = [set(one["message"]) for one in agreed]
    assert set(reply) in forms
    assert len(buffers) in {len(one["buffers"]) for one in agreed}
    for name in set(reply) - {"values", "column", "rows"}:
        none = None in (reply[name], agreed[0]["message"][name])
        assert none or shape(reply[name]) in (shape(agreed[0]["message"][name]), [])


def test_a_reply_of_every_kind_is_agreed_on():
    assert {one["message"]["kind"] for one in REPLIES} == set(KINDS) - {"nudge"}


def test_preview_values_have_every_field_of_the_effect(session, comm):
    (agreed,) = (one for one in REPLIES if one["message"]["kind"] == "preview")
    reply = comm.gesture("lasso", [[-1, -1], [2, -1], [2, 2]], kind="preview")
    assert list(reply["values"]) == list(agreed["message"]["values"])
    assert list(reply["values"]) == list(session.effect.to_dict())


@pytest.mark.parametrize("case", REQUESTS["invalid"], ids=named)
def test_invalid_requests_get_an_error_and_change_nothing(session, comm, case):
    before = session.get_state()
    comm.custom(case["message"], buffers_of(case))
    assert session.get_state() == before
    if case["id"] is None:
        assert comm.sent == []
        return
    ((reply, buffers),) = comm.replies
    assert (reply["id"], reply["ok"], buffers) == (case["id"], False, [])
    assert case["error"] in reply["error"]["message"]
    json.dumps(reply, allow_nan=False)


@pytest.mark.parametrize("case", REQUESTS["refused"], ids=named)
def test_what_does_not_fit_the_session_is_refused(session, comm, case):
    session.clear()
    for _ in range(2):
        session.undo()
    comm.sent.clear()
    if case["name"] == "nothing to redo":
        session.select([2])
        session.clear()
    before = session.get_state()
    comm.custom(case["message"], buffers_of(case))
    session._background.wait()
    reply, _ = comm.replies[-1]
    assert reply["ok"] is False, reply
    assert reply["error"]["message"]
    assert session.get_state() == before


def test_a_gesture_updates_the_traits_before_it_is_answered(session, comm):
    reply = comm.gesture("lasso", [[-1, -1], [4, -1], [4, 4], [-1, 4]], mode="add")
    assert [data["method"] for data, _ in comm.sent] == ["update", "custom"]
    (update,) = comm.updates
    assert update["_source"] == "view"
    assert update["_rev"] == reply["rev"] == session.rev
    assert decode_bitset(update["_removed"], 6).tolist() == [True, True, True, False, False, False]
    assert (reply["inside_forget"], reply["inside_retain"], reply["n_changed"]) == (3, 1, 2)
    session.undo()
    assert session._source == "python"


def test_the_same_gesture_again_is_answered_and_changes_nothing(session, comm):
    square = [[-1, -1], [2, -1], [2, 2], [-1, 2]]
    first = comm.gesture("lasso", square)
    again = comm.gesture("lasso", square)
    assert again["rev"] == first["rev"]
    assert again["n_changed"] == 0


def test_row_0_can_be_clicked(session, comm):
    session.clear()
    comm.gesture("click", [[0, 0]], mode="add", row=0)
    assert session.removed.tolist() == [0]
    assert session.last_gesture["row"] == 0


def test_a_preview_tells_the_effect_and_changes_nothing(session, comm):
    before = session.get_state()
    square = [[-1, -1], [2, -1], [2, 2], [-1, 2]]
    reply = comm.gesture("lasso", square, mode="add", kind="preview")
    assert session.get_state() == before
    assert comm.updates == []
    assert reply["rev"] == session.rev
    values = reply["values"]
    comm.gesture("lasso", square, mode="add")
    for name, value in session._effect["values"].items():
        assert values[name] == (
            pytest.approx(value, rel=1e-12) if isinstance(value, float) else value
        )


def test_commands_do_what_the_buttons_say(session, comm):
    comm.request("command", name="redo")
    assert session.removed.tolist() == [0, 1]
    comm.request("command", name="invert")
    assert session.removed.tolist() == [2]
    comm.request("command", name="clear")
    assert session.removed.tolist() == []
    comm.request("command", name="undo")
    assert session.removed.tolist() == [2]
    comm.request("command", name="unlock")
    assert session.retain_locked is False
    assert comm.updates[-1]["_status"]["retain_locked"] is False
    comm.request("command", name="lock")
    assert session.retain_locked is True


def test_selecting_by_other_means(session, comm):
    def select(**how):
        reply, _ = comm.request("select", **how)
        assert reply["ok"] is True, reply
        return reply["n_changed"]

    assert select(by="search", mode="replace", text="FREE") == 1
    assert session.removed.tolist() == [0, 1]
    assert session._status["undo_label"].startswith("Search")
    assert select(by="set", mode="subtract", name="prizes") == 2
    assert select(by="rows", mode="add", rows=[2, 5]) == 1
    assert session._status["gesture"]["inside_retain"] == 1
    assert select(by="rule", mode="replace", rule="likelihood_ratio", budget=1) in (0, 2)
    assert len(session.removed) == 1
    assert select(by="neighbors", mode="add", k=2) == 2
    assert session.removed.tolist() == [0, 1, 2]


def test_pages_of_records(session, comm):
    session.select([0, 1, 2])
    ask = {"scope": "removed", "offset": 0, "limit": 2, "sort": "position"}
    page, _ = comm.request("records", **ask)
    assert page["total"] == 3
    assert [row["row"] for row in page["rows"]] == [0, 1]
    assert page["rows"][0] == {
        "row": 0,
        "key": "a",
        "domain": 2,
        "removed": True,
        "score": session.problem.scores[0],
        "text": "win <b>free</b> entry",
        "truncated": False,
    }
    page, _ = comm.request("records", **{**ask, "offset": 2})
    assert [row["row"] for row in page["rows"]] == [2]
    page, _ = comm.request("records", **{**ask, "offset": 9})
    assert (page["total"], page["rows"]) == (3, [])
    page, _ = comm.request("records", **{**ask, "limit": 200, "sort": "score"})
    scores = [row["score"] for row in page["rows"]]
    assert scores == sorted(scores, reverse=True)
    hits, _ = comm.request("records", **{**ask, "scope": "search", "text": "free", "limit": 9})
    assert [(row["row"], row["domain"]) for row in hits["rows"]] == [(0, 2), (1, 2), (4, 1)]


def test_one_record_has_all_its_fields(comm):
    reply, _ = comm.request("record", row=5)
    assert (reply["key"], reply["domain"], reply["removed"]) == ("f", 1, False)
    assert [(field["name"], field["value"]) for field in reply["fields"]] == [
        ("id", "f"),
        ("text", "ok"),
        ("length", "2.0"),
        ("sender", ""),
    ]


def test_a_text_of_a_megabyte_is_cut(session):
    problem = session.problem
    long = uw.Session(problem, {"text": ["x" * 2**20] * 6})
    long.select([0])
    comm = RecordingComm(long)
    page, _ = comm.request("records", scope="removed", offset=0, limit=200, sort="position")
    assert (len(page["rows"][0]["text"]), page["rows"][0]["truncated"]) == (300, True)
    reply, _ = comm.request("record", row=0)
    assert (len(reply["fields"][0]["value"]), reply["fields"][0]["truncated"]) == (2000, True)


def test_searching_marks_the_hits(session, comm):
    before = session.removed.tolist()
    reply, (bits,) = comm.request("search", text="free")
    assert (reply["total"], reply["forget"], reply["retain"]) == (3, 2, 1)
    assert np.flatnonzero(decode_bitset(bits, 6)).tolist() == [0, 1, 4]
    assert session.removed.tolist() == before


def test_columns_to_colour_by(session, comm):
    reply, (values,) = comm.request("column", name="length")
    assert reply["column"] == {"kind": "numeric", "min": 2.0, "max": 11.0}
    numbers = np.frombuffer(values, "<f4")
    assert np.isnan(numbers[3])
    assert numbers[[0, 5]].tolist() == [9, 2]
    reply, (codes,) = comm.request("column", name="sender")
    assert (reply["column"]["labels"], list(reply["column"]["counts"])) == (["x", "y"], [3, 2])
    assert list(codes) == [0, 1, 0, 1, 0, 255]
    reply, (values,) = comm.request("column", name="score")
    assert np.array_equal(np.frombuffer(values, "<f4"), session.problem.scores.astype(np.float32))


def test_named_sets_are_saved_and_deleted(session, comm):
    reply, _ = comm.request("set", op="save", name="now")
    assert reply["sets"] == [{"name": "prizes", "n": 2}, {"name": "now", "n": 1}]
    assert session.sets["now"].positions.tolist() == [0]
    reply, _ = comm.request("set", op="delete", name="prizes")
    assert comm.updates[-1]["_status"]["sets"] == reply["sets"] == [{"name": "now", "n": 1}]


def test_a_failing_observer_is_told_to_the_view_and_the_change_stands(session, comm):
    def fail(_change):
        raise ZeroDivisionError("observer's own")

    session.observe(fail, names=["removed"])
    reply, _ = comm.request("select", by="rows", mode="replace", rows=[2])
    assert reply["ok"] is False
    assert reply["error"]["type"] == "ObserverError"
    assert "The change was made (rev 4)" in reply["error"]["message"]
    assert "ZeroDivisionError: observer's own" in reply["error"]["message"]
    assert session.removed.tolist() == [2]
    assert session._rev == 4


def test_what_an_observer_does_is_not_the_views_doing(session, comm):
    def follow(_change):
        session.unobserve(follow, names=["removed"])
        session.select([2], mode="add")

    session.observe(follow, names=["removed"])
    comm.request("select", by="rows", mode="replace", rows=[1], view="table")
    assert [update["_source"] for update in comm.updates] == ["table", "python"]


def test_the_browser_cannot_set_what_python_owns(session, comm):
    before = session.get_state()
    comm.receive(
        {"method": "update", "state": {"_rev": 99}, "buffer_paths": [["_removed"]]}, [b"\xff"]
    )
    comm.receive({"method": "update", "state": {"_effect": {}, "_status": {}, "_info": {}}})
    assert session.get_state() == before
    assert [set(update) for update in comm.updates] == [{"_rev"}, {"_effect", "_status", "_info"}]


def test_a_path_of_100_000_vertices_is_answered(session, comm):
    turn = np.linspace(0, 2 * np.pi, 100_000, endpoint=False)
    path = np.column_stack([np.cos(turn), np.sin(turn)]) * 2 + 0.5
    reply, _ = comm.request("gesture", [encode_path(path)], tool="lasso", mode="replace")
    assert (reply["inside_forget"], reply["inside_retain"]) == (3, 0)

"""What is appended is read again, unchanged, by everybody, and nothing else can happen to it."""

from __future__ import annotations

import copy
import json
import math
import pickle
import re
import sqlite3
import uuid
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stores import fill, make
from unlearn_widgets.ledger import ERASED, Event, EventLog, LedgerError, check_chain, sha256_hex
from unlearn_widgets.ledger.ranges import format_ids, parse_ids


@pytest.fixture
def path(tmp_path):
    return tmp_path / "day.forgetset"


@pytest.fixture
def log(path):
    with EventLog(path, created={"X": "sha256:1"}) as log:
        yield log


def append_and_fail(log):
    with log.writing():
        event = log.append("dropped", actor="bob", keys={"rows": ["c"]}, words={"note": "n"})
        assert list(log.events())[-1] == event
        raise KeyError("meant")


def test_a_new_store_begins_with_its_id_and_fingerprints(log):
    (first,) = log.events()
    assert (first.seq, first.kind, first.actor, first.prev) == (1, "created", None, "0" * 64)
    assert first.payload["X"] == "sha256:1"
    assert str(uuid.UUID(log.store_id)) == log.store_id == first.payload["store"]
    assert (len(log), log.head) == (1, (1, first.hash))


def test_everything_comes_back_as_it_was_appended(log, path):
    appended = log.append(
        "lasso",
        actor="ana",
        payload={
            "path": [[0.5, 1e-7], [1e21, 4.645398458622665e16]],
            "mode": "add",
            "deep": {"a": [None, True]},
        },
        keys={"added": ["r2", "r1", 7], "removed": []},
        words={"reason": "spam", "note": "", "left out": None},
        effect={"alpha": 0.1, "budget": "inf"},
    )
    with EventLog(path) as other:
        (read,) = other.events(since=1)
    assert read == appended
    assert read.actor == "ana"
    assert dict(read.keys) == {"added": ("r2", "r1", 7), "removed": ()}
    assert dict(read.words) == {"reason": "spam", "note": ""}
    assert read.payload["path"] == [[0.5, 1e-7], [1e21, 4.645398458622665e16]]
    assert dict(read.effect) == {"alpha": 0.1, "budget": "inf"}


def test_an_event_cannot_be_changed(log):
    event = log.append("label", actor="ana", payload={"label": "remove"}, effect={"alpha": 1})
    with pytest.raises(AttributeError):
        event.kind = "other"
    for name in ("payload", "keys", "words", "effect"):
        with pytest.raises(TypeError):
            getattr(event, name)["label"] = "keep"


def test_keys_are_told_apart_by_type_and_joined_by_value(log):
    keys = [
        5,
        "5",
        "five",
        4.645398458622665e16,
        True,
        "true",
        5.5,
        0,
        "",
        2**63,
        -(2**60),
        str(2**63),
    ]
    log.append("first", actor="ana", keys={"rows": keys})
    log.append("again", actor="5", keys={"rows": reversed(keys), "twice": [5, 5.0, np.int64(5)]})
    first, again = log.events(since=1)
    assert first.keys["rows"] == again.keys["rows"] == tuple(keys)
    assert list(map(type, again.keys["rows"])) == list(map(type, keys))
    assert again.keys["twice"] == (5,)
    assert again.actor == "5"


def test_numpy_values_become_plain_ones(log):
    rows = np.array([3, 4], dtype=np.uint32)
    log.append(
        "select",
        actor="ana",
        payload={"share": np.float32(0.5), "n": np.int64(3), "mask": np.array([True, False])},
        keys={"rows": rows, "texts": np.array(["a", "b"]), "single": [np.str_("a"), np.bool_(1)]},
    )
    (event,) = log.events(since=1)
    assert dict(event.payload) == {"share": 0.5, "n": 3, "mask": [True, False]}
    assert event.keys["rows"] == (3, 4)
    assert event.keys["texts"] == ("a", "b")
    assert event.keys["single"] == ("a", True)
    assert {type(key) for keys in event.keys.values() for key in keys} == {int, str, bool}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"kind": 3}, "kind: expected a text, got int"),
        ({"kind": "created"}, "kind: 'created' is the store's own"),
        ({"kind": "erased"}, "kind: 'erased' is the store's own"),
        ({"actor": 3}, "actor: expected a text, got int"),
        ({"actor": "\ud800"}, "actor: must be valid Unicode"),
        ({"payload": [1]}, "payload: expected a mapping, got list"),
        ({"payload": {"a": {1: 2}}}, "payload.a: keys of a JSON object are texts, got 1"),
        ({"payload": {"a": {1, 2}}}, "payload.a: expected what JSON can hold"),
        ({"payload": {"a": [0, math.inf]}}, r"payload.a\[1\]: JSON holds finite numbers only"),
        ({"payload": {"a": 2**53}}, "payload.a: JSON holds integers up to"),
        ({"payload": {"a": np.datetime64("2026-01-01")}}, "payload.a: expected numbers"),
        ({"effect": {"alpha": math.nan}}, "effect.alpha: .* as the text 'nan'"),
        ({"keys": {"rows": "r1"}}, r"keys\['rows'\]: expected a list of record keys, got str"),
        ({"keys": {"rows": 5}}, r"keys\['rows'\]: expected a list of record keys, got int"),
        ({"keys": {"rows": [None]}}, r"keys\['rows'\]: a key is a text, a number"),
        ({"keys": {"rows": [(1, 2)]}}, r"keys\['rows'\]: a key is a text, .* got tuple"),
        ({"keys": {"rows": [math.nan]}}, r"keys\['rows'\]: JSON holds finite numbers only"),
        ({"keys": {1: ["a"]}}, "keys: expected texts as names, got 1"),
        ({"words": {"note": 3}}, r"words\['note'\]: expected a text, got int"),
        ({"words": {"note": "\udfff"}}, r"words\['note'\]: must be valid Unicode"),
    ],
    ids=str,
)
def test_what_cannot_be_recorded_is_named_and_nothing_is(log, wrong, message):
    arguments = {"kind": "label", "actor": "ana", **wrong}
    with pytest.raises((TypeError, ValueError), match=message):
        log.append(arguments.pop("kind"), **arguments)
    assert len(log) == 1
    assert check_chain(log).ok


def test_the_chain_can_be_recomputed_by_hand(path):
    hashes = make(path)
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT seq, body, hash FROM events ORDER BY seq").fetchall()
    prev = "0" * 64
    for number, (seq, body, stated) in enumerate(rows, 1):
        held = json.loads(body)
        assert seq == held["seq"] == number
        assert held["prev"] == prev
        assert sha256_hex(body.encode()) == stated == hashes[number - 1]
        prev = stated


def test_no_name_and_no_text_stands_in_the_events(path):
    make(path)
    with closing(sqlite3.connect(path)) as connection:
        bodies = " ".join(body for (body,) in connection.execute("SELECT body FROM events"))
    assert not [word for word in ("actor-", "key-", "a note", "spam") if word in bodies]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET body = '{}' WHERE seq = 2",
        "UPDATE events SET seq = 99 WHERE seq = 13",
        "DELETE FROM events WHERE seq = 13",
        "DELETE FROM events",
        "INSERT OR REPLACE INTO events VALUES (2, '{}', '')",
        "INSERT INTO events VALUES (99, '{}', '')",
        "DELETE FROM names WHERE id = 1",
        "UPDATE names SET value = '\"eve\"' WHERE id = 1",
        "UPDATE names SET value = NULL WHERE id = 1",
        "UPDATE names SET id = 99, value = NULL, salt = NULL WHERE id = 1",
        "INSERT OR REPLACE INTO names SELECT 1, role, salt, '\"eve\"', commitment FROM names",
        "DELETE FROM words",
        "UPDATE words SET text = 'other'",
        "INSERT OR REPLACE INTO words SELECT seq, slot, salt, 'other' FROM words",
    ],
)
def test_sqlite_itself_refuses_to_change_what_was_recorded(path, statement):
    make(path)
    with (
        closing(sqlite3.connect(path)) as connection,
        pytest.raises(sqlite3.IntegrityError, match=r"never|only"),
    ):
        connection.execute(statement)
    assert check_chain(path).ok


def test_a_block_is_recorded_whole_or_not_at_all(log, path):
    with log.writing() as held:
        assert held is log
        log.append("one", actor="ana", keys={"rows": ["a"]}, words={"note": "n"})
        log.append("two", actor="ana", keys={"rows": ["b"]})
        with EventLog(path) as other:
            assert len(other) == 1
    with pytest.raises(KeyError, match="meant"):
        append_and_fail(log)
    assert [event.kind for event in log.events()] == ["created", "one", "two"]
    log.append("four", actor="cy", keys={"rows": ["d", "c"]})
    (event,) = log.events(since=3)
    assert (event.actor, event.keys["rows"]) == ("cy", ("d", "c"))
    assert check_chain(log).ok


def test_an_inner_block_that_fails_takes_back_its_own_part(log):
    with log.writing():
        log.append("kept", actor="ana")
        with pytest.raises(KeyError, match="meant"):
            append_and_fail(log)
        log.append("kept too", actor="bob")
    assert [event.kind for event in log.events(since=1)] == ["kept", "kept too"]
    assert check_chain(log).ok


def test_what_cannot_be_recorded_in_a_block_leaves_nothing_of_itself(log):
    with log.writing():
        with pytest.raises(ValueError, match="finite"):
            log.append("bad", actor="eve", keys={"rows": ["x"]}, effect={"alpha": math.inf})
        log.append("good", actor="ana")
    assert [event.kind for event in log.events(since=1)] == ["good"]
    assert check_chain(log).ok


def test_time_never_runs_backwards(log, monkeypatch):
    times = iter(
        ["2031-01-01T00:00:05.000Z", "2031-01-01T00:00:01.000Z", "2031-01-01T00:00:06.000Z"]
    )
    monkeypatch.setattr("unlearn_widgets.ledger.recording.now", lambda: next(times))
    for _ in range(3):
        log.append("label", actor="ana")
    read = [(event.at[17:19], event.clock_behind) for event in log.events(since=1)]
    assert read == [("05", False), ("05", True), ("06", False)]
    assert check_chain(log).ok


def test_times_are_in_utc_with_milliseconds(log):
    event = log.append("label", actor="ana")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event.at)


def test_logs_of_one_store_see_each_other(path):
    with EventLog(path) as one, EventLog(path) as two:
        assert (one.changed(), two.changed()) == (False, False)
        one.append("a", actor="ana", keys={"rows": ["r1"]})
        assert (one.changed(), two.changed(), two.changed()) == (False, True, False)
        two.append("b", actor="bob", keys={"rows": ["r1", "r2"]})
        assert (one.changed(), two.changed()) == (True, False)
        assert list(one.events()) == list(two.events())
        assert one.head == two.head


def test_more_events_than_one_page(path):
    with EventLog(path) as log:
        with log.writing():
            for number in range(2500):
                log.append("label", actor="ana", payload={"number": number})
        assert [event.seq for event in log.events()] == list(range(1, 2502))
        assert [event.payload["number"] for event in log.events(since=2400)][-1] == 2499
        assert list(log.events(since=2501)) == list(log.events(since=9999)) == []
        assert len(log) == 2501
        with pytest.raises(ValueError, match="since: must be an integer of at least 0, got -1"):
            next(log.events(since=-1))


def test_reading_goes_on_while_others_append(log):
    fill(log, 3)
    seen = []
    for event in log.events():
        seen.append(event.seq)
        if event.seq == 4:
            log.append("late", actor="ana")
    assert seen == [1, 2, 3, 4]
    assert len(log) == 5


def test_a_closed_log_says_so(path):
    log = EventLog(path)
    log.close()
    log.close()
    with pytest.raises(LedgerError, match=r"is closed\. Open it again"):
        log.append("label", actor="ana")
    with pytest.raises(LedgerError, match="is closed"):
        len(log)


def test_the_closest_keyword_is_named(path):
    with pytest.raises(TypeError, match=r"EventLog takes no keyword 'create'.*'created'"):
        EventLog(path, create={})


def test_an_existing_store_keeps_its_first_event(path):
    with EventLog(path, created={"X": "one"}) as log:
        first = log.store_id
    with EventLog(path, created={"X": "two"}) as log:
        assert log.store_id == first
        assert next(log.events()).payload["X"] == "one"
        assert len(log) == 1


def test_the_erased_value_is_one_and_the_same():
    assert repr(ERASED) == str(ERASED) == "<erased>"
    assert copy.deepcopy(ERASED) is ERASED
    assert pickle.loads(pickle.dumps(ERASED)) is ERASED
    assert Event(1, "", ERASED, "label").actor is ERASED


@given(st.sets(st.integers(1, 60)))
def test_ranges_are_read_as_they_were_written(ids):
    text = format_ids(ids)
    assert parse_ids(text) == sorted(ids)
    assert format_ids(parse_ids(text)) == text

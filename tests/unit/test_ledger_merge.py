"""Two stores become one, and every event says where it comes from; nothing erased comes back."""

from __future__ import annotations

import itertools
import shutil
import threading

import pytest

from tests.injections import TEXTS
from tests.labelling import DATA, Bench, content_of, label, meaning_of, open_new
from tests.stores import bytes_of
from unlearn_widgets.ledger import (
    ERASED,
    EventLog,
    agreement,
    check_chain,
    conflicts,
    erase,
    merge,
    recorded_at,
    selection_of,
    settled_labels,
)


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


@pytest.fixture
def ana(bench):
    return bench.store("ana", ("ana", ["a", "b"], "remove"), ("ana", ["c"], "keep"))


@pytest.fixture
def ben(bench):
    return bench.store("ben", ("ben", ["a"], "keep"))


def test_every_event_of_both_is_there_and_says_where_it_comes_from(bench, tmp_path):
    with open_new(tmp_path / "ana.forgetset") as a, open_new(tmp_path / "ben.forgetset") as b:
        one = a.append(
            "selection",
            actor="ana",
            payload={"kind": "lasso", "detail": {"path": [[0.5, 1e-7]]}},
            keys={"chosen": ["x", 7, 10, 9], "empty": []},
            words={"text": "free entry"},
            effect={"alpha": 0.5, "budget": "inf"},
        )
        two = label(b, "ben", ["x"], "keep", reason="a quote")
        three = a.append("sign", actor="ana", payload={"decision": "approve"}, words={"note": "ok"})
        done = merge(a, b, tmp_path / "both.forgetset")
        ids, heads = (a.store_id, b.store_id), (a.head, b.head)
    assert (done.n_events, done.n_shared, done.n_incomplete) == (3, 0, 0)
    assert str(done) == "both.forgetset: 3 events, 0 of them in both stores"
    with EventLog(done.path) as log:
        first, *events, last = log.events()
        assert log.head == done.head
        assert log.store_id not in ids
    assert first.payload["fingerprints"] == DATA["fingerprints"]
    assert (last.kind, last.actor) == ("merged", None)
    assert last.payload["stores"] == [
        {"store": store, "seq": head.seq, "hash": head.hash}
        for store, head in sorted(zip(ids, heads, strict=True))
    ]
    stores = {one.hash: ids[0], two.hash: ids[1], three.hash: ids[0]}
    expected = sorted(
        (one, two, three), key=lambda event: (event.at, stores[event.hash], event.seq)
    )
    for event, source in zip(events, expected, strict=True):
        origin = {
            "store": stores[source.hash],
            "seq": source.seq,
            "hash": source.hash,
            "at": source.at,
            "effect": source.effect,
        }
        assert dict(event.payload) == {**source.payload, "origin": origin}
        assert (event.kind, event.actor, event.effect) == (source.kind, source.actor, None)
        assert {name: set(held) for name, held in event.keys.items()} == {
            name: set(held) for name, held in source.keys.items()
        }
        assert event.words == source.words
        assert recorded_at(event) == source.at
    assert check_chain(done.path).ok


def test_the_sources_are_not_touched(bench, ana, ben):
    before = bytes_of(ana), bytes_of(ben)
    out = bench.merged(ana, ben)
    assert (bytes_of(ana), bytes_of(ben)) == before
    assert out.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in bench.folder.iterdir()} == {ana.name, ben.name, out.name}


def test_steps_back_and_forth_name_the_events_of_the_new_store(bench, tmp_path):
    with open_new(tmp_path / "a.forgetset") as a, open_new(tmp_path / "b.forgetset") as b:
        b.append("selection", actor="ben", keys={"chosen": [1]})
        step = a.append("selection", actor="ana", keys={"chosen": [1, 2]})
        label(b, "ben", [3], "keep")
        a.append("undo", actor="ana", payload={"of": step.seq}, keys={"released": [2]})
        a.append("redo", actor="ana", payload={"of": step.seq}, keys={"chosen": [2]})
        a.append("label", actor="ana", payload={"undo_of": step.seq, "label": None})
        a.append("undo", actor="ana", payload={"of": 1})
        a.append("undo", actor="ana", payload={"of": None})
    once = bench.merged(a.path, b.path)
    for path in (once, bench.merged(once, b.path)):
        with EventLog(path) as log:
            events = {event.seq: event for event in log.events()}
        named = [
            event.payload.get("of", event.payload.get("undo_of"))
            for event in events.values()
            if event.kind in {"undo", "redo"} or "undo_of" in event.payload
        ]
        assert named[3:] == [None, None]
        assert len(set(named[:3])) == 1
        assert events[named[0]].payload["origin"]["hash"] == step.hash
        assert selection_of(events.values()) == {1, 2}


def test_a_copy_that_went_on_shares_its_beginning(bench, tmp_path, ana):
    other = tmp_path / "other.forgetset"
    shutil.copyfile(ana, other)
    with EventLog(ana) as a, EventLog(other) as b:
        label(a, "ana", ["d"], "remove")
        label(b, "ben", ["d"], "keep")
    done = merge(ana, other, tmp_path / "both.forgetset")
    assert (done.n_events, done.n_shared) == (4, 2)
    assert conflicts(done.path)["labels"] == ["ana: remove, ben: keep"]
    assert agreement(done.path).n_records == 1


def test_settling_in_a_merged_store_holds_when_it_is_merged_on(bench, ana, ben):
    both = bench.merged(ana, ben)
    assert conflicts(both)["key"] == ["a"]
    with EventLog(both) as log:
        label(log, "cleo", ["a"], "keep", settles=True)
    with EventLog(ben) as log:
        label(log, "ben", ["b"], "keep")
    again = bench.merged(ben, both)
    assert conflicts(again)["key"] == ["b"]
    with EventLog(again) as log:
        assert settled_labels(log.events(), "removal") == {"a": "keep", "b": None, "c": "keep"}


def test_a_clock_that_is_behind_does_not_turn_the_order_round(bench, monkeypatch, ana, ben):
    both = bench.merged(ana, ben)
    monkeypatch.setattr("unlearn_widgets.ledger.recording.now", lambda: "2001-01-01T00:00:00.000Z")
    late = bench.store("late", ("dora", ["a"], "remove"))
    assert content_of(bench.merged(both, late))[0][0][1] == "dora"
    out = bench.folder / "slow.forgetset"
    merge(ana, ben, out)
    with EventLog(out) as log:
        last = recorded_at(list(log.events())[-2])
        label(log, "ana", ["a"], "unsure")
        label(log, "ana", ["a"], "keep")
    again = bench.merged(out, late)
    said, labels, _, _ = content_of(again)
    assert [payload["label"] for _, _, payload, *_ in said[-2:]] == ["unsure", "keep"]
    assert labels["a", "ana"][0] == "keep"
    assert last < said[-2][6] <= said[-1][6]
    assert content_of(bench.merged(late, out)) == content_of(again)


def test_what_was_erased_before_stays_erased_and_is_counted(bench, ana, ben):
    with EventLog(ana) as log:
        label(log, "dora", ["a"], "keep", reason="why", note="Bob's")
        erase(log, "b")
        erase(log, "dora")
    out = bench.merged(ben, ana)
    said, labels, _, _ = content_of(out)
    assert set(labels) == {("a", "ana"), ("a", "ben"), ("a", ERASED), ("c", "ana")}
    assert labels["a", ERASED][3:] == (ERASED, ERASED)
    gone = [
        payload["origin"]["erased"] for _, _, payload, *_ in said if "erased" in payload["origin"]
    ]
    assert sorted(gone, key=str) == sorted(
        [{"keys": {"rows": 1}}, {"actor": True, "words": ["note", "reason"]}], key=str
    )
    assert [one[0] for one in said].count("erased") == 2
    for text in (b'"b"', b"dora", b"Bob's"):
        assert text not in bytes_of(out)
    assert content_of(bench.merged(out, ana)) == content_of(out)


def test_what_one_has_erased_does_not_come_back_by_the_other(bench, tmp_path, ana):
    other = tmp_path / "other.forgetset"
    with EventLog(ana) as log:
        label(log, "Xaviera", ["zebra"], "remove", note="alone-text")
        label(log, "ana", ["zebra", "c"], "remove", note="both-text")
    shutil.copyfile(ana, other)
    with EventLog(other) as log:
        label(log, "ben", ["zebra"], "keep", note="later-text")
        label(log, "Xaviera", ["c"], "keep", note="her-text")
        label(log, "ben", ["c", "zebra"], "keep", note="kept-text")
    with EventLog(ana) as log:
        erase(log, "zebra")
        erase(log, "Xaviera")
    done = merge(ana, other, tmp_path / "both.forgetset")
    assert done.n_incomplete == 5
    assert str(done).endswith("in both stores, 5 with parts that were erased")
    found = bytes_of(done.path)
    for text in (b"zebra", b"Xaviera", b"alone-text", b"later-text", b"her-text"):
        assert text not in found
    for text in (b"both-text", b"kept-text"):
        assert text in found
    held = content_of(done.path)
    assert content_of(bench.merged(other, ana)) == held
    assert content_of(bench.merged(other, done.path)) == held
    assert held[1]["c", ERASED][0] == "keep"


def test_erasing_in_a_merged_store_reaches_what_is_merged_again(bench, ana, ben):
    out = bench.merged(ana, ben)
    erase(out, "ben")
    erase(out, "c")
    again = bench.merged(ana, bench.merged(ben, out))
    assert set(content_of(again)[1]) == {("a", "ana"), ("a", ERASED), ("b", "ana")}
    assert b'"ben"' not in bytes_of(again)


def test_a_name_that_was_taken_up_again_after_its_erasure_stays(bench, ana):
    with EventLog(ana) as log:
        erase(log, "a")
        label(log, "ana", ["a"], "keep")
    assert meaning_of(bench.merged(ana, ana))[0]["a", "ana"][0] == "keep"


def test_empty_stores_make_an_empty_store(bench):
    out = bench.merged(bench.store("a", created=None), bench.store("b", created=None))
    with EventLog(out) as log:
        assert [event.kind for event in log.events()] == ["created", "merged"]
    assert content_of(bench.merged(out, out)) == ([], {}, {}, set())


def test_one_can_write_while_another_merges(bench, ana, ben):
    begun, stop = threading.Event(), threading.Event()

    def write():
        with EventLog(ana) as log:
            for number in itertools.count():
                label(log, "ana", [number], "keep")
                begun.set()
                if stop.is_set():
                    return

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait(60)
    try:
        outs = [bench.merged(ana, ben) for _ in range(3)]
    finally:
        stop.set()
        writer.join()
    sizes = [len(content_of(out)[0]) for out in outs]
    assert sizes == sorted(sizes)
    whole = bench.merged(ana, ben)
    for out in outs:
        assert content_of(bench.merged(out, ana)) == content_of(whole)


def test_sixty_injections_survive(bench, tmp_path):
    with open_new(tmp_path / "a.forgetset") as a, open_new(tmp_path / "b.forgetset") as b:
        for log in (a, b):
            for text in TEXTS:
                label(log, f"{log.path.name} {text}", [text], text, reason=text, note=text)
                log.append(
                    text, actor=text, payload={text: text}, keys={text: [text]}, words={text: text}
                )
    said, labels, _, _ = content_of(
        bench.merged(tmp_path / "a.forgetset", tmp_path / "b.forgetset")
    )
    assert len(said) == 240
    for text in TEXTS:
        for name in ("a", "b"):
            held = labels[text, f"{name}.forgetset {text}"]
            assert (held[0], *held[3:]) == (text, text, text)
        (one, two) = (event for event in said if event[0] == text)
        assert one[1] == one[2][text] == one[4][text] == text
        assert one[3] == two[3] == {text: (text,)}

"""Two stores become one, whichever comes first, however often, and nothing erased comes back."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.injections import TEXTS
from tests.labelling import label
from tests.stores import broken_into, bytes_of, make
from unlearn_widgets.ledger import (
    ERASED,
    DamagedLedgerError,
    EventLog,
    LedgerError,
    agreement,
    annotator,
    check_chain,
    conflicts,
    current_labels,
    erase,
    merge,
    recorded_at,
    salvage,
    selection_of,
    settled_labels,
)

DATA = {"fingerprints": {"X": "sha256:1", "records": "sha256:2"}}


def open_new(path, created=DATA):
    return EventLog(path, created=created)


def content_of(path):
    """Return all that the laws of merging speak of: events, labels and selection."""
    assert check_chain(path).ok
    with EventLog(path) as log:
        events = list(log.events())
    said = [
        (
            *(event.kind, event.actor, dict(event.payload), dict(event.keys), dict(event.words)),
            *(annotator(event), recorded_at(event), event.effect),
        )
        for event in events
        if event.kind not in {"created", "merged"}
    ]
    labels = {
        (key, who): (one.label, one.seq, one.at, one.reason, one.note)
        for key, held in current_labels(events, "removal").items()
        for who, one in held.items()
    }
    return said, labels, settled_labels(events, "removal"), selection_of(events)


def meaning_of(path):
    """Return what a store says whose events need not be merged ones."""
    with EventLog(path) as log:
        events = list(log.events())
    labels = {
        (key, who): (one.label, one.at, one.reason, one.note)
        for key, held in current_labels(events, "removal").items()
        for who, one in held.items()
    }
    return labels, settled_labels(events, "removal"), selection_of(events)


@dataclass
class Bench:
    """Two people's stores in one folder, and names for what is made of them."""

    folder: Path

    def __post_init__(self):
        self.numbers = itertools.count()

    def merged(self, a, b):
        out = self.folder / f"merged-{next(self.numbers)}.forgetset"
        merge(a, b, out)
        return out

    def store(self, name, *events, created=DATA):
        path = self.folder / f"{name}.forgetset"
        with open_new(path, created) as log:
            for event in events:
                label(log, *event)
        return path


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


rows = st.lists(st.integers(0, 3), max_size=2, unique=True)
step = st.one_of(
    st.tuples(
        st.just("label"),
        st.sampled_from(["ana", "ben", None]),
        rows,
        st.sampled_from(["remove", "keep", None]),
        st.booleans(),
    ),
    st.tuples(st.just("choose"), st.sampled_from(["ana", "ben"]), rows, rows),
    st.tuples(st.just("undo"), st.sampled_from(["ana", "ben"]), st.integers(1, 4)),
)
erasure = st.tuples(st.just("erase"), st.sampled_from(["ana", 0, 1]))
steps = st.lists(step, max_size=4)
decisions = st.lists(step | erasure, max_size=4)


def decide(path, taken):
    with EventLog(path) as log:
        for kind, *rest in taken:
            if kind == "label":
                who, keys, said, settles = rest
                label(log, who, keys, said, settles=settles, reason=f"{who} of {keys}")
            elif kind == "choose":
                log.append(
                    "selection", actor=rest[0], keys={"chosen": rest[1], "released": rest[2]}
                )
            elif kind == "undo":
                log.append("undo", actor=rest[0], payload={"of": rest[1]})
            elif any(rest[0] in held for held in _names(log)):
                erase(log, rest[0])


def _names(log):
    for event in log.events():
        yield (event.actor,)
        yield from event.keys.values()


@settings(max_examples=25)
@given(decisions, decisions, decisions, st.booleans())
def test_the_laws_of_merging(beginning, mine, theirs, copied):
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        a, b = bench.store("a"), bench.folder / "b.forgetset"
        decide(a, beginning)
        if copied:
            shutil.copyfile(a, b)
        else:
            bench.store("b")
        decide(a, mine)
        decide(b, theirs)
        ab, ba = bench.merged(a, b), bench.merged(b, a)
        held = content_of(ab)
        assert content_of(ba) == held
        for again in ((ab, ab), (ab, a), (b, ab), (ab, ba)):
            assert content_of(bench.merged(*again)) == held
        assert meaning_of(bench.merged(a, a)) == meaning_of(a)


@settings(max_examples=15)
@given(steps, st.tuples(steps, steps, steps, steps))
def test_merging_several_needs_no_order(beginning, lists):
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        a, b, c = (bench.folder / f"{name}.forgetset" for name in "abc")
        bench.store("a")
        decide(a, beginning)
        shutil.copyfile(a, b)
        bench.store("c")
        for path, taken in zip((a, b, c), lists, strict=False):
            decide(path, taken)
        left = bench.merged(bench.merged(a, b), c)
        right = bench.merged(a, bench.merged(c, b))
        assert content_of(left) == content_of(right)
        # What is decided in a merged store is an event of its own, and meets the others later.
        decide(right, lists[3])
        on = bench.merged(left, right)
        assert content_of(on) == content_of(bench.merged(right, bench.merged(b, c)))
        assert meaning_of(on) == meaning_of(right)


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


def test_other_data_is_refused_with_every_mismatch(bench, ana, tmp_path):
    other = bench.store(
        "other", created={"fingerprints": {"X": "sha256:9", "records": "sha256:8", "domains": "d"}}
    )
    with pytest.raises(LedgerError) as raised:
        merge(ana, other, tmp_path / "out.forgetset")
    text = str(raised.value)
    assert "fingerprint of X: expected 'sha256:1', got 'sha256:9'" in text
    assert "fingerprint of records: expected 'sha256:2', got 'sha256:8'" in text
    assert "domains" not in text
    assert str(other) in text
    assert text.endswith("or open the second on the data of the first and label there.")
    assert not (tmp_path / "out.forgetset").exists()


def test_fingerprints_that_were_recorded_later_count(bench, tmp_path):
    a, b = bench.store("a", created=None), bench.store("b", created={"fingerprints": {"Y": "1"}})
    with EventLog(a) as log:
        log.append("fingerprints", actor=None, payload={"X": "1", "domains": None})
    both = bench.merged(a, b)
    with EventLog(both) as log:
        assert next(log.events()).payload["fingerprints"] == {"X": "1", "Y": "1"}
    with EventLog(b) as log:
        log.append("fingerprints", actor=None, payload={"X": "2"})
    with pytest.raises(LedgerError, match="fingerprint of X: expected '1', got '2'"):
        merge(both, b, tmp_path / "out.forgetset")
    with pytest.raises(LedgerError, match="fingerprint of X: expected '2', got '1'"):
        merge(b, a, tmp_path / "out.forgetset")


def test_numbers_and_texts_of_them_as_keys_are_refused(bench, tmp_path):
    a = bench.store("a", ("ana", [7, 12, "x"], "keep"))
    b = bench.store("b", ("ben", ["12", 7, "y"], "keep"))
    for pair in ((a, b), (b, a)):
        with pytest.raises(
            LedgerError, match=r"has the number 12 where .* has the text '12'"
        ) as raised:
            merge(*pair, tmp_path / "out.forgetset")
        assert "Give both stores the same kind of key" in str(raised.value)
    both = bench.store("both", ("ana", [5, "5", True], "keep"))
    assert len(content_of(bench.merged(both, both))[0]) == 1


def test_damaged_sources_are_refused(bench, ana, tmp_path):
    path, out = tmp_path / "bad.forgetset", tmp_path / "out.forgetset"
    make(path)
    with broken_into(path) as connection:
        connection.execute("UPDATE events SET body = replace(body, 'remove', 'keep') WHERE seq = 9")
    for pair in ((ana, path), (path, ana)):
        with pytest.raises(DamagedLedgerError, match=r"event 9 .*salvage\(path, out\)") as raised:
            merge(*pair, out)
        assert raised.value.report.n_events == 8
    with EventLog(path) as log, pytest.raises(DamagedLedgerError, match=r"b: .*bad\.forgetset"):
        merge(ana, log, out)
    assert not out.exists()
    salvage(path, tmp_path / "good.forgetset")
    assert merge(ana, tmp_path / "good.forgetset", out).n_events == 9


def test_an_erasure_without_its_event_is_damage_too(bench, ana, tmp_path):
    with broken_into(ana) as connection:
        connection.execute("UPDATE names SET value = NULL, salt = NULL WHERE id = 1")
    with pytest.raises(DamagedLedgerError, match="was erased without an event"):
        merge(ana, ana, tmp_path / "out.forgetset")


def test_two_stories_of_one_event_are_refused(bench, ana, ben, tmp_path):
    both = bench.merged(ana, ben)
    forged = bench.store("forged")
    with EventLog(both) as log, EventLog(forged) as other:
        event = list(log.events())[1]
        payload = {**event.payload, "label": "altered"}
        other.append("label", actor=event.actor, payload=payload, keys=event.keys)
    for pair in ((both, forged), (forged, ana)):
        with pytest.raises(LedgerError, match=r"do not agree on event 2 of store .* was altered"):
            merge(*pair, tmp_path / "out.forgetset")


def test_the_word_origin_belongs_to_merged_stores(bench, ana, tmp_path):
    path = bench.store("strange")
    with EventLog(path) as log:
        log.append("label", actor="ana", payload={"origin": "Tulln"})
    with pytest.raises(LedgerError, match="event 2 holds 'origin'"):
        merge(ana, path, tmp_path / "out.forgetset")


def test_the_new_store_never_replaces_a_file(bench, ana, ben, tmp_path):
    before = bytes_of(ben)
    for out in (ben, ana):
        with pytest.raises(LedgerError, match=r"out: there is a file .* Choose another name"):
            merge(ana, ben, out)
    assert bytes_of(ben) == before
    with pytest.raises(LedgerError, match=r"does not exist\. Create it first"):
        merge(ana, ben, tmp_path / "no" / "out.forgetset")
    with pytest.raises(LedgerError, match=r"there is no file .*none"):
        merge(ana, tmp_path / "none.forgetset", tmp_path / "out.forgetset")
    with pytest.raises(TypeError, match="b: expected an EventLog or a path, got int"):
        merge(ana, 7, tmp_path / "out.forgetset")
    assert not (tmp_path / "none.forgetset").exists()


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

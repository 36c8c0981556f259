"""What cannot be merged is refused with words, and nothing is written."""

from __future__ import annotations

import pytest

from tests.labelling import Bench, content_of
from tests.stores import broken_into, bytes_of, make
from unlearn_widgets.ledger import DamagedLedgerError, EventLog, LedgerError, merge, salvage


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


@pytest.fixture
def ana(bench):
    return bench.store("ana", ("ana", ["a", "b"], "remove"), ("ana", ["c"], "keep"))


@pytest.fixture
def ben(bench):
    return bench.store("ben", ("ben", ["a"], "keep"))


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

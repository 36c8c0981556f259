"""A person can be taken out of a store: the bytes are gone, and the chain is what it was."""

from __future__ import annotations

import pytest

from tests.stores import bytes_of, make
from unlearn_widgets.ledger import (
    ERASED,
    EventLog,
    LedgerError,
    UnknownSubjectError,
    check_chain,
    erase,
    scrub,
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "day.forgetset"


@pytest.fixture
def log(path):
    with EventLog(path) as log:
        log.append("one", actor="Xaviera", keys={"rows": ["zebra-1"]}, words={"note": "alone-text"})
        log.append(
            "two",
            actor="Bob",
            keys={"rows": ["zebra-1", "yak-2"]},
            words={"note": "both-text", "reason": "both-reason"},
        )
        log.append("three", actor="Bob", keys={"a": ["zebra-1"], "b": ["zebra-1"], "c": []})
        log.append("four", actor="Xaviera", words={"search": "nobody-text"})
        log.append("five", actor="Xaviera", keys={"rows": ["yak-2"]}, words={"note": "yak-text"})
        yield log


def test_a_record_goes_with_the_texts_about_it_alone(log, path):
    before = list(log.events())
    done = erase(log, "zebra-1", actor="Officer")
    assert (done.n_names, done.n_words, done.bytes_gone) == (1, 1, True)
    after = list(log.events())
    assert [event.hash for event in after[:-1]] == [event.hash for event in before]
    assert dict(after[1].keys) == {"rows": (ERASED,)}
    assert dict(after[1].words) == {"note": ERASED}
    assert dict(after[2].keys) == {"rows": (ERASED, "yak-2")}
    assert dict(after[2].words) == {"note": "both-text", "reason": "both-reason"}
    assert dict(after[3].keys) == {"a": (ERASED,), "b": (ERASED,), "c": ()}
    assert after[5] == before[5]
    assert after[1].actor == "Xaviera"
    found = bytes_of(path)
    assert b"zebra-1" not in found
    assert b"alone-text" not in found
    assert b"both-text" in found


def test_an_actor_goes_with_everything_they_wrote(log, path):
    done = erase(log, "Xaviera")
    assert (done.n_names, done.n_words) == (1, 3)
    assert [event.actor for event in log.events()] == [
        *(None, ERASED, "Bob", "Bob", ERASED, ERASED),
        None,
    ]
    found = bytes_of(path)
    for text in (b"Xaviera", b"alone-text", b"nobody-text", b"yak-text"):
        assert text not in found
    for text in (b"zebra-1", b"yak-2", b"both-text", b"both-reason"):
        assert text in found


def test_the_tombstone_says_what_went_but_not_whom(log):
    done = erase(log, "Xaviera", actor="Officer")
    tombstone = list(log.events())[-1]
    assert tombstone == done.event
    assert (tombstone.kind, tombstone.actor) == ("erased", "Officer")
    assert dict(tombstone.payload) == {
        "role": "actor",
        "names": "2",
        "words": {"note": "2,6", "search": "5"},
        "n_names": 1,
        "n_words": 3,
    }


def test_the_chain_still_verifies_and_counts_what_is_gone(log, path):
    erase(log, "zebra-1")
    erase(log, "Bob")
    report = check_chain(log)
    assert (report.ok, report.n_erased_names, report.n_erased_words) == (True, 2, 3)
    log.close()
    assert check_chain(path) == report


def test_an_erased_name_can_come_back_as_a_new_one(log):
    erase(log, "Bob")
    log.append("six", actor="Bob", keys={"rows": ["zebra-1"]})
    actors = [event.actor for event in log.events(since=2)]
    assert actors == [ERASED, ERASED, "Xaviera", "Xaviera", None, "Bob"]
    assert erase(log, "Bob").n_names == 1
    assert check_chain(log).ok


def test_who_erases_themselves_does_not_come_back_by_that(log, path):
    assert erase(log, "Bob", actor="Bob").event.actor is None
    assert b"Bob" not in bytes_of(path)


def test_another_log_of_the_store_notices(log, path):
    with EventLog(path) as other:
        assert any(event.actor == "Bob" for event in other.events())
        erase(log, "Bob")
        assert not any(event.actor == "Bob" for event in other.events())
        with other.writing():
            assert not any(event.actor == "Bob" for event in other.events())


def test_keys_of_another_type_are_other_subjects(log, path):
    log.append("numbers", actor="Bob", keys={"rows": [5, "5", 2**60]})
    log.append("six", actor="Bob", keys={"rows": [6]})
    with pytest.raises(UnknownSubjectError, match="There is 6, of another type"):
        erase(log, "6")
    erase(log, 5)
    erase(log, 2**60)
    assert [event.keys["rows"] for event in log.events() if event.kind == "numbers"] == [
        (ERASED, "5", ERASED)
    ]
    assert str(2**60).encode() not in bytes_of(path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("zebra-l",), "knows no record or actor 'zebra-l'. Did you mean 'zebra-1'?"),
        (("Bob", "key"), "knows no record or actor 'Bob'."),
        (("zebra-1", "actor"), "knows no record or actor 'zebra-1'."),
    ],
)
def test_an_unknown_subject_is_named_with_the_closest(log, arguments, message):
    subject, *role = arguments
    with pytest.raises(UnknownSubjectError) as caught:
        erase(log, subject, role=role[0] if role else None)
    assert message in str(caught.value)
    assert isinstance(caught.value, LookupError)
    assert len(log) == 6


def test_a_name_that_is_both_needs_a_role(log):
    log.append("six", actor="yak-2")
    with pytest.raises(LedgerError, match=r'both a record and an actor.*role="key" or'):
        erase(log, "yak-2")
    erase(log, "yak-2", role="actor")
    last, tombstone = list(log.events(since=5))[1:]
    assert (last.actor, tombstone.payload["role"]) == (ERASED, "actor")
    assert list(log.events())[5].keys["rows"] == ("yak-2",)
    with pytest.raises(ValueError, match="role: must be one of 'key', 'actor', got 'person'"):
        erase(log, "yak-2", role="person")


def test_erasing_twice_finds_nobody(log):
    erase(log, "Bob")
    with pytest.raises(UnknownSubjectError):
        erase(log, "Bob")


def test_a_reader_in_the_way_leaves_bytes_until_it_is_gone(log, path):
    with EventLog(path, timeout=0.05) as other, EventLog(path) as reader:
        with reader._store.reading():
            reader._store.opened.connection.execute("SELECT * FROM names").fetchall()
            done = erase(other, "Bob")
        assert not done.bytes_gone
        assert scrub(other)
    assert b"Bob" not in bytes_of(path)


def test_erasing_is_refused_inside_a_block(log):
    def erase_inside():
        with log.writing():
            erase(log, "Bob")

    with pytest.raises(LedgerError, match="cannot be part of `writing`"):
        erase_inside()
    assert next(event.actor for event in log.events(since=2)) == "Bob"
    assert len(log) == 6


def test_by_path_and_with_long_texts(path):
    make(path)
    long = "s3cret " * 5000
    with EventLog(path) as log:
        for number in range(30):
            log.append("note", actor="Eve", words={"note": f"{long}{number}"})
    assert b"s3cret" in bytes_of(path)
    assert erase(path, "Eve").n_words == 30
    assert b"s3cret" not in bytes_of(path)
    assert b"Eve" not in bytes_of(path)
    assert check_chain(path).ok

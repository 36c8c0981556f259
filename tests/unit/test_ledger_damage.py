"""Whatever happens to the bytes of a store, it is said, and what is good can still be read."""

from __future__ import annotations

import random

import pytest

from tests.stores import broken_into, bytes_of, fill, make
from unlearn_widgets.ledger import (
    DamagedLedgerError,
    EventLog,
    LedgerError,
    check_chain,
    erase,
    salvage,
    sha256_hex,
)
from unlearn_widgets.ledger import opening as opening_module


@pytest.fixture
def path(tmp_path):
    return tmp_path / "day.forgetset"


def outcome(path):
    """Open a store as a user would: its hashes, whether a problem was reported, notices."""
    try:
        with EventLog(path) as log:
            hashes = [event.hash for event in log.events()]
            return hashes, log.damage is not None, log.notices
    except LedgerError:
        return [], True, ()


def test_a_good_store_is_good(path):
    hashes = make(path)
    report = check_chain(path)
    assert report.ok
    assert (report.n_events, report.last_good) == (13, (13, hashes[-1]))
    assert (report.problem, report.n_erased_names, report.n_erased_words) == (None, 0, 0)
    with EventLog(path) as log:
        assert check_chain(log) == report
        assert log.damage is None


EDITS = {
    "a body": ("UPDATE events SET body = replace(body, 'remove', 'keep') WHERE seq = 5", 4),
    "a hash": ("UPDATE events SET hash = hex(zeroblob(32)) WHERE seq = 5", 4),
    "an event removed": ("DELETE FROM events WHERE seq = 5", 4),
    "the first event removed": ("DELETE FROM events WHERE seq = 1", 0),
    "two events swapped": (
        """UPDATE events SET seq = CASE seq WHEN 5 THEN -1 ELSE 5 END WHERE seq IN (5, 6);
        UPDATE events SET seq = 6 WHERE seq = -1""",
        4,
    ),
    "an event moved": ("UPDATE events SET seq = 50 WHERE seq = 13", 12),
    "a body without a meaning": ("UPDATE events SET body = 'null' WHERE seq = 5", 4),
    "a body of another type": ("UPDATE events SET body = x'00ff' WHERE seq = 5", 4),
    "a name": ("UPDATE names SET value = '\"eve\"' WHERE id = 4", 2),
    "a name with its role": ("UPDATE names SET role = 'actor' WHERE id = 2", 1),
    "a name removed": ("DELETE FROM names WHERE id = 4", 2),
    "a name of another type": ("UPDATE names SET commitment = 5 WHERE id = 4", 2),
    "a name half erased": ("UPDATE names SET value = NULL WHERE id = 4", 2),
    "a name erased without a tombstone": (
        "UPDATE names SET value = NULL, salt = NULL WHERE id = 4",
        13,
    ),
    "a name slipped in": (
        "INSERT INTO names SELECT 999, role, x'01', 'x', commitment FROM names WHERE id = 1",
        13,
    ),
    "a text": ("UPDATE words SET text = 'all well' WHERE seq = 5 AND slot = 'note'", 4),
    "a text removed": ("DELETE FROM words WHERE seq = 5 AND slot = 'note'", 4),
    "a text in another slot": ("UPDATE words SET slot = 'x' WHERE seq = 5 AND slot = 'note'", 4),
    "a text that is no text": ("UPDATE words SET text = CAST(x'ff' AS TEXT) WHERE seq = 5", 4),
    "a text half erased": ("UPDATE words SET salt = NULL WHERE seq = 5", 4),
    "a text erased without a tombstone": (
        "UPDATE words SET text = NULL, salt = NULL WHERE seq = 5",
        13,
    ),
    "a text slipped in": ("INSERT INTO words VALUES (5, 'more', x'01', 'x')", 13),
}


@pytest.mark.parametrize("edit", EDITS)
def test_every_edit_that_does_not_rebuild_the_chain_is_found(path, tmp_path, edit):
    hashes = make(path)
    statements, n_good = EDITS[edit]
    with broken_into(path) as connection:
        connection.executescript(statements)
    report = check_chain(path)
    assert not report.ok
    assert report.problem.endswith(".")
    assert report.n_events == n_good
    assert report.last_good == ((n_good, hashes[n_good - 1]) if n_good else None)
    with EventLog(path) as log:
        assert log.damage == report
        assert [event.hash for event in log.events()] == hashes[:n_good]
        assert len(log) == n_good
        assert not log.writable
        with pytest.raises(DamagedLedgerError, match=r"salvage\(path, out\)") as caught:
            log.append("label", actor="ana")
        assert caught.value.report == report
    if not n_good:
        with pytest.raises(DamagedLedgerError, match="has no good event"):
            salvage(path, tmp_path / "new.forgetset")


@pytest.mark.parametrize("edit", ["a body", "a name", "an event removed", "a text"])
def test_the_good_part_lives_on_in_a_new_store(path, tmp_path, edit):
    hashes = make(path)
    statements, n_good = EDITS[edit]
    with broken_into(path) as connection:
        connection.executescript(statements)
    before = path.read_bytes()
    report = salvage(path, tmp_path / "new.forgetset")
    assert (report.n_events, path.read_bytes()) == (n_good, before)
    with EventLog(tmp_path / "new.forgetset") as log:
        assert [event.hash for event in log.events()] == hashes[:n_good]
        fill(log, 3)
        assert check_chain(log).n_events == n_good + 3
    with pytest.raises(LedgerError, match=r"out: there is a file .*new\.forgetset' already"):
        salvage(path, tmp_path / "new.forgetset")


@pytest.mark.parametrize(
    ("edit", "n_events"),
    [
        ("a name erased without a tombstone", 14),
        ("a text erased without a tombstone", 14),
        ("a name slipped in", 13),
        ("a text slipped in", 13),
    ],
)
def test_what_stands_beside_the_chain_is_put_in_order(path, tmp_path, edit, n_events):
    hashes = make(path)
    with broken_into(path) as connection:
        connection.executescript(EDITS[edit][0])
    salvage(path, tmp_path / "new.forgetset")
    report = check_chain(tmp_path / "new.forgetset")
    assert (report.ok, report.n_events) == (True, n_events)
    with EventLog(tmp_path / "new.forgetset") as log:
        assert [event.hash for event in log.events()][:13] == hashes
        found = [event.payload["found_by"] for event in log.events(since=13)]
    assert found == ["salvage"] * (n_events - 13)


def test_a_name_that_was_put_back_after_its_erasure_goes_again(path, tmp_path):
    make(path)
    with broken_into(path) as connection:
        kept = connection.execute(
            "SELECT salt, value FROM names WHERE value = '\"key-3\"'"
        ).fetchone()
    erase(path, "key-3")
    with broken_into(path) as connection:
        connection.execute("UPDATE names SET salt = ?, value = ? WHERE value IS NULL", kept)
    report = check_chain(path)
    assert "stands again" in report.problem
    salvage(path, tmp_path / "new.forgetset")
    assert check_chain(tmp_path / "new.forgetset").ok
    assert b"key-3" not in bytes_of(tmp_path / "new.forgetset")


def test_a_salvaged_store_keeps_its_erasures(path, tmp_path):
    make(path)
    erase(path, "actor-1")
    erase(path, "key-3")
    salvage(path, tmp_path / "new.forgetset")
    assert check_chain(tmp_path / "new.forgetset") == check_chain(path)


def test_a_rebuilt_chain_is_told_by_a_head_kept_elsewhere(path):
    make(path)
    with EventLog(path) as log:
        kept = log.head
    with broken_into(path) as connection:
        (body,) = connection.execute("SELECT body FROM events WHERE seq = 13").fetchone()
        other = body.replace("remove", "keep")
        connection.execute(
            "UPDATE events SET body = ?, hash = ? WHERE seq = 13",
            (other, sha256_hex(other.encode())),
        )
    report = check_chain(path)
    assert report.ok
    assert report.last_good != kept


def test_an_event_made_up_by_somebody_who_can_hash_is_still_no_event(path):
    make(path)
    with broken_into(path) as connection:
        body = '{"v":1,"seq":13}'
        connection.execute(
            "UPDATE events SET body = ?, hash = ? WHERE seq = 13", (body, sha256_hex(body.encode()))
        )
    report = check_chain(path)
    assert (report.ok, report.n_events) == (False, 12)
    assert "is not what an event looks like" in report.problem


def test_damage_in_a_large_store_shows_when_it_is_read(path, monkeypatch):
    hashes = make(path)
    with broken_into(path) as connection:
        connection.executescript(EDITS["a body"][0])
    monkeypatch.setattr(opening_module, "CHECKED_AT_ONCE", 0)
    with EventLog(path) as log:
        assert log.damage is None
        seen = []
        with pytest.raises(DamagedLedgerError, match="event 5 does not match its hash"):
            seen.extend(event.hash for event in log.events())
        assert log.damage.n_events == 4
        assert [event.hash for event in log.events()] == hashes[:4]
        with pytest.raises(DamagedLedgerError, match="takes no more events"):
            log.append("label", actor="ana")


def test_a_large_store_with_a_damaged_end_is_not_written_to(path, monkeypatch):
    make(path)
    with broken_into(path) as connection:
        connection.execute("UPDATE events SET body = body || ' ' WHERE seq = 13")
    monkeypatch.setattr(opening_module, "CHECKED_AT_ONCE", 0)
    with EventLog(path) as log:
        assert log.damage.n_events == 12


def test_damage_done_while_the_store_is_open_stops_writing(path):
    make(path)
    with EventLog(path) as log:
        with broken_into(path) as connection:
            connection.execute("UPDATE events SET body = body || ' ' WHERE seq = 13")
        with pytest.raises(DamagedLedgerError, match="event 13 does not match its hash"):
            log.append("label", actor="ana")
        assert log.damage.n_events == 12
        assert len(list(log.events())) == 12


def test_a_file_cut_off_anywhere_is_reported(path):
    hashes = make(path, 40)
    whole = path.read_bytes()
    lengths = {0, 1, 15, 16, 99, 100, 101, 4095, 4096, len(whole) - 1}
    lengths |= {random.Random(5).randrange(len(whole)) for _ in range(60)}
    lengths |= set(range(4096, len(whole), 4096))
    for length in sorted(lengths):
        path.write_bytes(whole[:length])
        read, reported, _ = outcome(path)
        if length >= 100:
            assert not check_chain(path).ok, length
        assert reported, length
        assert read == hashes[: len(read)], length


def test_a_flipped_bit_is_reported_or_changes_nothing(path):
    hashes = make(path, 12)
    whole = path.read_bytes()
    dice = random.Random(7)
    offsets = list(range(100)) + dice.sample(range(100, len(whole)), 250)
    harmless = 0
    for offset in offsets:
        flipped = bytearray(whole)
        flipped[offset] ^= 1 << dice.randrange(8)
        path.write_bytes(flipped)
        read, reported, _ = outcome(path)
        if reported:
            assert read == hashes[: len(read)], offset
        else:
            assert read == hashes, offset
            harmless += 1
            with EventLog(path) as log:
                log.append("label", actor="actor-1", keys={"rows": ["key-1"]})
                assert log.check().ok, offset
    # Most bytes mean something; the others are free space of pages.
    assert 0 < harmless < len(offsets)

"""SQLite drops what follows a fault in its write-ahead file without a word; the log does not."""

from __future__ import annotations

import random
import shutil

import pytest

from tests.stores import fill
from unlearn_widgets.ledger import DamagedLedgerError, EventLog, LedgerError, check_chain
from unlearn_widgets.ledger.wal import find_fault


@pytest.fixture
def crashed(tmp_path):
    """Both files of a store whose program was killed, with all its events in the second."""
    path = tmp_path / "live.forgetset"
    with EventLog(path) as log:
        fill(log, 8)
        hashes = [event.hash for event in log.events()]
        target = tmp_path / "day.forgetset"
        for end in ("", "-wal"):
            shutil.copyfile(f"{path}{end}", f"{target}{end}")
    return target, hashes


def wal_of(path):
    return path.with_name(f"{path.name}-wal")


def restore(path, store, wal):
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
    path.write_bytes(store)
    wal_of(path).write_bytes(wal)


def outcome(path):
    try:
        with EventLog(path) as log:
            return [event.hash for event in log.events()], log.damage, log.notices
    except LedgerError as error:
        return [], error, ()


def test_a_good_one_has_no_fault(crashed):
    path, hashes = crashed
    assert find_fault(wal_of(path)) is None
    assert find_fault(path.with_name("none-wal")) is None
    assert outcome(path) == (hashes, None, ())


def test_a_flipped_bit_is_never_silent(crashed):
    path, hashes = crashed
    store, wal = path.read_bytes(), wal_of(path).read_bytes()
    dice = random.Random(11)
    for offset in [*range(60), *dice.sample(range(60, len(wal)), 150)]:
        flipped = bytearray(wal)
        flipped[offset] ^= 1 << dice.randrange(8)
        restore(path, store, bytes(flipped))
        read, damage, notices = outcome(path)
        assert read == hashes[: len(read)], offset
        assert damage or any("cut off" in notice for notice in notices), offset


def test_damage_in_the_middle_is_told_and_nothing_is_written(crashed):
    path, hashes = crashed
    wal = bytearray(wal_of(path).read_bytes())
    wal[len(wal) // 2] ^= 1
    wal_of(path).write_bytes(wal)
    before = path.read_bytes()
    with EventLog(path) as log:
        read = [event.hash for event in log.events()]
        assert 0 < len(read) < len(hashes)
        assert read == hashes[: len(read)]
        assert f"what was recorded after event {len(read)} is lost" in log.damage.problem
        with pytest.raises(DamagedLedgerError, match="write-ahead file"):
            log.append("label", actor="ana")
    assert not check_chain(path).ok
    assert (path.read_bytes(), wal_of(path).read_bytes()) == (before, bytes(wal))


def test_a_write_that_was_cut_off_is_dropped_and_told(crashed):
    path, hashes = crashed
    store, wal = path.read_bytes(), wal_of(path).read_bytes()
    for length in [5, 31, 33, 60, *random.Random(3).sample(range(100, len(wal)), 25)]:
        if (length - 32) % (4096 + 24) == 0:
            continue
        restore(path, store, wal[:length])
        read, damage, (notice, *_) = outcome(path)
        assert damage is None
        assert "was cut off" in notice
        assert read == hashes[: len(read)]


def test_what_is_left_over_from_an_earlier_round_is_no_fault(tmp_path):
    path = tmp_path / "live.forgetset"
    with EventLog(path) as log:
        fill(log, 8)
        connection = log._store.opened.connection
        connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
        fill(log, 1)
        size = wal_of(path).stat().st_size
        frames = (size - 32) // (4096 + 24)
        assert frames > 10
        assert find_fault(wal_of(path)) is None
        for end in ("", "-wal"):
            shutil.copyfile(f"{path}{end}", f"{tmp_path / 'day.forgetset'}{end}")
    assert check_chain(tmp_path / "day.forgetset").n_events == 10

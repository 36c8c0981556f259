"""Where a store stands: modes of files, folders that cannot be written to, paths that vanish."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.stores import fill, make
from unlearn_widgets.ledger import EventLog, LedgerError, check_chain, erase, handles, journal


@pytest.fixture
def path(tmp_path):
    return tmp_path / "day.forgetset"


@contextmanager
def unwritable(place):
    """Root ignores modes, so that only a file attribute (or a mode, for others) stops it."""
    if os.geteuid():
        mode = place.stat().st_mode
        place.chmod(mode & ~0o222)
        try:
            yield
        finally:
            place.chmod(mode)
        return
    done = subprocess.run(["chattr", "+i", str(place)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"root can write everywhere here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["chattr", "-i", str(place)], check=True)


def left_behind_by_a_crash(path, target):
    """Copy a store as it stands while it is open, with its write-ahead file."""
    with EventLog(path) as log:
        fill(log, 5)
        for end in ("", "-wal"):
            shutil.copyfile(f"{path}{end}", f"{target}{end}")


def test_only_the_owner_may_read_any_of_its_files(path):
    umask = os.umask(0)
    try:
        with EventLog(path) as log:
            fill(log, 2)
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    finally:
        os.umask(umask)
    assert modes == {path.name: 0o600, f"{path.name}-wal": 0o600, f"{path.name}-shm": 0o600}


def test_nothing_but_the_store_is_left_when_it_is_closed(path):
    make(path)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_it_is_kept_durable(path):
    with EventLog(path) as log:
        connection = log._store.opened.connection
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        (level,) = connection.execute("PRAGMA synchronous").fetchone()
    assert (mode, level, log.notices) == ("wal", 2, ())


def test_a_path_may_begin_with_the_home_folder_and_be_a_link(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "link.forgetset").symlink_to(tmp_path / "real.forgetset")
    with EventLog("~/link.forgetset") as log:
        assert log.path == tmp_path / "real.forgetset"
        assert repr(log) == f"EventLog({str(tmp_path / 'real.forgetset')!r})"
    assert (tmp_path / "link.forgetset").is_symlink()


def test_a_path_that_cannot_be_a_store_is_named(tmp_path):
    with pytest.raises(LedgerError, match=r"'.*/none' does not exist\. Create it first"):
        EventLog(tmp_path / "none" / "day.forgetset")
    with pytest.raises(LedgerError, match=r"expected the name of a file, but .* is a folder"):
        EventLog(tmp_path)
    for use in (check_chain, lambda path: erase(path, "ana")):
        with pytest.raises(LedgerError, match=r"there is no file .*none\.forgetset"):
            use(tmp_path / "none.forgetset")
    assert not list(tmp_path.iterdir())


def test_a_read_only_folder_is_named_and_its_stores_can_be_read(path):
    hashes = make(path)
    with unwritable(path.parent):
        with pytest.raises(LedgerError, match=f"cannot make a store in the folder '{path.parent}'"):
            EventLog(path.with_name("new.forgetset"))
        with EventLog(path) as log:
            assert [event.hash for event in log.events()] == hashes
            assert not log.writable
            assert any("folder" in notice and "read only" in notice for notice in log.notices)
            with pytest.raises(LedgerError, match="opened to read only, because its folder"):
                log.append("label", actor="ana")
        assert check_chain(path).ok
    assert check_chain(path).n_events == len(hashes)


def test_a_read_only_file_can_be_read(path):
    hashes = make(path)
    with unwritable(path):
        with EventLog(path) as log:
            assert [event.hash for event in log.events()] == hashes
            with pytest.raises(LedgerError, match="because the file cannot be written to"):
                log.append("label", actor="ana")
        with pytest.raises(LedgerError, match="because the file cannot be written to"):
            erase(path, "actor-1")


def test_after_a_crash_a_read_only_folder_shows_the_last_events_too(path, tmp_path):
    folder = tmp_path / "frozen"
    folder.mkdir()
    left_behind_by_a_crash(path, folder / "day.forgetset")
    with unwritable(folder), EventLog(folder / "day.forgetset") as log:
        assert len(list(log.events())) == 6
        assert any("A copy of day.forgetset is read" in notice for notice in log.notices)
        copy = Path(log._store.opened.copy.name)
        assert copy.exists()
    assert not copy.exists()


def test_a_store_left_behind_by_a_crash_has_every_event(path, tmp_path):
    left_behind_by_a_crash(path, tmp_path / "crashed.forgetset")
    assert check_chain(tmp_path / "crashed.forgetset").n_events == 6
    with EventLog(tmp_path / "crashed.forgetset") as log:
        fill(log, 1)
        assert len(log) == 7
        assert log.notices == ()


def test_without_a_write_ahead_file_a_rollback_journal_is_used_and_said(path, monkeypatch):
    # This way of SQLite to reach files has no shared memory, as on some file systems.
    connect = journal.connect
    monkeypatch.setattr(
        journal,
        "connect",
        lambda place, options, timeout: connect(place, f"{options}&vfs=unix-dotfile", timeout),
    )
    with EventLog(path) as log:
        fill(log, 3)
        connection = log._store.opened.connection
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (3,)
        (notice,) = log.notices
        assert "rollback journal" in notice
        assert "does not support" in notice
        erase(log, "actor-1")
    assert check_chain(path).n_events == 5


def test_a_store_brought_to_a_file_system_without_shared_memory(path, tmp_path, monkeypatch):
    target = tmp_path / "moved.forgetset"
    left_behind_by_a_crash(path, target)
    connect = journal.connect
    monkeypatch.setattr(
        journal,
        "connect",
        lambda place, options, timeout: connect(place, f"{options}&vfs=unix-dotfile", timeout),
    )
    with EventLog(target) as log:
        fill(log, 1)
        assert len(list(log.events())) == 7
        assert "rollback journal" in log.notices[0]


@pytest.mark.parametrize("end", ["", "-wal", "-shm"])
def test_a_file_that_vanishes_stops_acknowledging(path, end):
    with EventLog(path) as log:
        fill(log, 2)
        Path(f"{path}{end}").unlink()
        with pytest.raises(LedgerError, match="moved, deleted or replaced while it was open"):
            log.append("label", actor="ana")


def test_a_file_that_vanishes_between_event_and_commit_is_noticed(path):
    with EventLog(path) as log:

        def lose():
            with log.writing():
                log.append("label", actor="ana")
                path.unlink()

        with pytest.raises(LedgerError, match="this event is not recorded there"):
            lose()


def test_a_file_that_was_replaced_is_not_written_to(path, tmp_path):
    make(tmp_path / "other.forgetset", 1)
    with EventLog(path) as log:
        (tmp_path / "other.forgetset").replace(path)
        with pytest.raises(LedgerError, match="moved, deleted or replaced"):
            log.append("label", actor="ana")
    assert check_chain(path).n_events == 2


def test_a_moved_file_that_is_put_back_is_written_to_again(path):
    with EventLog(path) as log:
        path.rename(path.with_name("away"))
        with pytest.raises(LedgerError, match="moved, deleted"):
            log.append("label", actor="ana")
        path.with_name("away").rename(path)
        log.append("label", actor="ana")
        assert len(log) == 2


def test_a_full_disk_records_nothing_and_says_so(path):
    with EventLog(path) as log:
        fill(log, 1)
        connection = log._store.opened.connection
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        # SQLite's own limit raises what a full disk raises.
        connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(LedgerError, match="the disk is full, and nothing was recorded"):
            log.append("label", actor="ana", keys={"rows": range(10_000)})
        assert len(list(log.events())) == len(log) == 2
        assert check_chain(log).ok
        connection.execute("PRAGMA max_page_count = 1000000")
        log.append("label", actor="ana", keys={"rows": range(10_000)})
    assert check_chain(path).n_events == 3


def test_a_block_that_a_full_disk_took_back_does_not_go_on(path):
    with EventLog(path) as log:
        connection = log._store.opened.connection

        def go_on():
            with log.writing():
                log.append("first", actor="ana")
                # What SQLite does by itself after some errors.
                connection.execute("ROLLBACK")
                log.append("second", actor="ana")

        with pytest.raises(LedgerError, match="taken back all that this block had done"):
            go_on()
        assert len(log) == 1
        log.append("third", actor="ana")
        assert check_chain(log).n_events == 2


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=512k", "none", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount here")
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_really_is_full(small_disk):
    path = small_disk / "day.forgetset"
    recorded = []
    with EventLog(path) as log:

        def fill_the_disk():
            for number in range(10_000):
                log.append("label", actor="ana", words={"note": "x" * 2000})
                recorded.append(number)

        with pytest.raises(LedgerError, match="disk is full"):
            fill_the_disk()
        assert len(log) == 1 + len(recorded)
        assert check_chain(log).ok
    with pytest.raises(LedgerError):
        EventLog(small_disk / "second.forgetset").append(
            "label", actor="a", words={"n": "x" * 10**6}
        )
    assert check_chain(path).n_events == 1 + len(recorded)


def test_a_writer_that_takes_too_long_is_named(path):
    with EventLog(path) as slow, EventLog(path, timeout=0.05) as log, slow.writing():
        slow.append("label", actor="ana")
        with pytest.raises(LedgerError, match=r"day\.forgetset.*another program has been writing"):
            log.append("label", actor="bob")
        assert len(log) == 1
    with EventLog(path) as log:
        assert [event.actor for event in log.events()] == [None, "ana"]


def test_a_store_made_by_somebody_else_meanwhile_is_kept(path, monkeypatch):
    link = os.link

    def slower(part, place):
        monkeypatch.setattr(os, "link", link)
        make(path, 1)
        link(part, place)

    monkeypatch.setattr(os, "link", slower)
    with EventLog(path, created={"X": "mine"}) as log:
        assert next(log.events()).payload["X"] == "sha256:1"
        assert len(log) == 2
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_file_system_without_links(path, monkeypatch):
    def refuse(*_):
        raise PermissionError("no links")

    monkeypatch.setattr(os, "link", refuse)
    with EventLog(path) as log:
        assert len(log) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_forked_child_must_open_its_own(path):
    with EventLog(path) as log:
        log._store._process += 1
        with pytest.raises(LedgerError, match="do not survive a fork"):
            log.append("label", actor="ana")
        log._store._process -= 1
        assert len(log) == 1


def test_a_hot_journal_is_rolled_back(path, tmp_path):
    with EventLog(path) as log:
        fill(log, 2)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO words VALUES (?, 'x', x'00', ?)", [(n, "y" * 900) for n in range(50, 99)]
        )
        for end in ("", "-journal"):
            shutil.copyfile(f"{path}{end}", tmp_path / f"crashed.forgetset{end}")
        connection.execute("ROLLBACK")
    with EventLog(tmp_path / "crashed.forgetset") as log:
        assert len(log) == 3
        fill(log, 1)
        assert check_chain(log).ok


def test_another_log_of_the_same_program_does_not_unlock_the_first(path):
    with EventLog(path) as first:
        fill(first, 1)
        # To close a file that was opened beside SQLite would drop the locks of the whole program,
        # and the next program to leave would take the write-ahead file with it.
        EventLog(path).close()
        check_chain(path)
        leave = (
            "import sys; from unlearn_widgets.ledger import EventLog; EventLog(sys.argv[1]).close()"
        )
        subprocess.run([sys.executable, "-c", leave, str(path)], check=True)
        fill(first, 1)
    assert check_chain(path).n_events == 3


def test_no_descriptor_is_left_open(path):
    make(path)
    descriptors = Path("/proc/self/fd")
    if not descriptors.exists():
        pytest.skip("this system does not list open descriptors")
    before = len(list(descriptors.iterdir()))
    for _ in range(3):
        EventLog(path).close()
        check_chain(path)
    path.write_bytes(b"Dear diary")
    with pytest.raises(LedgerError, match="is no store"):
        EventLog(path)
    assert len(list(descriptors.iterdir())) == before


def test_a_handle_that_is_released_while_it_is_taken_is_not_handed_out(path, monkeypatch):
    path.write_bytes(b"0123")
    former = handles.hold(path)

    class Collecting(dict):
        """A session that is collected here closes its log."""

        def get(self, key):
            found = super().get(key)
            former.release()
            return found

    monkeypatch.setattr(handles, "_held", Collecting(handles._held))
    taken = handles.hold(path)
    assert taken.start(4) == b"0123"
    taken.release()

"""A store says what it is and of which version; older ones are led up, everything else refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.stores import fill, make
from unlearn_widgets.ledger import DamagedLedgerError, EventLog, LedgerError, check_chain, salvage
from unlearn_widgets.ledger.chain import Chain
from unlearn_widgets.ledger.recording import draft, record
from unlearn_widgets.ledger.schema import APPLICATION_ID, VERSION, create_tables, layout_problem


@pytest.fixture
def path(tmp_path):
    return tmp_path / "day.forgetset"


def pragma(path, name):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]


def make_version_1(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        create_tables(connection, version=1)
        chain = Chain(connection)
        record(connection, chain, draft("created", actor=None, payload={"store": "old"}))
        record(connection, chain, draft("label", actor="ana", keys={"rows": ["r1"]}))
        connection.execute("COMMIT")


def test_the_file_says_what_it_is(path):
    make(path)
    assert (pragma(path, "application_id"), pragma(path, "user_version")) == (
        APPLICATION_ID,
        VERSION,
    )
    assert APPLICATION_ID.to_bytes(4, "big") == b"Forg"


def test_an_older_store_is_led_up_with_its_events(path):
    make_version_1(path)
    assert pragma(path, "user_version") == 1
    with closing(sqlite3.connect(path)) as connection:
        before = connection.execute("SELECT * FROM events").fetchall()
    with EventLog(path) as log:
        fill(log, 2)
        assert log.store_id == "old"
        assert [event.seq for event in log.events()] == [1, 2, 3, 4]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM events WHERE seq < 3").fetchall() == before
        assert layout_problem(connection) is None
    assert pragma(path, "user_version") == VERSION
    assert check_chain(path).ok


def test_an_older_store_is_checked_and_salvaged_without_being_changed(path, tmp_path):
    make_version_1(path)
    before = path.read_bytes()
    assert check_chain(path).ok
    assert salvage(path, tmp_path / "new.forgetset").n_events == 2
    assert path.read_bytes() == before
    assert check_chain(tmp_path / "new.forgetset").ok


def test_a_migration_that_fails_changes_nothing(path, monkeypatch):
    make_version_1(path)
    monkeypatch.setitem(
        __import__("unlearn_widgets.ledger.schema", fromlist=["_"])._MIGRATIONS,
        1,
        ("CREATE TABLE half_done (x)", "CREATE TABLE events (y)"),
    )
    with pytest.raises(LedgerError, match="table events already exists"):
        EventLog(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert layout_problem(connection) is None


@pytest.mark.parametrize("version", [VERSION + 1, 2**31 - 1])
def test_a_newer_store_is_refused_and_not_touched(path, version):
    make(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("PRAGMA journal_mode = DELETE")
    before = path.read_bytes()
    for use in (EventLog, check_chain):
        with pytest.raises(LedgerError, match=rf"newer unlearn-widgets.*version {version}"):
            use(path)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_newer_version_that_only_the_write_ahead_file_knows_of(path):
    make(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA wal_autocheckpoint = 0")
        other.execute(f"PRAGMA user_version = {VERSION + 1}")
        other.commit()
        with pytest.raises(LedgerError, match="newer unlearn-widgets"):
            EventLog(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"Dear diary", "is no store of events: it does not begin like one"),
        (b"{}" * 4096, "is no store of events"),
        (b"SQLite format 3\0", "is no store of events"),
        (b"", "is empty: it never was a store, or has lost everything"),
    ],
)
def test_other_files_are_refused_and_not_touched(path, content, message):
    path.write_bytes(content)
    with pytest.raises(LedgerError, match=message):
        EventLog(path)
    assert path.read_bytes() == content


def test_another_database_is_refused_and_not_touched(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE events (seq INTEGER PRIMARY KEY, body, hash)")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(LedgerError, match=r"another SQLite database \(application_id 0x0"):
        EventLog(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("DROP TRIGGER events_delete", "the trigger events_delete is missing"),
        ("DROP TABLE words", "is missing"),
        ("CREATE TABLE more (x)", "there is a table more"),
        ("CREATE TRIGGER t AFTER INSERT ON events BEGIN SELECT 1; END", "there is a trigger t"),
    ],
)
def test_another_layout_is_damage(path, statement, problem):
    make(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()
    report = check_chain(path)
    assert not report.ok
    assert problem in report.problem
    with EventLog(path) as log, pytest.raises(DamagedLedgerError, match=problem):
        log.append("label", actor="ana")

"""What a store looks like inside, and how an older one becomes a present one."""

from __future__ import annotations

import functools
import sqlite3

__all__ = ["APPLICATION_ID", "VERSION", "create_tables", "layout_problem", "migrate"]

# "Forg", which `file` and other readers of SQLite headers can tell from other databases.
APPLICATION_ID = 0x466F7267
VERSION = 2

_VERSION_1 = (
    "CREATE TABLE events (seq INTEGER PRIMARY KEY, body TEXT NOT NULL, hash TEXT NOT NULL)",
    (
        "CREATE TABLE names (id INTEGER PRIMARY KEY, role TEXT NOT NULL, salt BLOB, value TEXT,"
        " commitment BLOB NOT NULL)"
    ),
    (
        "CREATE TABLE words (seq INTEGER NOT NULL, slot TEXT NOT NULL, salt BLOB, text TEXT,"
        " PRIMARY KEY (seq, slot)) WITHOUT ROWID"
    ),
    "CREATE UNIQUE INDEX names_value ON names (role, value)",
    (
        "CREATE TRIGGER events_update BEFORE UPDATE ON events BEGIN"
        " SELECT RAISE(ABORT, 'events are never changed'); END"
    ),
    (
        "CREATE TRIGGER events_delete BEFORE DELETE ON events BEGIN"
        " SELECT RAISE(ABORT, 'events are never deleted'); END"
    ),
    # INSERT OR REPLACE deletes without asking the trigger above.
    (
        "CREATE TRIGGER events_insert BEFORE INSERT ON events"
        " WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM events) BEGIN"
        " SELECT RAISE(ABORT, 'events are only added at the end'); END"
    ),
    (
        "CREATE TRIGGER names_update BEFORE UPDATE ON names"
        " WHEN NEW.value IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.id IS NOT OLD.id"
        " OR NEW.role IS NOT OLD.role OR NEW.commitment IS NOT OLD.commitment BEGIN"
        " SELECT RAISE(ABORT, 'names are only erased'); END"
    ),
    (
        "CREATE TRIGGER names_delete BEFORE DELETE ON names BEGIN"
        " SELECT RAISE(ABORT, 'names are only erased'); END"
    ),
    (
        "CREATE TRIGGER names_insert BEFORE INSERT ON names"
        " WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM names)"
        " OR EXISTS (SELECT 1 FROM names WHERE role = NEW.role AND value = NEW.value) BEGIN"
        " SELECT RAISE(ABORT, 'names are only added at the end'); END"
    ),
    (
        "CREATE TRIGGER words_update BEFORE UPDATE ON words"
        " WHEN NEW.text IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.seq IS NOT OLD.seq"
        " OR NEW.slot IS NOT OLD.slot BEGIN"
        " SELECT RAISE(ABORT, 'words are only erased'); END"
    ),
    (
        "CREATE TRIGGER words_delete BEFORE DELETE ON words BEGIN"
        " SELECT RAISE(ABORT, 'words are only erased'); END"
    ),
    (
        "CREATE TRIGGER words_insert BEFORE INSERT ON words"
        " WHEN EXISTS (SELECT 1 FROM words WHERE seq = NEW.seq AND slot = NEW.slot) BEGIN"
        " SELECT RAISE(ABORT, 'words are only erased'); END"
    ),
)

# What leads from one version to the next. Readers notice an erasure by counting erased names,
# which version 1 could not do without reading them all.
_MIGRATIONS: dict[int, tuple[str, ...]] = {
    0: _VERSION_1,
    1: ("CREATE INDEX names_erased ON names (id) WHERE value IS NULL",),
}


def create_tables(connection: sqlite3.Connection, version: int = VERSION) -> None:
    """Lay out an empty database as a store.

    Parameters
    ----------
    connection : sqlite3.Connection
        An empty database, inside a transaction.
    version : int, default VERSION
        The layout.

    Examples
    --------
    >>> connection = sqlite3.connect(":memory:")
    >>> create_tables(connection)
    >>> layout_problem(connection)
    >>> connection.close()
    """
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    migrate(connection, 0, version)


def migrate(connection: sqlite3.Connection, start: int, version: int = VERSION) -> None:
    """Lead a store from one version to another, inside a transaction of the caller.

    Parameters
    ----------
    connection : sqlite3.Connection
        The store.
    start : int
        Its version; 0 is an empty database.
    version : int, default VERSION
        The version wanted.

    Examples
    --------
    >>> connection = sqlite3.connect(":memory:")
    >>> create_tables(connection, version=1)
    >>> migrate(connection, 1)
    >>> connection.execute("PRAGMA user_version").fetchone()
    (2,)
    >>> connection.close()
    """
    for step in range(start, version):
        for statement in _MIGRATIONS[step]:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {version}")


def layout_problem(connection: sqlite3.Connection) -> str | None:
    """Compare the tables and triggers of a store with those its version should have.

    Parameters
    ----------
    connection : sqlite3.Connection
        The store.

    Returns
    -------
    str or None
        What differs, in a sentence; None if nothing does.

    Examples
    --------
    >>> connection = sqlite3.connect(":memory:")
    >>> create_tables(connection)
    >>> _ = connection.execute("DROP TRIGGER events_delete")
    >>> layout_problem(connection)
    'the trigger events_delete is missing.'
    >>> connection.close()
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if not 1 <= version <= VERSION:
        return f"version {version} of the layout does not exist."
    expected, found = _layout(version), _read_layout(connection)
    for (kind, name), statement in expected.items():
        if (kind, name) not in found:
            return f"the {kind} {name} is missing."
        if found[kind, name] != statement:
            return f"the {kind} {name} is not what version {version} says."
    for kind, name in found.keys() - expected.keys():
        return f"there is a {kind} {name}, which does not belong to a store."
    return None


@functools.cache
def _layout(version: int) -> dict[tuple[str, str], str]:
    connection = sqlite3.connect(":memory:")
    try:
        create_tables(connection, version)
        return _read_layout(connection)
    finally:
        connection.close()


def _read_layout(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {(kind, name): statement for kind, name, statement in rows}

"""A store as a file: what it is, how it begins, whether it is still there."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import struct
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unlearn_widgets.ledger.chain import Chain
from unlearn_widgets.ledger.errors import DamagedLedgerError, LedgerError, explained
from unlearn_widgets.ledger.recording import draft, record
from unlearn_widgets.ledger.schema import APPLICATION_ID, VERSION, create_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["create_store", "identify", "refuse_foreign", "refuse_newer", "resolved", "write_new"]

_MAGIC = b"SQLite format 3\0"

Identity = tuple[tuple[int, int] | None, ...]


def resolved(path: str | os.PathLike[str]) -> Path:
    """Return the place that a path means.

    Parameters
    ----------
    path : path-like
        A file; ``~`` is expanded and links are followed.

    Returns
    -------
    Path
        An absolute path; the file need not exist.

    Raises
    ------
    LedgerError
        If it is a folder, or its folder does not exist.

    Examples
    --------
    >>> resolved("/")
    Traceback (most recent call last):
        ...
    unlearn_widgets.ledger.errors.LedgerError: path: expected the name of a file, but '/' is a
    folder.
    """
    place = Path(path).expanduser().resolve()
    if place.is_dir():
        raise LedgerError(f"path: expected the name of a file, but {str(place)!r} is a folder.")
    if not place.parent.is_dir():
        raise LedgerError(
            f"path: the folder {str(place.parent)!r} does not exist. Create it first."
        )
    return place


def refuse_foreign(place: Path, header: bytes) -> None:
    """Raise for a file that is no store or one of a newer version.

    Parameters
    ----------
    place : Path
        The file.
    header : bytes
        Its first 100 bytes.

    Raises
    ------
    LedgerError
        If it is something else, or newer.

    Examples
    --------
    >>> refuse_foreign(Path("notes.txt"), b"Dear diary")
    Traceback (most recent call last):
        ...
    unlearn_widgets.ledger.errors.LedgerError: 'notes.txt' is no store of events: ...
    """
    if not header:
        raise DamagedLedgerError(
            f"{str(place)!r} is empty: it never was a store, or has lost everything. Restore a "
            "backup, or delete it to begin a new store."
        )
    if len(header) < 100 or not header.startswith(_MAGIC):
        raise LedgerError(
            f"{str(place)!r} is no store of events: it does not begin like one. Check the path, "
            "or restore a backup if it was one."
        )
    version, application = struct.unpack(">I4xI", header[60:72])
    if application != APPLICATION_ID:
        raise LedgerError(
            f"{str(place)!r} is no store of events but another SQLite database (application_id "
            f"{application:#x}, expected {APPLICATION_ID:#x}). Check the path."
        )
    refuse_newer(place, version)
    # SQLite takes unknown versions of its own format for read-only, and 1 for "no write-ahead".
    if header[18:20] not in {b"\1\1", b"\2\2"}:
        raise DamagedLedgerError(
            f"{str(place)!r} is damaged: its header names versions {header[18]} and {header[19]} "
            "of SQLite's format, which do not exist. Restore a backup."
        )


def refuse_newer(place: Path, version: int) -> None:
    """Raise for a layout that only a newer unlearn-widgets knows.

    Parameters
    ----------
    place : Path
        The store.
    version : int
        Of its layout.

    Raises
    ------
    LedgerError
        If it is newer than `VERSION`.

    Examples
    --------
    >>> refuse_newer(Path("day.forgetset"), VERSION)
    """
    if version > VERSION:
        raise LedgerError(
            f"{str(place)!r} was written by a newer unlearn-widgets: its layout is version "
            f"{version}, and this one knows versions up to {VERSION}. Upgrade unlearn-widgets; "
            "the file was not touched."
        )


def create_store(place: Path, created: Mapping[str, Any] | None) -> None:
    """Make a new store with its first event; it appears whole or not at all.

    Parameters
    ----------
    place : Path
        Where; if another program makes it first, that one stays.
    created : mapping or None
        What the first event says beside the id of the store.

    Raises
    ------
    LedgerError
        If the folder cannot be written to.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "day.forgetset")
    ...     create_store(path, {"X": "sha256:..."})
    ...     oct(path.stat().st_mode & 0o777)
    '0o600'
    """
    first = draft("created", actor=None, payload={**(created or {}), "store": str(uuid.uuid4())})

    def fill(connection: sqlite3.Connection) -> None:
        record(connection, Chain(connection), first)

    with contextlib.suppress(FileExistsError):
        write_new(place, fill)


def write_new(place: Path, fill: Callable[[sqlite3.Connection], object]) -> None:
    """Write a new store beside its place and move it there, never over another file.

    Parameters
    ----------
    place : Path
        Where.
    fill : callable
        Adds the rows to the empty tables.

    Raises
    ------
    FileExistsError
        If there is a file already.
    LedgerError
        If the folder cannot be written to, or the disk is full.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_new(pathlib.Path(folder, "day.forgetset"), lambda connection: None)
    """
    part = place.with_name(f".{place.name}.{uuid.uuid4().hex}.part")
    try:
        # SQLite would create it readable by all; its side files take over the mode of the file.
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise LedgerError(
            f"path: cannot make a store in the folder {str(place.parent)!r}: {error.strerror}. "
            "Choose a folder that can be written to."
        ) from error
    try:
        with (
            explained(place),
            contextlib.closing(sqlite3.connect(part, isolation_level=None)) as connection,
        ):
            connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("BEGIN IMMEDIATE")
            create_tables(connection)
            fill(connection)
            connection.execute("COMMIT")
        _move(part, place)
        _keep(place.parent)
    finally:
        part.unlink(missing_ok=True)


def identify(place: Path, *, wal: bool) -> Identity:
    """Tell which files stand at the place of a store and of its side files.

    Parameters
    ----------
    place : Path
        The store.
    wal : bool
        Whether it has side files that belong to it.

    Returns
    -------
    tuple
        Device and inode of each file; None for one that is missing.

    Examples
    --------
    >>> identify(Path("none.forgetset"), wal=False)
    (None,)
    """
    names = [place, Path(f"{place}-wal"), Path(f"{place}-shm")] if wal else [place]
    return tuple(map(_inode, names))


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _move(part: Path, place: Path) -> None:
    try:
        os.link(part, place)
    except FileExistsError:
        raise
    except OSError:
        # No hard links on this file system; claim the name first, so that nobody's is replaced.
        os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        part.replace(place)


def _keep(folder: Path) -> None:
    """Put the name of a new file on the disk, where folders can be synchronised at all."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        return
    finally:
        os.close(handle)

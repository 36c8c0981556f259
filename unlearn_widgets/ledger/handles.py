"""Reading the bytes of a store beside SQLite without harm.

POSIX drops all locks that a program holds on a file as soon as the program closes any descriptor
of it (https://www.sqlite.org/howtocorrupt.html, section 2.2). So there is one descriptor for each
file, closed with the last log of it.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from unlearn_widgets.ledger.errors import LedgerError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Handle", "hold"]

_CHUNK = 2**20

# A session is closed when it is collected, which may be in any statement, also in this lock.
_lock = threading.RLock()
_held: dict[tuple[int, int], Handle] = {}


@dataclass
class Handle:
    """An open file, shared by everything in this program that reads it.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "a")
    ...     _ = path.write_bytes(b"0123456789")
    ...     handle = hold(path)
    ...     print(handle is hold(path), handle.start(4))
    ...     handle.release(), handle.release()
    True b'0123'
    (None, None)
    """

    descriptor: int
    identity: tuple[int, int]
    users: int = 1

    def start(self, size: int) -> bytes:
        """Return the first bytes of the file."""
        with _lock:
            os.lseek(self.descriptor, 0, os.SEEK_SET)
            return os.read(self.descriptor, size)

    def copy(self, target: Path) -> None:
        """Write the whole file to another place."""
        with _lock, target.open("wb") as file:
            os.lseek(self.descriptor, 0, os.SEEK_SET)
            while chunk := os.read(self.descriptor, _CHUNK):
                file.write(chunk)

    def release(self) -> None:
        """Say that one user is done; with the last the file is closed."""
        with _lock:
            self.users -= 1
            if not self.users:
                del _held[self.identity]
                os.close(self.descriptor)


def hold(place: Path) -> Handle:
    """Open a file for reading, or share the handle of it that is open.

    Parameters
    ----------
    place : Path
        The file.

    Returns
    -------
    Handle
        To be released after every connection to the file was closed.

    Raises
    ------
    LedgerError
        If it cannot be read.

    Examples
    --------
    >>> from pathlib import Path
    >>> hold(Path("/no.forgetset"))
    Traceback (most recent call last):
        ...
    unlearn_widgets.ledger.errors.LedgerError: '/no.forgetset' cannot be read: No such file or
    directory.
    """
    try:
        with _lock:
            found = place.stat()
            known = _held.get((found.st_dev, found.st_ino))
            # Released between the lines above and this one, it is closed.
            if known is None or not known.users:
                descriptor = os.open(place, os.O_RDONLY | getattr(os, "O_BINARY", 0))
                found = os.fstat(descriptor)
                known = Handle(descriptor, (found.st_dev, found.st_ino), users=0)
                _held[known.identity] = known
            known.users += 1
            return known
    except OSError as error:
        raise LedgerError(f"{str(place)!r} cannot be read: {error.strerror}.") from error

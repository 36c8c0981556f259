"""The chain of events: how one is written after another, and checked whenever it is read.

Each body holds the hash of the body before, and commitments to every name and text that stands
outside it. Nothing that `Chain` gives out has gone unchecked.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from unlearn_widgets.ledger.canonical import canonical_json, read_json, sha256_hex
from unlearn_widgets.ledger.event import ERASED, Event
from unlearn_widgets.ledger.names import BrokenChainError, Names

if TYPE_CHECKING:
    from unlearn_widgets.ledger.event import Erased

__all__ = ["NO_HASH", "Chain", "Page", "commit_to_text"]

NO_HASH = "0" * 64
BODY_VERSION = 1


@dataclass
class Page:
    """Events in order, and what stopped the reading of more, if anything did."""

    events: list[Event] = field(default_factory=list)
    problem: str | None = None


def commit_to_text(salt: bytes, text: str) -> str:
    """Return what an event says about one of its texts.

    Parameters
    ----------
    salt : bytes
        Random bytes, erased together with the text.
    text : str
        The note, reason or search.

    Returns
    -------
    str
        ``sha256(salt || canonical_json(text))`` in hexadecimal digits.

    Examples
    --------
    >>> commit_to_text(b"0123456789abcdef", "spam")[:12]
    '012075251596'
    """
    return sha256_hex(salt + canonical_json(text))


class Chain:
    """A checked view of the events of a store.

    Parameters
    ----------
    connection : sqlite3.Connection
        The store.

    Examples
    --------
    >>> from unlearn_widgets.ledger.schema import create_tables
    >>> connection = sqlite3.connect(":memory:")
    >>> create_tables(connection)
    >>> Chain(connection).page(0, 10).events
    []
    >>> connection.close()
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.names = Names(connection)

    def page(self, since: int, limit: int) -> Page:
        """Read and check events.

        Parameters
        ----------
        since : int
            The last sequence number that is not wanted; its hash must fit as well.
        limit : int
            How many at most.

        Returns
        -------
        Page
            The good events up to the first bad one, and what is bad about that.
        """
        page = Page()
        try:
            self.names.notice_erasures()
            prev = self._hash_of(since) if since else NO_HASH
            rows = self._connection.execute(
                "SELECT seq, CAST(body AS BLOB), CAST(hash AS BLOB) FROM events WHERE seq > ?"
                " ORDER BY seq LIMIT ?",
                (since, limit),
            )
            for seq, text, stated in rows:
                if seq != since + 1:
                    page.problem = f"event {since + 1} is missing."
                    return page
                body = _checked_body(seq, text, stated, prev)
                page.events.append(self._event(body, stated.decode()))
                since, prev = seq, stated.decode()
        except BrokenChainError as error:
            page.problem = str(error)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # The hash fits, so that somebody wrote it so.
            page.problem = f"event {since + 1} is not what an event looks like ({error!r})."
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            page.problem = f"the file is damaged after event {since} ({error})."
        return page

    def head(self) -> tuple[int, str, str]:
        """Return number, hash and time of the last event, after checking it.

        Returns
        -------
        tuple of (int, str, str)
            ``(0, NO_HASH, "")`` when there is none.

        Raises
        ------
        BrokenChainError
            If its body does not match its hash.
        """
        row = self._connection.execute(
            "SELECT seq, CAST(body AS BLOB), CAST(hash AS BLOB) FROM events"
            " ORDER BY seq DESC LIMIT 1"
        ).fetchone()
        if row is None:
            return 0, NO_HASH, ""
        body = _checked_body(row[0], row[1], row[2], None)
        return row[0], row[2].decode(), body["at"]

    def _hash_of(self, seq: int) -> str:
        row = self._connection.execute(
            "SELECT seq, CAST(body AS BLOB), CAST(hash AS BLOB) FROM events WHERE seq = ?", (seq,)
        ).fetchone()
        if row is None:
            # Nothing follows the last event.
            return NO_HASH
        _checked_body(row[0], row[1], row[2], None)
        return str(row[2].decode())

    def _event(self, body: dict[str, Any], stated: str) -> Event:
        if body["new"]:
            self.names.check_new(body["new"]["names"], body["new"]["digest"])
        actor = body["actor"]
        return Event(
            seq=body["seq"],
            at=body["at"],
            actor=None if actor is None else self.names.values(str(actor))[0],
            kind=body["kind"],
            payload=body["payload"],
            keys={name: self.names.values(text) for name, text in body["keys"].items()},
            words=self._words(body["seq"], body["words"]) if body["words"] else {},
            effect=body["effect"],
            hash=stated,
            prev=body["prev"],
            clock_behind="clock" in body,
        )

    def _words(self, seq: int, committed: dict[str, str]) -> dict[str, str | Erased]:
        rows = self._connection.execute(
            "SELECT CAST(slot AS BLOB), salt, CAST(text AS BLOB) FROM words WHERE seq = ?", (seq,)
        )
        found = {bytes(slot or b""): (salt, text) for slot, salt, text in rows}
        words: dict[str, str | Erased] = {}
        for slot, digest in committed.items():
            if slot.encode() not in found:
                raise BrokenChainError(f"the {slot} of event {seq} is missing.")
            salt, text = found[slot.encode()]
            words[slot] = _checked_text(f"the {slot} of event {seq}", salt, text, digest)
        return words


def _checked_body(seq: int, text: Any, stated: Any, prev: str | None) -> dict[str, Any]:
    if not isinstance(text, bytes) or sha256_hex(text).encode() != stated:
        raise BrokenChainError(f"event {seq} does not match its hash.")
    body: dict[str, Any] = read_json(text.decode())
    if body["v"] != BODY_VERSION:
        raise BrokenChainError(f"event {seq} is of version {body['v']}, which is unknown here.")
    if body["seq"] != seq:
        raise BrokenChainError(f"event {body['seq']} stands in the place of event {seq}.")
    if prev is not None and body["prev"] != prev:
        raise BrokenChainError(f"event {seq} does not follow event {seq - 1}: its link is broken.")
    return body


def _checked_text(what: str, salt: Any, text: Any, digest: str) -> str | Erased:
    if salt is None and text is None:
        return ERASED
    try:
        read = text.decode() if isinstance(salt, bytes) and isinstance(text, bytes) else None
    except UnicodeDecodeError:
        read = None
    if read is None or commit_to_text(salt, read) != digest:
        raise BrokenChainError(f"{what} does not match its commitment.")
    return read


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    # Without a code the error is Python's, about a value that it cannot read.
    return code is None or (code & 0xFF) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

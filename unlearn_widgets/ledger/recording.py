"""How an event is written: names looked up, texts committed to, the body hashed, the rows added."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from unlearn_widgets.ledger.canonical import canonical_json, plain, sha256_hex
from unlearn_widgets.ledger.chain import BODY_VERSION, commit_to_text
from unlearn_widgets.ledger.event import Event
from unlearn_widgets.ledger.keys import key_text, key_value
from unlearn_widgets.ledger.names import SALT_BYTES, register
from unlearn_widgets.ledger.ranges import format_ids
from unlearn_widgets.validation import valid_text

if TYPE_CHECKING:
    import sqlite3

    from unlearn_widgets.ledger.chain import Chain

__all__ = ["Draft", "draft", "now", "record"]


class Draft(NamedTuple):
    """What the caller wants recorded, checked and in plain types."""

    kind: str
    actor: str | None
    payload: dict[str, Any]
    keys: dict[str, list[str]]
    words: dict[str, str]
    effect: dict[str, Any] | None


def now() -> str:
    """Return the present time in UTC, as it stands in events.

    Returns
    -------
    str
        ISO 8601 with milliseconds; texts of it sort as times do.

    Examples
    --------
    >>> len(now())
    24
    """
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def draft(
    kind: str,
    *,
    actor: str | None,
    payload: Mapping[str, Any] | None = None,
    keys: Mapping[str, Iterable[Any]] | None = None,
    words: Mapping[str, str | None] | None = None,
    effect: Mapping[str, Any] | None = None,
) -> Draft:
    """Check what shall be recorded, before anything is locked.

    Parameters
    ----------
    kind, actor, payload, keys, words, effect
        See `EventLog.append`.

    Returns
    -------
    Draft
        The same in plain types; words that are None are left out.

    Raises
    ------
    TypeError, ValueError
        If something cannot be recorded.

    Examples
    --------
    >>> draft("label", actor="ana", keys={"rows": [5, "5"]}).keys
    {'rows': ['5', '"5"']}
    """
    spoken = {name: _text(f"words[{name!r}]", text) for name, text in _items("words", words)}
    return Draft(
        kind=_text("kind", kind),
        actor=None if actor is None else key_text(_text("actor", actor), "actor"),
        payload=plain(dict(_items("payload", payload)), "payload"),
        keys={name: _keys(name, values) for name, values in _items("keys", keys)},
        words={name: text for name, text in spoken.items() if text is not None},
        effect=None if effect is None else plain(dict(_items("effect", effect)), "effect"),
    )


def record(connection: sqlite3.Connection, chain: Chain, wanted: Draft) -> Event:
    """Write one event, inside a transaction.

    Parameters
    ----------
    connection : sqlite3.Connection
        The store.
    chain : Chain
        Its events.
    wanted : Draft
        What to record.

    Returns
    -------
    Event
        As it will be read.

    Raises
    ------
    BrokenChainError
        If the event before is damaged.

    Examples
    --------
    >>> import sqlite3
    >>> from unlearn_widgets.ledger.chain import Chain
    >>> from unlearn_widgets.ledger.schema import create_tables
    >>> connection = sqlite3.connect(":memory:")
    >>> create_tables(connection)
    >>> record(connection, Chain(connection), draft("label", actor="ana")).seq
    1
    >>> connection.close()
    """
    last, prev, last_at = chain.head()
    names = [("key", text) for texts in wanted.keys.values() for text in texts]
    if wanted.actor is not None:
        names.append(("actor", wanted.actor))
    ids, new = register(connection, names)
    at = now()
    salted = {slot: (os.urandom(SALT_BYTES), text) for slot, text in wanted.words.items()}
    body = {
        "v": BODY_VERSION,
        "seq": last + 1,
        "at": max(at, last_at),
        "actor": None if wanted.actor is None else ids["actor", wanted.actor],
        "kind": wanted.kind,
        "payload": wanted.payload,
        "keys": {
            name: format_ids(ids["key", text] for text in texts)
            for name, texts in wanted.keys.items()
        },
        "new": new,
        "words": {slot: commit_to_text(*one) for slot, one in salted.items()},
        "effect": wanted.effect,
        "prev": prev,
    }
    if at < last_at:
        body["clock"] = "behind"
    text = canonical_json(body)
    digest = sha256_hex(text)
    connection.execute("INSERT INTO events VALUES (?, ?, ?)", (last + 1, text.decode(), digest))
    rows = [(last + 1, slot, salt, said) for slot, (salt, said) in salted.items()]
    connection.executemany("INSERT INTO words VALUES (?, ?, ?, ?)", rows)
    keys = {
        name: tuple(
            key_value(text) for text in sorted(set(texts), key=lambda text: ids["key", text])
        )
        for name, texts in wanted.keys.items()
    }
    return Event(
        seq=last + 1,
        at=max(at, last_at),
        actor=None if wanted.actor is None else key_value(wanted.actor),
        kind=wanted.kind,
        payload=wanted.payload,
        keys=keys,
        words=wanted.words,
        effect=wanted.effect,
        hash=digest,
        prev=prev,
        clock_behind=at < last_at,
    )


def _items(name: str, value: Mapping[str, Any] | None) -> list[tuple[str, Any]]:
    if value is None:
        return []
    if not isinstance(value, Mapping):
        raise TypeError(f"{name}: expected a mapping, got {type(value).__name__}.")
    for key in value:
        if not isinstance(key, str):
            raise TypeError(f"{name}: expected texts as names, got {key!r}.")
    return list(value.items())


def _text(name: str, value: object) -> Any:
    if value is None and name.startswith("words"):
        return None
    if not isinstance(value, str):
        raise TypeError(f"{name}: expected a text, got {type(value).__name__}.")
    return str(valid_text(name, value))


def _keys(name: str, values: Iterable[Any]) -> list[str]:
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise TypeError(
            f"keys[{name!r}]: expected a list of record keys, got {type(values).__name__}. Put a "
            "single key into a list."
        )
    return [key_text(value, f"keys[{name!r}]") for value in values]

"""Whether two stores are about the same data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from unlearn_widgets.ledger.errors import LedgerError
from unlearn_widgets.ledger.vocabulary import FINGERPRINTS

if TYPE_CHECKING:
    from unlearn_widgets.ledger.snapshot import Snapshot

__all__ = ["agreed_beginning", "fingerprints_of", "refuse_other_keys"]


def fingerprints_of(source: Snapshot) -> dict[str, str]:
    """Return the fingerprints of the data that a store is on.

    Parameters
    ----------
    source : Snapshot
        The store.

    Returns
    -------
    dict of str to str
        Those of its first event, and of a later event that says them.

    Examples
    --------
    >>> from pathlib import Path
    >>> from unlearn_widgets.ledger import Event
    >>> from unlearn_widgets.ledger.snapshot import Snapshot
    >>> first = Event(1, "", None, "created", {"store": "a", "fingerprints": {"X": "sha256:1"}})
    >>> fingerprints_of(Snapshot(Path("day.forgetset"), [first]))
    {'X': 'sha256:1'}
    """
    held = source.events[0].payload.get("fingerprints")
    found = dict(held) if isinstance(held, Mapping) else {}
    for event in source.events:
        if event.kind == FINGERPRINTS:
            found |= {name: held for name, held in event.payload.items() if name != "origin"}
    return {name: str(held) for name, held in sorted(found.items()) if held is not None}


def agreed_beginning(a: Snapshot, b: Snapshot) -> dict[str, Any]:
    """Return what the first event of a store made of both can say.

    Parameters
    ----------
    a, b : Snapshot
        The stores.

    Returns
    -------
    dict
        All fingerprints, and what else both say alike.

    Raises
    ------
    LedgerError
        If a fingerprint differs; the message names each that does.

    Examples
    --------
    >>> from pathlib import Path
    >>> from unlearn_widgets.ledger import Event
    >>> from unlearn_widgets.ledger.snapshot import Snapshot
    >>> a, b = (
    ...     Snapshot(Path(name), [Event(1, "", None, "created", {"fingerprints": {"X": name}})])
    ...     for name in "ab"
    ... )
    >>> agreed_beginning(a, b)
    Traceback (most recent call last):
        ...
    unlearn_widgets.ledger.errors.LedgerError: b: 'b' is on other data than 'a': fingerprint of X:
    expected 'a', got 'b'. Merge stores of one data set only, or ...
    """
    mine, theirs = fingerprints_of(a), fingerprints_of(b)
    differing = [name for name in mine if theirs.get(name, mine[name]) != mine[name]]
    if differing:
        said = "; ".join(
            f"fingerprint of {name}: expected {mine[name]!r}, got {theirs[name]!r}"
            for name in differing
        )
        raise LedgerError(
            f"b: {str(b.place)!r} is on other data than {str(a.place)!r}: {said}. Merge stores of "
            "one data set only, or open the second on the data of the first and label there."
        )
    first, second = a.events[0].payload, b.events[0].payload
    agreed = {name: held for name, held in first.items() if name in second and second[name] == held}
    agreed.pop("fingerprints", None)
    return {**agreed, **({"fingerprints": mine | theirs} if mine or theirs else {})}


def refuse_other_keys(a: Snapshot, b: Snapshot) -> None:
    """Raise if one store has numbers as record keys where the other has texts of them.

    Parameters
    ----------
    a, b : Snapshot
        The stores.

    Raises
    ------
    LedgerError
        With an example.

    Examples
    --------
    >>> from pathlib import Path
    >>> from unlearn_widgets.ledger import Event
    >>> from unlearn_widgets.ledger.snapshot import Snapshot
    >>> a, b = (
    ...     Snapshot(Path("day.forgetset"), [Event(1, "", None, "label", keys={"rows": (key,)})])
    ...     for key in (5, "5")
    ... )
    >>> refuse_other_keys(a, b)
    Traceback (most recent call last):
        ...
    unlearn_widgets.ledger.errors.LedgerError: keys: 'day.forgetset' (a) has the number 5 where
    'day.forgetset' (b) has the text '5'. ...
    """
    found = [(_numbers(one), _texts(one), one, name) for one, name in ((a, "a"), (b, "b"))]
    for first, second in (found, found[::-1]):
        numbers, texts = first[0] - second[0], second[1] - first[1]
        confused = [number for number in numbers if str(number) in texts]
        if confused:
            raise LedgerError(
                f"keys: {str(first[2].place)!r} ({first[3]}) has the number {min(confused)} where "
                f"{str(second[2].place)!r} ({second[3]}) has the text '{min(confused)}'. They "
                f"would be different records ({len(confused):,} such keys). Give both stores the "
                "same kind of key: all numbers, or all texts."
            )


def _numbers(source: Snapshot) -> set[int]:
    return {key for key in _keys(source) if isinstance(key, int) and not isinstance(key, bool)}


def _texts(source: Snapshot) -> set[str]:
    return {key for key in _keys(source) if isinstance(key, str)}


def _keys(source: Snapshot) -> list[Any]:
    return [key for event in source.events for held in event.keys.values() for key in held]

"""One event as it is read: what was done, by whom, when, why, and what stands after it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ERASED", "Erased", "Event"]


class Erased(enum.Enum):
    """The type of `ERASED`, the one value that stands for a name or a text that was taken out.

    Examples
    --------
    >>> Erased.ERASED
    <erased>
    """

    ERASED = "erased"

    def __repr__(self) -> str:
        return "<erased>"

    __str__ = __repr__


ERASED: Final[Literal[Erased.ERASED]] = Erased.ERASED


@dataclass(frozen=True)
class Event:
    """One event of a store.

    Parameters
    ----------
    seq : int
        Its number, counted from 1 without gaps.
    at : str
        UTC time in ISO 8601 with milliseconds; never earlier than the event before.
    actor : str, ERASED or None
        Who did it; None if nobody was named.
    kind : str
        What was done.
    payload : mapping of str to object
        What the kind needs, public and never erased.
    keys : mapping of str to tuple
        Lists of record keys, each in the order in which the store first saw them. A key that was
        erased is `ERASED`.
    words : mapping of str to str or ERASED
        Notes, reasons, texts searched for.
    effect : mapping or None
        The numbers after the event.
    hash : str
        SHA-256 of the canonical body.
    prev : str
        The hash of the event before; 64 zeros for the first.
    clock_behind : bool, default False
        Whether the clock of the machine had gone backwards, so that `at` repeats the time of the
        event before.

    Examples
    --------
    >>> Event(1, "2026-01-01T00:00:00.000Z", "ana", "label", {"label": "remove"}).kind
    'label'
    """

    seq: int
    at: str
    actor: str | Erased | None
    kind: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    keys: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    words: Mapping[str, str | Erased] = field(default_factory=dict)
    effect: Mapping[str, Any] | None = None
    hash: str = ""
    prev: str = ""
    clock_behind: bool = False

    def __post_init__(self) -> None:
        for name in ("payload", "keys", "words"):
            object.__setattr__(self, name, MappingProxyType(getattr(self, name)))
        if self.effect is not None:
            object.__setattr__(self, "effect", MappingProxyType(dict(self.effect)))

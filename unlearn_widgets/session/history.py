"""What was done to a selection, step by step, and the way back."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.validation import choice

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    from unlearn_widgets.problem.effect import Effect

    HistoryState: TypeAlias = tuple[tuple["Step", ...], tuple["Step", ...]]

CAPACITY = 1000

_LONGEST_SUBJECT = 60

NOUNS = {
    "start": "Start",
    "lasso": "Lasso",
    "rectangle": "Rectangle",
    "brush": "Brush",
    "click": "Click",
    "select": "Rows",
    "rule": "Rule",
    "grow": "Nearest neighbours",
    "duplicates": "Near-duplicates",
    "search": "Search",
    "set": "Set",
    "invert": "Invert",
    "clear": "Clear",
    "label": "Label",
    "undo": "Undo",
    "redo": "Redo",
}


def describe(kind: str, mode: str | None, n_changed: int, subject: str = "") -> str:
    """Name a step in plain words, as it stands on the undo button.

    Parameters
    ----------
    kind : str
        A key of `NOUNS`.
    mode : {"replace", "add", "subtract", "intersect"} or None
        How the rows were combined with those already chosen.
    n_changed : int
        Rows that were chosen and are no longer, or the other way round.
    subject : str, optional
        The rule, the set or the text searched for; shown up to 60 characters.

    Returns
    -------
    str
        The label.

    Raises
    ------
    ValueError
        If the kind is unknown.

    Examples
    --------
    >>> describe("lasso", "add", 312)
    'Lasso, add 312'
    >>> describe("search", "subtract", 1204, "free entry")
    'Search “free entry”, subtract 1,204'
    >>> describe("clear", None, 436)
    'Clear 436'
    """
    noun = NOUNS[choice("kind", kind, NOUNS)]
    shown = " ".join(subject.split())
    if len(shown) > _LONGEST_SUBJECT:
        shown = f"{shown[: _LONGEST_SUBJECT - 1]}…"
    name = f"{noun} “{shown}”" if shown else noun
    return f"{name}, {mode} {n_changed:,}" if mode else f"{name} {n_changed:,}"


def subject_of(detail: Mapping[str, Any]) -> str:
    """Return what a step is about: its rule, set, label or text; empty if it has none.

    Examples
    --------
    >>> subject_of({"rule": "distance", "budget": 3}), subject_of({})
    ('distance', '')
    """
    return str(detail.get("rule") or detail.get("name") or detail.get("text") or "")


@dataclass(frozen=True, eq=False)
class Step:
    r"""One committed change of a selection.

    Parameters
    ----------
    rev : int
        Number of the change.
    source : str
        Who made it: "python", or the id of a view.
    kind : str
        What was done: a key of `NOUNS`.
    mode : {"replace", "add", "subtract", "intersect"} or None
        How it was combined with the rows already chosen; None where that has no meaning.
    removed : bytes
        The rows chosen afterwards: row i is bit ``i & 7`` of byte ``i >> 3``.
    effect : Effect or None
        The numbers afterwards; None where they are computed once they are asked for.
    label : str
        The step in plain words, see `describe`.
    detail : mapping of str to object
        What the step needs to be told again: path, radius, rule, budget, text, ... Arrays are
        copied and made read-only.

    Raises
    ------
    ValueError
        If the kind is unknown.

    Examples
    --------
    >>> step = Step(1, "python", "search", "add", b"\x05", None, "Search, add 2", {"text": "win"})
    >>> step.removed_rows(3).tolist()
    [0, 2]
    """

    rev: int
    source: str
    kind: str
    mode: str | None
    removed: bytes = field(repr=False)
    effect: Effect | None = field(repr=False)
    label: str
    detail: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        choice("kind", self.kind, NOUNS)
        object.__setattr__(self, "removed", bytes(self.removed))
        frozen = {name: _read_only(value) for name, value in self.detail.items()}
        object.__setattr__(self, "detail", MappingProxyType(frozen))

    def learn(self, effect: Effect | None) -> None:
        """Keep the numbers afterwards, or have them computed anew."""
        object.__setattr__(self, "effect", effect)

    def removed_mask(self, n_rows: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Rows chosen after the step, as a mask.

        Parameters
        ----------
        n_rows : int
            Number of rows of X.

        Returns
        -------
        ndarray of shape (n_rows,), bool
            True for the rows chosen.
        """
        bits = np.frombuffer(self.removed, dtype=np.uint8)
        return np.unpackbits(bits, count=n_rows, bitorder="little").astype(np.bool_)

    def removed_rows(self, n_rows: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Rows chosen after the step, as sorted positions.

        Parameters
        ----------
        n_rows : int
            Number of rows of X.

        Returns
        -------
        ndarray of int64
            Positions of the rows chosen.
        """
        return np.flatnonzero(self.removed_mask(n_rows)).astype(np.int64)


class History:
    r"""The steps that led to the present selection, and those undone since.

    Parameters
    ----------
    start : Step
        The state before the first change; it cannot be undone.
    capacity : int, default 1000
        How many steps can be undone. Beyond it the oldest is forgotten, and the state after it
        becomes the start.

    Examples
    --------
    >>> history = History(Step(0, "python", "start", None, b"\x00", None, "Start"))
    >>> history.push(Step(1, "python", "click", "add", b"\x01", None, "Click, add 1"))
    >>> history.undo_label
    'Click, add 1'
    >>> history.undo().removed, history.can_undo, history.redo_label
    (b'\x00', False, 'Click, add 1')
    """

    def __init__(self, start: Step, capacity: int = CAPACITY) -> None:
        if capacity < 1:
            raise ValueError(f"capacity: at least 1 step must be kept, got {capacity}.")
        self._done: deque[Step] = deque([start], maxlen=capacity + 1)
        self._undone: list[Step] = []

    @property
    def current(self) -> Step:
        """The step whose selection is the present one."""
        return self._done[-1]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps from the start to the present, both included."""
        return tuple(self._done)

    @property
    def undone(self) -> Step | None:
        """The step that `redo` would do again, or None."""
        return self._undone[-1] if self._undone else None

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return len(self._done) > 1

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone step to do again."""
        return bool(self._undone)

    @property
    def undo_label(self) -> str:
        """The step that `undo` would take back, in plain words; empty if there is none."""
        return self.current.label if self.can_undo else ""

    @property
    def redo_label(self) -> str:
        """The step that `redo` would do again, in plain words; empty if there is none."""
        return self._undone[-1].label if self.can_redo else ""

    @property
    def state(self) -> HistoryState:
        """The steps done and undone, for `go_back`."""
        return tuple(self._done), tuple(self._undone)

    def go_back(self, state: HistoryState) -> None:
        """Be as at an earlier `state` again.

        Parameters
        ----------
        state : pair of tuples of Step
            As `state` was then.
        """
        done, undone = state
        self._done.clear()
        self._done.extend(done)
        self._undone[:] = undone

    def distrust_effects(self) -> None:
        """Drop the numbers of every step, which then are computed when they are asked for."""
        for step in (*self._done, *self._undone):
            step.learn(None)

    def push(self, step: Step) -> None:
        """Add a step; the undone ones can no longer be redone.

        Parameters
        ----------
        step : Step
            What was just committed.
        """
        self._done.append(step)
        self._undone.clear()

    def undo(self) -> Step:
        """Take the last step back.

        Returns
        -------
        Step
            The step whose selection is now the present one.

        Raises
        ------
        IndexError
            If there is nothing to undo.
        """
        if not self.can_undo:
            raise IndexError("undo: there is no step left to undo.")
        self._undone.append(self._done.pop())
        return self.current

    def redo(self) -> Step:
        """Do the step that was last undone again.

        Returns
        -------
        Step
            The step whose selection is now the present one.

        Raises
        ------
        IndexError
            If there is nothing to redo.
        """
        if not self.can_redo:
            raise IndexError("redo: there is no undone step to do again.")
        self._done.append(self._undone.pop())
        return self.current


def _read_only(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        value = value.copy()
        value.setflags(write=False)
    return value

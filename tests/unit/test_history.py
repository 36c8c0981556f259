"""Undo and redo walk the same steps; a new step forgets what was undone."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from unlearn_widgets.session.history import NOUNS, History, Step, describe


def step(rev: int, **changes: Any) -> Step:
    made: dict[str, Any] = {
        "rev": rev,
        "source": "python",
        "kind": "select",
        "mode": "add",
        "removed": rev.to_bytes(4, "little"),
        "effect": None,
        "label": f"Rows, add {rev}",
    }
    return Step(**{**made, **changes})


def test_two_hundred_steps_go_back_and_forth() -> None:
    history = History(step(0))
    for rev in range(1, 201):
        history.push(step(rev))
    assert [history.undo().rev for _ in range(200)] == list(range(199, -1, -1))
    assert not history.can_undo
    assert [history.redo().rev for _ in range(200)] == list(range(1, 201))
    assert not history.can_redo


def test_a_step_after_undo_drops_what_was_undone() -> None:
    history = History(step(0))
    history.push(step(1))
    history.push(step(2))
    history.undo()
    assert (history.undo_label, history.redo_label) == ("Rows, add 1", "Rows, add 2")
    history.push(step(3))
    assert not history.can_redo
    assert history.redo_label == ""
    assert [one.rev for one in history.steps] == [0, 1, 3]


def test_the_oldest_step_becomes_the_start() -> None:
    history = History(step(0))
    for rev in range(1, 1500):
        history.push(step(rev))
    assert history.steps[0].rev == 499
    undone = 0
    while history.can_undo:
        history.undo()
        undone += 1
    assert undone == 1000
    assert history.current.rev == 499


def test_nothing_to_undo_or_redo() -> None:
    history = History(step(0))
    assert history.undo_label == ""
    with pytest.raises(IndexError, match="no step left to undo"):
        history.undo()
    with pytest.raises(IndexError, match="no undone step"):
        history.redo()
    with pytest.raises(ValueError, match="at least 1 step must be kept, got 0"):
        History(step(0), capacity=0)


def test_a_step_cannot_be_changed() -> None:
    path = np.zeros((3, 2))
    made = step(1, detail={"path": path})
    path[:] = 9
    assert not made.detail["path"].any()
    with pytest.raises(ValueError, match="read-only"):
        made.detail["path"][0] = 1
    with pytest.raises(TypeError):
        made.detail["other"] = 1  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        made.rev = 2  # type: ignore[misc]


@pytest.mark.parametrize("n", [1, 7, 8, 9, 17])
def test_rows_come_out_of_the_bits(n: int) -> None:
    rows = [0, n - 1] if n > 1 else [0]
    bits = bytearray((n + 7) // 8)
    for row in rows:
        bits[row >> 3] |= 1 << (row & 7)
    made = step(1, removed=bits)
    bits[0] = 0
    assert made.removed_rows(n).tolist() == rows
    assert made.removed_mask(n).shape == (n,)


def test_labels_say_what_was_done() -> None:
    assert describe("rule", "replace", 436, "likelihood_ratio") == (
        "Rule “likelihood_ratio”, replace 436"
    )
    assert all(describe(kind, None, 1).endswith(" 1") for kind in NOUNS)
    with pytest.raises(ValueError, match="Did you mean 'lasso'"):
        describe("laso", "add", 1)


def test_a_long_subject_is_cut_to_one_line() -> None:
    assert describe("search", "add", 1, "two\nlines") == "Search “two lines”, add 1"
    assert describe("search", "add", 1, "y" * 10_000) == f"Search “{'y' * 59}…”, add 1"
    with pytest.raises(ValueError, match="kind: must be one of"):
        step(1, kind="unknown")


class Walk(RuleBasedStateMachine):
    """Any walk agrees with a plain list and a cursor."""

    def __init__(self) -> None:
        super().__init__()
        self.history = History(step(0), capacity=5)
        self.line = [0]
        self.at = 0

    @rule(rev=st.integers(1, 999))
    def push(self, rev: int) -> None:
        self.history.push(step(rev))
        self.line = [*self.line[: self.at + 1], rev][-6:]
        self.at = len(self.line) - 1

    @precondition(lambda self: self.at > 0)
    @rule()
    def undo(self) -> None:
        self.at -= 1
        assert self.history.undo().rev == self.line[self.at]

    @precondition(lambda self: self.at < len(self.line) - 1)
    @rule()
    def redo(self) -> None:
        self.at += 1
        assert self.history.redo().rev == self.line[self.at]

    @invariant()
    def agrees(self) -> None:
        assert [one.rev for one in self.history.steps] == self.line[: self.at + 1]
        assert self.history.current.rev == self.line[self.at]
        assert self.history.can_undo == (self.at > 0)
        assert self.history.can_redo == (self.at < len(self.line) - 1)


TestWalk = Walk.TestCase

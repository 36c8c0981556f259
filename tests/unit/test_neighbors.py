"""Neighbours are those of an exact computation, ties by position, whatever was asked before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unlearn_widgets import UnlearningProblem
from unlearn_widgets.session import neighbors
from unlearn_widgets.session.neighbors import Neighbors

if TYPE_CHECKING:
    from pathlib import Path

LATTICE = np.random.default_rng(0).integers(0, 4, size=(60, 3)).astype(float)


def problem(X: Any, n_forget: int = 30) -> UnlearningProblem:
    return UnlearningProblem(X, forget=np.arange(n_forget))


def squared(X: np.ndarray, rows: Any, removed: Any) -> np.ndarray:
    apart = np.asarray(X, dtype=float)[rows][:, None, :] - np.asarray(X, dtype=float)[removed]
    return (apart**2).sum(axis=2).min(axis=1)


def nearest(X: np.ndarray, removed: Any, k: int, candidates: Any) -> list[int]:
    free = np.setdiff1d(candidates, removed)
    order = np.argsort(squared(X, free, removed), kind="stable")
    return sorted(free[order[:k]].tolist())


def threshold(X: np.ndarray, n_forget: int, tolerance: float) -> float:
    parts = X[:n_forget], X[n_forget:]
    scatter = sum(((part - part.mean(axis=0)) ** 2).sum() for part in parts)
    return tolerance**2 * 2 * scatter / (len(X) - 2)


rows = st.sets(st.integers(0, 59), min_size=1, max_size=40).map(sorted)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(rows, rows, st.integers(1, 12)), min_size=1, max_size=4))
def test_every_answer_in_a_row_of_questions_is_exact(questions: list[Any]) -> None:
    asked = Neighbors(problem(LATTICE))
    for removed, candidates, k in questions:
        assert asked.grow(removed, k, candidates).tolist() == nearest(
            LATTICE, removed, k, candidates
        )
        free = np.setdiff1d(candidates, removed)
        far = squared(LATTICE, free, removed) if len(free) else np.zeros(0)
        assert asked.near_duplicates(removed, candidates, 0.5).tolist() == (
            free[far <= threshold(LATTICE, 30, 0.5)].tolist()
        )


@pytest.mark.parametrize("offset", [0.0, 1e6])
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e12])
@pytest.mark.parametrize("read_bytes", [1, 4000, neighbors._READ_BYTES])
def test_parts_scale_and_offset_change_nothing(
    monkeypatch: pytest.MonkeyPatch, offset: float, scale: float, read_bytes: int
) -> None:
    monkeypatch.setattr(neighbors, "_READ_BYTES", read_bytes)
    monkeypatch.setattr(neighbors, "_BLOCK_ENTRIES", 64)
    random = np.random.default_rng(1)
    X = random.normal(size=(150, 20))
    X[70:75] = X[:5] + 1e-5
    X = (X + offset) * scale
    removed, candidates = np.arange(25), np.arange(20, 110)
    asked = Neighbors(problem(X, 110))
    for k in (1, 7, 60, 84):
        assert asked.grow(removed, k, candidates).tolist() == nearest(X, removed, k, candidates)
    assert asked.near_duplicates(removed, candidates).tolist() == [70, 71, 72, 73, 74]


def test_ties_go_to_the_first_position() -> None:
    X = np.array([[0.0]] + [[1.0]] * 6 + [[-1.0]] * 3 + [[5.0], [6.0]])
    asked = Neighbors(problem(X, 10))
    assert asked.grow([0], 4, [9, 8, 7, 6, 5, 3]).tolist() == [3, 5, 6, 7]


def test_a_distance_that_float32_cannot_tell_is_settled() -> None:
    X = np.full((40, 5), 100.0) + np.random.default_rng(3).normal(size=(40, 5))
    X[10:20] = X[0]
    X[10:20, 0] += 1e-7 * np.arange(10, 0, -1)
    assert Neighbors(problem(X, 20)).grow([0], 3, np.arange(1, 20)).tolist() == [17, 18, 19]


def test_all_candidates_when_fewer_than_k() -> None:
    asked = Neighbors(problem(LATTICE))
    assert asked.grow([0, 5], 99, [3, 5, 1]).tolist() == [1, 3]
    assert asked.grow([0], 1, []).tolist() == []
    assert asked.near_duplicates([0], []).tolist() == []


def test_any_kind_of_matrix(tmp_path: Path) -> None:
    path = tmp_path / "x.npy"
    np.save(path, LATTICE.astype(np.float16))
    expected = nearest(LATTICE, [0, 1], 5, np.arange(30))
    columns = pd.DataFrame(LATTICE, columns=list("abc"))
    for X in (np.load(path, mmap_mode="r"), LATTICE.astype(int), LATTICE.tolist(), columns):
        mask = np.arange(60) < 30
        assert Neighbors(problem(X)).grow([0, 1], 5, mask).tolist() == expected


def test_identical_rows_are_near_duplicates() -> None:
    X = np.array([[1.0, 2.0]] * 4 + [[3.0, 1.0], [2.0, 2.0]])
    asked = Neighbors(problem(X, 4))
    assert asked.near_duplicates([0], np.arange(6), tolerance=0).tolist() == [1, 2, 3]


def test_nothing_removed() -> None:
    asked = Neighbors(problem(LATTICE))
    assert asked.near_duplicates([], np.arange(30)).tolist() == []
    with pytest.raises(ValueError, match="no row is removed yet, so there is nothing to grow from"):
        asked.grow([], 3, np.arange(30))


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (lambda asked: asked.grow([0], 0, [1]), "k: must be an integer of at least 1, got 0"),
        (lambda asked: asked.grow([0], 1.5, [1]), "k: must be an integer"),
        (lambda asked: asked.grow([60], 1, [1]), "removed_rows: row positions must lie"),
        (lambda asked: asked.grow([0], 1, [-1]), "candidates: row positions must lie"),
        (lambda asked: asked.near_duplicates([0], [1], -1), "tolerance: must be finite and at"),
        (lambda asked: asked.near_duplicates([0], [1], np.inf), "tolerance: must be finite and"),
    ],
)
def test_bad_questions(question: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        question(Neighbors(problem(LATTICE)))

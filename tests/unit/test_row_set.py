"""Row sets behave as Python's sets do, and name what is wrong."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unlearn_widgets.session.row_set import NamedSets, RowSet

N = 19
rows = st.sets(st.integers(0, N - 1))


@given(rows, rows)
def test_algebra_is_that_of_python_sets(a: set[int], b: set[int]) -> None:
    left, right = RowSet(sorted(a), N), RowSet(sorted(b), N)
    for operation in (operator.or_, operator.and_, operator.sub, operator.xor):
        assert list(operation(left, right)) == sorted(operation(a, b))
    assert (left == right) == (a == b)
    assert left == RowSet(left.mask, N)
    assert hash(left) == hash(RowSet(np.array(sorted(a), dtype=int), N))
    assert len(left) == len(a)
    assert [row for row in range(-2, N + 2) if row in left] == sorted(a)
    assert np.array_equal(np.asarray(left), left.positions)
    assert np.flatnonzero(left.mask).tolist() == left.positions.tolist() == sorted(a)


def test_a_row_set_cannot_be_changed_through_what_it_gives() -> None:
    kept = RowSet([0, 3], N)
    kept.mask[:] = True
    kept.positions[:] = 7
    assert list(kept) == [0, 3]
    with pytest.raises(AttributeError):
        kept.extra = 1  # type: ignore[attr-defined]


def test_a_row_set_is_a_list_of_rows_to_numpy() -> None:
    kept = RowSet([1, 2], N)
    assert np.arange(N)[kept].tolist() == [1, 2]
    assert np.asarray(kept, dtype=np.float32).dtype == np.float32
    with pytest.raises(ValueError, match="without a copy"):
        np.array(kept, copy=False)


@given(rows, rows)
def test_positions_and_masks_combine_from_either_side(a: set[int], b: set[int]) -> None:
    left, mask = RowSet(sorted(a), N), RowSet(sorted(b), N).mask
    positions = np.array(sorted(b), dtype=np.int64)
    for operation in (operator.or_, operator.and_, operator.sub, operator.xor):
        for other in (positions, mask, sorted(b)):
            assert list(operation(left, other)) == sorted(operation(a, b))
            assert list(operation(other, left)) == sorted(operation(b, a))


def test_other_objects_are_not_row_sets() -> None:
    kept = RowSet([1], N)
    assert kept != {1}
    assert "1" not in kept
    for other in (3, "1", None):
        with pytest.raises(TypeError):
            kept | other
    with pytest.raises(ValueError, match="over the 19 rows of X, got one over 3"):
        kept | RowSet([1], 3)


@pytest.mark.parametrize(
    ("bad", "message"),
    [([19], "must lie in 0..18, got 19"), ([-1], "got -1"), ([1, 1], "must not repeat")],
)
def test_bad_rows(bad: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RowSet(bad, N)


def test_repr_is_short() -> None:
    assert repr(RowSet([0], N)) == "RowSet([0], 1 of 19 rows)"
    assert repr(RowSet(range(7), N)) == "RowSet([0, 1, 2, 3, 4, ...], 7 of 19 rows)"


def test_named_sets_tell_of_every_change() -> None:
    changes: list[str] = []
    sets = NamedSets(N, lambda: changes.append("changed"))
    sets["a"] = [0, 1]
    sets["b"] = RowSet([1], N)
    sets["a"] = sets["a"] - sets["b"]
    assert list(sets["a"]) == [0]
    del sets["b"]
    assert dict(sets) == {"a": RowSet([0], N)}
    assert len(changes) == 4
    assert "a" in sets
    assert sets.get("b") is None


def test_a_missing_name_is_answered_with_the_closest() -> None:
    sets = NamedSets(N)
    with pytest.raises(KeyError, match="the named sets are: none"):
        sets["prizes"]
    sets["prizes"] = [1]
    with pytest.raises(KeyError, match="Did you mean 'prizes'"):
        sets["prises"]
    with pytest.raises(KeyError, match="there is no set 'loans'"):
        del sets["loans"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, 3, None])
def test_bad_names(name: Any) -> None:
    sets = NamedSets(N)
    with pytest.raises(ValueError, match="a name must be a text of 1 to 100 characters"):
        sets[name] = [1]
    assert len(sets) == 0


def test_a_set_of_another_x_is_refused_and_the_old_one_kept() -> None:
    sets = NamedSets(N)
    sets["a"] = [0]
    with pytest.raises(ValueError, match="over the 19 rows of X, got one over 5"):
        sets["a"] = RowSet([1], 5)
    with pytest.raises(ValueError, match=r"must lie in 0\.\.18"):
        sets["a"] = [99]
    assert list(sets["a"]) == [0]


def test_sets_can_be_deleted_while_walking() -> None:
    sets = NamedSets(N)
    for name in "abc":
        sets[name] = [0]
    for name in sets:
        del sets[name]
    assert len(sets) == 0

from __future__ import annotations

import numpy as np
import pytest

import unlearn_widgets as uw
from tests.sessions import assert_same_effect, box, make_problem, on_a_line


@pytest.fixture
def problem():
    return make_problem()


@pytest.fixture
def session(problem):
    session = uw.Session(problem, map=on_a_line(problem))
    yield session
    session.close()


class TestChoosing:
    def test_starts_with_nothing_removed(self, session):
        assert session.removed.tolist() == []
        assert session.removed.dtype == np.int64
        assert (session.rev, session.last_gesture) == (0, None)
        assert session.effect.alpha == session.effect.alpha_before
        assert session.positions.shape == (85, 2)
        assert session.positions.dtype == np.float32

    def test_rows_can_be_assigned(self, session):
        session.removed = [4, 0, 2]
        assert session.removed.tolist() == [0, 2, 4]
        assert session.removed_mask.sum() == 3
        assert session.removed_mask[[0, 2, 4]].all()
        assert_same_effect(session, [0, 2, 4])
        session.removed = session.removed_mask
        assert session.rev == 1

    def test_what_is_handed_out_cannot_change_the_session(self, session):
        session.select([0, 1])
        with pytest.raises(ValueError, match="read-only"):
            session.removed[0] = 5
        session.removed_mask[:] = True
        assert session.removed.tolist() == [0, 1]

    @pytest.mark.parametrize(
        ("mode", "expected"),
        [
            ("replace", [3, 4, 5]),
            ("add", [1, 2, 3, 4, 5]),
            ("subtract", [1, 2]),
            ("intersect", [3]),
        ],
    )
    def test_modes_combine_with_what_is_chosen(self, session, mode, expected):
        session.select([1, 2, 3])
        session.select([3, 4, 5], mode=mode)
        assert session.removed.tolist() == expected
        assert_same_effect(session, expected)

    def test_invert_and_clear(self, session):
        session.select(np.arange(28))
        session.invert()
        assert session.removed.tolist() == [28, 29]
        session.clear()
        assert session.removed.tolist() == []
        assert session.rev == 3

    def test_the_same_choice_again_is_no_change(self, session):
        session.select([1, 2])
        calls = []
        session.observe(calls.append, names=["removed", "effect", "rev"])
        session.select([1, 2])
        session.select([1], mode="add")
        session.select_lasso(box(1, 2))
        assert (session.rev, calls) == (1, [])
        assert session.last_gesture["tool"] == "lasso"
        session.undo()
        assert session.removed.tolist() == []

    def test_gestures_are_exact_and_kept(self, session):
        polygon = box(0, 2)
        session.select_lasso(polygon)
        assert session.removed.tolist() == [0, 1, 2]
        gesture = session.last_gesture
        assert (gesture["tool"], gesture["mode"]) == ("lasso", "replace")
        assert gesture["path"].dtype == np.float64
        assert gesture["path"].tolist() == polygon
        session.select_rectangle([[5, -1], [3, 1]], mode="add")
        assert session.removed.tolist() == [0, 1, 2, 3, 4, 5]
        session.select_disc([1, 0], 1.0, mode="subtract")
        assert session.removed.tolist() == [3, 4, 5]
        session.select_disc([[3, 0], [5, 0]], (0.25, 2.0), mode="intersect")
        assert session.removed.tolist() == [3, 5]
        assert session.last_gesture["radius"] == (0.25, 2.0)

    def test_rules_take_their_first_rows(self, session):
        order = session.problem.rank("likelihood_ratio")
        session.select_rule("likelihood_ratio", 7)
        assert session.removed.tolist() == sorted(order[:7])
        session.select_rule("likelihood_ratio", 0.5)
        assert session.removed.tolist() == sorted(order[:15])
        session.select_rule("distance", 3, mode="intersect")
        assert set(session.removed) <= set(order[:15])

    def test_growing_takes_the_nearest_forget_rows(self, session):
        X = session.problem.X
        session.select([0])
        session.grow(4)
        nearest = np.argsort(np.linalg.norm(X[1:30] - X[0], axis=1))[:4] + 1
        assert session.removed.tolist() == sorted([0, *nearest])
        with pytest.raises(ValueError, match="k"):
            session.grow(0)

    def test_duplicates_left_behind_are_found_and_not_chosen(self):
        X = np.random.default_rng(1).normal(size=(40, 4))
        X[3] = X[0]
        X[25] = X[0]
        problem = uw.UnlearningProblem(X, forget=np.arange(20))
        session = uw.Session(problem)
        session.select([0])
        assert session.duplicates().tolist() == [3]
        session.retain_locked = False
        assert session.duplicates().tolist() == [3, 25]
        session.select([3], mode="add")
        assert session.duplicates().tolist() == [25]

    def test_search_chooses_nothing(self, problem):
        texts = [f"text {row}" for row in range(85)]
        texts[3] = "FREE entry"
        session = uw.Session(problem, {"id": np.arange(85) + 100, "text": texts}, key="id")
        assert session.search("free ENTRY").tolist() == [3]
        assert session.search("nothing such").tolist() == []
        assert session.removed.tolist() == []
        session.select(session.search("free"))
        assert session.removed_keys == [103]


class TestRetainLock:
    def test_retained_rows_are_left_out_while_locked(self, session):
        session.select([29, 30, 31, 84])
        assert session.removed.tolist() == [29]
        assert session.effect.n_removed_retain == 0

    def test_the_gesture_tells_how_many_lay_inside(self, session):
        session.select_lasso(box(28, 32))
        assert session.removed.tolist() == [28, 29]
        assert session.last_gesture["inside_forget"] == 2
        assert session.last_gesture["inside_retain"] == 3
        assert session._status["gesture"] == {
            "tool": "lasso",
            "mode": "replace",
            "inside_forget": 2,
            "inside_retain": 3,
            "locked": True,
        }

    def test_unlocked_rows_can_be_chosen_and_rows_of_neither_domain_never(self, session):
        session.retain_locked = False
        session.select_lasso(box(29, 84))
        assert session.removed.tolist() == list(range(29, 80))
        assert session.effect.n_removed_retain == 50
        assert session.effect.random_equivalent is None

    def test_locking_again_keeps_what_was_removed(self, session):
        session.retain_locked = False
        session.select([1, 40])
        session.retain_locked = True
        session.select([2])
        assert session.removed.tolist() == [2, 40]
        session.invert()
        assert 40 in session.removed
        session.clear()
        assert session.removed.tolist() == []

    def test_the_lock_is_a_switch(self, session):
        with pytest.raises(TypeError, match="retain_locked: expected True or False, got 'no'"):
            session.retain_locked = "no"
        assert session.retain_locked is True

    def test_removing_everything_is_refused_and_nothing_is_lost(self, session):
        session.select([1, 2])
        session.retain_locked = False
        effect, status = session.effect, session._status
        with pytest.raises(ValueError, match="all 80 rows of both domains"):
            session.select(np.arange(80))
        assert session.removed.tolist() == [1, 2]
        assert session.effect is effect
        assert (session.rev, session._status) == (1, status)
        session.select(np.arange(79))
        assert session.effect.n_removed == 79

    def test_all_forget_rows_may_go(self, session):
        session.select(np.arange(30))
        assert session.effect.alpha == session.problem.divergence
        assert session.effect.epsilon == 0.0


def test_groups_are_chosen_and_given_back_whole():
    problem = make_problem(groups=np.arange(85) // 3)
    session = uw.Session(problem, map=on_a_line(problem))
    session.select_lasso(box(4, 6))
    assert session.removed.tolist() == [3, 4, 5, 6, 7, 8]
    session.select([3], mode="subtract")
    assert session.removed.tolist() == [6, 7, 8]
    assert session.effect.n_removed == 3
    assert session._info["grouped"] is True


class TestUndo:
    def test_undo_restores_the_effect_itself(self, session):
        effects = [session.effect]
        for row in range(5):
            session.select([row], mode="add")
            effects.append(session.effect)
        for row in reversed(range(5)):
            session.undo()
            assert session.effect is effects[row]
            assert session.removed.tolist() == list(range(row))
        for row in range(5):
            session.redo()
            assert session.effect is effects[row + 1]
        assert session.rev == 15

    def test_two_hundred_steps_go_back(self, session):
        for step in range(300):
            session.select([step % 30], mode="add" if (step // 30) % 2 == 0 else "subtract")
        for _ in range(300):
            session.undo()
        assert session.removed.tolist() == []
        with pytest.raises(IndexError, match="no step left to undo"):
            session.undo()
        assert session.rev == 600

    def test_a_new_step_forgets_what_was_undone(self, session):
        session.select([1])
        session.undo()
        session.select([2])
        with pytest.raises(IndexError, match="no undone step"):
            session.redo()
        assert session.removed.tolist() == [2]

    def test_labels_stand_on_the_buttons(self, session):
        assert session._status["undo_label"] is None
        session.select_lasso(box(0, 2), mode="add")
        assert session._status["can_undo"] is True
        assert session._status["undo_label"] == "Lasso, add 3"
        session.undo()
        assert session._status["gesture"] is None
        assert session._status["redo_label"] == "Lasso, add 3"


def test_a_closed_session_still_computes(session):
    session.close()
    session.select([1])
    assert session.effect.n_removed == 1

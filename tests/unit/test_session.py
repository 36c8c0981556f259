from __future__ import annotations

import contextlib
import json
import threading

import numpy as np
import pytest
import traitlets as t

import unlearn_widgets as uw
from tests.comms import RecordingComm
from unlearn_widgets.wire.codecs import decode_bitset

SQUARE = [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]


def make_problem(n_forget=30, n_retain=50, n_neither=5, **keywords):
    rng = np.random.default_rng(7)
    X = rng.normal(size=(n_forget + n_retain + n_neither, 3))
    X[:n_forget] += 1.5
    forget = np.arange(n_forget)
    retain = np.arange(n_forget, n_forget + n_retain)
    return uw.UnlearningProblem(X, forget=forget, retain=retain, **keywords)


def on_a_line(problem):
    """Row i lies at (i, 0)."""
    return np.column_stack([np.arange(problem.n_rows), np.zeros(problem.n_rows)])


def box(low, high):
    return [[low - 0.5, -1], [high + 0.5, -1], [high + 0.5, 1], [low - 0.5, 1]]


@pytest.fixture
def problem():
    return make_problem()


@pytest.fixture
def session(problem):
    session = uw.Session(problem, map=on_a_line(problem))
    yield session
    session.close()


def assert_same_effect(session, rows):
    problem = session.problem
    fresh = uw.UnlearningProblem(problem.X, problem.forget, problem.retain)
    for name, value in fresh.effect(np.asarray(rows, dtype=np.int64)).to_dict().items():
        got = getattr(session.effect, name)
        assert got == (pytest.approx(value, rel=1e-9) if isinstance(value, float) else value), name


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


class TestObservers:
    def test_each_name_is_told_once_per_commit_and_sees_the_whole(self, session):
        calls = []

        def see(change):
            calls.append((change.name, session.rev, len(session.removed), session.effect.n_removed))
            assert change.new is getattr(session, change.name)

        session.observe(see, names=["removed", "effect"])
        session.select([1, 2, 3])
        session.undo()
        assert calls == [
            ("removed", 1, 3, 3),
            ("effect", 1, 3, 3),
            ("removed", 2, 0, 0),
            ("effect", 2, 0, 0),
        ]
        session.unobserve(see, names=["removed", "effect"])
        session.select([4])
        assert len(calls) == 4

    def test_old_and_new_values_are_given(self, session):
        changes = []
        session.observe(changes.append, names="removed")
        session.select([1])
        session.select([2])
        assert [(c.old.tolist(), c.new.tolist()) for c in changes] == [([], [1]), ([1], [2])]
        assert changes[0].owner is session
        assert changes[0].type == "change"

    def test_an_observer_may_change_the_session(self, session):
        def keep_row_0(_change):
            if 0 in session.removed:
                session.select([0], mode="subtract")

        session.observe(keep_row_0, names=["removed"])
        session.select([0, 1])
        assert session.removed.tolist() == [1]
        assert session.rev == 2
        assert_same_effect(session, [1])

    def test_a_failing_observer_leaves_the_session_whole(self, session):
        heard = []

        def fail(_change):
            raise ZeroDivisionError("observer's own")

        session.observe(fail, names=["removed"])
        session.observe(heard.append, names=["effect"])
        with pytest.raises(ZeroDivisionError, match="observer's own"):
            session.select([1, 2])
        assert session.removed.tolist() == [1, 2]
        assert len(heard) == 1
        assert session._rev == session.rev == 1
        session.unobserve_all("removed")
        session.undo()
        assert session.removed.tolist() == []

    def test_a_session_can_be_linked(self, session):
        class Follower(t.HasTraits):
            removed = t.Any()

        follower = Follower()
        link = t.dlink((session, "removed"), (follower, "removed"))
        session.select([5])
        assert follower.removed.tolist() == [5]
        link.unlink()

    def test_read_only_values_are_read_only(self, session):
        for name in ("effect", "rev"):
            with pytest.raises(t.TraitError, match=f"{name} is read-only"):
                setattr(session, name, 1)
        for name in ("removed_keys", "removed_mask", "positions", "last_gesture"):
            with pytest.raises(AttributeError):
                setattr(session, name, 1)


class TestOneMessagePerCommit:
    def test_a_commit_is_one_update(self, session):
        comm = RecordingComm(session)
        session.select([0, 9])
        (update,) = comm.updates
        assert set(update) == {"_removed", "_rev", "_source", "_effect", "_status"}
        assert np.flatnonzero(decode_bitset(update["_removed"], 85)).tolist() == [0, 9]
        assert (update["_rev"], update["_source"]) == (1, "python")
        assert update["_effect"]["rev"] == 1
        assert update["_effect"]["values"] == pytest.approx(session.effect.to_dict())
        assert json.loads(json.dumps(update["_effect"])) == update["_effect"]

    def test_undo_is_one_update_too(self, session):
        session.select([3])
        comm = RecordingComm(session)
        session.undo()
        session.redo()
        assert [update["_rev"] for update in comm.updates] == [2, 3]
        assert all(len(update) == 5 for update in comm.updates)

    def test_positions_travel_once(self, session):
        comm = RecordingComm(session)
        session.select([3])
        session.retain_locked = False
        session.sets["a"] = [1, 2]
        assert not {"_positions", "_domains", "_info"} & {n for u in comm.updates for n in u}
        state = session.get_state()
        assert np.array_equal(
            np.frombuffer(state["_positions"], "<f4").reshape(-1, 2), session.positions
        )
        assert np.array_equal(
            np.frombuffer(state["_domains"], np.uint8), session.problem.domain_codes
        )

    def test_infinite_numbers_are_spelled(self):
        X = np.array([[0.0, 0], [1, 0], [2, 0], [0, 1], [1, 1], [2, 1]])
        session = uw.Session(uw.UnlearningProblem(X, forget=[0, 1, 2]))
        session.select([0])
        assert session.effect.alpha == float("inf")
        assert session._effect["values"]["alpha"] == "inf"
        json.dumps(session._effect, allow_nan=False)
        json.dumps(session._info, allow_nan=False)


class TestNamedSets:
    def test_sets_are_kept_combined_and_told(self, session):
        session.select([1, 2, 3])
        session.sets["first"] = session.removed
        session.sets["second"] = [3, 4]
        assert session._status["sets"] == [{"name": "first", "n": 3}, {"name": "second", "n": 2}]
        session.select(session.sets["first"] & session.sets["second"])
        assert session.removed.tolist() == [3]
        session.select(session.sets["first"] ^ session.sets["second"])
        assert session.removed.tolist() == [1, 2, 4]
        del session.sets["first"]
        assert [one["name"] for one in session._status["sets"]] == ["second"]
        with pytest.raises(KeyError, match="no set 'first'"):
            session.sets["first"]


class TestOutput:
    @pytest.fixture
    def described(self, problem):
        records = {
            "id": [f"r{row}" for row in range(85)],
            "score": np.arange(85),
            "text": ["=1+1" if row == 2 else f"text {row}" for row in range(85)],
            "label": ["spam"] * 30 + ["ham"] * 55,
        }
        return uw.Session(problem, records, key="id", map=on_a_line(problem))

    def test_names_come_from_the_records(self, described):
        assert described._info["names"] == {"forget": "spam", "retain": "ham"}

    def test_the_frame_has_one_row_per_removed_row(self, described):
        described.retain_locked = False
        described.select([2, 40])
        frame = described.to_frame()
        assert tuple(frame.columns) == (
            *("position", "key", "domain", "score"),
            *("id", "record_score", "text", "label"),
        )
        columns = frame.to_dict()
        assert columns["position"] == [2, 40]
        assert columns["key"] == ["r2", "r40"]
        assert columns["domain"] == ["spam", "ham"]
        assert columns["score"] == described.problem.scores[[2, 40]].tolist()
        assert columns["record_score"] == [2, 40]

    def test_an_empty_frame_has_the_columns(self, described):
        assert len(described.to_frame()) == 0
        assert "text" in described.to_frame().columns

    @pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
    def test_export_writes_the_frame(self, described, tmp_path, suffix):
        described.select([1, 2])
        path = tmp_path / f"removed{suffix}"
        described.export(path)
        if suffix == ".csv":
            assert path.read_text(encoding="utf-8").splitlines()[2].split(",")[6] == "'=1+1"
        elif suffix == ".jsonl":
            rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            assert [row["key"] for row in rows] == ["r1", "r2"]
        else:
            import pyarrow.parquet as pq

            assert pq.read_table(path).column("position").to_pylist() == [1, 2]

    def test_the_code_reproduces_the_selection(self, described, problem):
        described.select_lasso(box(3, 12))
        described.select_rule("likelihood_ratio", 5, mode="add")
        described.retain_locked = False
        described.select([40, 41, 42], mode="add")
        described.retain_locked = True
        described.select_disc([5, 0], 1.5, mode="subtract")
        described.grow(3)
        other = uw.Session(problem, described.records.take(np.arange(85)), map=on_a_line(problem))
        scope = {"session": other}
        exec(described.as_code(), scope)
        assert np.array_equal(scope["removed"], described.removed)
        assert np.array_equal(other.removed, described.removed)

    def test_the_repr_counts(self, described):
        described.select([2, 3])
        assert repr(described) == "<Session: 2 of 30 removed>"
        described.retain_locked = False
        described.select([40], mode="add")
        assert repr(described) == "<Session: 2 of 30 removed, 1 retained>"
        assert described._repr_mimebundle_() == ({"text/plain": repr(described)}, {})


class TestBadInput:
    def test_unknown_keywords_name_the_closest(self, problem):
        with pytest.raises(TypeError, match=r"'record'\. Did you mean 'records'"):
            uw.Session(problem, record={})
        with pytest.raises(TypeError, match="takes no keyword 'store'"):
            uw.Session(problem, store="toxic.forgetset")

    def test_a_session_needs_a_problem(self):
        with pytest.raises(TypeError, match="problem: expected an UnlearningProblem, got ndarray"):
            uw.Session(np.zeros((3, 2)))

    @pytest.mark.parametrize("names", ["ab", ("a",), ("a", "b", "c")])
    def test_two_names_are_needed(self, problem, names):
        with pytest.raises(ValueError, match="names: expected the names"):
            uw.Session(problem, names=names)

    def test_names_are_strings(self, problem):
        with pytest.raises(TypeError, match="names: expected two strings"):
            uw.Session(problem, names=("spam", 3))
        with pytest.raises(TypeError, match="Did you mean 'forget'"):
            uw.Session(problem, names={"forgte": "spam"})
        with pytest.raises(TypeError, match="title: expected a string, got int"):
            uw.Session(problem, title=3)

    @pytest.mark.parametrize(
        ("act", "error", "words"),
        [
            (lambda s: s.select([85]), ValueError, r"rows: row positions must lie in 0\.\.84"),
            (lambda s: s.select([1, 1]), ValueError, "must not repeat"),
            (lambda s: s.select([True, False]), ValueError, "mask"),
            (lambda s: s.select([0.5]), TypeError, "rows"),
            (lambda s: s.select([1], mode="xor"), ValueError, "mode: must be one of"),
            (lambda s: s.select_lasso(np.empty((0, 2))), ValueError, "got 0"),
            (lambda s: s.select_lasso([[0, 0]]), ValueError, "got 1"),
            (lambda s: s.select_lasso([[0, 0], [1, 1]]), ValueError, "got 2"),
            (lambda s: s.select_lasso([[0, 0], [1, 1], [np.nan, 0]]), ValueError, "finite"),
            (lambda s: s.select_lasso(SQUARE, mode="plus"), ValueError, "mode"),
            (lambda s: s.select_disc([0, 0], -1), ValueError, "radius"),
            (lambda s: s.select_rule("best", 3), ValueError, "rule"),
            (lambda s: s.select_rule("random", 31), ValueError, r"budget.*31"),
            (lambda s: s.select_rule("random", 1.5), ValueError, r"budget.*1\.5"),
            (lambda s: s.redo(), IndexError, "redo"),
            (lambda s: s.search(3), TypeError, "search"),
            (lambda s: s.export("removed.xlsx"), ValueError, "suffix"),
            (lambda s: setattr(s, "removed", [-1]), ValueError, "rows"),
        ],
    )
    def test_each_has_its_error_and_nothing_is_lost(self, session, act, error, words):
        session.select([1, 2, 3])
        before = session.get_state()
        with pytest.raises(error, match=words):
            act(session)
        assert session.removed.tolist() == [1, 2, 3]
        assert session.get_state() == before
        session.undo()
        assert session.removed.tolist() == []

    def test_growing_from_nothing_says_so(self, session):
        with pytest.raises(ValueError, match="nothing to grow from"):
            session.grow(3)


def test_many_threads_leave_one_consistent_history(session):
    gate = threading.Barrier(6)
    failures = []

    def work(seed):
        rng = np.random.default_rng(seed)
        gate.wait()
        try:
            for _ in range(40):
                rows = rng.choice(30, size=5, replace=False)
                session.select(rows, mode=("replace", "add", "subtract")[seed % 3])
                if seed % 2:
                    # Others may have undone everything meanwhile.
                    with contextlib.suppress(IndexError):
                        session.undo()
        except Exception as error:  # noqa: BLE001 - a thread has nobody to raise to
            failures.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert session._rev == session.rev == session._effect["rev"]
    assert np.flatnonzero(decode_bitset(session._removed, 85)).tolist() == session.removed.tolist()
    assert_same_effect(session, session.removed)


def test_a_closed_session_still_computes(session):
    session.close()
    session.select([1])
    assert session.effect.n_removed == 1

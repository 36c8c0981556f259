from __future__ import annotations

import contextlib
import json
import threading

import numpy as np
import pytest
import traitlets as t

import unlearn_widgets as uw
from tests.comms import RecordingComm
from tests.sessions import assert_same_effect, make_problem, on_a_line
from unlearn_widgets.wire.codecs import decode_bitset


@pytest.fixture
def session():
    problem = make_problem()
    session = uw.Session(problem, map=on_a_line(problem))
    yield session
    session.close()


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

"""A session whose decisions outlive it: resumed, shared, undone, refused, explained."""

from __future__ import annotations

import sqlite3
import threading

import numpy as np
import pandas as pd
import pytest
import scipy.sparse

import unlearn_widgets as uw
from tests.comms import RecordingComm
from unlearn_widgets.ledger import EventLog, LedgerError
from unlearn_widgets.session import following, opening
from unlearn_widgets.session.opening import StoreMismatchWarning

N_FORGET, N_RETAIN = 12, 20
KEYS = [f"r{row}" for row in range(N_FORGET + N_RETAIN)]


@pytest.fixture
def domains():
    return uw.datasets.make_gaussians(N_FORGET, N_RETAIN, shift=2.0, dim=3, random_state=0)


@pytest.fixture
def opened(domains, tmp_path):
    """Return a function that opens a session on one store; all are closed at the end."""
    sessions = []

    def open_(store="day.forgetset", *, X=None, keys=KEYS, forget=None, **keywords):
        problem = uw.UnlearningProblem(
            domains.X if X is None else X, domains.forget if forget is None else forget
        )
        records = {"id": keys, "text": [f"text {key}" for key in keys]}
        path = None if store is None else tmp_path / store
        session = uw.Session(problem, records, key="id", map="pca", store=path, **keywords)
        sessions.append(session)
        return session

    yield open_
    for session in sessions:
        session.close()


def events(session):
    return [event for event in session._recorder.log.events() if event.kind != "created"]


def state(session):
    steps = session._removal.history.steps
    return {
        "removed": session.removed.tolist(),
        "effect": session.effect,
        "sets": {name: rows.positions.tolist() for name, rows in session.sets.items()},
        "undo": session._status["undo_label"],
        "redo": session._status["redo_label"],
        "labels": [step.label for step in steps],
        "code": session.as_code(),
        "rev": session.rev,
    }


def work(session):
    forget = session.problem.forget_rows
    session.select(forget[:5])
    box = session.positions[forget]
    session.select_rectangle([box.min(axis=0), box.mean(axis=0)], mode="add")
    session.select_rule("likelihood_ratio", 3, mode="subtract")
    session.grow(1)
    session._choose_rows(session.search("text r1"), "add", "search", text="text r1")
    session.sets["first <b>ones</b>"] = forget[:2]
    session.sets["gone"] = forget[:1]
    del session.sets["gone"]
    session.undo()
    session.undo()
    session.redo()


def test_a_session_goes_on_where_the_last_one_left_off(opened):
    first = opened(who="ana")
    work(first)
    before = state(first)
    first.close()
    again = opened(who="ana")
    assert state(again) == before
    again.redo()
    again.undo()
    while again._status["can_undo"]:
        again.undo()
    assert again.removed.tolist() == []


def test_a_session_without_a_store_remembers_the_same_while_it_lives(opened):
    stored, plain = opened(), opened(store=None)
    for session in (stored, plain):
        work(session)
    told = stored.history().to_dict(), plain.history().to_dict()
    for name in set(told[0]) - {"seq", "at", "actor", "what"}:
        np.testing.assert_array_equal(told[0][name], told[1][name], err_msg=name)
    assert state(stored) == state(plain)
    assert (plain.store, stored.store.name) == (None, "day.forgetset")


def test_every_change_is_on_disk_when_the_call_returns(opened, tmp_path):
    session = opened()
    work(session)
    with EventLog(tmp_path / "day.forgetset") as other:
        assert len(other) == session._recorder.seq
        assert other.check().ok


@pytest.mark.parametrize("kind", [list, pd.DataFrame, scipy.sparse.csr_array])
def test_any_kind_of_embeddings_has_a_fingerprint(domains, tmp_path, kind):
    X = domains.X.tolist() if kind is list else kind(domains.X)
    problem = uw.UnlearningProblem(X, domains.forget)
    session = uw.Session(problem, map="pca", store=tmp_path / "day.forgetset")
    session.select([0])
    session.save(tmp_path / "x.forget.json")
    session.close()
    plain = uw.UnlearningProblem(domains.X, domains.forget)
    again = uw.Session(plain, map="pca", store=tmp_path / "day.forgetset")
    assert again.notices == ()
    assert uw.verify(tmp_path / "x.forget.json", X=domains.X).ok
    again.close()


def test_two_sessions_on_one_store_see_each_other(opened):
    ana, ben = opened(who="ana"), opened(who="ben")
    ana.select([0, 1])
    ben.select([2], mode="add")
    assert ben.removed.tolist() == [0, 1, 2]
    seen = threading.Event()
    ana.observe(lambda change: seen.set() if len(change.new) == 3 else None, names=["removed"])
    assert seen.is_set() or seen.wait(30)
    assert ana.removed.tolist() == [0, 1, 2]
    ana.undo()
    ben._take_in()
    assert ben.removed.tolist() == [0, 1]
    assert ana.history().to_dict()["actor"] == ["ana", "ben", "ana"]
    assert ana.effect == ben.effect == ana.problem.effect([0, 1])


def test_what_cannot_be_recorded_does_not_happen(opened, monkeypatch):
    session = opened()
    session.select([0])
    session.annotate("r1", "remove")
    before, told = state(session), []
    session.observe(told.append, names=["removed"])

    def refuse(*_arguments, **_keywords):
        raise LedgerError("the disk is full.")

    monkeypatch.setattr(session._recorder.log, "append", refuse)
    for change in (
        lambda: session.select([4]),
        session.undo,
        session.clear,
        lambda: session.annotate("r2", "remove"),
        lambda: session.sets.update(full=[1]),
        lambda: session.sign("approved"),
    ):
        with pytest.raises(LedgerError, match="disk is full"):
            change()
        assert state(session) == before
    assert told == []
    assert session._recorder.decisions.of("removal", session.who) == {"r1": "remove"}
    reply, _ = RecordingComm(session).request("command", name="undo")
    assert reply["error"] == {"type": "LedgerError", "message": "the disk is full."}
    monkeypatch.undo()
    session.undo()
    assert session.removed.tolist() == [0]


def test_a_commit_that_fails_on_disk_takes_everything_back(opened):
    session = opened()
    session.select([0])
    before = state(session)
    connection = session._recorder.log._store.opened.connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LedgerError, match="full"):
        session.annotate("r3", "remove", note="x" * 10_000)
    assert state(session) == before
    assert session._recorder.decisions.of("removal", session.who) == {}
    connection.execute("PRAGMA max_page_count = 1000000")
    session.annotate("r3", "remove", note="x" * 10_000)
    assert session.removed.tolist() == [0, 3]


class TestOtherData:
    def test_each_mismatch_is_named(self, opened, domains):
        first = opened()
        first.select([0, 1])
        first.close()
        with pytest.warns(StoreMismatchWarning) as caught:
            again = opened(X=domains.X + 1.0)
        text = str(caught[0].message)
        assert "X: the embeddings differ" in text
        assert "expected float64[32,3] sha256:" in text
        for other in ("domains:", "keys:", "records:"):
            assert other not in text
        assert again.removed.tolist() == [0, 1]
        assert again.effect == again.problem.effect([0, 1])
        assert again._status["store"]["notices"] == list(again.notices) != []
        assert again.history().to_dict()["what"][-1] == "Opened with other data: X"

    def test_domains_and_records(self, opened, domains):
        opened().close()
        with pytest.warns(StoreMismatchWarning, match="domains: the two domains differ"):
            opened(forget=domains.retain)
        with pytest.warns(StoreMismatchWarning, match="keys: the keys .* records: the records"):
            opened(keys=KEYS[::-1])

    def test_rows_are_found_by_key_when_they_were_reordered(self, opened, domains):
        first = opened()
        first.select([0, 3])
        first.close()
        with pytest.warns(StoreMismatchWarning):
            again = opened(X=domains.X[::-1], keys=KEYS[::-1], forget=domains.forget[::-1])
        assert sorted(again.removed_keys) == ["r0", "r3"]

    def test_keys_that_are_gone_are_counted_and_kept(self, opened):
        first = opened()
        first.select([0, 1, 2])
        first.close()
        keys = ["other", *KEYS[1:]]
        with pytest.warns(StoreMismatchWarning):
            again = opened(keys=keys)
        assert again.removed.tolist() == [1, 2]
        assert "1 keys of the store stand in no record now, for example 'r0'" in again.notices[-1]

    def test_ints_and_texts_are_told_apart_and_the_way_out_is_said(self, opened):
        texts = [str(row) for row in range(len(KEYS))]
        first = opened(keys=texts)
        first.select([7])
        first.close()
        with pytest.warns(StoreMismatchWarning):
            again = opened(keys=list(range(len(KEYS))))
        assert "records have 7 where the store has '7'" in again.notices[-1]
        with pytest.raises(KeyError, match="There is 7: keys are told apart by type"):
            again.annotate("7", "remove")

    def test_much_data_are_compared_beside_everything_else(self, opened, domains, monkeypatch):
        go = threading.Event()
        digest = opening.fingerprints

        def wait(*arguments):
            assert go.wait(30)
            return digest(*arguments)

        monkeypatch.setattr(opening, "AT_ONCE_ROWS", 1)
        monkeypatch.setattr(following, "fingerprints", wait)
        first = opened()
        assert first._status["store"]["state"] == "checking"
        first.select([0, 1])
        go.set()
        first._background.wait()
        assert first._status["store"]["state"] == "stored"
        first.close()
        go.clear()
        again = opened(X=domains.X * 2.0)
        assert again.effect == first.effect
        go.set()
        again._background.wait()
        assert "X: the embeddings differ" in again.notices[0]
        assert again.effect == again.problem.effect([0, 1])


class TestLabels:
    def test_labels_choose_and_give_back(self, opened):
        session = opened(who="ana")
        session.annotate("r1", "remove", reason="spam", note="a note")
        session.annotate(["r2", "r3"], "remove")
        session.annotate("r2", "unsure")
        session.annotate("r20", "keep")
        assert session.removed_keys == ["r1", "r3"]
        assert session._recorder.decisions.of("removal", "ana") == {
            "r1": "remove",
            "r2": "unsure",
            "r3": "remove",
            "r20": "keep",
        }
        session.annotate("r1", None, job="removal")
        assert session.removed_keys == ["r3"]
        why = session.why("r1").to_dict()
        assert why["label"] == ["remove", None]
        assert why["became"] == ["removed", "kept"]
        assert why["reason"] == ["spam", None]
        assert why["note"] == ["a note", None]

    def test_undoing_a_label_withdraws_it_and_redoing_gives_it_again(self, opened):
        session = opened(who="ana")
        session.annotate(["r1", "r2"], "remove")
        session.annotate(["r1", "r2", "r3"], "keep")
        session.annotate("r3", "remove")
        session.undo()
        session.undo()
        expected = {"r1": "remove", "r2": "remove"}
        assert session._recorder.decisions.of("removal", "ana") == expected
        assert session.removed_keys == ["r1", "r2"]
        session.close()
        again = opened(who="ana")
        assert again._recorder.decisions.of("removal", "ana") == expected
        assert again.removed_keys == ["r1", "r2"]
        again.redo()
        assert again._recorder.decisions.of("removal", "ana")["r1"] == "keep"
        assert again.removed_keys == []
        again.undo()
        again.undo()
        assert again._recorder.decisions.of("removal", "ana") == {}

    def test_domain_labels_choose_nothing(self, opened):
        session = opened()
        session.annotate("r1", "unwanted")
        assert (len(session.removed), session.rev) == (0, 0)
        assert events(session)[0].payload == {"job": "domain", "label": "unwanted"}

    def test_a_locked_row_is_refused(self, opened):
        session = opened()
        with pytest.raises(ValueError, match="'r20' is not in the forget domain"):
            session.annotate("r20", "remove")
        assert events(session) == []
        session.retain_locked = False
        session.annotate("r20", "remove")
        assert session.removed_keys == ["r20"]

    @pytest.mark.parametrize(
        ("arguments", "error", "match"),
        [
            (("r99", "remove"), KeyError, "no record has the key 'r99'. Did you mean"),
            (([], "remove"), None, None),
            (("r1", ""), ValueError, "label: expected 1 to 100 characters"),
            (("r1", "x" * 101), ValueError, "label"),
            (("r1", 3), TypeError, "label: expected a text"),
            (("r1", "remove", "x" * 10_001), ValueError, "reason: up to 10,000"),
            (("r1", "remove", "", "\ud800"), ValueError, "note"),
        ],
    )
    def test_bad_input(self, opened, arguments, error, match):
        session = opened()
        if error is None:
            session.annotate(*arguments)
            return
        with pytest.raises(error, match=match):
            session.annotate(*arguments)
        assert events(session) == []


class TestLookingBack:
    def test_history_tells_what_who_and_what_it_did(self, opened):
        session = opened(who="ana")
        session.select([0, 1])
        session.sign("approved", note="looks right", who="ben")
        table = session.history().to_dict()
        assert table["seq"] == [2, 3]
        assert table["actor"] == ["ana", "ben"]
        assert table["what"] == ["Rows, replace 2", "Signed: approved"]
        assert table["n_chosen"] == [2, 0]
        np.testing.assert_array_equal(table["n_removed"], [2, np.nan])
        np.testing.assert_array_equal(table["alpha"], [session.effect.alpha, np.nan])
        assert table["note"] == [None, "looks right"]

    def test_replay_and_diff(self, opened):
        session = opened()
        session.select([0, 1])
        first = session._recorder.seq
        session.select([1, 2])
        assert session.replay(until=first).positions.tolist() == [0, 1]
        assert session.replay(until=0).positions.tolist() == []
        found = session.diff(first)
        assert (found.chosen, found.released) == (["r2"], ["r0"])
        numbers = found.numbers.to_dict()
        at = numbers["number"].index("alpha")
        assert numbers["before"][at] == session.problem.effect([0, 1]).alpha
        assert numbers["after"][at] == session.effect.alpha
        assert numbers["change"][at] == session.effect.alpha - numbers["before"][at]
        for wrong in (99, -1, True, "2"):
            with pytest.raises(ValueError, match="event: expected a number of 0 to"):
                session.replay(until=wrong)

    def test_nobody_is_named_without_a_store_or_a_name(self, opened):
        session = opened(store=None)
        session.select([0])
        assert session.history().to_dict()["actor"] == [None]
        with pytest.raises(TypeError, match="who: expected a name"):
            opened(store=None, who=" ")


def test_erased_words_stay_erased_in_the_history(opened, tmp_path):
    session = opened(who="ana")
    session.annotate("r1", "remove", reason="his phone number")
    session.close()
    uw.ledger.erase(tmp_path / "day.forgetset", "r1")
    again = opened(who="ana")
    assert again.removed_keys == []
    assert "<erased>" in again.history().to_dict()["reason"]


def test_a_store_of_something_else_is_refused(opened, tmp_path):
    other = tmp_path / "other.forgetset"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE things (id)")
    connection.close()
    with pytest.raises(LedgerError, match=r"other\.forgetset"):
        opened("other.forgetset")


def test_a_damaged_store_is_shown_up_to_the_damage_and_refuses_changes(opened, tmp_path):
    session = opened()
    for row in range(4):
        session.select([row], mode="add")
    session.close()
    connection = sqlite3.connect(tmp_path / "day.forgetset")
    (trigger,) = connection.execute(
        "SELECT sql FROM sqlite_master WHERE name = 'events_update'"
    ).fetchone()
    connection.execute("DROP TRIGGER events_update")
    connection.execute("UPDATE events SET body = replace(body, 'add', 'sub') WHERE seq = 4")
    connection.execute(trigger)
    connection.commit()
    connection.close()
    again = opened()
    assert again.removed.tolist() == [0, 1]
    assert again._status["store"]["state"] == "read-only"
    with pytest.raises(LedgerError):
        again.select([9], mode="add")
    assert again.removed.tolist() == [0, 1]
    np.testing.assert_array_equal(again.replay().positions, [0, 1])

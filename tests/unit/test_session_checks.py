"""Checks by retraining in a session: what views are told, cancelling, failing, one at a time."""

from __future__ import annotations

import threading
import warnings

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, recall_score
from sklearn.model_selection import StratifiedShuffleSplit

import unlearn_widgets as uw
from tests.comms import RecordingComm


class Gated(LogisticRegression):
    """A model that waits before each fit until it is let through."""

    begun = threading.Event()
    gate = threading.Event()

    def fit(self, X, y):
        self.begun.set()
        assert self.gate.wait(30)
        return super().fit(X, y)


class Failing(LogisticRegression):
    def fit(self, *_rows):
        raise RuntimeError("out of paper")


@pytest.fixture
def session():
    domains = uw.datasets.make_gaussians(60, 90, shift=2.0, dim=3, random_state=0)
    session = uw.Session(uw.UnlearningProblem(domains.X, domains.forget))
    session.select_rule("likelihood_ratio", 0.6)
    Gated.begun.clear()
    Gated.gate.clear()
    yield session
    Gated.gate.set()
    session._background.wait()
    session.close()


def metric(session, name):
    (line,) = [one for one in session._check["result"]["metrics"] if one["metric"] == name]
    return line


def test_the_scores_are_those_of_scikit_learn_on_the_same_splits(session):
    check = session.check_by_retraining(progress=False)
    problem, removed = session.problem, session.removed
    forget = problem.domain_codes == 2
    splits = StratifiedShuffleSplit(5, test_size=0.3, random_state=0)
    recalls, losses = [], []
    for train, test in splits.split(problem.X, forget):
        kept = np.setdiff1d(train, removed)
        for rows in (train, kept):
            model = LogisticRegression(C=10, max_iter=2000).fit(problem.X[rows], forget[rows])
            recalls.append(recall_score(forget[test], model.predict(problem.X[test])))
            there = test[forget[test]]
            chance = model.predict_proba(problem.X[there])
            losses.append(log_loss(forget[there], chance, labels=[False, True]))
    table = check.to_frame().to_dict()
    assert table["before"][0] == pytest.approx(np.mean(recalls[::2]), rel=1e-12)
    assert table["after"][0] == pytest.approx(np.mean(recalls[1::2]), rel=1e-12)
    assert table["after_low"][0] == pytest.approx(min(recalls[1::2]), rel=1e-12)
    assert table["before"][1] == pytest.approx(np.mean(losses[::2]), rel=1e-6)
    assert table["after"][1] == pytest.approx(np.mean(losses[1::2]), rel=1e-6)
    assert table["after"][0] < table["before"][0]
    assert (check.rev, check.n_removed_forget, session.last_check) == (1, 36, check)
    shown = metric(session, "forget_recall")["values"]
    assert (shown["before"], shown["after"]) == (table["before"][0], table["after"][0])


def test_a_view_starts_a_check_and_choosing_goes_on_meanwhile(session):
    comm = RecordingComm(session)
    session._checked_with = {"estimator": Gated(C=10, max_iter=2000)}
    reply, _ = comm.request("check", op="start")
    assert reply["ok"]
    assert Gated.begun.wait(30)
    assert session._check["running"] == {"rev": 1, "done": 0, "total": 10}
    session.select_rule("random", 5)
    assert session.rev == 2
    Gated.gate.set()
    session._background.wait()
    assert session._check["running"] is None
    assert (session._check["result"]["rev"], session._check["result"]["n_removed_forget"]) == (
        1,
        36,
    )
    assert session.last_check.rev == 1
    running = [one["_check"]["running"] for one in comm.updates if "_check" in one]
    done = [one["done"] for one in running if one is not None]
    assert done == sorted(done)
    assert set(done) == set(range(11))


def test_cancelling_keeps_the_splits_that_are_done(session):
    def cancel_after(done, _total):
        if done == 5:
            session.cancel_check()

    check = session.check_by_retraining(progress=cancel_after)
    assert check.status == "stopped: 2 of 5 splits"
    assert session._check["result"]["n_done"] == 2
    assert len(check.splits) == 2


def test_cancelling_before_anything_is_done_keeps_the_last_result(session):
    first = session.check_by_retraining(progress=False)
    check = session.check_by_retraining(progress=lambda *_: session.cancel_check())
    assert (check.splits, check.status) == ((), "stopped: 0 of 5 splits")
    assert np.isnan(check.to_frame().to_dict()["after"]).all()
    assert session.last_check is first


def test_a_second_check_waits_its_turn(session):
    comm = RecordingComm(session)
    session._checked_with = {"estimator": Gated()}
    comm.request("check", op="start")
    assert Gated.begun.wait(30)
    with pytest.raises(RuntimeError, match="running already"):
        session.check_by_retraining(progress=False)
    reply, _ = comm.request("check", op="start")
    assert reply["error"]["type"] == "RuntimeError"
    comm.request("check", op="cancel")
    Gated.gate.set()
    session._background.wait()
    assert session._check == {"running": None, "result": None, "error": None}


def test_what_goes_wrong_is_told_to_views_and_raised_in_cells(session):
    with pytest.raises(ValueError, match="cv: "):
        session.check_by_retraining(cv=80, progress=False)
    assert session._check["error"].startswith("cv: ")
    assert session._check["running"] is None
    comm = RecordingComm(session)
    comm.request("check", op="start")
    session._background.wait()
    assert session._check["error"] is None
    assert session._check["result"]["n_done"] == 5


def test_a_model_that_fails_is_a_status_and_not_an_error(session):
    check = session.check_by_retraining(estimator=Failing(), progress=False)
    assert check.status == "complete: 5 of 5 splits"
    assert metric(session, "forget_recall")["status"] == "failed: RuntimeError: out of paper"
    assert metric(session, "forget_recall")["values"]["after"] == "nan"
    assert session._check["error"] is None


def test_removing_the_whole_domain_leaves_one_class(session):
    session.select(session.problem.forget_rows)
    check = session.check_by_retraining(progress=False)
    table = check.to_frame().to_dict()
    assert (table["after"][0], table["after"][1], table["predicted_after"][0]) == (0.0, np.inf, 0.0)
    assert metric(session, "forget_log_loss")["values"]["after"] == "inf"
    assert table["status"][0] == "single class"


def test_the_closed_form_stands_aside_where_it_does_not_apply(session):
    assert not np.isnan(
        session.check_by_retraining(progress=False).to_frame().to_dict()["predicted_after"][0]
    )
    other = np.arange(session.problem.n_rows) % 2
    with_labels = session.check_by_retraining(y=other, progress=False).to_frame().to_dict()
    assert np.isnan(with_labels["predicted_after"]).all()
    session.retain_locked = False
    session.select([session.problem.retain_rows[0]], mode="add")
    retained = session.check_by_retraining(progress=False).to_frame().to_dict()
    assert np.isnan(retained["predicted_after"]).all()


def test_the_settings_used_last_are_those_of_the_button(session):
    session.check_by_retraining(estimator=LogisticRegression(C=0.01), progress=False)
    expected = session._check["result"]
    comm = RecordingComm(session)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        comm.request("check", op="start")
        session._background.wait()
    assert session._check["result"] == expected
    assert session._check["result"]["model"] == "LogisticRegression(C=0.01)"

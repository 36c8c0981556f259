"""How a session plans: rules by name, previews of them, what it tells its views."""

from __future__ import annotations

import numpy as np
import pytest

import unlearn_widgets as uw
from tests.comms import RecordingComm
from unlearn_widgets.selection import DistanceSelector

EUCLIDEAN = "DistanceSelector(metric='euclidean')"


@pytest.fixture
def session():
    domains = uw.datasets.make_gaussians(30, 50, shift=2.0, dim=3, random_state=0)
    session = uw.Session(uw.UnlearningProblem(domains.X, domains.forget))
    yield session
    session.close()


@pytest.fixture
def comm(session):
    return RecordingComm(session)


def test_a_selector_is_chosen_by_its_name_once_it_is_known(session, comm):
    with pytest.raises(ValueError, match="rule: must be one of"):
        session.select_rule(EUCLIDEAN, 3)
    assert session.add_rules([DistanceSelector(metric="euclidean")]) == [EUCLIDEAN]
    assert session._info["rules"] == ["random", "distance", "likelihood_ratio", EUCLIDEAN]
    (update,) = comm.updates
    assert set(update) == {"_info"}
    session.select_rule(EUCLIDEAN, 3)
    expected = session.problem.rank(DistanceSelector(metric="euclidean"))[:3]
    assert session.removed.tolist() == sorted(expected.tolist())


def test_the_status_names_the_rule_that_chose(session):
    assert session._status["rule"] is None
    session.select_rule("distance", 4)
    assert session._status["rule"] == {"name": "distance", "budget": 4}
    session.select([0], mode="add")
    assert session._status["rule"] is None
    session.undo()
    assert session._status["rule"] == {"name": "distance", "budget": 4}
    session.select_rule("random", 2, mode="add")
    assert session._status["rule"] is None


def test_a_preview_of_a_rule_is_its_effect_and_chooses_nothing(session, comm):
    reply, _ = comm.request("preview", by="rule", rule="distance", budget=5, mode="replace")
    effect = session.problem.effect(session.problem.rank("distance")[:5])
    assert reply["values"]["alpha"] == effect.alpha
    assert (reply["inside_forget"], session.rev, len(session.removed)) == (5, 0, 0)


def test_the_table_says_which_rules_are_still_ranking(session, comm):
    reply, _ = comm.request("rule_table", budget=3, alpha=1.0, epsilon=None)
    assert [row["ready"] for row in reply["rows"]] == [False] * 3
    session.plan.curves("distance")
    reply, _ = comm.request("rule_table", budget=3, alpha=1.0, epsilon=None)
    ready = {row["rule"]: row for row in reply["rows"] if row["ready"]}
    assert list(ready) == ["distance"]
    effect = session.problem.effect(session.problem.rank("distance")[:3])
    assert ready["distance"]["at"]["epsilon"] == pytest.approx(effect.epsilon, rel=1e-12)
    assert ready["distance"]["alpha"]["n"] == session.plan.need("distance", alpha=1.0).n
    assert ready["distance"]["epsilon"] is None


def test_curves_travel_as_they_are(session, comm):
    comm.custom({"v": 1, "id": "view:9", "kind": "plan_rule", "rule": "random"})
    session._background.wait()
    reply, (order, series) = comm.replies[-1]
    curves = session.plan.curves("random")
    assert np.frombuffer(order, "<u4").tolist() == curves.order.tolist()
    sent = np.frombuffer(series, "<f8").reshape(len(reply["series"]), -1)
    for name, values in zip(reply["series"], sent, strict=True):
        np.testing.assert_array_equal(values, curves.series()[name])


@pytest.mark.parametrize(
    ("traits", "error", "words"),
    [
        ({"rule": "distanse"}, ValueError, "Did you mean 'distance'"),
        ({"alpha_target": -1.0}, ValueError, "alpha_target"),
        ({"refit": "both"}, ValueError, "refit"),
        ({"plan_view": "table"}, ValueError, "plan_view"),
        ({"rules": "distance"}, TypeError, "rules: must be a list"),
        ({"rules": [3]}, TypeError, "rule: must be one of"),
        ({"rulez": []}, TypeError, "Did you mean 'rule"),
    ],
    ids=str,
)
def test_bad_planners(session, traits, error, words):
    with pytest.raises(error, match=words):
        uw.BudgetPlanner(session, **traits)


def test_a_planner_takes_rules_and_one_of_them_to_choose_by(session):
    planner = uw.BudgetPlanner(session, rule=DistanceSelector(metric="euclidean"))
    assert planner.rule == EUCLIDEAN
    assert uw.Workbench(session, rules=["distance"]).rule == "likelihood_ratio"
    comm = RecordingComm(planner)
    comm.receive({"method": "update", "state": {"rule": "random", "alpha_target": 2}})
    assert (planner.rule, planner.alpha_target) == ("random", 2.0)
    comm.receive({"method": "update", "state": {"rule": "<img>", "alpha_target": "much"}})
    assert (planner.rule, planner.alpha_target) == ("random", 2.0)

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.linear_model import RidgeClassifier

import unlearn_widgets as uw
from unlearn_widgets.evaluation import RetrainCurve, calibration, recommend, retrain_curve
from unlearn_widgets.evaluation.halving import crossing, crossing_interval

RULES = ("random", "distance", "likelihood_ratio")


def curve(shift, **given):
    domains = uw.datasets.make_gaussians(100, 200, shift=shift, dim=3, random_state=0)
    problem = uw.UnlearningProblem(domains.X, domains.forget)
    options = {"selectors": RULES, "budgets": [0.25, 0.5, 0.75, 0.9], "cv": 3, "random_state": 0}
    return problem, retrain_curve(problem, **{**options, "progress": False, **given})


@pytest.fixture(scope="module")
def near():
    return curve(1.0)


@pytest.fixture(scope="module")
def far():
    return curve(3.0)


def remeasured(result, change):
    """Return a result whose measured values are changed by a function of the cell."""
    cells = {cell.key: replace(cell, measured=change(cell)) for cell in result.cells}
    return RetrainCurve(result.design, cells)


def test_the_correlation_is_that_of_scipy(near):
    _, result = near
    found = calibration(result)
    points = {}
    for rule in RULES:
        alpha = result.predicted(rule, "alpha")[1].mean(axis=0)
        recall = result.measured(rule, "forget_recall")[1].mean(axis=0)
        for step, point in enumerate(zip(alpha, -recall, strict=True)):
            points[step if step in (0, 6) else (rule, step)] = point
    assert found.n_removals == len(points) == 17
    expected = spearmanr(*zip(*points.values(), strict=True)).statistic
    assert found.correlation == pytest.approx(expected)
    assert found.correlation > 0.8


def test_order_by_alpha_holds_at_low_divergence_and_not_at_high(near, far):
    low, high = calibration(near[1]), calibration(far[1])
    assert low.agreement > 0.7
    assert high.agreement < 0.5
    assert "At equal budgets the rule with the larger alpha forgets more in" in repr(high)


def test_the_closed_form_of_the_class_is_close_on_gaussian_rows(near, far):
    for _, result in (near, far):
        found = calibration(result)
        assert found.recall_error < 0.1
        assert found.closed_form_agreement > 0.6


def test_a_change_that_is_the_predicted_one_is_inside_its_band(near):
    _, result = near
    start = {cell.key[:2]: cell.predicted for cell in result.cells if cell.key[2] == "0.0"}

    def predicted(cell):
        before = start[cell.key[:2]]
        change = {
            "forget_log_loss": cell.predicted["alpha"] - before["alpha"],
            "retain_log_loss": cell.predicted["epsilon"] - before["epsilon"],
        }
        return {**cell.measured, **change}

    found = calibration(remeasured(result, predicted))
    assert (found.forget_below, found.forget_above, found.forget_inside) == (0, 0, 18)
    assert (found.retain_below, found.retain_above, found.retain_inside) == (0, 0, 18)
    assert found.not_comparable == 0

    def beyond(cell):
        moved = 0.0 if cell.key[2] == "0.0" else 50.0
        values = predicted(cell)
        return {
            **values,
            "forget_log_loss": values["forget_log_loss"] + moved,
            "retain_log_loss": values["retain_log_loss"] - moved,
        }

    found = calibration(remeasured(result, beyond))
    assert (found.forget_above, found.retain_below) == (18, 18)
    assert set(found.table["place"]) == {"above", "below"}


def test_infinite_changes_are_counted_apart(near):
    found = calibration(near[1])
    assert found.not_comparable == 3
    table = found.table.to_pandas()
    lost = table[table.place == "not comparable"]
    assert set(lost.fraction) == {1.0}
    assert set(lost.domain) == {"forget"}
    assert "3 changes are infinite or unknown" in found.text


def test_there_is_no_closed_form_for_other_labels(near):
    problem, _ = near
    y = np.asarray(problem.X)[:, 1] > 0
    found = calibration(curve(1.0, y=y, selectors=["random"])[1])
    assert found.recall_error is None
    assert found.closed_form_agreement is None
    assert (found.agreement, found.n_pairs) == (None, 0)
    assert "closed form" not in found.text


def test_constant_recall_has_no_order(near):
    _, result = near
    flat = remeasured(result, lambda cell: {**cell.measured, "forget_recall": 0.5})
    assert calibration(flat).correlation is None
    assert "too few, or too alike" in calibration(flat).text


def test_calibration_refuses_what_it_cannot_compare(near):
    with pytest.raises(TypeError, match="result: must be what retrain_curve returns, got dict"):
        calibration({})
    with pytest.raises(ValueError, match="result: holds no measured forget recall"):
        calibration(RetrainCurve(near[1].design, {}, "stopped"))


def test_a_crossing_is_linear_between_budgets():
    fractions = np.array([0.0, 0.5, 1.0])
    assert crossing(fractions, np.array([0.8, 0.6, 0.0]), 0.4) == pytest.approx(2 / 3)
    assert crossing(fractions, np.array([0.8, 0.4, 0.0]), 0.4) == pytest.approx(0.5)
    assert crossing(fractions, np.array([0.0, 0.0, 0.0]), 0.0) == 0.0
    assert math.isnan(crossing(fractions, np.array([0.8, 0.6, 0.5]), 0.4))


def test_the_interval_is_over_splits():
    fractions = np.array([0.0, 0.5, 1.0])
    alike = np.tile([0.8, 0.6, 0.0], (4, 1))
    np.testing.assert_allclose(crossing_interval(fractions, alike), [2 / 3] * 3)
    varied = np.array([[0.8, 0.3, 0.0], [0.8, 0.7, 0.0], [0.8, 0.6, 0.0]])
    found, low, high = crossing_interval(fractions, varied)
    assert 0.35 < low < found < high < 0.75
    assert np.isnan(crossing_interval(fractions, varied[:1])[1:]).all()
    sometimes = np.array([[0.8, 0.3, 0.0], [0.8, 0.7, 0.7]])
    found, low, high = crossing_interval(fractions, sometimes)
    assert low < found
    assert math.isnan(high)


def test_what_is_missing_is_bridged_or_left_out():
    fractions = np.array([0.0, 0.5, 1.0])
    gap = np.array([[0.8, np.nan, 0.0]])
    assert crossing_interval(fractions, gap)[0] == pytest.approx(0.5)
    unfinished = np.array([[0.8, 0.6, 0.0], [0.9, 0.1, np.nan]])
    assert crossing_interval(fractions, unfinished)[0] == pytest.approx(2 / 3)
    assert crossing_interval(fractions, unfinished[1:])[0] == pytest.approx(0.5 * 0.45 / 0.8)


def test_halving_is_for_shares(near):
    _, result = near
    frame = result.halving_budget("retain_accuracy")
    assert np.isnan(frame["fraction"]).all()
    with pytest.raises(ValueError, match="metric: must be one of 'forget_recall'"):
        result.halving_budget("forget_log_loss")


def test_a_recommendation_is_the_smallest_budget_that_does(near):
    problem, result = near
    found = recommend(problem, target=0.2, max_retain_loss=0.05, result=result)
    assert found.reached
    table = found.evidence.to_pandas()
    fits = table[(table.metric_mean <= 0.2) & (table.retain_loss <= 0.05)]
    assert found.fraction == fits.fraction.min()
    assert found.rule in set(fits[fits.fraction == found.fraction].rule)
    assert found.budget == math.floor(found.fraction * 100 + 0.5)
    assert found.metric_mean <= 0.2
    assert found.metric_left_out is not None
    assert found.reason in repr(found)
    assert f"Remove {found.budget} rows" in found.reason
    assert len(table) == 3 * 7


def test_log_loss_is_to_rise(near):
    problem, result = near
    found = recommend(
        problem, target=2.0, metric="forget_log_loss", max_retain_loss=math.inf, result=result
    )
    assert found.metric_mean >= 2.0
    assert "wanted: at least 2" in found.reason


def test_it_says_so_when_nothing_reaches_the_target(near):
    problem, result = near
    for given, said in (
        ({"target": 0.2, "metric": "balanced_accuracy"}, "the best is 0.498"),
        ({"target": 0.9, "metric": "retain_log_loss"}, None),
    ):
        found = recommend(problem, **given, max_retain_loss=0.0, result=result)
        assert found.reached == (said is None)
        if said:
            assert said in found.reason
            assert (found.rule, found.fraction, found.budget) == (None, None, None)
            assert len(found.evidence) == 21

    def costly(cell):
        return {**cell.measured, "retain_log_loss": 0.1 + 0.01 * cell.budget}

    found = recommend(problem, target=0.2, max_retain_loss=0.0, result=remeasured(result, costly))
    assert not found.reached
    assert "within the tolerated 0 nats of retain log-loss: the least that does costs" in repr(
        found
    )


def test_an_unknown_retain_loss_cannot_be_tolerated(near):
    problem, _ = near
    given = {"estimator": RidgeClassifier(), "selectors": ["distance"], "budgets": [0.9], "cv": 2}
    found = recommend(
        problem, **given, target=0.2, max_retain_loss=1.0, random_state=0, progress=False
    )
    assert (found.reached, found.fraction) == (False, None)
    assert "retain log-loss is unknown" in found.reason
    any_loss = recommend(problem, target=0.2, max_retain_loss=math.inf, result=found.result)
    assert any_loss.reached


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"target": 1.5}, r"target: must lie in \[0, 1\] for forget_recall, got 1.5"),
        ({"target": -0.1}, "target: must be at least 0, got -0.1"),
        ({"max_retain_loss": -1}, "max_retain_loss: must be at least 0"),
        ({"metric": "recall"}, "metric: must be one of .*Did you mean 'forget_recall'"),
    ],
)
def test_bad_targets_say_what_is_wrong(near, given, message):
    problem, result = near
    with pytest.raises(ValueError, match=message):
        recommend(problem, **{"target": 0.2, "max_retain_loss": 0.1, **given}, result=result)

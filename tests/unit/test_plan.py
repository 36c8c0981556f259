from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

import unlearn_widgets as uw
from unlearn_widgets.planning import Plan, label_of, name_of
from unlearn_widgets.selection import DistanceSelector, LikelihoodRatioSelector

RULES = ("random", "distance", "likelihood_ratio")


@pytest.fixture(scope="module")
def domains():
    return uw.datasets.make_gaussians(150, 300, shift=2.0, dim=3, random_state=0)


@pytest.fixture(scope="module")
def problem(domains):
    return uw.UnlearningProblem(domains.X, domains.forget)


@pytest.fixture(scope="module")
def plan(problem):
    return Plan(problem)


@pytest.mark.parametrize("rule", RULES)
def test_measured_curves_are_the_tradeoff(problem, plan, rule):
    curves = plan.curves(rule)
    frame = problem.tradeoff(rule, curves.budgets)
    for name, values in curves.measured.items():
        np.testing.assert_allclose(values, frame[name], rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(curves.floors[0], frame["alpha_noise_floor"])
    np.testing.assert_allclose(curves.floors[1], frame["epsilon_noise_floor"])
    np.testing.assert_array_equal(curves.order, problem.rank(rule))


@pytest.mark.parametrize("rule", RULES)
def test_predictions_use_the_plug_in_and_certificates_the_unbiased_divergence(problem, plan, rule):
    curves = plan.curves(rule)
    counts = {"n_forget": 150, "n_retain": 300, "n_removed": curves.budgets}
    for refit, got in curves.predicted.items():
        expected = uw.theory.removal_tradeoff(
            rule, **counts, divergence=problem.divergence, dim=3, refit=refit
        )
        np.testing.assert_array_equal(got, expected)
    expected = uw.theory.certificate(
        rule, **counts, divergence=problem.divergence_unbiased, dim=3, delta=0.05
    )
    np.testing.assert_array_equal(curves.certified, expected)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("number", ["alpha", "epsilon"])
def test_a_need_is_the_first_crossing_of_the_tradeoff(problem, plan, rule, number):
    values = problem.tradeoff(rule, range(151))[number]
    low, high = float(values.min()), float(values.max())
    for goal in (0.3 * low + 0.7 * high, 0.6 * low + 0.4 * high, float(values[40])):
        meets = values >= goal - 1e-12 if number == "alpha" else values <= goal + 1e-12
        need = plan.need(rule, **{number: goal})
        assert (need.n, need.reason) == (int(np.argmax(meets)), None)
        predicted = uw.theory.required_removals(
            rule,
            n_forget=150,
            n_retain=300,
            divergence=problem.divergence,
            dim=3,
            **{number: goal},
        )
        assert need.predicted == predicted


def test_a_target_out_of_reach_is_answered_with_the_best_there_is(problem, plan):
    best = float(problem.tradeoff("random", range(151))["alpha"].max())
    need = plan.need("random", alpha=best + 1.0)
    assert need.n is None
    assert need.predicted is None
    assert f"gets to {best:.6g}" in need.reason
    assert need.predicted_reason
    need = plan.need("likelihood_ratio", epsilon=0.0)
    assert need.n == 150  # only without any forget row the means agree to the last digit


def test_the_table_compares_rules_at_one_budget(problem, plan):
    rows = plan.table(0.5, alpha=1.5, epsilon=0.1)
    assert [row.rule for row in rows] == list(RULES)
    for row in rows:
        effect = problem.effect(problem.rank(row.rule)[:75])
        assert row.n_removed == 75
        for name, value in row.at.items():
            assert value == pytest.approx(getattr(effect, name), rel=1e-12)
    needs = [row.alpha.n for row in rows]
    assert needs == sorted(needs, reverse=True)
    assert plan.table(3)[0].alpha is None


def test_targets_to_begin_with_lie_half_way(problem, plan):
    before = problem.effect([])
    assert plan.outlook.alpha_target == pytest.approx(
        0.5 * (before.alpha + problem.divergence), rel=5e-3
    )
    assert plan.outlook.epsilon_target == pytest.approx(0.5 * before.epsilon, rel=5e-3)


def test_the_stop_point_is_where_the_likelihood_ratio_meets_the_retained_domain(problem, plan):
    removed = plan.outlook.stop.removed
    assert removed == pytest.approx(150 * uw.theory.stop_point(problem.divergence))
    alpha, epsilon = plan.curves("likelihood_ratio").predicted["mean"]
    at = np.interp(removed, plan.budgets, epsilon)
    assert at < 0.01 * epsilon[0]
    past = plan.budgets > removed + 1
    assert (alpha[past & (plan.budgets < 150)] > problem.divergence).all()
    assert not plan.outlook.stop.beyond


def test_frontiers_bound_every_predicted_path(problem, plan):
    mean, refit = plan.outlook.frontiers()
    assert (mean.refit, refit.refit) == ("mean", "covariance")
    np.testing.assert_allclose(
        mean.alpha, uw.theory.frontier_alpha(mean.epsilon, problem.divergence)
    )
    assert (np.diff(refit.epsilon) > 0).all()
    assert refit.epsilon[0] == pytest.approx(0.0, abs=1e-12)
    for rule in RULES:
        alpha, epsilon = plan.curves(rule).predicted["mean"]
        bound = uw.theory.frontier_alpha(epsilon, problem.divergence)
        assert (alpha <= bound * (1 + 1e-9)).all()


def test_in_many_dimensions_the_plan_warns_of_the_distance_rule(plan):
    assert plan.outlook.warning() is None
    domains = uw.datasets.make_gaussians(400, 600, shift=1.0, dim=100, random_state=0)
    efficiency, text = Plan(uw.UnlearningProblem(domains.X, domains.forget)).outlook.warning()
    assert efficiency < 0.5
    assert "100 dimensions" in text
    assert "likelihood ratio" in text


@pytest.mark.parametrize(
    ("keywords", "words"),
    [
        ({"covariance": "refit"}, "refitted"),
        ({"shrinkage": "ledoit-wolf"}, "ledoit-wolf shrinkage"),
    ],
)
def test_what_has_no_proof_is_left_out_with_the_reason(domains, keywords, words):
    problem = uw.UnlearningProblem(domains.X, domains.forget, **keywords)
    plan = Plan(problem)
    outlook = plan.outlook
    for reason in (outlook.prediction_reason, outlook.certificate_reason, outlook.frontier_reason):
        assert words in reason
    assert (outlook.stop, outlook.frontiers(), outlook.warning()) == (None, [], None)
    curves = plan.curves("distance")
    assert (curves.predicted, curves.certified) == ({}, None)
    frame = problem.tradeoff("distance", curves.budgets)
    np.testing.assert_allclose(curves.measured["alpha"], frame["alpha"], rtol=1e-9)
    need = plan.need("distance", alpha=float(frame["alpha"][20]))
    assert need.n is not None
    assert (need.predicted, need.predicted_reason) == (None, outlook.prediction_reason)


def test_log_loss_is_entropy_plus_divergence(domains):
    for covariance in ("shared", "refit", np.eye(3)):
        problem = uw.UnlearningProblem(domains.X, domains.forget, covariance=covariance)
        outlook, effect = Plan(problem).outlook, problem.effect(problem.rank("distance")[:20])
        assert outlook.entropy_forget + effect.alpha == pytest.approx(effect.forget_log_loss)
        assert outlook.entropy_retain + effect.epsilon == pytest.approx(effect.retain_log_loss)


def test_too_few_rows_are_not_certified_in_advance():
    domains = uw.datasets.make_gaussians(40, 40, shift=0.0, dim=30, random_state=1)
    outlook = Plan(uw.UnlearningProblem(domains.X, domains.forget)).outlook
    assert outlook.prediction_reason is None
    assert "not above zero" in outlook.certificate_reason


def test_means_outside_the_span_leave_no_prediction():
    X = [[0.0, 1.0], [1.0, 1.0], [2.0, 1.0], [0.0, 5.0], [1.0, 5.0], [3.0, 5.0]]
    plan = Plan(uw.UnlearningProblem(X, forget=[0, 1, 2]))
    assert "infinite" in plan.outlook.prediction_reason
    assert plan.outlook.alpha_target is None
    assert math.isinf(plan.curves("random").measured["alpha"][0])
    assert plan.need("random", alpha=1.0).n == 0


def test_groups_are_removed_whole_along_a_plan(domains):
    problem = uw.UnlearningProblem(domains.X, domains.forget, groups=np.arange(450) // 7)
    plan = Plan(problem)
    (row,) = plan.table(10, rules=["distance"])
    assert row.n_removed == problem.tradeoff("distance", [10])["n_removed"][0] > 10
    alpha = problem.tradeoff("distance", range(151))["alpha"]
    goal = float(alpha[60])
    assert plan.need("distance", alpha=goal).n == int(np.argmax(alpha >= goal - 1e-12))


def test_selectors_take_part_without_a_prediction(problem):
    plan = Plan(problem, ["random", DistanceSelector(metric="euclidean")])
    assert list(plan.rules) == ["random", "DistanceSelector(metric='euclidean')"]
    name = plan.add([LikelihoodRatioSelector()])[0]
    assert not plan.is_ranked(name)
    assert plan.curves(name).predicted == {}
    assert plan.is_ranked(name)
    need = plan.need(name, alpha=1.5)
    assert need.n == plan.need("random", alpha=1.5).n or need.predicted is None
    assert need.predicted_reason == "There is no population prediction for this rule."


def test_names_and_labels():
    assert name_of("distance") == "distance"
    assert label_of("likelihood_ratio") == "likelihood ratio"
    assert label_of(name_of(LikelihoodRatioSelector())) == "likelihood ratio"
    spherical = name_of(LikelihoodRatioSelector(covariance="spherical"))
    assert label_of(spherical) == "likelihood ratio (covariance='spherical')"


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda p: Plan(p, "random"), TypeError, "rules: must be a list"),
        (lambda p: Plan(p, []), ValueError, "at least one rule"),
        (lambda p: Plan(p, ["distanse"]), ValueError, "Did you mean 'distance'"),
        (lambda p: Plan(p, delta=0), ValueError, "delta: must lie strictly"),
        (lambda p: Plan(p, delte=0.1), TypeError, "Did you mean 'delta'"),
        (lambda p: Plan(p).need("distance"), ValueError, "exactly one target"),
        (lambda p: Plan(p).need("distance", alpha=-1), ValueError, "alpha: must be at least 0"),
        (
            lambda p: Plan(p).need("distance", epsilon=math.nan),
            ValueError,
            "epsilon: must not be NaN",
        ),
        (lambda p: Plan(p).need("randon", alpha=1), ValueError, "Did you mean 'random'"),
        (lambda p: Plan(p).table(151), ValueError, r"budget: must lie in 0\.\.150"),
    ],
)
def test_bad_arguments(problem, make, error, words):
    with pytest.raises(error, match=words):
        make(problem)


def test_a_plan_is_made_of_plain_values(plan):
    values = dataclasses.asdict(plan.outlook)
    assert {type(value) for value in values.values()} <= {int, float, type(None), str}

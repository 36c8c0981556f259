from __future__ import annotations

import numpy as np
import pytest

from unlearn_widgets.datasets import load_sms_spam, make_gaussians
from unlearn_widgets.problem import UnlearningProblem
from unlearn_widgets.problem.effect import FIELDS
from unlearn_widgets.selection import DistanceSelector, LikelihoodRatioSelector

FOUR = ("alpha", "epsilon", "forget_log_loss", "retain_log_loss")


def four(effect):
    return [getattr(effect, name) for name in FOUR]


def gaussians():
    domains = make_gaussians(60, 90, shift=1.5, dim=4, random_state=0)
    return np.asarray(domains.X), domains.forget


@pytest.fixture(scope="module")
def sms():
    domains = load_sms_spam()
    return UnlearningProblem(domains.X, domains.forget, domains.retain)


def test_groups_are_removed_whole_inside_each_domain():
    X, forget = gaussians()
    labels = [f"user {i % 30}" for i in range(150)]
    problem = UnlearningProblem(X, forget, groups=labels)
    assert problem.whole_groups([0]).tolist() == [0, 30]
    assert problem.whole_groups([60]).tolist() == [60, 90, 120]
    assert problem.effect([0]).n_removed_forget == 2
    assert problem.effect([0]).alpha == UnlearningProblem(X, forget).effect([0, 30]).alpha
    assert UnlearningProblem(X, forget).whole_groups([4, 2]).tolist() == [2, 4]
    order = problem.rank("likelihood_ratio") % 30
    assert (order[::2] == order[1::2]).all()


def test_rules_by_name_order_like_the_selectors():
    X, forget = gaussians()
    problem = UnlearningProblem(X, forget)
    y = problem.domain_codes == 2
    for name, selector in (
        ("distance", DistanceSelector()),
        ("likelihood_ratio", LikelihoodRatioSelector()),
    ):
        order = problem.rank(name)
        assert order.dtype == np.int64
        np.testing.assert_array_equal(order, selector.fit(X, y).rank())
        np.testing.assert_array_equal(order, problem.rank(selector))
    random = problem.rank("random")
    assert sorted(random) == forget.tolist()
    assert random.tolist() == UnlearningProblem(X, forget).rank("random").tolist()
    assert random.tolist() != forget.tolist()


def test_a_selector_is_fitted_to_the_rows_of_both_domains_only():
    X, forget = gaussians()
    X[140:] = 1e6
    problem = UnlearningProblem(X, forget + 5, np.r_[0:5, 65:140])
    np.testing.assert_array_equal(
        problem.rank(LikelihoodRatioSelector()), problem.rank("likelihood_ratio")
    )


def test_orders_are_kept_and_cannot_be_spoilt():
    X, forget = gaussians()
    problem = UnlearningProblem(X, forget)
    first = problem.rank(DistanceSelector(metric="cosine"))
    first[:] = 0
    assert (problem.rank(DistanceSelector(metric="cosine")) != first).any()
    assert (
        problem.rank(DistanceSelector(metric="cosine"))
        != problem.rank(DistanceSelector(metric="euclidean"))
    ).any()


def test_tradeoff_lists_the_effect_along_an_order(sms):
    frame = sms.tradeoff("likelihood_ratio", [567, 0, 0.5, 436]).to_dict()
    assert list(frame) == ["rule", "budget", *FIELDS]
    assert list(frame["budget"]) == [567, 0, 284, 436]
    assert set(frame["rule"]) == {"likelihood_ratio"}
    order = sms.rank("likelihood_ratio")
    for i, size in enumerate(frame["budget"]):
        expected = sms.effect(order[:size])
        assert [frame[name][i] for name in FOUR] == pytest.approx(four(expected), rel=1e-9)


def test_the_best_rule_beats_the_others_on_the_message_set(sms):
    best, *others = (
        sms.tradeoff(rule, [0.2, 0.5, 0.75]).to_dict()["alpha"]
        for rule in ("likelihood_ratio", "random", "distance")
    )
    assert (np.array(best) > np.array(others)).all()


class GivenOrder:
    """A rule without parameters, which only its address tells apart."""

    def __init__(self, order):
        self.order = order

    def fit(self, X, y):
        del X, y
        return self

    def rank(self):
        return self.order


def test_orders_of_rules_without_parameters_are_not_mixed_up():
    X, forget = gaussians()
    problem = UnlearningProblem(X, forget)
    for shift in range(5):
        order = np.roll(forget, shift)
        np.testing.assert_array_equal(problem.rank(GivenOrder(order)), order)


def test_arguments_are_named_as_documented():
    X, forget = gaussians()
    problem = UnlearningProblem(X, forget)
    frame = problem.tradeoff(selector_or_rule="distance", budgets=(3, 0.5))
    expected = problem.effect(removed=problem.rank(selector_or_rule="distance")[:3], delta=0.05)
    assert frame["alpha"][0] == pytest.approx(expected.alpha, rel=1e-12)

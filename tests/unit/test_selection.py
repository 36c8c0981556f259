from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.utils.estimator_checks import estimator_checks_generator

from unlearn_widgets.datasets import make_gaussians
from unlearn_widgets.selection import (
    ClassifierSelector,
    CoresetSelector,
    DistanceSelector,
    HerdingSelector,
    LikelihoodRatioSelector,
    NeighborSelector,
    RandomSelector,
)

SCORING = [
    DistanceSelector(),
    DistanceSelector(metric="euclidean"),
    DistanceSelector(metric="cosine"),
    LikelihoodRatioSelector(),
    LikelihoodRatioSelector(covariance="spherical"),
    LikelihoodRatioSelector(covariance="per-domain"),
    ClassifierSelector(),
    NeighborSelector(n_neighbors=3),
]
SELECTORS = [
    RandomSelector(random_state=0),
    HerdingSelector(),
    CoresetSelector(),
    CoresetSelector("facility-location"),
    *SCORING,
]


def named(selector):
    return repr(selector)


def labelled(domains):
    y = np.zeros(len(domains.X), dtype=int)
    y[domains.forget] = 1
    return domains.X, y


@pytest.fixture(params=SELECTORS, ids=named)
def selector(request):
    return clone(request.param)


@pytest.fixture(params=SCORING, ids=named)
def scoring(request):
    return clone(request.param)


# needs SCIPY_ARRAY_API set before scipy is imported
CHECKS = [
    (estimator, check)
    for selector in SELECTORS
    for estimator, check in estimator_checks_generator(selector)
    if check.func.__name__ != "check_array_api_input"
]


@pytest.mark.parametrize(
    ("estimator", "check"),
    CHECKS,
    ids=[f"{i}-{e!r}-{c.func.__name__}" for i, (e, c) in enumerate(CHECKS)],
)
def test_scikit_learn_estimator_contract(estimator, check):
    check(estimator)


def test_rank_holds_every_forget_row_once(selector):
    X, y = labelled(make_gaussians(40, 60, dim=3, random_state=0))
    order = np.random.default_rng(1).permutation(100)
    ranked = selector.fit(X[order], y[order]).rank()
    assert ranked.dtype == np.int64
    assert sorted(ranked) == np.flatnonzero(y[order]).tolist()


@pytest.mark.parametrize(
    ("y", "forget"),
    [
        ([0, 1, 0, 1, 0], [1, 3]),
        ([False, True, False, True, False], [1, 3]),
        (["ham", "spam", "ham", "spam", "ham"], [1, 3]),
        ([-1, 5, 3, 5, 0], [1, 3]),
    ],
    ids=["numbers", "booleans", "strings", "many labels"],
)
def test_the_largest_label_is_the_forget_domain(selector, y, forget):
    X = np.random.default_rng(0).normal(size=(5, 2))
    selector.fit(X, y)
    assert sorted(selector.rank()) == forget
    assert selector.forget_label_ == max(y)


def test_select_is_the_prefix_of_rank(selector):
    X, y = labelled(make_gaussians(7, 20, random_state=0))
    ranked = selector.fit(X, y).rank()
    for budget, rows in [(0, 0), (3, 3), (7, 7), (0.0, 0), (0.5, 4), (0.2, 1), (1.0, 7), (1, 1)]:
        assert selector.select(budget).tolist() == ranked[:rows].tolist()


@pytest.mark.parametrize("budget", [-1, 8, 1.5, -0.1, float("nan")], ids=str)
def test_a_budget_beyond_the_forget_domain_is_refused(selector, budget):
    X, y = labelled(make_gaussians(7, 20, random_state=0))
    with pytest.raises(ValueError, match="budget"):
        selector.fit(X, y).select(budget)


def test_changing_an_answer_does_not_change_the_selector(selector):
    X, y = labelled(make_gaussians(7, 20, random_state=0))
    ranked = selector.fit(X, y).rank()
    selector.rank()[:] = -1
    selector.select(3)[:] = -1
    np.testing.assert_array_equal(selector.rank(), ranked)


def test_equal_scores_keep_the_order_of_rows_without_a_seed(scoring):
    if isinstance(scoring, ClassifierSelector):
        # Equal rows of different folds have different scores; without folds they have the same.
        scoring = scoring.set_params(estimator=DummyClassifier(strategy="uniform"))
    X = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 2.0], *[[3.0, 3.0]] * 40])
    y = np.array([0] * 3 + [1] * 40)
    order = np.arange(3, 43)
    np.testing.assert_array_equal(scoring.fit(X, y).rank(), order)
    seeded = clone(scoring).set_params(random_state=0).fit(X, y).rank()
    assert sorted(seeded) == order.tolist()
    assert not np.array_equal(seeded, order)
    again = clone(scoring).set_params(random_state=0).fit(X, y).rank()
    np.testing.assert_array_equal(again, seeded)


def test_a_seed_changes_nothing_without_ties(scoring):
    X, y = labelled(make_gaussians(30, 50, dim=3, random_state=5))
    expected = scoring.fit(X, y).rank()
    np.testing.assert_array_equal(scoring.set_params(random_state=9).fit(X, y).rank(), expected)


def test_random_orders_follow_the_seed():
    X, y = labelled(make_gaussians(50, 50, random_state=0))
    a, b, c = (RandomSelector(random_state=s).fit(X, y).rank() for s in (1, 1, 2))
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, c)
    unseeded = RandomSelector()
    assert not np.array_equal(unseeded.fit(X, y).rank(), unseeded.fit(X, y).rank())
    moving = RandomSelector(random_state=np.random.default_rng(1))
    np.testing.assert_array_equal(moving.fit(X, y).rank(), a)
    assert not np.array_equal(moving.fit(X, y).rank(), a)


def test_random_takes_every_row_equally_often():
    X, y = labelled(make_gaussians(10, 10, random_state=0))
    rng = np.random.default_rng(0)
    first = [RandomSelector(random_state=rng).fit(X, y).select(3) for _ in range(400)]
    taken = np.bincount(np.concatenate(first), minlength=10)
    assert (np.abs(taken - 120) < 50).all()


def test_groups_stand_together_by_their_mean_score():
    X = np.array([[0.0], [0.1], [-0.1], [9.0], [1.0], [4.0], [5.0], [6.0]])
    y = np.array([0, 0, 0, 1, 1, 1, 1, 1])
    groups = ["r", "r", "s", "a", "a", "b", "b", "r"]
    selector = DistanceSelector(metric="euclidean").fit(X, y, groups)
    # means: r 6.0 (its forget row only), a 5.0, b 4.5
    assert selector.rank().tolist() == [7, 3, 4, 6, 5]
    assert [len(selector.select(budget)) for budget in range(6)] == [0, 1, 1, 3, 3, 5]


def test_groups_are_never_cut(selector):
    X, y = labelled(make_gaussians(40, 60, random_state=4))
    groups = np.random.default_rng(0).integers(12, size=100)
    selector.fit(X, y, groups)
    members = groups[:40]
    for budget in range(41):
        chosen = selector.select(budget)
        assert len(chosen) <= budget
        touched = np.isin(members, groups[chosen])
        assert np.count_nonzero(touched) == len(chosen)
    assert len(selector.select(1.0)) == 40


def test_groups_of_one_row_change_nothing(selector):
    X, y = labelled(make_gaussians(15, 20, random_state=4))
    alone = selector.fit(X, y).rank()
    np.testing.assert_array_equal(selector.fit(X, y, groups=np.arange(35)).rank(), alone)


def test_groups_with_equal_scores_stay_whole():
    X = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 2.0], *[[3.0, 3.0]] * 30])
    y = np.array([0] * 3 + [1] * 30)
    groups = np.array([0, 0, 0, *([1, 2, 3] * 10)])
    for random_state in (None, 0, 1):
        ranked = DistanceSelector(random_state=random_state).fit(X, y, groups).rank()
        assert np.count_nonzero(np.diff(groups[ranked])) == 2


def test_a_dataframe_is_as_good_as_an_array(scoring):
    X, y = labelled(make_gaussians(15, 20, dim=3, random_state=4))
    expected = scoring.fit(X, y).rank()
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    np.testing.assert_array_equal(scoring.fit(frame, y).rank(), expected)
    assert scoring.feature_names_in_.tolist() == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y": np.ones(10)}, "y: must hold labels of two domains, got one class, 1.0"),
        ({"X": np.full((10, 2), np.nan)}, "NaN"),
        ({"y": np.arange(9)}, "inconsistent numbers of samples"),
        ({"groups": np.arange(9)}, "groups: must hold one label for each of the 10 rows"),
        ({"groups": [None] * 10}, "groups: every row needs a label"),
    ],
    ids=["one label", "nan", "short y", "short groups", "missing groups"],
)
def test_bad_data_is_refused(selector, change, message):
    data = {"X": np.random.default_rng(0).normal(size=(10, 2)), "y": np.arange(10) % 2}
    with pytest.raises(ValueError, match=message):
        selector.fit(**(data | change))


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        (DistanceSelector(metric="mahalanobi"), "metric.*Did you mean 'mahalanobis'"),
        (LikelihoodRatioSelector(covariance="per_domain"), "Did you mean 'per-domain'"),
        (RandomSelector(random_state="x"), "random_state: must be"),
        (DistanceSelector(random_state=-1), "random_state: must be"),
    ],
    ids=named,
)
def test_bad_parameters_are_refused_in_fit(selector, message):
    X, y = labelled(make_gaussians(5, 5, random_state=0))
    with pytest.raises(ValueError, match=message):
        selector.fit(X, y)


def test_unknown_keywords_name_the_closest():
    with pytest.raises(TypeError, match="Did you mean 'metric'"):
        DistanceSelector(metrics="cosine")


def test_identical_rows_have_no_covariance():
    y = np.array([0, 0, 1, 1])
    for selector in (
        DistanceSelector(),
        LikelihoodRatioSelector(),
        LikelihoodRatioSelector(covariance="spherical"),
        LikelihoodRatioSelector(covariance="per-domain"),
    ):
        with pytest.raises(ValueError, match=r"^X: "):
            selector.fit(np.ones((4, 2)), y)


def test_cosine_needs_a_direction():
    X = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.0], [2.0, 1.0]])
    selector = DistanceSelector(metric="cosine")
    with pytest.raises(ValueError, match="has no direction"):
        selector.fit(X, [0, 0, 1, 1])
    assert selector.fit(X, [0, 1, 1, 1]).scores_[1] == 1.0

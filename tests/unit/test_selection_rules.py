"""The rules that learn or search, against plain implementations of what they say they do."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.tree import DecisionTreeClassifier

from unlearn_widgets import UnlearningProblem
from unlearn_widgets.datasets import make_gaussians
from unlearn_widgets.selection import (
    ClassifierSelector,
    CoresetSelector,
    HerdingSelector,
    NeighborSelector,
    mean_matching,
)


@pytest.fixture(scope="module")
def clouds():
    domains = make_gaussians(60, 90, shift=1.5, dim=4, random_state=0)
    y = np.zeros(150, dtype=int)
    y[domains.forget] = 1
    return domains.X, y


def test_classifier_scores_are_cross_fitted(clouds):
    X, y = clouds
    model = LogisticRegression()
    selector = ClassifierSelector(model, cv=4).fit(X, y)
    folds = selector._folds(y == 1, None)
    assert len(folds) == 4
    expected = cross_val_predict(model, X, y, cv=folds, method="decision_function")
    np.testing.assert_allclose(selector.scores_, expected[y == 1])
    np.testing.assert_allclose(
        selector.score_samples(X), model.fit(X, y).decision_function(X), rtol=1e-6
    )


def test_classifier_folds_never_cut_a_group(clouds):
    _, y = clouds
    numbers = np.arange(150) // 5
    for train, test in ClassifierSelector()._folds(y == 1, numbers):
        assert not set(numbers[train]) & set(numbers[test])


def test_classifiers_without_a_decision_function_score_by_log_odds(clouds):
    X, y = clouds
    tree = DecisionTreeClassifier(min_samples_leaf=20, random_state=0)
    selector = ClassifierSelector(tree).fit(X, y)
    chance = tree.fit(X, y).predict_proba(X)[:, 1]
    inside = (chance > 0) & (chance < 1)
    odds = chance[inside] / (1 - chance[inside])
    np.testing.assert_allclose(selector.score_samples(X)[inside], np.log(odds))
    assert np.isfinite(selector.scores_).all()


def test_a_classifier_that_cannot_score_is_refused(clouds):
    class Silent(DummyClassifier):
        predict_proba = property()

    with pytest.raises(TypeError, match="estimator: must have decision_function or predict_proba"):
        ClassifierSelector(Silent()).fit(*clouds)
    with pytest.raises(ValueError, match="cv: must be an integer of at least 2, got 1"):
        ClassifierSelector(cv=1).fit(*clouds)


def test_neighbor_scores_are_ratios_of_distances(clouds):
    X, y = clouds
    selector = NeighborSelector(n_neighbors=3).fit(X, y)
    distances = np.linalg.norm(X[:, None] - X[None], axis=2)
    for at, row in enumerate(np.flatnonzero(y)):
        near = np.sort(distances[row][y == 1])[3]  # without the row itself
        far = np.sort(distances[row][y == 0])[2]
        assert selector.scores_[at] == pytest.approx(np.log(far / near), rel=1e-6)
    new = X[:5] + 0.1
    far = np.sort(np.linalg.norm(new[:, None] - X[y == 0][None], axis=2), axis=1)[:, 2]
    near = np.sort(np.linalg.norm(new[:, None] - X[y == 1][None], axis=2), axis=1)[:, 2]
    np.testing.assert_allclose(selector.score_samples(new), np.log(far / near), rtol=1e-6)


def test_copies_come_first_among_neighbours():
    X = np.array([[0.0], [1.0], [5.0], [5.0], [7.0]])
    selector = NeighborSelector(n_neighbors=1).fit(X, [0, 0, 1, 1, 1])
    assert (selector.scores_[:2] > selector.scores_[2] + 100).all()
    assert np.isfinite(selector.scores_).all()
    assert selector.rank()[-1] == 4


def test_herding_takes_the_best_row_of_all_at_each_step(clouds):
    X, y = clouds
    problem = UnlearningProblem(X, y == 1)
    selector = HerdingSelector().fit(X, y)
    order = selector.rank()
    removed: list[int] = []
    for step in range(8):
        left = [row for row in np.flatnonzero(y) if row not in removed]
        cost = [problem.effect([*removed, row]).epsilon for row in left]
        assert order[step] == left[int(np.argmin(cost))]
        removed.append(int(order[step]))
    epsilon = problem.tradeoff(selector, range(61))["epsilon"]
    np.testing.assert_allclose(0.5 * selector.gaps_**2, epsilon, atol=1e-12)
    stop = selector.n_selected_
    assert (np.diff(selector.gaps_[: stop + 1]) <= 0).all()
    assert stop == 60 or selector.gaps_[stop + 1] > selector.gaps_[stop]


def test_herding_of_many_rows_removes_several_at_once(clouds, monkeypatch):
    X, y = clouds
    exact = HerdingSelector().fit(X, y)
    monkeypatch.setattr(mean_matching, "EXACT_ROWS", 20)
    monkeypatch.setattr(mean_matching, "STEPS", 20)
    coarse = HerdingSelector().fit(X, y)
    assert sorted(coarse.rank()) == sorted(exact.rank())
    assert len(coarse.gaps_) == 21
    early, late = set(coarse.rank()[:20]), set(exact.rank()[:20])
    assert len(early & late) > 12


@pytest.mark.parametrize("method", ["k-center", "facility-location"])
def test_coresets_are_those_of_the_plain_greedy_rule(clouds, method):
    X, y = clouds
    forget = np.flatnonzero(y)
    rows = X[forget] - X[forget].mean(axis=0)
    squares = ((rows[:, None] - rows[None]) ** 2).sum(axis=2)
    picked = [int(np.argmin((rows**2).sum(axis=1)))]
    for _ in range(11):
        nearest = squares[picked].min(axis=0)
        if method == "k-center":
            value = nearest.copy()
        else:
            value = np.maximum(nearest[None] - squares, 0).sum(axis=1)
        value[picked] = -1
        picked.append(int(np.argmax(value)))
    selector = CoresetSelector(method).fit(X, y)
    assert selector.rank()[:12].tolist() == forget[picked].tolist()
    assert sorted(selector.rank()) == forget.tolist()


@pytest.mark.parametrize("method", ["k-center", "facility-location"])
def test_copies_come_last_in_a_coreset(method):
    X = np.array([[0.0], [1.0], *([[5.0]] * 3), [6.0], [9.0]])
    ranked = CoresetSelector(method).fit(X, [0, 0, 1, 1, 1, 1, 1]).rank()
    assert len({X[row, 0] for row in ranked[:3]}) == 3


def needed(problem, selector):
    alpha = np.asarray(problem.tradeoff(selector, range(problem.n_forget + 1))["alpha"])
    return int(np.argmax(alpha >= (alpha[0] + problem.divergence) / 2))


def test_rules_that_look_at_both_domains_need_fewer_rows_than_chance():
    domains = make_gaussians(400, 800, shift=2.0, dim=20, random_state=3)
    problem = UnlearningProblem(domains.X, domains.forget)
    chance, best = needed(problem, "random"), needed(problem, "likelihood_ratio")
    herd, classifier = needed(problem, HerdingSelector()), needed(problem, ClassifierSelector())
    assert max(herd, classifier) < best + 0.1 * 400
    assert max(herd, classifier) < chance - 0.2 * 400
    assert best < needed(problem, NeighborSelector()) < chance
    for method in ("k-center", "facility-location"):
        assert needed(problem, CoresetSelector(method)) > chance - 0.2 * 400


@pytest.mark.parametrize(
    ("selector", "step"),
    [
        (ClassifierSelector(), "unlearn_widgets.selection.classifier.steps"),
        (HerdingSelector(), "unlearn_widgets.selection.mean_matching.steps"),
        (NeighborSelector(), "unlearn_widgets.selection.neighbor.steps"),
        (CoresetSelector(), "unlearn_widgets.selection.k_center.steps"),
        (
            CoresetSelector("facility-location"),
            "unlearn_widgets.selection.facility_location.steps",
        ),
    ],
    ids=repr,
)
def test_an_interrupted_fit_leaves_nothing_half_fitted(clouds, monkeypatch, selector, step):
    from sklearn.exceptions import NotFittedError

    def interrupt(*_args, **_keywords):
        raise KeyboardInterrupt

    selector.fit(*clouds).rank()
    with monkeypatch.context() as patched:
        patched.setattr(step, interrupt)
        with pytest.raises(KeyboardInterrupt):
            selector.fit(*clouds)
    with pytest.raises(NotFittedError):
        selector.rank()
    assert len(selector.fit(*clouds).rank()) == 60

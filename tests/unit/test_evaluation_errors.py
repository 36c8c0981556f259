from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeClassifier
from sklearn.model_selection import KFold, StratifiedGroupKFold
from sklearn.naive_bayes import GaussianNB

import unlearn_widgets as uw
from unlearn_widgets.evaluation import retrain_curve
from unlearn_widgets.selection import DistanceSelector

QUICK = {"selectors": ["distance"], "budgets": [], "random_state": 0, "progress": False, "cv": 2}


@pytest.fixture(scope="module")
def domains():
    return uw.datasets.make_gaussians(40, 80, shift=2.0, dim=2, random_state=0)


@pytest.fixture(scope="module")
def problem(domains):
    return uw.UnlearningProblem(domains.X, domains.forget)


def by_metric(curve, fraction):
    frame = curve.to_pandas()
    return frame[(frame.fraction == fraction) & (frame.split == 0)].set_index("metric")


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"selectors": ["distanse"]}, ValueError, "selectors: must be one of .*Did you mean 'dist"),
        ({"selectors": "distance"}, TypeError, "selectors: must be a list"),
        ({"selectors": []}, ValueError, "selectors: must hold at least one rule"),
        ({"selectors": [3]}, TypeError, "rule: must be one of"),
        ({"budgets": [1.5]}, ValueError, "budgets: a float is a share"),
        ({"budgets": [500]}, ValueError, "budgets: must lie in 0..20 rows"),
        ({"budgets": ["all"]}, TypeError, "budgets: must be an int"),
        ({"budgets": 3}, TypeError, "budgets: must be a list"),
        ({"y": np.zeros(5)}, ValueError, r"y: must hold one label for each of the 120 rows"),
        ({"y": np.zeros(120)}, ValueError, "y: must hold at least two classes, got one, 0.0"),
        ({"y": [None, *range(119)]}, ValueError, "y: every row of a domain needs a label.*row 0"),
        ({"X_model": np.zeros((7, 2))}, ValueError, "X_model: must have a row for each of the 120"),
        ({"estimator": LogisticRegression}, TypeError, "estimator: must be a classifier with fit"),
        ({"estimator": LinearRegression()}, TypeError, "got the regressor LinearRegression"),
        ({"cv": 1}, ValueError, "cv: must be an integer of at least 2"),
        ({"cv": 41}, ValueError, "cv: 41 folds need at least 41 rows in each domain.* has 40"),
        ({"cv": "five"}, TypeError, "cv: must be None, a number of folds"),
        ({"cv": []}, ValueError, "cv: must give at least one split"),
        ({"cv": [(range(90), range(80, 120))]}, ValueError, "cv: split 0 has row 80 in training"),
        ({"cv": KFold(3)}, ValueError, "cv: split 0 has 0 training rows of|cv: split 0 has 0 held"),
        ({"n_jobs": 0}, ValueError, "n_jobs: must not be 0"),
        ({"n_jobs": 1.5}, TypeError, "n_jobs: must be an int"),
        ({"random_state": "seed"}, ValueError, "random_state: must be"),
        ({"budget": [0.5]}, TypeError, "retrain_curve takes no keyword 'budget'.*'budgets'"),
    ],
)
def test_bad_arguments_say_what_is_wrong(problem, given, error, message):
    with pytest.raises(error, match=message):
        retrain_curve(problem, **{**QUICK, **given})


def test_a_problem_is_asked_for():
    with pytest.raises(TypeError, match="problem: must be an UnlearningProblem, got list"):
        retrain_curve([[1.0]], **QUICK)


def test_too_few_rows_for_the_default_splits_are_an_error():
    problem = uw.UnlearningProblem(np.arange(6.0)[:, None], forget=[0, 1])
    with pytest.raises(ValueError, match=r"cv: split 0 has 1 training rows of the forget domain"):
        retrain_curve(problem, **{**QUICK, "cv": None})


def test_a_fold_of_one_class_is_an_error(problem):
    y, even = np.tile(["high", "low"], 60), np.arange(120) % 2 == 0
    with pytest.raises(ValueError, match="y: split 0 trains on one class, 'high', before anything"):
        retrain_curve(problem, **{**QUICK, "cv": [(even, ~even)]}, y=y)


def test_without_probabilities_recall_is_measured_and_log_loss_says_what_is_missing(problem):
    curve = retrain_curve(problem, **QUICK, estimator=RidgeClassifier())
    rows = by_metric(curve, 0.0)
    assert rows.measured["forget_recall"] > 0.6
    assert rows.status["forget_recall"] == "ok"
    assert np.isnan(rows.measured["forget_log_loss"])
    assert rows.status["retain_log_loss"] == (
        "no probabilities: log-loss needs predict_proba, RidgeClassifier has only decision_function"
    )


def test_a_fit_that_does_not_converge_is_reported_cell_by_cell(problem):
    curve = retrain_curve(problem, **QUICK, estimator=LogisticRegression(max_iter=1))
    assert set(by_metric(curve, 0.0).status) == {"not converged"}
    assert set(by_metric(curve, 1.0).status) == {"single class"}
    assert "4 cells: not converged" in repr(curve)
    assert np.isfinite(by_metric(curve, 0.0).measured).all()


class Broken(ClassifierMixin, BaseEstimator):
    """A classifier that gives NaN, or fails, once no forget row near the edge is left."""

    def __init__(self, kind="nan"):
        self.kind = kind

    def fit(self, X, y):
        if self.kind == "fit" and len(X) < 60:
            raise ZeroDivisionError("nothing\nleft")
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.zeros((len(X), 2) if self.kind == "shape" else len(X))

    def predict_proba(self, X):
        return np.full((len(X), 3 if self.kind == "classes" else 2), np.nan)


def test_a_score_that_is_no_number_has_a_status(problem):
    rows = by_metric(retrain_curve(problem, **QUICK, estimator=Broken()), 0.0)
    assert rows.status["forget_log_loss"] == "NaN score"
    assert rows.status["retain_accuracy"] == "ok"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("shape", "failed: ValueError: predict returned shape (60, 2) for 60 rows"),
        (
            "classes",
            "failed: ValueError: predict_proba returned shape (60, 3) for 60 rows and 2 classes",
        ),
    ],
)
def test_answers_of_the_wrong_shape_fail(problem, kind, status):
    curve = retrain_curve(problem, **QUICK, estimator=Broken(kind))
    assert set(by_metric(curve, 0.0).status) == {status}


def test_one_failed_fit_does_not_stop_the_others_and_is_measured_anew(problem):
    failing = {**QUICK, "estimator": Broken("fit"), "budgets": [0.5]}
    curve = retrain_curve(problem, **failing)
    assert curve.complete
    assert set(by_metric(curve, 0.5).status) == {"failed: ZeroDivisionError: nothing left"}
    assert set(by_metric(curve, 0.0).status) == {"NaN score", "ok"}
    asked = []
    retrain_curve(
        problem, **{**failing, "progress": lambda *counts: asked.append(counts)}, resume=curve
    )
    # One on each split: half a per cent of 20 rows is no row, and removing none did not fail.
    assert asked == [(1, 2), (2, 2)]


class Refusing(DistanceSelector):
    """A rule that cannot rank."""

    def _learn(self, X, codes):
        raise RuntimeError(f"cannot rank {len(X)} rows of {len(codes)}")


def test_a_rule_that_fails_is_the_status_of_its_cells(problem):
    curve = retrain_curve(problem, **{**QUICK, "selectors": [Refusing(), "distance"]})
    frame = curve.to_pandas()
    assert set(frame[frame.rule == "Refusing()"].status) == {
        "failed: RuntimeError: cannot rank 60 rows of 60"
    }
    assert frame[frame.rule == "Refusing()"].predicted_alpha.isna().all()
    assert "ok" in set(frame[frame.rule == "distance"].status)
    halved = curve.halving_budget().to_pandas().set_index("rule")
    assert np.isnan(halved.fraction["Refusing()"])
    assert halved.fraction["distance"] > 0


def test_a_class_that_the_model_has_never_seen_has_infinite_log_loss(domains, problem):
    y = np.where(np.isin(np.arange(120), domains.forget), 2, domains.X[:, 1] > 0)
    curve = retrain_curve(problem, **QUICK, y=y, estimator=GaussianNB())
    rows = by_metric(curve, 1.0)
    assert rows.status["forget_log_loss"] == "unseen class"
    assert rows.measured["forget_log_loss"] == np.inf
    assert rows.measured["forget_recall"] == 0.0
    assert rows.status["retain_log_loss"] == "ok"
    assert np.isfinite(rows.measured["retain_log_loss"])


def test_an_int_is_a_number_of_rows_and_a_float_a_share(problem):
    curve = retrain_curve(problem, **{**QUICK, "budgets": [1, 0, 10, 0.5]})
    assert curve.design.levels == (0.0, 0.005, 1, 10, 0.5, 1.0)
    assert curve.design.sizes[0] == (0, 0, 1, 10, 10, 20)
    assert curve.measured("distance", "forget_recall")[0].tolist() == [0, 0.005, 0.05, 0.5, 0.5, 1]


@pytest.fixture(scope="module")
def grouped(domains):
    users = np.arange(120) // 4
    return uw.UnlearningProblem(domains.X, domains.forget, groups=users), users


@pytest.mark.parametrize("cv", [None, 3, StratifiedGroupKFold(3)])
def test_no_group_is_cut(grouped, cv):
    problem, users = grouped
    curve = retrain_curve(problem, **{**QUICK, "cv": cv, "budgets": [5]})
    for train, test in curve.design.splits:
        assert not set(users[train]) & set(users[test])
        assert set(problem.domain_codes[train]) == set(problem.domain_codes[test]) == {1, 2}
    for cell in curve.cells:
        if cell.budget == 5:
            assert cell.removed == 8


def test_a_split_that_cuts_a_group_is_an_error(grouped):
    halves = np.arange(120) % 2 == 0
    with pytest.raises(ValueError, match="cv: split 0 has group 0 in training and held out"):
        retrain_curve(grouped[0], **{**QUICK, "cv": [(halves, ~halves)]})
    with pytest.raises(ValueError, match="cv: 30 folds need at least 30 groups in each domain"):
        retrain_curve(grouped[0], **{**QUICK, "cv": 30})


def test_too_few_groups_are_an_error(domains):
    problem = uw.UnlearningProblem(domains.X, domains.forget, groups=np.arange(120) // 40)
    with pytest.raises(ValueError, match=r"cv: the 40 forget rows and 80 .*more groups"):
        retrain_curve(problem, **{**QUICK, "cv": None})

"""The learner: newest labels win, a failure is a sentence, and nothing is learnt from "unsure"."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import LinearSVC

from unlearn_widgets import UnlearningProblem
from unlearn_widgets.annotation import AnnotationQueue, Learner
from unlearn_widgets.annotation.worker import NewestWins
from unlearn_widgets.datasets import make_gaussians

PATIENCE = 60.0


@pytest.fixture(scope="module")
def problem():
    domains = make_gaussians(80, 120, shift=2.5, dim=4, random_state=0)
    return UnlearningProblem(domains.X, domains.forget)


def labels_of(problem, rows):
    return ["remove" if problem.domain_codes[row] == 2 else "keep" for row in rows]


def taught(problem, rows, labels, *args, **keywords):
    learner = Learner(problem, *args, **keywords)
    learner.learn(rows, labels)
    assert learner.wait(PATIENCE)
    return learner


def test_the_default_is_logistic_regression_on_rows_of_total_variance_one(problem):
    rows = np.random.default_rng(0).permutation(200)[:40]
    labels = labels_of(problem, rows)
    learner = taught(problem, rows, labels)
    X = problem.X - problem.X.mean(axis=0)
    X /= np.sqrt(X.var(axis=0).sum())
    y = np.array(labels) == "remove"
    model = LogisticRegression(max_iter=1000, class_weight="balanced", random_state=0)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    expected = model.fit(X[rows], y).decision_function(X)
    np.testing.assert_allclose(learner.margins, expected, rtol=1e-6)
    hits = [
        round(share * len(test))
        for share, (_, test) in zip(
            cross_val_score(model, X[rows], y, cv=folds), folds.split(X[rows], y), strict=True
        )
    ]
    assert learner.accuracy == sum(hits) / 40
    assert learner.lesson.classes == ("keep", "remove")
    assert [learner.guess(row) for row in range(200)] == [
        "remove" if margin > 0 else "keep" for margin in expected
    ]
    assert (learner.n_labelled, learner.version, learner.reason) == (40, 1, None)


def test_units_of_x_do_not_matter(problem):
    rows = np.arange(0, 200, 5)
    labels = labels_of(problem, rows)
    far = UnlearningProblem(1000.0 * problem.X + 7.0, problem.forget_rows)
    np.testing.assert_allclose(
        taught(problem, rows, labels).margins, taught(far, rows, labels).margins, rtol=1e-4
    )


@pytest.mark.parametrize("estimator", [GaussianNB(), LinearSVC(), LogisticRegression()])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_margins_of_other_estimators(problem, estimator, n_classes):
    rows = np.arange(0, 200, 3)
    y = np.arange(len(rows)) % n_classes
    learner = taught(problem, rows, [f"{number}<b>" for number in y], estimator)
    model = estimator.fit(problem.X[rows], y)
    if n_classes == 2 and hasattr(model, "decision_function"):
        expected = model.decision_function(problem.X)
    elif n_classes == 2:
        expected = np.diff(model.predict_proba(problem.X)).ravel()
    else:
        name = "predict_proba" if hasattr(model, "predict_proba") else "decision_function"
        values = np.sort(getattr(model, name)(problem.X))
        expected = values[:, -1] - values[:, -2]
    np.testing.assert_allclose(learner.margins, expected, rtol=1e-6, atol=1e-9)
    assert [learner.guess(row)[0] for row in range(200)] == [
        str(number) for number in model.predict(problem.X)
    ]


def test_unsure_rows_are_not_learnt_from(problem):
    rows, some = np.arange(0, 200, 5), np.arange(0, 200, 10)
    labels = [
        "unsure" if row % 10 else label
        for row, label in zip(rows, labels_of(problem, rows), strict=True)
    ]
    learner = taught(problem, rows, labels)
    assert learner.n_labelled == len(some)
    np.testing.assert_array_equal(
        learner.margins, taught(problem, some, labels_of(problem, some)).margins
    )
    assert taught(problem, [0, 1], ["a", "b"], ignore=("a",)).n_labelled == 1


def test_texts_that_numpy_would_confuse_stay_apart(problem):
    rows = [0, 1, 150, 151]
    learner = taught(problem, rows, ["x", "x", "x\0", "x\0"])
    assert learner.lesson.classes == ("x", "x\0")
    assert learner.accuracy is not None


def test_too_few_labels_are_a_reason(problem):
    learner = Learner(problem)
    assert (learner.margins, learner.accuracy, learner.version) == (None, None, 0)
    assert learner.reason == "No row is labelled yet."
    assert learner.guess(0) is None
    for rows, labels, said in [
        ([], [], "No row is labelled yet"),
        ([0], ["unsure"], "No row is labelled yet"),
        ([0, 1], ["remove", "remove"], "second label"),
    ]:
        learner.learn(rows, labels)
        assert learner.wait(PATIENCE)
        assert said in learner.reason
        assert (learner.margins, learner.accuracy, learner.version) == (None, None, 0)
    learner.learn([0, 1, 150], ["remove", "remove", "keep"])
    assert learner.wait(PATIENCE)
    assert learner.margins is not None
    assert learner.accuracy is None
    assert learner.reason == "The accuracy needs 2 rows of each label, but 1 is labelled 'keep'."


class Failing(ClassifierMixin, BaseEstimator):
    def fit(self, *_):
        raise RuntimeError("no\nmemory")

    def predict(self, X):
        return np.zeros(len(X))


class NotFinite(GaussianNB):
    def predict_proba(self, X):
        return np.full((len(X), 2), np.nan)


@pytest.mark.parametrize(
    ("estimator", "said"),
    [(Failing(), "RuntimeError: no memory"), (NotFinite(), "not finite")],
)
def test_a_failing_estimator_is_a_reason(problem, estimator, said):
    learner = taught(problem, [0, 1, 150, 151], ["a", "a", "b", "b"], estimator)
    assert said in learner.reason
    assert (learner.margins, learner.accuracy, learner.version) == (None, None, 0)
    assert learner.n_labelled == 4


def test_newest_labels_win(problem):
    started, go_on = threading.Event(), threading.Event()
    fitted = []

    class Slow(LogisticRegression):
        def fit(self, X, y):
            if len(fitted) == 0:
                started.set()
                assert go_on.wait(PATIENCE)
            fitted.append(len(y))
            return super().fit(X, y)

    learner = Learner(problem, Slow())
    learner.learn([0, 150], ["a", "b"])
    assert started.wait(PATIENCE)
    for size in range(2, 9):
        learner.learn([*range(size), 150], [*("a" * size), "b"])
    assert learner.version == 0
    assert not learner.wait(0)
    go_on.set()
    assert learner.wait(PATIENCE)
    assert (learner.version, learner.n_labelled, fitted) == (2, 9, [2, 9])


def test_who_listens_hears_of_each_lesson(problem):
    heard = []
    learner = Learner(problem, on_learned=lambda: heard.append(learner.version))
    for _ in range(2):
        learner.learn([0, 150], ["a", "b"])
        assert learner.wait(PATIENCE)
    assert heard == [1, 2]


def test_a_queue_by_uncertainty_follows_the_learner(problem):
    learner = Learner(problem)
    queue = AnnotationQueue(problem, order="uncertainty", learner=learner, rows=range(200))
    rows = list(range(0, 200, 5))
    learner.learn(rows, labels_of(problem, rows))
    assert learner.wait(PATIENCE)
    queue.upcoming(1, set(rows))
    assert queue.wait(PATIENCE)
    margins = np.abs(learner.margins)
    left = sorted(set(range(200)) - set(rows), key=lambda row: margins[row])
    assert queue.upcoming(200, set(rows)) == left
    assert queue.note is None


def test_wrong_arguments_are_refused_at_once(problem):
    learner = Learner(problem)
    with pytest.raises(ValueError, match="one label for each of the 2 rows, got 1"):
        learner.learn([0, 1], ["a"])
    with pytest.raises(ValueError, match="rows"):
        learner.learn([0, 0], ["a", "b"])
    with pytest.raises(ValueError, match="rows"):
        learner.learn([200], ["a"])
    with pytest.raises(TypeError, match="texts, got int"):
        learner.learn([0], [1])
    for row in (-1, 200, 1.5):
        with pytest.raises(ValueError, match="row:"):
            learner.guess(row)
    with pytest.raises(TypeError, match="estimator"):
        Learner(problem, estimator="svm")
    with pytest.raises(TypeError, match="estimater"):
        Learner(problem, estimater=None)


def test_a_job_that_breaks_does_not_stop_the_one_that_waits(monkeypatch):
    failures, done, started, go_on = [], [], threading.Event(), threading.Event()
    monkeypatch.setattr(threading, "excepthook", failures.append)

    def broken():
        started.set()
        assert go_on.wait(PATIENCE)
        raise KeyError("job")

    worker = NewestWins()
    worker.start(broken)
    assert started.wait(PATIENCE)
    worker.start(lambda: done.append("dropped"))
    worker.start(lambda: done.append("newest"))
    go_on.set()
    assert worker.wait(PATIENCE)
    assert done == ["newest"]
    assert [failure.exc_type for failure in failures] == [KeyError]

from __future__ import annotations

import os
import pickle
import signal
import threading
from typing import ClassVar

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.pipeline import make_pipeline

import unlearn_widgets as uw
from unlearn_widgets.evaluation import RetrainCurve, retrain_curve
from unlearn_widgets.selection import DistanceSelector, RandomSelector

RULES = ("random", "distance", "likelihood_ratio")
COLUMNS = [
    *("rule", "budget", "fraction", "split", "metric", "measured", "predicted_alpha"),
    *("predicted_epsilon", "predicted_forget_log_loss", "predicted_retain_log_loss", "status"),
]


@pytest.fixture(scope="module")
def domains():
    return uw.datasets.make_gaussians(60, 120, shift=2.0, dim=3, random_state=0)


@pytest.fixture(scope="module")
def problem(domains):
    return uw.UnlearningProblem(domains.X, domains.forget)


@pytest.fixture(scope="module")
def options():
    cv = StratifiedShuffleSplit(2, test_size=0.3, random_state=5)
    return {"selectors": RULES, "budgets": [0.5], "cv": cv, "random_state": 0, "progress": False}


@pytest.fixture(scope="module")
def result(problem, options):
    return retrain_curve(problem, **options)


@pytest.fixture(scope="module")
def sms():
    whole = uw.datasets.load_sms_spam()
    rows = np.sort(np.concatenate([whole.forget[:120], whole.retain[:360]]))
    forget = np.isin(rows, whole.forget)
    return whole.X[rows], forget, [whole.records["text"][row] for row in rows]


def same(first: RetrainCurve, second: RetrainCurve) -> None:
    one, two = first.to_frame(), second.to_frame()
    for name in one.columns:
        np.testing.assert_array_equal(one[name], two[name])


def test_every_number_is_that_of_a_model_fitted_and_scored_by_hand(domains, result, options):
    forget = np.zeros(180, dtype=bool)
    forget[domains.forget] = True
    frame = result.to_pandas()
    assert list(frame.columns) == COLUMNS
    assert set(frame.status) == {"ok", "single class"}
    for number, parts in enumerate(options["cv"].split(domains.X, forget)):
        train, test = map(np.sort, parts)
        inner = uw.UnlearningProblem(domains.X[train], forget[train])
        assert inner.n_forget == 42
        for rule in ("distance", "likelihood_ratio"):
            removed = inner.rank(rule)[:21]
            kept = np.delete(train, removed)
            model = LogisticRegression(C=10, max_iter=2000).fit(domains.X[kept], forget[kept])
            effect = inner.effect(removed)
            rows = frame[(frame.rule == rule) & (frame.split == number) & (frame.budget == 21)]
            got = rows.set_index("metric").measured
            right = model.predict(domains.X[test]) == forget[test]
            chance = model.predict_proba(domains.X[test])[np.arange(len(test)), 1 * forget[test]]
            recall, accuracy = right[forget[test]].mean(), right[~forget[test]].mean()
            assert got["forget_recall"] == recall
            assert got["retain_accuracy"] == accuracy
            assert got["balanced_accuracy"] == pytest.approx((recall + accuracy) / 2)
            for metric, side in (("forget", forget[test]), ("retain", ~forget[test])):
                assert got[f"{metric}_log_loss"] == pytest.approx(-np.log(chance[side]).mean())
            for name in ("alpha", "epsilon", "forget_log_loss", "retain_log_loss"):
                np.testing.assert_allclose(rows[f"predicted_{name}"], getattr(effect, name))


def test_none_half_a_percent_and_all_are_always_measured(result):
    frame = result.to_pandas()
    assert sorted(set(frame.fraction)) == [0.0, 0.005, 0.5, 1.0]
    everything = frame[(frame.fraction == 1.0) & (frame.rule == "random")].set_index("metric")
    assert set(everything.status) == {"single class"}
    assert set(everything.measured["forget_recall"]) == {0.0}
    assert set(everything.measured["forget_log_loss"]) == {np.inf}
    assert set(everything.measured["retain_log_loss"]) == {0.0}
    assert set(everything.measured["retain_accuracy"]) == {1.0}
    assert set(everything.measured["balanced_accuracy"]) == {0.5}


def test_the_default_splits_are_those_of_scikit_learn(problem, domains):
    curve = retrain_curve(
        problem, selectors=["distance"], budgets=[], random_state=3, progress=False
    )
    expected = StratifiedShuffleSplit(5, test_size=0.3, random_state=3)
    y = np.isin(np.arange(180), domains.forget)
    for split, (train, test) in zip(curve.design.splits, expected.split(y, y), strict=True):
        np.testing.assert_array_equal(split.train, np.sort(train))
        np.testing.assert_array_equal(split.test, np.sort(test))


def test_one_seed_gives_one_result_and_none_another_order(problem, options, result):
    same(result, retrain_curve(problem, **options))
    other = retrain_curve(problem, **{**options, "selectors": [RandomSelector()]})
    same(other, retrain_curve(problem, **{**options, "selectors": [RandomSelector()]}))
    generator = np.random.default_rng(0)
    one = retrain_curve(problem, **{**options, "cv": None, "random_state": generator})
    two = retrain_curve(problem, **{**options, "cv": None, "random_state": generator})
    assert one.design.seed != two.design.seed


def test_more_workers_change_nothing_and_can_be_stopped(problem, options, result):
    same(result, retrain_curve(problem, **options, n_jobs=2))
    stop = threading.Event()

    def after_seven(done, total):
        assert total == 24
        if done == 7:
            stop.set()

    part = retrain_curve(
        problem, **{**options, "progress": after_seven}, n_jobs=2, should_stop=stop.is_set
    )
    assert part.status.startswith("partial: ")
    assert part.status.endswith(" of 24 cells, stopped")
    same(result, retrain_curve(problem, **options, resume=part))


def test_a_stopped_run_is_a_result_and_goes_on_after_a_pickle(problem, options, result):
    stop = threading.Event()

    def after_seven(done, total):
        if done == 7:
            stop.set()

    part = retrain_curve(problem, **{**options, "progress": after_seven}, should_stop=stop.is_set)
    assert 7 <= len(part.cells) < 24
    assert not part.complete
    assert "stopped" in repr(part)
    assert len(part.to_frame()) == 5 * len(part.cells)
    assert len(part.halving_budget()) == 3
    before = {cell.key for cell in part.cells}
    measured = []
    rest = retrain_curve(
        problem,
        **{**options, "progress": lambda done, total: measured.append((done, total))},
        resume=pickle.loads(pickle.dumps(part)),
    )
    assert measured[-1] == (24 - len(before), 24 - len(before))
    same(result, rest)


def test_an_interrupt_keeps_what_was_measured(problem, options, result):
    def interrupt(done, total):
        if done == 5:
            raise KeyboardInterrupt

    part = retrain_curve(problem, **{**options, "progress": interrupt})
    assert part.status == "partial: 5 of 24 cells, interrupted"
    same(result, retrain_curve(problem, **options, resume=part))


def test_nothing_is_measured_when_it_is_stopped_at_once(problem, options):
    part = retrain_curve(problem, **options, should_stop=lambda: True)
    assert part.status == "partial: 0 of 24 cells, stopped"
    assert np.isnan(part.halving_budget()["fraction"]).all()
    assert len(part.summary()) == 0
    with pytest.raises(ValueError, match="result: holds nothing to draw"):
        part.plot()


class Dying(ClassifierMixin, BaseEstimator):
    """Kills the process it is fitted in once few rows are left; else predicts the first class."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        if len(X) < 120:
            os.kill(os.getpid(), signal.SIGKILL)
        return self

    def predict(self, X):
        return np.repeat(self.classes_[:1], len(X))


def test_what_was_measured_outlives_a_killed_worker(problem, options):
    part = retrain_curve(problem, **options, estimator=Dying(), n_jobs=2)
    assert not part.complete
    assert "a worker process died, TerminatedWorkerError" in part.status
    assert "a worker process died" in repr(part)


def test_rules_and_budgets_can_be_added(problem, options, result):
    first = retrain_curve(problem, **{**options, "selectors": ["random"], "budgets": []})
    assert len(first.cells) == 6
    same(result, retrain_curve(problem, **options, resume=first))


def test_a_result_of_something_else_is_not_continued(problem, domains, options, result):
    other = uw.UnlearningProblem(domains.X + 1.0, domains.forget)
    for given in ((other, {}), (problem, {"estimator": LogisticRegression(C=1)})):
        with pytest.raises(ValueError, match="resume: was measured on other rows"):
            retrain_curve(given[0], **options, **given[1], resume=result)


def test_the_model_can_see_texts_while_the_rule_sees_embeddings(sms, options):
    X, forget, texts = sms
    problem = uw.UnlearningProblem(X, forget)
    chosen = {**options, "selectors": [DistanceSelector(metric="euclidean")]}
    vectors = TfidfVectorizer()
    sparse = retrain_curve(problem, **chosen, X_model=vectors.fit_transform(texts).tocoo())
    recall = sparse.measured("DistanceSelector(metric='euclidean')", "forget_recall")[1]
    closed = sparse.predicted("DistanceSelector(metric='euclidean')", "class_forget_recall")[1]
    assert np.isnan(closed).all()
    assert (recall[:, 0] > 0.5).all()
    assert (recall[:, -1] == 0).all()
    model = make_pipeline(TfidfVectorizer(), LogisticRegression(C=10, max_iter=2000))
    raw = retrain_curve(problem, **chosen, X_model=texts, estimator=model)
    plain = raw.measured("DistanceSelector(metric='euclidean')", "forget_recall")[1]
    # Words and their weights are those of the rows that are left.
    assert (plain[:, 0] > plain[:, 2]).all()
    assert (plain[:, -1] == 0).all()
    assert not np.array_equal(plain, recall)


@pytest.mark.parametrize("library", [pd, pl], ids=["pandas", "polars"])
def test_the_model_can_see_a_data_frame(problem, domains, options, result, library):
    names = ["a", "b", "c"]
    columns = dict(zip(names, domains.X.T, strict=True))
    curve = retrain_curve(problem, **options, X_model=library.DataFrame(columns))
    for rule in RULES:
        got, expected = (one.measured(rule, "forget_recall")[1] for one in (curve, result))
        np.testing.assert_allclose(got, expected, atol=1e-12)


def test_labels_need_not_be_the_domains(domains, problem, options):
    y = np.where(domains.X[:, 1] > 0, "high", "low")
    curve = retrain_curve(problem, **options, y=y)
    frame = curve.to_pandas()
    assert set(frame.status) == {"ok"}
    assert frame[frame.metric == "forget_recall"].measured.min() > 0.7
    assert np.isnan(curve.predicted("random", "class_forget_recall")[1]).all()


def test_rows_in_neither_domain_are_left_out(domains, options):
    problem = uw.UnlearningProblem(domains.X, domains.forget[:50], domains.retain[:90])
    curve = retrain_curve(problem, **options)
    used = np.unique(np.concatenate([np.concatenate(split) for split in curve.design.splits]))
    assert set(used) <= set(domains.forget[:50]) | set(domains.retain[:90])


def test_the_influence_selector_is_taken_by_name(problem, options, monkeypatch):
    monkeypatch.setattr(
        "unlearn_widgets.selection.InfluenceSelector", DistanceSelector, raising=False
    )
    curve = retrain_curve(problem, **{**options, "selectors": ["influence", "distance"]})
    assert curve.design.rules == ("influence", "distance")
    np.testing.assert_array_equal(
        *(curve.measured(rule, "forget_recall")[1] for rule in curve.design.rules)
    )


class Talking(DistanceSelector):
    """A rule with a bar of its own, and a random part."""

    heard: ClassVar = []

    def __init__(self, progress=True, estimator=None):
        super().__init__()
        self.progress = progress
        self.estimator = estimator

    def _learn(self, X, codes):
        self.heard.append((self.progress, self.estimator.random_state))
        super()._learn(X, codes)


def test_a_quiet_run_quiets_its_rules_and_seeds_their_parts(problem, options):
    Talking.heard.clear()
    rules = [Talking(estimator=LogisticRegression())]
    retrain_curve(problem, **{**options, "selectors": rules})
    assert Talking.heard == [(False, 0), (False, 0)]
    assert rules[0].progress
    assert rules[0].estimator.random_state is None


def test_the_summary_is_mean_and_spread_over_splits(result):
    row = next(
        row
        for row in result.summary().rows()
        if (row["rule"], row["fraction"], row["metric"]) == ("distance", 0.5, "forget_log_loss")
    )
    _, values = result.measured("distance", "forget_log_loss")
    assert row["mean"] == pytest.approx(values[:, 2].mean())
    assert row["std"] == pytest.approx(values[:, 2].std(ddof=1))
    assert (row["lowest"], row["highest"]) == (values[:, 2].min(), values[:, 2].max())
    assert row["splits"] == 2


def test_a_result_shows_and_converts_itself(result):
    assert repr(result).startswith("Retraining LogisticRegression(C=10, max_iter=2000) on 2 splits")
    assert "likelihood_ratio" in result._repr_html_()
    assert result.to_polars().shape == result.to_pandas().shape == (120, 11)
    assert result.to_arrow().column_names == COLUMNS
    hostile = RetrainCurve(result.design, {}, "<script>")
    assert "<script>" not in hostile._repr_html_()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_chart_holds_points_and_bands(result, theme):
    spec = result.plot(theme=theme).to_dict()
    assert len(spec["hconcat"]) == 3
    rows = spec["datasets"][spec["hconcat"][0]["data"]["name"]]
    assert {row["rule"] for row in rows} == {"random", "distance", "likelihood ratio"}
    start = next(row for row in rows if row["fraction"] == 0.0)
    assert start["low"] <= start["measured"] <= start["high"]
    assert start["predicted_low"] <= start["predicted_high"]
    assert len(result.plot("retain_accuracy").to_dict()["hconcat"]) == 1

from __future__ import annotations

import json
import math
import threading
from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse, stats

from unlearn_widgets import theory
from unlearn_widgets.datasets import load_sms_spam, make_gaussians
from unlearn_widgets.problem import UnlearningProblem, rows
from unlearn_widgets.problem.effect import FIELDS

FOLDER = Path(__file__).parents[1] / "vectors"
VECTORS = [
    vector
    for vector in json.loads((FOLDER / "theory.json").read_text(encoding="utf-8"))["vectors"]
    if vector["call"] == "problem.effect"
]
SMS = json.loads((FOLDER / "sms_shared.json").read_text(encoding="utf-8"))
FOUR = ("alpha", "epsilon", "forget_log_loss", "retain_log_loss")


def four(effect):
    return [getattr(effect, name) for name in FOUR]


def gaussians(n_forget=60, n_retain=90, dim=4, seed=0):
    domains = make_gaussians(n_forget, n_retain, shift=1.5, dim=dim, random_state=seed)
    return np.asarray(domains.X), domains.forget


@pytest.fixture(scope="module")
def sms():
    domains = load_sms_spam()
    return UnlearningProblem(domains.X, domains.forget, domains.retain)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_reference_values(vector):
    given = vector["kwargs"]
    X = np.array(given["X_forget"] + given["X_retain"])
    known = given["covariance"] == "identity"
    covariance = np.eye(2) if known else given["covariance"]
    problem = UnlearningProblem(X, range(len(given["X_forget"])), covariance=covariance)
    got = four(problem.effect(given["removed"]))[: len(vector["value"])]
    np.testing.assert_allclose(got, vector["value"], rtol=1e-9)


def test_reference_values_of_the_message_set(sms):
    spam, ham = sms.forget_rows, sms.retain_rows
    removals = {
        "nothing removed": [],
        "every third spam row": spam[::3],
        "all but ten spam rows": spam[:-10],
        "100 spam and 500 ham rows": np.r_[spam[:100], ham[:500]],
    }
    assert sms.dim_effective == SMS["dim_effective"] == 382
    assert sms.divergence == pytest.approx(SMS["divergence"], rel=1e-7)
    assert sms.divergence_unbiased == pytest.approx(SMS["divergence_unbiased"], rel=1e-7)
    for case in SMS["cases"]:
        effect = sms.effect(removals.pop(case["name"]))
        assert effect.n_removed == case["n_removed"]
        np.testing.assert_allclose(four(effect), case["value"], rtol=1e-7)
    assert not removals


def test_removing_the_whole_forget_domain_is_exact(sms):
    for problem in (sms, UnlearningProblem(*gaussians(), covariance="refit")):
        effect = problem.effect(problem.forget_rows)
        assert effect.alpha == problem.divergence
        assert effect.epsilon == 0.0
        effect = problem.effect(problem.retain_rows)
        assert effect.alpha == 0.0
        assert effect.random_equivalent is None


def test_every_field_is_consistent(sms):
    removed = np.r_[sms.rank("likelihood_ratio")[:300], sms.retain_rows[:7]]
    effect, before = sms.effect(removed, delta=0.1), sms.effect([])
    assert (effect.n_forget, effect.n_retain) == (567, 3955)
    assert (effect.n_removed, effect.n_removed_forget, effect.n_removed_retain) == (307, 300, 7)
    assert effect.removed_fraction == 300 / 567
    assert [getattr(effect, f"{name}_before") for name in FOUR] == four(before)
    floor = theory.plugin_noise_floor(567, 267, 3948, 3955, 382)
    assert (effect.alpha_noise_floor, effect.epsilon_noise_floor) == floor
    certified = theory.posthoc_certificate(
        math.sqrt(2 * effect.alpha),
        math.sqrt(2 * effect.epsilon),
        n_forget=567,
        n_retain=3955,
        dim=382,
        delta=0.1,
        covariance="pooled",
    )
    assert (effect.alpha_certified, effect.epsilon_certified) == pytest.approx(certified)
    assert effect.certificate_reason is None
    assert effect.frontier_alpha == theory.frontier_alpha(effect.epsilon, sms.divergence)
    assert effect.frontier_alpha >= effect.alpha
    assert effect.random_equivalent is None
    assert (effect.delta, effect.covariance, effect.shrinkage_used) == (0.1, "shared", None)
    assert (effect.dim_effective, effect.precision) == (382, "float64")
    assert before.random_equivalent == 0
    assert effect.forget_log_loss - effect.alpha == pytest.approx(
        effect.retain_log_loss - effect.epsilon, rel=1e-12
    )


def test_effect_is_a_frozen_record(sms):
    effect = sms.effect(sms.forget_rows[:100])
    assert tuple(effect.to_dict()) == FIELDS
    assert json.loads(json.dumps(effect.to_dict())) == effect.to_dict()
    assert "100 of 567 forget rows" in repr(effect)
    assert "<td>alpha</td>" in effect._repr_html_()
    with pytest.raises(FrozenInstanceError):
        effect.alpha = 1.0


def test_random_equivalent_is_the_smallest_number(sms):
    effect = sms.effect(sms.rank("likelihood_ratio")[:200])
    number = effect.random_equivalent
    reached = [(3955 / (567 - f + 3955)) ** 2 * sms.divergence for f in (number - 1, number)]
    assert reached[0] < effect.alpha <= reached[1]
    assert sms.effect(sms.forget_rows).random_equivalent == 567


def test_known_covariance_certifies_with_the_known_form():
    X, forget = gaussians(dim=2)
    problem = UnlearningProblem(X, forget, covariance=[[1.0, 0.0], [0.0, 1.0]])
    effect = problem.effect(forget[:20])
    means = [np.delete(X, forget[:20], 0).mean(0) - X[forget].mean(0)]
    low, _ = theory.posthoc_certificate(
        np.linalg.norm(means[0]), 0.0, n_forget=60, n_retain=90, dim=2, delta=0.05
    )
    assert effect.covariance == "known"
    assert effect.alpha_certified == pytest.approx(low)
    unbiased = problem.divergence - (1 / 60 + 1 / 90)
    assert problem.divergence_unbiased == pytest.approx(unbiased)


def test_refit_numbers_are_those_of_fresh_gaussians():
    X, forget = gaussians()
    removed = np.r_[3:30, 100:110]
    problem = UnlearningProblem(X, forget, covariance="refit")
    effect = problem.effect(removed)

    def fitted(sample):
        return sample.mean(0), np.cov(sample.T, bias=True)

    edited = fitted(np.delete(X, removed, axis=0))
    for sample, kl, loss in (
        (X[:60], effect.alpha, effect.forget_log_loss),
        (X[60:], effect.epsilon, effect.retain_log_loss),
    ):
        assert kl == pytest.approx(theory.gaussian_kl(*fitted(sample), *edited), rel=1e-10)
        nll = -stats.multivariate_normal(*edited).logpdf(sample).mean()
        assert loss == pytest.approx(nll, rel=1e-10)
    assert effect.frontier_alpha is None
    assert effect.alpha_certified is None
    assert effect.random_equivalent is None
    assert "refitted" in effect.certificate_reason
    assert math.isnan(problem.divergence_unbiased)


def test_refit_with_few_forget_rows_has_infinite_kl_and_finite_log_loss():
    X, forget = gaussians(4, 90, 6)
    effect = UnlearningProblem(X, forget, covariance="refit").effect([0])
    assert effect.alpha == math.inf
    kept = X[1:]
    edited = stats.multivariate_normal(kept.mean(0), np.cov(kept.T, bias=True))
    assert effect.forget_log_loss == pytest.approx(-edited.logpdf(X[:4]).mean(), rel=1e-10)
    assert math.isfinite(effect.epsilon)


def test_a_singular_refit_is_infinite():
    X, forget = gaussians(30, 40, 6)
    problem = UnlearningProblem(X, forget, covariance="refit")
    effect = problem.effect(np.arange(5, 70))
    assert four(effect) == [math.inf] * 4
    assert effect.certificate_reason.startswith("A covariance that is compared is singular")
    fine = problem.effect([1])
    assert math.isfinite(fine.alpha)
    assert fine.certificate_reason == "No certificate is known when the covariance is refitted."


@pytest.mark.parametrize("covariance", ["shared", "refit"])
def test_means_apart_outside_the_span_are_infinite_until_one_domain_is_gone(covariance):
    X, forget = gaussians()
    apart = np.column_stack([X, np.isin(np.arange(150), forget)])
    problem = UnlearningProblem(apart, forget, covariance=covariance)
    assert problem.divergence == math.inf
    part = problem.effect([0, 70])
    assert (part.alpha, part.epsilon) == (math.inf, math.inf)
    assert part.forget_log_loss == part.retain_log_loss == math.inf
    assert part.alpha_certified is None
    assert part.certificate_reason.startswith("The domain means differ outside the span")
    assert part.random_equivalent is None
    no_forget, no_retain = (problem.effect(r) for r in (forget, problem.retain_rows))
    assert (no_forget.alpha, no_forget.epsilon) == (math.inf, 0.0)
    assert (no_retain.alpha, no_retain.epsilon) == (0.0, math.inf)


def test_fewer_rows_than_columns_shrinks_and_says_so():
    X, forget = gaussians(8, 10, 50)
    effect = UnlearningProblem(X, forget).effect(forget[:4])
    assert effect.shrinkage_used == "ledoit-wolf"
    assert np.isfinite(four(effect)).all()
    assert effect.alpha_certified is effect.frontier_alpha is None
    assert "ledoit-wolf" in effect.certificate_reason
    bare = UnlearningProblem(X, forget, shrinkage=None)
    assert bare.effect(forget[:4]).alpha == math.inf
    assert bare.shrinkage_used is None


def test_constant_columns_one_column_duplicates_and_row_zero_simply_work():
    X, forget = gaussians(dim=1)
    plain = UnlearningProblem(X, forget)
    padded = UnlearningProblem(np.column_stack([np.full(150, 7.0), X]), forget)
    assert plain.dim_effective == padded.dim_effective == 1
    assert four(plain.effect([0])) == pytest.approx(four(padded.effect([0])), rel=1e-12)
    assert plain.effect([0]).n_removed == 1
    assert plain.effect([0]).alpha != plain.effect([]).alpha
    twice = UnlearningProblem(np.repeat(X, 2, axis=0), np.repeat(plain.domain_codes == 2, 2))
    assert twice.effect([0, 1]).alpha == pytest.approx(
        plain.effect([0]).alpha * (twice.divergence / plain.divergence), rel=1e-10
    )


def test_rows_in_neither_domain_count_in_no_number():
    X, forget = gaussians()
    retain = np.arange(60, 140)
    problem = UnlearningProblem(X, forget, retain)
    small = UnlearningProblem(X[:140], forget)
    assert problem.domain_codes.tolist() == [2] * 60 + [1] * 80 + [0] * 10
    assert problem.effect([5, 145]) == problem.effect([5])
    assert problem.effect([5]) == small.effect([5])
    assert problem.scores.shape == (150,)
    expected = problem.whitened([141])[0]
    target = problem.whitened(forget).mean(0)
    assert problem.scores[141] == pytest.approx(expected @ target - 0.5 * target @ target)


def test_whitened_rows_come_in_the_order_asked_for():
    X, forget = gaussians()
    problem = UnlearningProblem(X, forget)
    both = problem.whitened([7, 2])
    np.testing.assert_array_equal(both[::-1], problem.whitened([2, 7]))
    mask = np.isin(np.arange(150), [2, 7])
    np.testing.assert_array_equal(problem.whitened(mask), both[::-1])
    gap = (X[7] - X[2]) @ np.linalg.solve(
        (59 * np.cov(X[:60].T) + 89 * np.cov(X[60:].T)) / 148, X[7] - X[2]
    )
    assert np.square(both[0] - both[1]).sum() == pytest.approx(gap, rel=1e-10)


def test_any_container_of_rows_gives_the_same_numbers(tmp_path):
    X, forget = gaussians()
    expected = UnlearningProblem(X, forget).effect([1, 2])
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    names = [f"c{i}" for i in range(4)]
    containers = [
        X.tolist(),
        mapped,
        np.asfortranarray(X),
        pd.DataFrame(X, columns=names),
        pl.DataFrame(X, schema=names),
        sparse.csr_matrix(X),
        sparse.coo_array(X),
    ]
    for container in containers:
        problem = UnlearningProblem(container, forget)
        assert four(problem.effect([1, 2])) == pytest.approx(four(expected), rel=1e-10)
    problem = UnlearningProblem(mapped, forget)
    assert problem.X is mapped
    assert np.shares_memory(problem._X, mapped)


def test_any_container_of_positions_gives_the_same_effect():
    X, forget = gaussians()
    problem = UnlearningProblem(X, forget)
    expected = problem.effect([3, 64])
    mask = np.isin(np.arange(150), [3, 64])
    for removed in (mask, mask.tolist(), (64, 3), {3, 64}, np.array([3, 64], np.uint8)):
        assert problem.effect(removed) == expected
    for dtype in (bool, "boolean", object):
        assert problem.effect(pd.Series(mask, dtype=dtype)) == expected
    assert problem.effect(pl.Series(mask)) == expected
    assert problem.effect(range(0)) == problem.effect([])
    assert problem.effect(np.array([])) == problem.effect(())


def test_arranging_rows_on_a_map_changes_no_number(sms):
    order = sms.rank("likelihood_ratio")
    before = [four(sms.effect(order[:size])) for size in (10, 300, 560)]
    whitened = sms.whitened(np.arange(sms.n_rows))
    other = UnlearningProblem(sms.X, sms.forget, sms.retain)
    other.arrange(np.column_stack([other.scores, whitened[:, 0]]).astype(np.float32))
    after = [four(other.effect(order[:size])) for size in (10, 300, 560)]
    np.testing.assert_allclose(after, before, rtol=1e-9)


def test_float32_storage_agrees_to_one_part_in_a_million(sms, monkeypatch):
    monkeypatch.setattr(rows, "STORAGE_LIMIT", 1)
    single = UnlearningProblem(sms.X, sms.forget, sms.retain)
    order = sms.rank("likelihood_ratio")
    for size in (0, 1, 200, 436, 560, 567):
        effect = single.effect(order[:size])
        assert effect.precision == "float32"
        np.testing.assert_allclose(four(effect), four(sms.effect(order[:size])), rtol=1e-6)


def test_threads_get_the_numbers_of_their_own_removal(sms):
    removals = [sms.forget_rows[i : 500 + i] for i in range(24)]
    expected = [four(sms.effect(removed)) for removed in removals]
    got = [None] * len(removals)
    start = threading.Barrier(8)

    def work(worker):
        start.wait()
        for _ in range(5):
            for i in range(worker, len(removals), 8):
                got[i] = four(sms.effect(removals[i]))

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_allclose(got, expected, rtol=1e-11)


def test_keywords_are_stored_as_given():
    X, forget = gaussians()
    labels = np.arange(150)
    problem = UnlearningProblem(X, forget, covariance="refit", shrinkage=None, groups=labels)
    assert problem.X is X
    assert problem.forget is forget
    assert problem.groups is labels
    assert (problem.covariance, problem.shrinkage, problem.retain) == ("refit", None, None)
    assert "60 forget rows" in repr(problem)

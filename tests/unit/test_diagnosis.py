"""The verdict on Gaussian data, on planted deviations, and on data that allow no answer."""

from __future__ import annotations

import json
import math
import threading
from collections import Counter

import numpy as np
import pytest

from unlearn_widgets.datasets import load_sms_spam, make_gaussians
from unlearn_widgets.problem import Diagnosis, UnlearningProblem
from unlearn_widgets.problem.verdict import VERDICTS

N = 1000


def problem(forget, retain, **keywords):
    return UnlearningProblem(np.concatenate([forget, retain]), np.arange(len(forget)), **keywords)


def gaussians(n_forget, n_retain, dim, shift=2.0, seed=0, **keywords):
    """Gaussian domains under a random linear map, so that the covariance is no identity."""
    domains = make_gaussians(n_forget, n_retain, shift, dim, random_state=seed)
    skew = np.eye(dim) + np.random.default_rng(seed).standard_normal((dim, dim)) / math.sqrt(dim)
    return UnlearningProblem(domains.X @ skew, domains.forget, **keywords)


def noise(dim, seed=1):
    return np.random.default_rng(seed).standard_normal((2, N, dim))


def along_first(dim, shift=2.0):
    return shift * np.eye(dim)[0]


@pytest.fixture(scope="module")
def sms():
    domains = load_sms_spam()
    return UnlearningProblem(domains.X, domains.forget, domains.retain)


@pytest.mark.parametrize(
    ("n_forget", "n_retain", "dim", "shift"),
    [
        (40, 60, 1, 2.0),
        (3000, 5000, 1, 2.0),
        (200, 400, 5, 0.7),
        (20, 30, 10, 2.5),
        (30, 30, 10, 2.5),
        (60, 3000, 20, 2.0),
        (200, 300, 100, 3.0),
        (768, 1152, 384, 3.0),
        (3000, 3000, 384, 2.0),
    ],
)
def test_gaussian_rows_are_good(n_forget, n_retain, dim, shift):
    diagnosis = gaussians(n_forget, n_retain, dim, shift).diagnose()
    assert (diagnosis.verdict, diagnosis.n_forget) == ("good", n_forget)
    assert len(diagnosis.reasons) == 4


@pytest.mark.parametrize("covariance", ["refit", "known"])
@pytest.mark.parametrize("dim", [1, 8])
def test_gaussian_rows_are_good_with_another_covariance(covariance, dim):
    forget, retain = noise(dim)
    given = np.eye(dim) if covariance == "known" else "refit"
    wider = 1.0 if covariance == "known" else 2.0
    diagnosis = problem(wider * forget + along_first(dim), retain, covariance=given).diagnose()
    assert diagnosis.verdict == "good"
    assert diagnosis.forget.law == ("chi-square" if covariance == "known" else "rotation")


@pytest.mark.parametrize(("n_forget", "n_retain", "dim"), [(25, 30, 1), (25, 60, 3), (30, 30, 12)])
def test_false_alarms_are_rare(n_forget, n_retain, dim):
    runs = 100
    verdicts = Counter(
        gaussians(n_forget, n_retain, dim, 2.5, seed).diagnose().verdict for seed in range(runs)
    )
    assert verdicts["good"] >= 0.92 * runs
    assert verdicts["do not rely"] == 0


def test_noise_is_named_and_not_taken_for_another_shape():
    # 2 d rows in all: the plug-in divergence is more than twice the true one.
    diagnosis = gaussians(40, 40, 40, shift=3.0).diagnose()
    assert diagnosis.verdict != "good"
    (reason,) = diagnosis.reasons
    assert "is sampling noise" in reason
    assert diagnosis.noise_share > 0.5
    alike = gaussians(200, 300, 50, shift=0.0).diagnose()
    assert alike.verdict == "do not rely"
    assert "is sampling noise" in alike.reasons[0]


@pytest.mark.parametrize("dim", [1, 5, 50])
def test_heavy_tails_are_named(dim):
    rng = np.random.default_rng(3)
    scale = np.sqrt(3.0 / rng.chisquare(3.0, (2, N, 1)))
    forget, retain = noise(dim) * scale
    diagnosis = problem(forget + along_first(dim), retain).diagnose()
    assert diagnosis.verdict != "good"
    assert any("have heavy tails" in reason for reason in diagnosis.reasons)
    assert diagnosis.forget.median_ratio < 0.7


@pytest.mark.parametrize("dim", [1, 5, 50])
def test_a_covariance_made_up_by_a_few_rows_is_not_relied_on(dim):
    forget, retain = np.random.default_rng(4).standard_cauchy((2, N, dim))
    diagnosis = problem(forget + along_first(dim), retain).diagnose()
    assert diagnosis.verdict == "do not rely"
    assert any("A few rows make up the covariance" in reason for reason in diagnosis.reasons)


@pytest.mark.parametrize("dim", [1, 5, 20])
def test_clusters_along_the_line_through_the_means_are_named(dim):
    forget, retain = noise(dim)
    heads = np.random.default_rng(5).random((2, N)) < 0.5
    forget[heads[0], 0] += 4.0
    retain[heads[1], 0] += 4.0
    diagnosis = problem(forget + along_first(dim), retain).diagnose()
    assert diagnosis.verdict != "good"
    assert "Along the line through the means" in diagnosis.reasons[0]
    assert diagnosis.axis_divergence > 1.5 * diagnosis.axis_divergence_gaussian


@pytest.mark.parametrize("dim", [2, 10, 50])
def test_a_forget_domain_of_two_clusters_is_not_good(dim):
    forget, retain = noise(dim)
    forget[: N // 2, -1] += 6.0
    diagnosis = problem(forget + along_first(dim), retain).diagnose()
    assert diagnosis.verdict != "good"
    assert any("covariances of the domains differ" in reason for reason in diagnosis.reasons)


@pytest.mark.parametrize("dim", [1, 5, 50])
def test_unequal_covariances_are_named_and_refitting_helps(dim):
    forget, retain = noise(dim)
    forget = 1.5 * forget + along_first(dim)
    shared = problem(forget, retain).diagnose()
    assert shared.verdict != "good"
    assert any("covariances of the domains differ" in reason for reason in shared.reasons)
    assert not any("not Gaussian:" in reason for reason in shared.reasons)
    assert shared.spread_ratio == pytest.approx(2.25, rel=0.15)
    assert problem(forget, retain, covariance="refit").diagnose().verdict == "good"


@pytest.mark.parametrize("dim", [1, 5, 50])
def test_equal_means_with_unequal_covariances_are_not_relied_on(dim):
    forget, retain = noise(dim)
    diagnosis = problem(2.0 * forget, retain).diagnose()
    assert diagnosis.verdict == "do not rely"
    assert any("covariances of the domains differ" in reason for reason in diagnosis.reasons)
    assert diagnosis.spread_divergence > 10.0 * diagnosis.divergence
    gap = diagnosis.neighbor_divergence - diagnosis.neighbor_divergence_gaussian
    assert abs(gap) > 3.0 * diagnosis.divergence


def test_a_wrong_known_covariance_is_named():
    forget, retain = noise(4)
    diagnosis = problem(forget + along_first(4), retain, covariance=4.0 * np.eye(4)).diagnose()
    assert diagnosis.verdict == "do not rely"
    assert any("known covariance does not fit" in reason for reason in diagnosis.reasons)
    assert diagnosis.forget.spread == pytest.approx(0.25, rel=0.1)


@pytest.mark.parametrize("n", [2, 7, 15])
def test_a_handful_of_rows_is_not_good(n):
    diagnosis = gaussians(n, 100, 1, shift=3.0).diagnose()
    assert diagnosis.verdict == ("indicative" if n > 7 else "do not rely")
    assert any(f"The smaller domain has {n} rows" in reason for reason in diagnosis.reasons)


def test_shrinkage_is_at_best_indicative():
    forget, retain = noise(300)[:, :60]
    shrunk = problem(forget + 0.3, retain).diagnose()
    assert (shrunk.shrinkage_used, shrunk.verdict) == ("ledoit-wolf", "indicative")
    assert "was shrunk (ledoit-wolf)" in shrunk.reasons[0]
    bare = problem(forget + 0.3, retain, shrinkage=None).diagnose()
    assert bare.verdict == "do not rely"


def test_shrunk_rows_with_heavy_tails_are_named():
    scale = np.sqrt(2.0 / np.random.default_rng(6).chisquare(2.0, (2, 60, 1)))
    forget, retain = noise(300)[:, :60] * scale
    diagnosis = problem(forget + 0.3, retain).diagnose()
    assert diagnosis.shrinkage_used == "ledoit-wolf"
    assert any("not Gaussian" in reason for reason in diagnosis.reasons)


def awkward():
    rng = np.random.default_rng(7)
    ones, normal = np.ones((30, 2)), rng.standard_normal((40, 2))
    whole = rng.integers(0, 3, (60, 2)).astype(float)
    repeated = np.repeat(rng.standard_normal((20, 3)), 10, axis=0)
    apart = np.c_[rng.standard_normal((100, 3)), np.arange(100) < 50]
    wide = rng.standard_normal((100, 400))
    return {
        "four rows": (np.array([[0.0], [1.0]]), np.array([[3.0], [4.5]]), {}),
        "identical forget rows": (ones, normal, {}),
        "identical retained rows": (normal, ones, {}),
        "small integers": (whole[:30], whole[30:] + 1.0, {}),
        "repeated rows": (repeated[:100] + 1.0, repeated[100:], {}),
        "the same rows twice": (normal, normal, {}),
        "means outside the span": (apart[:50], apart[50:], {}),
        "singular refit": (wide[:40], wide[40:], {"covariance": "refit"}),
        "as many rows as dimensions": (wide[:40], wide[40:], {"shrinkage": None}),
    }


@pytest.mark.parametrize("name", awkward())
def test_there_is_always_an_answer(name):
    forget, retain, keywords = awkward()[name]
    diagnosis = problem(forget, retain, **keywords).diagnose()
    assert diagnosis.verdict in VERDICTS[1:]
    assert diagnosis.reasons
    assert "nan" not in repr(diagnosis)
    json.dumps(diagnosis.to_dict())


@pytest.mark.parametrize(("unit", "shift"), [(1.0, 1e6), (1e150, 1e151), (1e-150, 0.0)])
def test_units_and_distances_out_of_all_proportion(unit, shift):
    forget, retain = noise(2)[:, :40]
    diagnosis = problem(unit * (forget + 2.0) + shift, unit * retain).diagnose()
    assert diagnosis.verdict == "good"
    assert diagnosis.spread_ratio == pytest.approx(1.0, rel=0.5)


def test_infinite_divergence_is_not_relied_on():
    forget, retain, _ = awkward()["means outside the span"]
    diagnosis = problem(forget, retain).diagnose()
    assert diagnosis.divergence == math.inf
    assert diagnosis.verdict == "do not rely"
    assert "divergence is infinite" in diagnosis.reasons[0]


def test_repeated_rows_are_named():
    forget, retain, _ = awkward()["repeated rows"]
    diagnosis = problem(forget, retain).diagnose()
    assert any("coincide with others" in reason for reason in diagnosis.reasons)
    assert diagnosis.neighbor_divergence is None


def test_text_messages_are_indicative(sms):
    diagnosis = sms.diagnose()
    assert diagnosis.verdict == "indicative"
    assert diagnosis.likelihood_ratio_shift > 1.25 * diagnosis.likelihood_ratio_shift_gaussian
    assert diagnosis.distance_shift < 0.0 < diagnosis.distance_shift_gaussian
    assert any("The distance rule does less than random" in text for text in diagnosis.reasons)
    assert any("covariances of the domains differ" in text for text in diagnosis.reasons)
    # It is so: the rows themselves say the same of both rules.
    half = {
        rule: sms.tradeoff(rule, [0.5])["alpha"][0]
        for rule in ("random", "distance", "likelihood_ratio")
    }
    assert half["distance"] < half["random"] < half["likelihood_ratio"]


def test_the_answer_is_kept_and_repeatable(sms):
    first = gaussians(50, 80, 4)
    assert first.diagnose() is first.diagnose()
    assert first.diagnose() == gaussians(50, 80, 4).diagnose()
    assert sms.diagnose() is sms.diagnose()


def test_threads_get_the_same_answer_while_the_problem_is_locked():
    shared, answers = gaussians(50, 80, 4), []
    threads = [threading.Thread(target=lambda: answers.append(shared.diagnose())) for _ in range(4)]
    with shared._lock:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(answers) == 4
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize("covariance", ["shared", "refit"])
def test_numbers_do_not_depend_on_axes_and_units(covariance):
    domains = make_gaussians(60, 90, 2.0, 5, random_state=8)
    skew = np.random.default_rng(9).standard_normal((5, 5)) + 2.0 * np.eye(5)
    one = UnlearningProblem(domains.X, domains.forget, covariance=covariance).diagnose()
    moved = domains.X @ skew * 1e3 + 7.0
    other = UnlearningProblem(moved, domains.forget, covariance=covariance).diagnose()
    assert one.verdict == other.verdict
    for name, value in one.to_dict().items():
        if isinstance(value, float):
            assert getattr(other, name) == pytest.approx(value, rel=1e-6, abs=1e-9), name
    np.testing.assert_allclose(one.forget.observed, other.forget.observed, rtol=1e-7)


def test_a_diagnosis_is_a_frozen_record():
    diagnosis = gaussians(50, 80, 4, shift=0.0).diagnose()
    assert isinstance(diagnosis, Diagnosis)
    fields = diagnosis.to_dict()
    assert json.loads(json.dumps(fields)) == fields
    assert fields["retain"]["observed"] == list(diagnosis.retain.observed)
    assert repr(diagnosis).startswith(f"Gaussian predictions: {diagnosis.verdict}\n- ")
    with pytest.raises(AttributeError):
        diagnosis.verdict = "good"


def test_html_is_escaped():
    diagnosis = gaussians(50, 80, 4).diagnose()
    fields = {name: getattr(diagnosis, name) for name in diagnosis.to_dict()}
    page = Diagnosis(**fields | {"reasons": ("<script>",)})._repr_html_()
    assert "<li>&lt;script&gt;</li>" in page
    assert "<script>" not in page

"""The smallest removal that meets a target, and the words when there is none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unlearn_widgets import theory

NAMES = {"n_forget": 400, "n_retain": 300, "divergence": 2.0, "dim": 8}
EVERY = np.arange(401)
RULES = st.sampled_from(theory.RULES)
RISKS = st.sampled_from([None, 0.1])


def curve(rule, delta):
    if delta is None:
        return theory.removal_tradeoff(rule, **NAMES, n_removed=EVERY)
    return theory.certificate(rule, **NAMES, n_removed=EVERY, delta=delta)


@given(rule=RULES, delta=RISKS, at=st.integers(0, 400), number=st.sampled_from([0, 1]))
def test_a_target_read_off_a_curve_is_met_where_the_curve_first_meets_it(rule, delta, at, number):
    values = curve(rule, delta)[number]
    goal = float(values[at])
    meets = values >= goal * (1 - 1e-12) if number == 0 else values <= goal * (1 + 1e-12)
    name = "alpha" if number == 0 else "epsilon"
    found = theory.required_removals(rule, **NAMES, **{name: goal}, delta=delta)
    assert found == int(np.argmax(meets))
    assert found <= at


@given(rule=RULES, delta=RISKS, alpha=st.floats(0.0, 3.0), epsilon=st.floats(0.0, 1.0))
def test_both_targets_are_met_first_where_a_full_scan_finds_them(rule, delta, alpha, epsilon):
    values = curve(rule, delta)
    meets = (values[0] >= alpha * (1 - 1e-12)) & (values[1] <= epsilon * (1 + 1e-12))
    found, reason = theory.required_removals(
        rule, **NAMES, alpha=alpha, epsilon=epsilon, delta=delta, return_reason=True
    )
    assert found == (int(np.argmax(meets)) if meets.any() else None)
    assert (reason is None) == (found is not None)


def test_a_target_that_is_exact_in_theory_is_not_missed_by_rounding():
    # (1 - w)^2 k = 1/8 with nothing removed, and all of k with everything removed.
    names = {"n_forget": 1000, "n_retain": 1000}
    assert theory.required_removals("random", **names, divergence=0.5, alpha=0.125) == 0
    for k in (0.1, 0.3, 7.7):
        for rule in theory.RULES:
            found = theory.required_removals(rule, **names, divergence=k, alpha=k)
            assert found is not None
            assert found == 1000 or rule == "likelihood_ratio"
    assert theory.required_removals("distance", **names, divergence=2.0, epsilon=0.0) == 1000
    assert theory.required_removals("distance", **names, divergence=0.0, epsilon=0.0) == 0


def test_the_likelihood_ratio_overshoots_and_comes_back():
    names = {**NAMES, "n_forget": 10_000}
    past = theory.required_removals("likelihood_ratio", **names, alpha=2.005)
    stop = theory.stop_point(2.0)
    assert past > 10_000 * stop - 1
    assert theory.required_removals("random", **names, alpha=2.005) is None


def test_more_than_one_piece_is_scanned():
    names = {"n_forget": 9000, "n_retain": 9000, "divergence": 2.0, "dim": 3}
    rule = "likelihood_ratio"
    every = theory.certificate(rule, **names, n_removed=np.arange(9001), delta=0.1)[0]
    goal = float(every[7000])
    found = theory.required_removals(rule, **names, alpha=goal, delta=0.1)
    assert found == int(np.argmax(every >= goal * (1 - 1e-12))) > 2048


@pytest.mark.parametrize(
    ("targets", "number", "forbids"),
    [
        ({"alpha": 5.0}, 0, r"alpha >= 5 is out of reach"),
        ({"alpha": 5.0, "epsilon": 0.1}, 0, r"alpha >= 5 is out of reach"),
        ({"epsilon": 1e-9, "delta": 0.1}, 1, r"epsilon <= 1e-09 is out of reach"),
        ({"alpha": 5.0, "delta": 0.1}, 0, r"alpha >= 5 is out of reach"),
    ],
)
@pytest.mark.parametrize("rule", theory.RULES)
def test_the_reason_names_the_target_and_the_best_there_is(rule, targets, number, forbids):
    found, reason = theory.required_removals(rule, **NAMES, **targets, return_reason=True)
    assert found is None
    values = curve(rule, targets.get("delta"))[number]
    best = float(values.max() if number == 0 else values.min())
    assert reason.startswith(forbids)
    assert f"{best:.6g}, with" in reason
    assert reason.count(".") >= 1
    assert reason.endswith("removed.")


def test_the_reason_says_when_targets_exclude_each_other():
    names = {**NAMES, "n_forget": 10_000}
    found, reason = theory.required_removals(
        "likelihood_ratio", **names, alpha=2.005, epsilon=0.0, return_reason=True
    )
    assert found is None
    assert "each in reach" in reason
    assert "epsilon <= 0 forbids" in reason
    found, reason = theory.required_removals("random", **names, alpha=1.0, return_reason=True)
    assert (type(found), reason) == (int, None)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({}, "alpha, epsilon: give at least one target"),
        ({"alpha": -1.0}, "alpha: must be at least 0, got -1"),
        ({"epsilon": math.nan}, "epsilon: must not be NaN"),
        ({"alpha": 1.0, "delta": 1.0}, "delta: must lie strictly between 0 and 1"),
        ({"alpha": 1.0, "dim": 2.5}, r"dim: must be a whole number of at least 1, got 2\.5"),
        ({"alpha": 1.0, "divergence": math.inf}, "divergence: must be finite"),
        ({"alpha": 1.0, "n_retain": 0}, "n_retain: must be an integer of at least 1, got 0"),
        ({"alpha": 1.0, "rule": "likelihood"}, "Did you mean 'likelihood_ratio'"),
    ],
)
def test_arguments_of_a_search_out_of_range(changed, message):
    with pytest.raises(ValueError, match=message):
        theory.required_removals(**{"rule": "random", **NAMES, **changed})


def test_an_unknown_keyword_names_the_closest():
    with pytest.raises(TypeError, match="Did you mean 'alpha'"):
        theory.required_removals("random", **NAMES, alhpa=1.0)

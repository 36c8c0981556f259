"""Bounds in advance, and thinned simulations; the whole of them stands in tests/slow."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.slow.simulation import Cell, curve_error, misses, most, posthoc_misses
from unlearn_widgets import theory

COUNTS = {"n_forget": 300, "n_retain": 500, "divergence": 2.0, "dim": 20, "delta": 0.1}


@given(
    rule=st.sampled_from(theory.RULES),
    dim=st.integers(1, 4096),
    k=st.floats(1e-6, 5000.0),
    removed=st.integers(0, 300),
)
def test_a_certificate_lies_on_the_safe_side_of_the_prediction(rule, dim, k, removed):
    names = {"n_forget": 300, "n_retain": 500, "n_removed": removed, "divergence": k, "dim": dim}
    if rule == "random":
        # Noise is part of what is certified there: the mean of the exact law lies between.
        predicted = np.array(theory.removal_tradeoff(rule, **names)) + dim / (2.0 * (800 - removed))
    else:
        predicted = theory.removal_tradeoff(rule, **names)
    low, high = theory.certificate(rule, **names, delta=0.05)
    assert 0.0 <= low <= predicted[0]
    assert high >= predicted[1]


@pytest.mark.parametrize("rule", theory.RULES)
def test_certificates_tighten_with_the_risk_and_with_rows(rule):
    names = {**COUNTS, "n_removed": [0, 100, 299, 300]}
    low, high = theory.certificate(rule, **names)
    bolder = theory.certificate(rule, **{**names, "delta": 0.4})
    assert (bolder[0] > low).all()
    assert (bolder[1] < high).all()
    many = {**names, "n_forget": 300_000, "n_retain": 500_000, "n_removed": 100_000}
    few = theory.removal_tradeoff(rule, n_forget=3, n_retain=5, n_removed=1, divergence=2.0, dim=20)
    np.testing.assert_allclose(theory.certificate(rule, **many), few, rtol=0.02, atol=2e-3)


@pytest.mark.parametrize("rule", theory.RULES)
def test_certificates_of_scalars_and_arrays_agree(rule):
    removed = np.array([[0, 7], [299, 300]])
    low, high = theory.certificate(rule, **COUNTS, n_removed=removed)
    for place in np.ndindex(2, 2):
        one = theory.certificate(rule, **COUNTS, n_removed=int(removed[place]))
        assert type(one[0]) is type(one[1]) is float
        assert one == pytest.approx((low[place], high[place]), rel=1e-13)


def test_a_direction_that_is_off_certifies_less():
    bounds = [
        theory.certificate("likelihood_ratio", **COUNTS, n_removed=100, cos=cos)
        for cos in (1.0, 0.8, 0.0, -1.0)
    ]
    alphas, epsilons = zip(*bounds, strict=True)
    assert list(alphas) == sorted(alphas, reverse=True)
    assert list(epsilons) == sorted(epsilons)
    other = [theory.certificate("distance", **COUNTS, n_removed=100, cos=c) for c in (1.0, 0.0)]
    assert other[0] == other[1]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"delta": 0.0}, r"delta: must lie strictly between 0 and 1, got 0\.0"),
        ({"delta": 1}, "delta: must lie strictly between 0 and 1, got 1"),
        ({"delta": math.nan}, "delta: must lie strictly between 0 and 1, got nan"),
        ({"cos": 1.2}, r"cos: must lie in \[-1, 1\], got 1\.2"),
        ({"n_removed": 301}, r"n_removed: must lie in 0\.\.300, .* got 301"),
        ({"divergence": -1}, "divergence: must be finite and at least 0, got -1"),
        ({"dim": 0}, r"dim: must be .* at least 1, got 0"),
        ({"rule": "randon"}, "Did you mean 'random'"),
    ],
)
def test_arguments_of_a_certificate_out_of_range(changed, message):
    with pytest.raises(ValueError, match=message):
        theory.certificate(**{"rule": "distance", **COUNTS, "n_removed": 3, **changed})


@pytest.mark.parametrize("refit", ["mean", "covariance"])
@pytest.mark.parametrize("dim", [1, 10, 384])
@pytest.mark.parametrize("rule", theory.RULES)
def test_predictions_are_what_simulation_finds(rule, dim, refit):
    rng = np.random.default_rng([dim, theory.RULES.index(rule)])
    gap, error = curve_error(rule, 0.4, dim, 2.0, refit, n=2000, rng=rng)
    assert (np.abs(gap) < 4.0 * error).all()


@pytest.mark.parametrize("rule", theory.RULES)
def test_predictions_are_what_real_rows_show(rule):
    rng = np.random.default_rng(11)
    gap, error = curve_error(rule, 0.5, 6, 0.5, "covariance", n=3000, rng=rng, rows=True)
    assert (np.abs(gap) < 4.0 * error).all()


CELLS = [Cell(40, 30, 20, 1, 0.5), Cell(80, 160, 60, 12, 4.0)]


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: f"d{cell.dim}")
@pytest.mark.parametrize("rule", theory.RULES)
def test_bounds_in_advance_hold_as_often_as_they_claim(rule, cell):
    missed = misses(rule, cell, 500, 0.3, np.random.default_rng(5))
    assert missed.any(axis=1).mean() <= most(0.3, 500)
    if rule == "random":
        error = math.sqrt(0.15 * 0.85 / 500)
        assert (np.abs(missed.mean(axis=0) - 0.15) < 4.0 * error).all()


@pytest.mark.parametrize("covariance", ["known", "pooled"])
def test_bounds_afterwards_hold_against_a_choice_that_knows_the_truth(covariance):
    missed = posthoc_misses(CELLS[0], 500, 0.3, covariance, np.random.default_rng(6))
    assert missed.any(axis=1).mean() <= most(0.3, 500)


def test_the_adversary_of_the_simulation_defeats_a_bound_without_its_margin():
    cell, rng = CELLS[1], np.random.default_rng(7)
    distance = math.sqrt(2.0 * cell.divergence)
    fooled = 0
    for _ in range(200):
        x = rng.standard_normal((cell.n_forget, cell.dim))
        x[:, 0] += distance
        stray = x.mean(axis=0) - distance * np.eye(cell.dim)[0]
        kept = x[np.argsort(x @ stray)[:20]].sum(axis=0) / 180
        gap = kept - x.mean(axis=0)
        truth = kept - distance * np.eye(cell.dim)[0]
        fooled += gap @ gap > truth @ truth
    assert fooled > 100

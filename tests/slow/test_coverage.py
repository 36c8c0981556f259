"""Every certificate against real rows, in 12 settings, as often as it claims."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from tests.slow.simulation import Cell, misses, most, posthoc_misses

pytestmark = pytest.mark.slow

RUNS = 2000
COUNTS = [(60, 40, 30), (100, 200, 20), (200, 100, 180)]
DOMAINS = [(1, 0.5), (10, 2.0), (50, 0.1), (100, 8.0)]
CELLS = [Cell(*counts, *domain) for counts, domain in itertools.product(COUNTS, DOMAINS)]
DELTAS = (0.3, 0.05)


def seed(cell, *more):
    return np.random.default_rng([cell.n_forget, cell.dim, *more])


def name(cell):
    return f"{cell.n_removed}-of-{cell.n_forget}-beside-{cell.n_retain}-d{cell.dim}"


@pytest.mark.parametrize("cell", CELLS, ids=name)
@pytest.mark.parametrize("rule", ["distance", "likelihood_ratio"])
def test_bounds_in_advance_hold_as_often_as_they_claim(rule, cell):
    for number, delta in enumerate(DELTAS):
        missed = misses(rule, cell, RUNS, delta, seed(cell, number))
        assert missed.any(axis=1).mean() <= most(delta, RUNS)


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell.dim > 1], ids=name)
def test_a_direction_that_is_off_keeps_its_bounds(cell):
    missed = misses("likelihood_ratio", cell, RUNS, 0.1, seed(cell, 2), cos=0.7)
    assert missed.any(axis=1).mean() <= most(0.1, RUNS)


@pytest.mark.parametrize("cell", CELLS, ids=name)
def test_bounds_of_random_removal_are_exact(cell):
    for number, delta in enumerate(DELTAS):
        missed = misses("random", cell, RUNS, delta, seed(cell, 3, number))
        assert missed.any(axis=1).mean() <= most(delta, RUNS)
        error = math.sqrt(0.5 * delta * (1.0 - 0.5 * delta) / RUNS)
        assert (np.abs(missed.mean(axis=0) - 0.5 * delta) < 4.0 * error).all()


@pytest.mark.parametrize("cell", CELLS, ids=name)
def test_bounds_afterwards_hold_against_a_choice_that_knows_the_truth(cell):
    for number, delta in enumerate(DELTAS):
        missed = posthoc_misses(cell, RUNS, delta, "known", seed(cell, 4, number))
        assert missed.any(axis=1).mean() <= most(delta, RUNS)


# A pooled covariance of no more rows than dimensions is singular.
FITTED = [cell for cell in CELLS if cell.n_forget + cell.n_retain - 2 > cell.dim]


@pytest.mark.parametrize("cell", FITTED, ids=name)
def test_bounds_afterwards_hold_with_a_fitted_covariance(cell):
    for number, delta in enumerate(DELTAS):
        missed = posthoc_misses(cell, RUNS, delta, "pooled", seed(cell, 5, number))
        assert missed.any(axis=1).mean() <= most(delta, RUNS)

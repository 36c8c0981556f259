"""Every curve of every rule against rows that were drawn, chosen and fitted."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.slow.simulation import curve_error
from unlearn_widgets.theory import RULES

pytestmark = pytest.mark.slow

REFITS = ("mean", "covariance")
DIMS = (1, 2, 10, 100, 384)
SETTINGS = list(itertools.product((0.05, 2.0, 20.0), (0.9, 0.5, 0.1)))


def check(rule, dim, refit, *, n, rows):
    """No prediction is more than 4 standard errors away, and they do not lean to one side."""
    rng = np.random.default_rng([dim, n, RULES.index(rule), REFITS.index(refit)])
    scaled = []
    for divergence, share in SETTINGS:
        gap, error = curve_error(rule, share, dim, divergence, refit, n=n, rng=rng, rows=rows)
        scaled.append(gap / error)
    worst = np.abs(scaled).max()
    assert worst < 4.0, scaled
    assert np.abs(np.mean(scaled, axis=0)).max() < 4.0 / np.sqrt(len(SETTINGS)), scaled


@pytest.mark.parametrize("refit", REFITS)
@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("rule", RULES)
def test_predictions_are_what_simulation_finds(rule, dim, refit):
    """Two numbers a row, which carry all that the rules and the fits look at."""
    check(rule, dim, refit, n=10_000, rows=False)


@pytest.mark.parametrize("refit", REFITS)
@pytest.mark.parametrize("dim", [2, 10, 100, 384])
def test_predictions_are_what_real_rows_show(dim, refit):
    for rule in RULES:
        check(rule, dim, refit, n=100_000 // dim + 1000, rows=True)

"""The effects in gaussian.json, which ``js/src/core/gaussian.ts`` is held to as well."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import unlearn_widgets as uw
from unlearn_widgets.problem.portable import MOST_NUMBERS, portable, why_not_portable
from unlearn_widgets.wire.codecs import decode_values

CASES = json.loads(Path(__file__).with_name("gaussian.json").read_text())["cases"]


def problem_of(case):
    return uw.UnlearningProblem(case["X"], case["forget"], case["retain"], **case["keywords"])


def close(value):
    # Where a sum cancels to nothing, what is left of it is rounding.
    return pytest.approx(value, rel=1e-9, abs=1e-24) if isinstance(value, float) else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_effects(case):
    problem = problem_of(case)
    for removal in case["removals"]:
        values = problem.effect(removal["removed"]).to_dict()
        expected = decode_values(removal["effect"])
        assert values == {name: close(value) for name, value in expected.items()}, removal["name"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_constants_and_rows(case):
    constants, rows = portable(problem_of(case))
    expected = decode_values(case["constants"])
    assert constants.keys() == expected.keys()
    for name in constants.keys() - {"target"}:
        assert constants[name] == (
            pytest.approx(expected[name]) if name == "certificate" else close(expected[name])
        )
    # Axes may be turned round by another linear algebra: only distances count.
    saved = np.reshape(case["rows"], rows.shape)
    np.testing.assert_allclose(rows @ rows.T, saved @ saved.T, atol=1e-9)
    np.testing.assert_allclose(
        rows @ constants["target"], saved @ np.array(expected["target"]), atol=1e-9
    )


def test_what_cannot_be_computed_elsewhere_says_why():
    X = np.random.default_rng(0).normal(size=(60, 3))
    refit = uw.UnlearningProblem(X, np.arange(20), covariance="refit")
    with pytest.raises(ValueError, match="problem: The covariance is refitted"):
        portable(refit)
    n = MOST_NUMBERS // 2 + 1
    large = uw.UnlearningProblem(np.random.default_rng(0).normal(size=(n, 2)), np.arange(20))
    assert "160,001 rows in 2 dimensions are too many" in why_not_portable(large)

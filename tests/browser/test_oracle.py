"""The oracle itself, against the stored reference values of the SMS data."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.browser.oracle import inside_lasso


def test_inside_lasso_knows_a_notched_square():
    square = [(0, 0), (4, 0), (4, 4), (2, 1), (0, 4)]
    points = [(1, 1), (2, 0.5), (2, 2), (3.9, 0.1), (5, 1), (0.1, 3.5)]
    assert inside_lasso(points, square).tolist() == [True, True, False, True, False, True]


def removed_rows(sms, name):
    forget, retain = np.flatnonzero(sms.forget), np.flatnonzero(sms.retain)
    return {
        "nothing removed": [],
        "every third spam row": forget[::3],
        "all but ten spam rows": forget[:-10],
        "100 spam and 500 ham rows": np.concatenate([forget[:100], retain[:500]]),
    }[name]


def test_oracle_agrees_with_the_reference(sms, root):
    reference = json.loads((root / "tests" / "vectors" / "sms_shared.json").read_text())
    assert sms.d == reference["dim_effective"]
    for case in reference["cases"]:
        removed = np.zeros(len(sms.X), dtype=bool)
        removed[removed_rows(sms, case["name"])] = True
        assert removed.sum() == case["n_removed"]
        numbers = sms.numbers(removed)
        names = ("alpha", "epsilon", "forget-log-loss", "retain-log-loss")
        got = [numbers[f"uw-{name}"] for name in names]
        np.testing.assert_allclose(got, case["value"], rtol=1e-7)


def test_removing_the_whole_forget_domain_reaches_the_divergence(sms):
    numbers = sms.numbers(sms.forget)
    gap = sms.white[sms.forget].mean(axis=0) - sms.white[sms.retain].mean(axis=0)
    assert numbers["uw-alpha"] == pytest.approx(float(gap @ gap) / 2, rel=1e-12)
    assert numbers["uw-epsilon"] == 0
    assert sms.random_equivalent(sms.forget) == sms.forget.sum()

"""What Python writes into a page is what page.json holds, which the page's script is held to."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest

from tests.protocol.make_page import answers, make_session
from unlearn_widgets.session.page_state import page_state

SHARED = json.loads(Path(__file__).with_name("page.json").read_text())
GROUPS = np.where(np.arange(64) < 24, np.arange(64) // 4, 100 + np.arange(64))
KEYWORDS = {"live": {}, "grouped": {"groups": GROUPS}, "saved": {"covariance": "refit"}}
# Axes of whitened rows may be turned round by another linear algebra.
TURNED = ("live.rows", "live.constants.target")


def differences(got, wanted, where=""):
    """Yield where two states differ by more than 1e-9 of a number."""
    if where in TURNED:
        return
    if isinstance(wanted, dict) and isinstance(got, dict):
        if got.keys() != wanted.keys():
            yield where, sorted(got.keys() ^ wanted.keys())
            return
        for name, value in wanted.items():
            yield from differences(got[name], value, f"{where}.{name}".lstrip("."))
    elif isinstance(wanted, list) and isinstance(got, list) and len(got) == len(wanted):
        for at, (one, other) in enumerate(zip(got, wanted, strict=True)):
            yield from differences(one, other, f"{where}.{at}")
    elif isinstance(wanted, float):
        if got != pytest.approx(wanted, rel=1e-9, abs=1e-24):
            yield where, got, wanted
    elif got != wanted and not _same_numbers(got, wanted):
        yield where, got, wanted


def _same_numbers(got, wanted):
    """Tell whether two binary parts hold the same float64 up to rounding."""
    if not (isinstance(got, str) and isinstance(wanted, str)):
        return False
    one, other = (np.frombuffer(base64.b64decode(part), dtype="<f8") for part in (got, wanted))
    return one.shape == other.shape and np.allclose(one, other, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", KEYWORDS)
def test_state(name):
    session = make_session(**KEYWORDS[name])
    state = page_state(session, include_text=name != "saved")
    read_back = json.loads(json.dumps(state, allow_nan=False))
    assert list(differences(read_back, SHARED[name]["state"])) == []


@pytest.mark.parametrize("name", ["live", "grouped"])
def test_answers(name):
    session = make_session(**KEYWORDS[name])
    for rule in session.plan.rules:
        session.plan.curves(rule)
    given = json.loads(json.dumps(answers(session)))
    wanted = {key: value for key, value in SHARED[name].items() if key != "state"}
    assert list(differences(given, wanted)) == []

"""Both languages find the same edits in a manifest: checks.json says which."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

import unlearn_widgets as uw

FOLDER = Path(__file__).parent
MANIFEST = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))["manifest"]
CASES = json.loads((FOLDER / "checks.json").read_text(encoding="utf-8"))["cases"]


def edited(case):
    twin = copy.deepcopy(MANIFEST)
    *way, last = case["way"]
    held = twin
    for part in way:
        held = held[part]
    if "value" in case:
        held[last] = case["value"]
    else:
        del held[last]
    return twin


@pytest.mark.parametrize("case", CASES, ids=[f"{i}-{one['way'][0]}" for i, one in enumerate(CASES)])
def test_the_checks_that_do_not_fit_are_these(case, tmp_path):
    path = tmp_path / "x.forget.json"
    path.write_text(json.dumps(edited(case)), encoding="utf-8")
    found = [one["name"] for one in uw.verify(path).checks if one["status"] == "mismatch"]
    assert sorted(found) == case["mismatches"]

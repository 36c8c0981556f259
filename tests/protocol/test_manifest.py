"""The digests of a manifest are the same in both languages; see make_manifest.mjs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import unlearn_widgets as uw
from unlearn_widgets.manifest.digest import seal, sign_off
from unlearn_widgets.manifest.shape import shape_problems

CASES = json.loads((Path(__file__).parent / "manifest.json").read_text(encoding="utf-8"))
MANIFEST = CASES["manifest"]


@pytest.mark.parametrize("name", ["digests", "digest", "hmac"])
def test_seals_are_found_again(name):
    assert seal(MANIFEST, CASES["hmac_key"].encode())[name] == CASES[name]


def test_sign_offs_are_found_again():
    assert [sign_off(one) for one in MANIFEST["signoffs"]] == MANIFEST["signoffs"]
    assert [one["digest"] for one in MANIFEST["signoffs"]] == CASES["signoff_digests"]


def test_it_is_a_manifest_that_fits(tmp_path):
    assert shape_problems(MANIFEST) == []
    path = tmp_path / "x.forget.json"
    path.write_text(json.dumps(MANIFEST), encoding="utf-8")
    X = [[2.0], [3.0], [4.0], [-1.0], [0.0], [1.0]]
    report = uw.verify(path, X=X, hmac_key=CASES["hmac_key"])
    assert [one for one in report.checks if one["status"] == "mismatch"] == []
    assert {one["name"] for one in report.checks if one["status"] == "not_checked"} == {
        *("store", "records", "signoff 1 hmac", "signoff 2 hmac"),
    }

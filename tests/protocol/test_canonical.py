"""Canonical JSON and its hash are the same in both languages; see make_canonical.mjs."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unlearn_widgets.ledger import canonical_json, sha256_hex
from unlearn_widgets.ledger.canonical import read_json

CASES = json.loads((Path(__file__).parent / "canonical.json").read_text(encoding="utf-8"))

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize("case", CASES["valid"], ids=lambda case: case["json"][:40])
def test_the_text_and_its_hash_are_the_same_in_both_languages(case):
    text = canonical_json(json.loads(case["json"]))
    assert text.decode() == case["canonical"]
    assert sha256_hex(text) == case["sha256"]


@pytest.mark.parametrize("case", CASES["invalid"])
def test_what_json_cannot_hold_is_refused(case):
    with pytest.raises(ValueError, match=r"^value"):
        canonical_json(json.loads(case))


@given(JSON_VALUES)
def test_the_text_is_read_as_the_value_it_was_made_from(value):
    text = canonical_json(value)
    assert read_json(text.decode()) == value
    assert canonical_json(read_json(text.decode())) == text


@given(st.dictionaries(st.text(), st.none()))
def test_keys_are_sorted_by_utf_16_code_units(value):
    keys = list(json.loads(canonical_json(value)))
    assert keys == sorted(value, key=lambda key: key.encode("utf-16-be"))


def test_numpy_values_are_written_as_what_they_hold():
    held = {"a": np.float64(0.1), "b": np.int8(-3), "c": np.bool_(0), "d": np.array([[1.5, 2]])}
    assert canonical_json(held) == b'{"a":0.1,"b":-3,"c":false,"d":[[1.5,2]]}'


def test_the_hash_is_sha_256():
    assert sha256_hex(b"abc") == hashlib.sha256(b"abc").hexdigest()

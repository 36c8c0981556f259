from __future__ import annotations

import json
import math
import struct
from pathlib import Path

import numpy as np
import pytest

from unlearn_widgets.wire.codecs import (
    decode_bitset,
    decode_number,
    decode_path,
    encode_bitset,
    encode_float32,
    encode_number,
    encode_path,
    encode_values,
)

CASES = json.loads((Path(__file__).parent / "codecs.json").read_text(encoding="utf-8"))


def float64(bits: str) -> float:
    return struct.unpack(">d", bytes.fromhex(bits))[0]


@pytest.mark.parametrize("case", CASES["numbers"]["valid"], ids=lambda case: str(case["wire"]))
def test_numbers_keep_every_bit_both_ways(case):
    decoded = decode_number(case["wire"])
    expected = float64(case["float64"])
    if math.isnan(expected):
        assert math.isnan(decoded)
    else:
        assert struct.pack(">d", decoded).hex() == case["float64"]
    assert encode_number(expected) == case["wire"]
    assert decode_number(json.loads(json.dumps(encode_number(decoded)))) == pytest.approx(
        expected, rel=0, abs=0, nan_ok=True
    )


@pytest.mark.parametrize("wire", CASES["numbers"]["invalid"], ids=repr)
def test_anything_else_is_no_number(wire):
    with pytest.raises((TypeError, ValueError), match=r"^number: expected"):
        decode_number(wire)


def test_numpy_numbers_become_plain_ones():
    values = encode_values(
        {"a": np.float64(0.5), "b": np.int64(3), "c": np.bool_(1), "d": None, "e": math.nan}
    )
    assert values == {"a": 0.5, "b": 3, "c": True, "d": None, "e": "nan"}
    assert [type(value) for value in values.values()] == [float, int, bool, type(None), str]


@pytest.mark.parametrize("case", CASES["bitsets"]["valid"], ids=str)
def test_bitsets_are_a_fixed_point(case):
    mask = np.zeros(case["n"], dtype=bool)
    mask[case["rows"]] = True
    assert encode_bitset(mask).hex() == case["hex"]
    decoded = decode_bitset(bytes.fromhex(case["hex"]), case["n"])
    assert decoded.dtype == bool
    assert np.array_equal(decoded, mask)
    assert encode_bitset(decoded).hex() == case["hex"]


@pytest.mark.parametrize("case", CASES["bitsets"]["invalid"], ids=str)
def test_bitsets_of_another_size_or_with_padding_are_refused(case):
    with pytest.raises(ValueError, match=r"^bitset: "):
        decode_bitset(bytes.fromhex(case["hex"]), case["n"])


@pytest.mark.parametrize("case", CASES["float32"], ids=str)
def test_float32_values_are_little_endian(case):
    values = [decode_number(value) for value in case["values"]]
    assert encode_float32(values).hex() == case["hex"]


@pytest.mark.parametrize("case", CASES["paths"]["valid"], ids=str)
def test_paths_are_a_fixed_point(case):
    path = np.array(case["path"], dtype=np.float64).reshape(-1, 2)
    assert encode_path(path).hex() == case["hex"]
    decoded = decode_path(memoryview(bytes.fromhex(case["hex"])))
    assert decoded.dtype == np.float64
    assert np.array_equal(decoded, path)


@pytest.mark.parametrize("case", CASES["paths"]["invalid"], ids=str)
def test_torn_and_infinite_paths_are_refused(case):
    with pytest.raises(ValueError, match=r"^path: "):
        decode_path(bytes.fromhex(case["hex"]))

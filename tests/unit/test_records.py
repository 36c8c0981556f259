"""Records of any type are keyed, searched, shown and coloured, and are never assumed to be text."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from unlearn_widgets.records import Records
from unlearn_widgets.records.cells import as_json, as_text, is_missing
from unlearn_widgets.records.colours import CategoricalColour, NumericColour

NOON = dt.datetime(2024, 1, 2, 12, tzinfo=dt.UTC)


def make(columns: Any, key: str | None = None, codes: Any = None) -> Records:
    n = len(next(iter(columns.values()))) if isinstance(columns, dict) else len(columns)
    codes = np.ones(n, dtype=np.uint8) if codes is None else np.asarray(codes, dtype=np.uint8)
    return Records(columns, key, n, codes)


MESSAGES = {
    "id": ["m-10", "m-11", "m-12", "m-13", "m-14", "m-15"],
    "label": ["spam", "spam", "ham", "ham", "ham", "ham"],
    "text": ["WIN a free prize", "Straße frei", "see you ☕", "שלום", "", "FREE entry\nnow"],
    "length": [3, None, 1, 2, 5, 4],
}
CODES = [2, 2, 1, 1, 1, 0]


@pytest.mark.parametrize(
    "table", [dict, pd.DataFrame, pl.DataFrame, pa.table], ids=["dict", "pandas", "polars", "arrow"]
)
def test_any_table_gives_the_same_records(table: Any) -> None:
    records = make(table(MESSAGES), "id", CODES)
    assert records.keys == MESSAGES["id"]
    assert records.columns == [
        {"name": "id", "kind": "text"},
        {"name": "label", "kind": "categorical"},
        {"name": "text", "kind": "text"},
        {"name": "length", "kind": "numeric"},
    ]
    assert records.text_column == "text"
    assert records.domain_names == ("spam", "ham")
    assert records.search("free").tolist() == [0, 5]
    assert np.isnan(records.take(np.array([1, 0]))["length"][0])


def test_no_records_at_all() -> None:
    records = Records(None, None, 3, np.array([2, 1, 1], dtype=np.uint8))
    assert (records.keys, records.columns, records.fields(0)) == ([0, 1, 2], [], [])
    assert records.text_column is None
    assert records.excerpt(2) == ("", False)
    assert records.search("a").size == 0
    assert records.take(np.array([0])) == {}
    assert records.domain_names == ("forget", "retain")
    assert records.key(2) == 2


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("WIN", [0]),
        ("strasse", [1]),
        ("☕", [2]),
        ("שלום", [3]),
        ("entry\nnow", [5]),
        ("M-1", [0, 1, 2, 3, 4, 5]),
        ("spam", [0, 1]),
        ("", []),
        ("nowhere", []),
        (".*", []),
    ],
)
def test_search(text: str, rows: list[int]) -> None:
    assert make(MESSAGES, "id", CODES).search(text).tolist() == rows


def test_search_finds_numeric_keys_but_no_other_numbers() -> None:
    columns = {"number": [417, 20, 21], "other": [5, 417, 6]}
    assert make(columns, "number").search("417").tolist() == [0]
    assert make(columns).search("417").size == 0
    with pytest.raises(TypeError, match="expected a text to look for, got int"):
        make(columns).search(417)  # type: ignore[arg-type]


ODD = [None, float("nan"), pd.NaT, 3, 2.5, True, NOON, [1, None], {"a": NOON}, b"\xff", "t", pd.NA]


def test_values_of_every_type_are_shown_and_searched() -> None:
    records = make({"odd": ODD, "text": ["short"] * 11 + ["t"]})
    shown = [records.fields(row)[0]["value"] for row in range(len(ODD))]
    assert shown[:6] == ["", "", "", "3", "2.5", "True"]
    assert shown[6:8] == ["2024-01-02T12:00:00+00:00", "[1, null]"]
    assert shown[8:] == ['{"a": "2024-01-02T12:00:00+00:00"}', "\\xff", "t", ""]
    assert records.search("t").tolist() == list(range(12))
    assert records.columns[0]["kind"] == "other"
    colour = records.colour("odd")
    assert isinstance(colour, CategoricalColour)
    assert sum(colour.counts) == 8
    json.dumps([as_json(value) for value in ODD], allow_nan=False)


def test_values_as_json() -> None:
    values = [np.float32(0.5), np.datetime64("NaT"), Decimal("1.10"), float("inf"), 2**70, {3, 1}]
    assert as_json(values) == [0.5, None, "1.10", "inf", 2**70, [1, 3]]
    assert as_json({None: np.array([1, 2])}) == {"": [1, 2]}
    assert is_missing(np.timedelta64("NaT"))
    assert not is_missing(np.datetime64("2020-01-01"))


def test_lone_surrogates_do_not_break_the_wire() -> None:
    records = make({"text": ["bad \ud83d end", "x" * 30]})
    assert records.excerpt(0).text == "bad ? end"
    records.fields(0)[0]["value"].encode()
    assert as_text(["\udc00"]) == '["?"]'


def test_a_text_of_a_megabyte_is_cut() -> None:
    records = make({"text": ["é" * 1_000_000 + "needle", "b", "c"]})
    field = records.fields(0)[0]
    assert (len(field["value"]), field["truncated"]) == (2000, True)
    assert records.excerpt(0) == ("é" * 300, True)
    assert records.excerpt(1) == ("b", False)
    assert records.search("NEEDLE").tolist() == [0]
    assert records.fields(0, limit=10**7)[0]["truncated"] is False


def test_without_a_column_of_texts_the_fields_are_the_excerpt() -> None:
    records = make({"age": [31, 40], "ok": [True, False], "gone": [None, None]})
    assert records.text_column is None
    assert records.excerpt(0) == ("age 31 · ok True", False)


def test_the_key_is_no_text_unless_it_is_the_only_one() -> None:
    long_keys = {"id": ["a" * 90, "b" * 90], "text": ["x", "y"]}
    assert make(long_keys, "id").text_column == "text"
    assert make(long_keys).text_column == "id"
    assert make({"id": ["a", "b"]}, "id").text_column == "id"


@pytest.mark.parametrize(
    ("label", "codes", "names"),
    [
        (["a", "a", "b", "b"], [2, 2, 1, 1], ("a", "b")),
        (["a", "a", "b", "c"], [2, 2, 1, 0], ("a", "b")),
        (["a", "a", "b", "c"], [2, 2, 1, 1], ("forget", "retain")),
        (["a", "a", "a", "a"], [2, 2, 1, 1], ("forget", "retain")),
        (["a", None, "b", "b"], [2, 2, 1, 1], ("forget", "retain")),
        (["a", "a", " ", " "], [2, 2, 1, 1], ("forget", "retain")),
        (["a", "a", "b" * 41, "b" * 41], [2, 2, 1, 1], ("forget", "retain")),
        ([1, 1, 2, 2], [2, 2, 1, 1], ("forget", "retain")),
    ],
)
def test_domain_names(label: list[Any], codes: list[int], names: tuple[str, str]) -> None:
    assert make({"label": label}, codes=codes).domain_names == names


def test_numeric_colour() -> None:
    colour = make({"v": [1.5, None, float("inf"), -2.0, 1e300]}).colour("v")
    assert isinstance(colour, NumericColour)
    assert (colour.min, colour.max) == (-2.0, 1e300)
    assert colour.values.dtype == np.float32
    assert np.isnan(colour.values).tolist() == [False, True, False, False, False]
    empty = make({"v": np.array([np.nan, np.nan])}).colour("v")
    assert isinstance(empty, NumericColour)
    assert np.isnan(empty.min)
    huge = make({"v": [2**70, None]}).colour("v")
    assert isinstance(huge, NumericColour)
    assert huge.max == 2.0**70


def test_categorical_colour_ranks_by_frequency() -> None:
    colour = make({"c": ["b", "a", None, "b", "c", "a"]}).colour("c")
    assert isinstance(colour, CategoricalColour)
    assert (colour.labels, colour.counts) == (("a", "b", "c"), (2, 2, 1))
    assert colour.codes.tolist() == [1, 0, 255, 1, 2, 0]
    flags = make({"f": [True, False, True]}).colour("f")
    assert isinstance(flags, CategoricalColour)
    assert flags.labels == ("True", "False")


@pytest.mark.parametrize(("distinct", "last"), [(12, "l11"), (13, "other"), (300, "other")])
def test_at_most_twelve_labels(distinct: int, last: str) -> None:
    values = [f"l{i:02}" for i in range(distinct) for _ in range(2)]
    colour = make({"c": values}).colour("c")
    assert isinstance(colour, CategoricalColour)
    assert len(colour.labels) == 12
    assert colour.labels[-1] == last
    assert sum(colour.counts) == len(values)
    assert np.bincount(colour.codes).tolist() == list(colour.counts)


def test_a_label_called_other_stays_apart() -> None:
    values = ["other"] * 5 + [f"l{i}" for i in range(20)]
    colour = make({"c": values}).colour("c")
    assert isinstance(colour, CategoricalColour)
    assert (colour.labels[0], colour.labels[-1]) == ("other", "all others")


def test_keys_go_to_the_browser_only_if_it_can_hold_them() -> None:
    assert make({"k": [1, 2]}, "k").key(0) == 1
    assert make({"k": [2**60, 1]}, "k").key(0) == str(2**60)
    assert make({"k": [0.5, float("inf")]}, "k").key(1) == "inf"
    assert make({"k": [NOON, "b"]}, "k").key(0) == NOON.isoformat()
    assert make({"k": [True, "b"]}, "k").key(0) == "True"


@pytest.mark.parametrize(
    ("columns", "key", "error", "message"),
    [
        ({"id": [1, 2, 1, 1]}, "id", ValueError, "'1' stands in rows 0, 2, 3; 2 rows repeat"),
        ({"id": ["a", None, "b", None]}, "id", ValueError, "'id' is empty in rows 1, 3"),
        ({"id": [1.0, np.nan, 2.0, 3.0]}, "id", ValueError, "'id' is empty in row 1"),
        ({"id": list("abcd")}, "idd", ValueError, "no column 'idd', they have 'id'.*mean 'id'"),
        ({"id": [[1], [2], [3], [4]]}, "id", TypeError, "cannot name a row"),
        ({"id": list("abcd")}, 3, TypeError, "expected the name of a column of records, got int"),
        ({"id": list("abcd")}, list("abcd"), TypeError, "got list. Put the keys into a column"),
        ({"id": list("abc")}, None, ValueError, "each of the 4 rows of X, got 3"),
        ({"id": []}, None, ValueError, "each of the 4 rows of X, got 0"),
        ("text", None, TypeError, "records: expected a pandas"),
        (None, "id", ValueError, "but no records were given. Pass records"),
        ({"\ud800": list("abcd")}, None, ValueError, "a column name: must be valid Unicode"),
    ],
)
def test_bad_records(columns: Any, key: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        Records(columns, key, 4, np.ones(4, dtype=np.uint8))


def test_bad_rows_and_columns() -> None:
    records = make(MESSAGES, "id")
    for row in (-1, 6):
        with pytest.raises(IndexError, match=rf"expected a row in 0\.\.5, got {row}"):
            records.fields(row)
    with pytest.raises(ValueError, match="Did you mean 'label'"):
        records.colour("labl")


def test_take_keeps_the_order_and_the_types() -> None:
    taken = make(MESSAGES, "id").take(np.array([3, 0]))
    assert taken["text"] == ["שלום", "WIN a free prize"]
    assert taken["length"].tolist() == [2.0, 3.0]


def test_a_key_of_a_megabyte_is_cut_for_the_browser_only() -> None:
    records = make({"id": ["x" * 1_000_000 + end for end in "ab"]}, "id")
    assert records.key(1) == "x" * 299 + "…"
    assert len(records.keys[1]) == 1_000_001
    assert records.search("xb").tolist() == [1]


class TestSorting:
    @pytest.fixture
    def records(self):
        columns = {
            "name": ["b", "A", None, "c", "a"],
            "n": np.array([2.0, np.nan, 1.0, 2.0, -1.0]),
        }
        return Records(columns, None, 5, np.array([2, 2, 1, 1, 1], dtype=np.uint8))

    def test_texts_in_any_case_with_missing_ones_last(self, records):
        rows = np.arange(5)
        assert records.sorted(rows, "name").tolist() == [1, 4, 0, 3, 2]
        assert records.sorted(rows, "name", descending=True).tolist() == [3, 0, 1, 4, 2]

    def test_numbers_with_missing_ones_last_and_ties_in_order(self, records):
        rows = np.array([0, 1, 2, 3, 4])
        assert records.sorted(rows, "n").tolist() == [4, 2, 0, 3, 1]
        assert records.sorted(rows, "n", descending=True).tolist() == [0, 3, 2, 4, 1]
        assert records.sorted(rows[:0], "n").tolist() == []

    def test_cells_and_unknown_columns(self, records):
        assert records.cells(2, ["n", "name"]) == ["1.0", ""]
        with pytest.raises(ValueError, match=r"column: .*'nam'.*Did you mean 'name'"):
            records.cells(0, ["nam"])
        with pytest.raises(ValueError, match="column"):
            records.sorted(np.arange(2), "other")

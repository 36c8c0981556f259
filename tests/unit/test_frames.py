from __future__ import annotations

import builtins
import datetime as dt
import math
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from unlearn_widgets.frames import Frame, is_frame, numeric_matrix, read_columns

if TYPE_CHECKING:
    from collections.abc import Callable

COLUMNS: dict[str, list[Any]] = {
    "id": ["a", "b", "c"],
    "n": [1, 2, 3],
    "x": [0.5, 1.5, 2.5],
    "flag": [True, False, True],
    "text": ["one", None, "three"],
}
TABLES: list[Callable[[dict[str, Any]], Any]] = [pd.DataFrame, pl.DataFrame, pa.table, dict, Frame]
TABLE_NAMES = ["pandas", "polars", "arrow", "dict", "frame"]


@pytest.mark.parametrize("table", TABLES, ids=TABLE_NAMES)
def test_every_library_reads_into_the_same_columns(table: Callable[[Any], Any]) -> None:
    columns = read_columns(table(COLUMNS))
    assert list(columns) == list(COLUMNS)
    assert columns["id"] == ["a", "b", "c"]
    assert columns["text"] == ["one", None, "three"]
    for name, kind in (("n", "i"), ("x", "f"), ("flag", "b")):
        column = columns[name]
        assert isinstance(column, np.ndarray)
        assert column.dtype.kind == kind
        assert column.tolist() == COLUMNS[name]


@pytest.mark.parametrize("table", TABLES[1:], ids=TABLE_NAMES[1:])
def test_missing_integers_become_nan(table: Callable[[Any], Any]) -> None:
    column = read_columns(table({"n": [1, None, 3]}))["n"]
    np.testing.assert_array_equal(column, [1.0, np.nan, 3.0])


@pytest.mark.parametrize("table", TABLES[1:], ids=TABLE_NAMES[1:])
def test_integers_that_a_float_would_round_stay_exact(table: Callable[[Any], Any]) -> None:
    assert read_columns(table({"id": [2**53 + 1, None]}))["id"] == [2**53 + 1, None]


def test_integers_beyond_one_type_stay_exact() -> None:
    for large in ([2**63, -1], [2**70, 1]):
        assert read_columns({"id": large})["id"] == large


def test_pandas_extension_columns() -> None:
    frame = pd.DataFrame(
        {
            "n": pd.array([1, None], dtype="Int64"),
            "kind": pd.Categorical(["u", "v"]),
            "when": pd.to_datetime(["2020-01-01", None]),
            "mixed": pd.Series(["a", np.nan], dtype=object),
        }
    )
    columns = read_columns(frame)
    np.testing.assert_array_equal(columns["n"], [1.0, np.nan])
    assert columns["kind"] == ["u", "v"]
    assert columns["when"] == [dt.datetime(2020, 1, 1), None]  # noqa: DTZ001
    assert columns["mixed"] == ["a", None]


def test_dict_columns_of_arrays_and_series() -> None:
    columns = read_columns(
        {
            "array": np.array(["a", "b"]),
            "series": pd.Series([1.0, 2.0]),
            "polars": pl.Series(["u", None]),
            "when": np.array(["2020-01-01", "2020-01-02"], dtype="datetime64[ns]"),
        }
    )
    assert columns["array"] == ["a", "b"]
    assert isinstance(columns["series"], np.ndarray)
    assert columns["polars"] == ["u", None]
    assert columns["when"][0] == dt.datetime(2020, 1, 1)  # noqa: DTZ001


def test_integer_column_names_of_pandas_become_text() -> None:
    assert list(read_columns(pd.DataFrame([[1, 2]]))) == ["0", "1"]


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (3, TypeError, r"records: expected a pandas.*got int"),
        ([{"a": 1}], TypeError, r"got list"),
        (np.zeros((2, 2)), TypeError, r"got numpy.ndarray"),
        (pl.LazyFrame({"a": [1]}), TypeError, r"Collect it first"),
        ({"a": [1, 2], "b": [1]}, ValueError, r"same length, got 2 in 'a' and 1 in 'b'"),
        ({"a": "text"}, TypeError, r"column 'a' must be a list, array or series, got str"),
        ({"a": np.zeros((2, 2))}, TypeError, r"column 'a' must be one-dimensional"),
        ({1: [1]}, TypeError, r"column names must be strings, got 1"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), ValueError, r"column names must be unique"),
        (pd.DataFrame([[1, 2]], columns=[1, "1"]), ValueError, r"must differ as text"),
    ],
    ids=[
        "number",
        "list of rows",
        "array",
        "lazy",
        "lengths",
        "text as column",
        "matrix as column",
        "number as name",
        "repeated names",
        "names equal as text",
    ],
)
def test_what_is_not_a_table_is_refused(data: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        read_columns(data)


@pytest.mark.parametrize("table", TABLES, ids=TABLE_NAMES)
def test_numeric_matrix_of_every_library(table: Callable[[Any], Any]) -> None:
    matrix = numeric_matrix(table({"a": [1, 2], "b": [0.5, math.nan]}))
    assert matrix.dtype == np.float64
    np.testing.assert_array_equal(matrix, [[1.0, 0.5], [2.0, np.nan]])


@pytest.mark.parametrize("table", TABLES, ids=TABLE_NAMES)
def test_numeric_matrix_names_the_column_that_is_not(table: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError, match=r"X: every column must hold numbers, but column 'label'"):
        numeric_matrix(table({"a": [1, 2], "label": ["spam", "ham"]}))
    with pytest.raises(TypeError, match=r"column 'mask'"):
        numeric_matrix(table({"a": [1, 2], "mask": [True, False]}))


def test_numeric_matrix_keeps_single_precision() -> None:
    values = np.arange(6, dtype=np.float32).reshape(3, 2)
    assert numeric_matrix(pd.DataFrame(values)).dtype == np.float32
    assert numeric_matrix({"a": values[:, 0].astype(np.float16)}).dtype == np.float32


@pytest.mark.parametrize("table", TABLES, ids=TABLE_NAMES)
def test_numeric_matrix_needs_a_column(table: Callable[[Any], Any]) -> None:
    with pytest.raises(ValueError, match="at least one numeric column"):
        numeric_matrix(table({}))


def test_is_frame() -> None:
    assert all(is_frame(table(COLUMNS)) for table in TABLES)
    assert not any(is_frame(data) for data in (None, [[1.0]], np.eye(2), "text", 3))


def test_frame_converts_to_each_library() -> None:
    frame = Frame(COLUMNS)
    assert frame.to_dict() == COLUMNS
    assert frame.to_arrow().to_pydict() == COLUMNS
    assert frame.to_polars().to_dict(as_series=False) == COLUMNS
    assert frame.to_pandas()["x"].tolist() == COLUMNS["x"]
    assert list(frame.to_pandas().columns) == list(frame.columns)


def test_frame_with_a_column_of_nothing_converts() -> None:
    frame = Frame({"certified": [None, None]})
    assert frame.to_arrow().to_pydict() == frame.to_polars().to_dict(as_series=False)
    assert frame.to_pandas()["certified"].isna().all()


def test_frame_without_rows_or_columns() -> None:
    assert len(Frame({})) == 0
    assert list(Frame({}).rows()) == []
    assert list(Frame({"a": []}).rows()) == []
    assert repr(Frame({"a": []})) == "a"


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_frame_names_the_missing_library(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    convert = {"pandas": "to_pandas", "polars": "to_polars", "pyarrow": "to_arrow"}[library]
    with pytest.raises(ImportError, match=f"pip install {library}"):
        getattr(Frame({"a": [1]}), convert)()


def test_frame_works_where_no_dataframe_library_is_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = builtins.__import__

    def refuse(name: str, *args: Any) -> Any:
        if name.startswith(("pandas", "polars", "pyarrow")):
            raise ModuleNotFoundError(name)
        return found(name, *args)

    for name in [m for m in sys.modules if m.startswith(("pandas", "polars", "pyarrow"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", refuse)
    frame = Frame({"a": [1, 2], "s": ["x", "y"]})
    assert list(frame.rows()) == [{"a": 1, "s": "x"}, {"a": 2, "s": "y"}]
    assert list(read_columns({"a": [1, 2]})) == ["a"]
    assert numeric_matrix({"a": [1, 2]}).shape == (2, 1)


def test_frame_does_not_share_memory_with_its_source() -> None:
    source = np.array([1.0, 2.0])
    frame = Frame({"a": source, "s": ["x", "y"]})
    source[0] = 9.0
    frame["s"].clear()  # type: ignore[union-attr]
    assert frame.to_dict() == {"a": [1.0, 2.0], "s": ["x", "y"]}
    with pytest.raises(ValueError, match="read-only"):
        frame["a"][0] = 5.0


def test_frame_names_its_columns_when_asked_for_another() -> None:
    with pytest.raises(KeyError, match="expected one of alpha, beta, got 'gamma'"):
        Frame({"alpha": [1], "beta": [2]})["gamma"]
    assert "alpha" in Frame({"alpha": [1]})


def test_frame_escapes_and_shortens_what_it_shows() -> None:
    payload = "<script>alert(1)</script>"
    frame = Frame({payload: [payload, *["row"] * 30], "long": ["y" * 500] * 31})
    shown = frame._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert shown.count("<tr>") == 11
    assert "31 rows" in shown
    assert len(shown) < 3000
    assert repr(frame).splitlines()[-1] == "... 31 rows"

"""Exports are safe to open anywhere, and the code of a selection makes that selection."""

from __future__ import annotations

import builtins
import csv
import datetime as dt
import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unlearn_widgets.exports import write
from unlearn_widgets.maps.geometry import PointIndex
from unlearn_widgets.session.history import History, Step
from unlearn_widgets.session.replay_code import as_code

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS: dict[str, Any] = {
    "key": ["a", "b", "c"],
    "score": np.array([1.5, -2.0, np.nan]),
    "count": [1, None, -3],
    "text": ['say "hi", ok', "two\nlines", "☕ שלום"],
}

PAYLOADS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://127.0.0.1","x")',
    "＝1+1",  # noqa: RUF001
]


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_csv_keeps_numbers_and_quotes_text(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write(path, COLUMNS)
    assert read_csv(path) == [
        ["key", "score", "count", "text"],
        ["a", "1.5", "1", 'say "hi", ok'],
        ["b", "-2.0", "", "two\nlines"],
        ["c", "", "-3", "☕ שלום"],
    ]
    back = pd.read_csv(path)
    assert back["score"].tolist()[:2] == [1.5, -2.0]
    assert back["text"].tolist() == COLUMNS["text"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_of_a_csv_is_a_formula(tmp_path: Path, payload: str) -> None:
    path = tmp_path / "out.csv"
    write(path, {payload: [payload, "x"], "key": [payload.encode(), "y"]})
    cells = [cell for row in read_csv(path) for cell in row]
    assert cells == [f"'{payload}", "key", f"'{payload}", f"'{payload}", "x", "y"]


def test_jsonl_is_strict_json_one_record_a_line(tmp_path: Path) -> None:
    path = tmp_path / "out.JSONL"
    odd = [float("inf"), np.float32(0.5), [1, {"a": None}]]
    text = ["a\u2028b", "=1+1", "\ud800 ☕"]
    write(path, {**COLUMNS, "odd": odd, "text": text, "big": [2**70, True, dt.date(2024, 1, 2)]})
    raw = path.read_text(encoding="utf-8")
    records = [json.loads(line, parse_constant=pytest.fail) for line in raw.splitlines()]
    assert len(records) == 3
    assert records[0] == {
        "key": "a",
        "score": 1.5,
        "count": 1,
        "text": "a\u2028b",
        "odd": "inf",
        "big": 2**70,
    }
    assert records[1]["text"] == "=1+1"
    assert (records[1]["count"], records[2]["score"]) == (None, None)
    assert records[2]["odd"] == [1, {"a": None}]
    assert records[2]["text"] == "? ☕"
    assert "☕" in raw


def test_parquet_keeps_types_and_turns_mixtures_into_text(tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    columns = {
        **COLUMNS,
        "mixed": [1, "a", None],
        "huge": [2**70, 1, 2],
        "bad": ["\ud800", "b", ""],
    }
    write(path, columns)
    table = pq.read_table(path)
    assert table.column_names == list(columns)
    assert table["count"].to_pylist() == [1, None, -3]
    assert table["text"].to_pylist() == COLUMNS["text"]
    assert table["mixed"].to_pylist() == ["1", "a", None]
    assert table["huge"].to_pylist() == [str(2**70), "1", "2"]
    assert table["bad"].to_pylist() == ["?", "b", ""]
    assert str(table.schema.field("score").type) == "double"


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_no_rows_is_a_file_too(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out.{suffix}"
    write(path, {"key": [], "text": []})
    assert path.exists()
    if suffix == "csv":
        assert read_csv(path) == [["key", "text"]]


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    class Unwritable:
        def __str__(self) -> str:
            raise RuntimeError("no text")

    path = tmp_path / "out.csv"
    write(path, {"key": ["old"]})
    with pytest.raises(RuntimeError, match="no text"):
        write(path, {"key": ["new", Unwritable()]})
    assert read_csv(path) == [["key"], ["old"]]
    assert list(tmp_path.iterdir()) == [path]
    write(path, {"key": ["new"]})
    assert read_csv(path) == [["key"], ["new"]]


def test_a_link_keeps_pointing_at_the_file(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    write(tmp_path / "link.csv", {"key": [1]})
    assert (tmp_path / "link.csv").is_symlink()
    assert read_csv(tmp_path / "real.csv") == [["key"], ["1"]]


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("out.xlsx", ValueError, r"must be \.csv, \.jsonl, \.parquet, got '\.xlsx'"),
        ("out", ValueError, "got ''"),
        ("missing/out.csv", FileNotFoundError, "missing' does not exist. Create it first"),
        ("folder.csv", IsADirectoryError, "folder.csv' is a folder"),
    ],
)
def test_bad_path(tmp_path: Path, name: str, error: type[Exception], message: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(error, match=message):
        write(tmp_path / name, COLUMNS)


def test_columns_of_different_lengths(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"same length, got {'a': 1, 'b': 2}"):
        write(tmp_path / "out.csv", {"a": [1], "b": [1, 2]})
    assert not list(tmp_path.iterdir())


def test_parquet_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = builtins.__import__

    def without_pyarrow(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return found(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_pyarrow)
    with pytest.raises(ImportError, match=r'pip install "unlearn-widgets\[parquet\]"'):
        write(tmp_path / "out.parquet", COLUMNS)
    assert not list(tmp_path.iterdir())


N = 24
CODES = np.array([2] * 12 + [1] * 9 + [0] * 3, dtype=np.uint8)
POINTS = np.array([[i % 6, i // 6] for i in range(N)], dtype=np.float32)
WORDS = ["free ('np.r_[", "free", "see you", "win", ""]


class Fake:
    """A session in miniature: the published selection rules on 24 rows, and nothing else."""

    def __init__(self) -> None:
        self.chosen = np.zeros(N, dtype=bool)
        self.retain_locked = True
        self.index = PointIndex(POINTS)
        self.history = History(self._step("start", None, {}), capacity=6)

    @property
    def removed(self) -> list[int]:
        return np.flatnonzero(self.chosen).tolist()

    @property
    def eligible(self) -> np.ndarray:
        return CODES == 2 if self.retain_locked else CODES > 0

    def combine(self, inside: Any, mode: str, kind: str, **detail: Any) -> None:
        rows = np.zeros(N, dtype=bool)
        rows[np.asarray(inside)] = True
        old = self.chosen
        new = {
            "replace": rows,
            "add": old | rows,
            "subtract": old & ~rows,
            "intersect": old & rows,
        }[mode]
        self.commit((old & ~self.eligible) | (new & self.eligible), kind, mode, detail)

    def commit(self, new: np.ndarray, kind: str, mode: str | None, detail: Any) -> None:
        if not np.array_equal(new, self.chosen):
            self.chosen = new
            self.history.push(self._step(kind, mode, detail))

    def _step(self, kind: str, mode: str | None, detail: Any) -> Step:
        bits = np.packbits(self.chosen, bitorder="little").tobytes()
        return Step(0, "python", kind, mode, bits, None, kind, detail)

    def select(self, rows: Any, mode: str = "replace") -> None:
        self.combine(np.asarray(rows, dtype=int), mode, "select")

    def select_lasso(self, path: Any, mode: str = "replace") -> None:
        self.combine(self.index.lasso(path), mode, "lasso", path=np.array(path))

    def select_rectangle(self, path: Any, mode: str = "replace") -> None:
        self.combine(self.index.rectangle(path), mode, "rectangle", path=np.array(path))

    def select_disc(self, path: Any, radius: Any, mode: str = "replace") -> None:
        inside = self.index.disc(path, radius)
        self.combine(inside, mode, "brush", path=np.array(path), radius=radius)

    def select_rule(self, rule: str, budget: int, mode: str = "replace") -> None:
        order = np.random.default_rng(len(rule)).permutation(12)
        self.combine(order[:budget], mode, "rule", rule=rule, budget=budget)

    def grow(self, k: int, mode: str = "add") -> None:
        assert self.chosen.any()
        free = [row for row in range(12) if not self.chosen[row]]
        near = sorted(free, key=lambda row: min(abs(row - other) for other in self.removed))
        self.combine(np.array(near[:k], dtype=int), mode, "grow", k=k)

    def search(self, text: str) -> np.ndarray:
        return np.array([row for row in range(N) if text == WORDS[row % 5]], dtype=int)

    def select_search(self, text: str, mode: str) -> None:
        self.combine(self.search(text), mode, "search", text=text)

    def duplicates(self) -> np.ndarray:
        twins = [row for row in range(N) if row ^ 1 in self.removed and not self.chosen[row]]
        return np.array([row for row in twins if self.eligible[row]], dtype=int)

    def select_duplicates(self, mode: str) -> None:
        self.combine(self.duplicates(), mode, "duplicates")

    def invert(self) -> None:
        self.commit(self.chosen ^ self.eligible, "invert", None, {})

    def clear(self) -> None:
        self.commit(np.zeros(N, dtype=bool), "clear", None, {})


PROBLEM: Any = SimpleNamespace(domain_codes=CODES, n_rows=N)


def run(code: str, session: Any) -> list[int]:
    names: dict[str, Any] = {"session": session}
    exec(compile(code, "<selection>", "exec"), names)
    removed: list[int] = names["removed"]
    return removed


modes = st.sampled_from(["replace", "add", "subtract", "intersect"])
points = st.tuples(st.floats(-1, 6), st.floats(-1, 4))
rules = st.sampled_from(["random", "distance", "likelihood_ratio", "Selector(random_state=None)"])
acts = st.one_of(
    st.tuples(st.just("select"), st.sets(st.integers(0, N - 1)).map(sorted), modes),
    st.tuples(st.just("select_lasso"), st.lists(points, min_size=3, max_size=5), modes),
    st.tuples(st.just("select_rectangle"), st.lists(points, min_size=2, max_size=2), modes),
    st.tuples(
        st.just("select_disc"), st.lists(points, min_size=1, max_size=2), st.just((1, 2)), modes
    ),
    st.tuples(st.just("select_rule"), rules, st.integers(0, 12), modes),
    st.tuples(st.just("grow"), st.integers(1, 5), modes),
    st.tuples(st.just("select_search"), st.sampled_from(WORDS), modes),
    st.tuples(st.just("select_duplicates"), modes),
    st.tuples(st.sampled_from(["invert", "clear", "lock", "undo", "redo"])),
)


def act(session: Fake, name: str, *arguments: Any) -> None:
    if name == "lock":
        session.retain_locked = not session.retain_locked
    elif name in {"undo", "redo"}:
        if getattr(session.history, f"can_{name}"):
            session.chosen = getattr(session.history, name)().removed_mask(N)
    elif name != "grow" or session.chosen.any():
        getattr(session, name)(*arguments)


@settings(max_examples=400, deadline=None)
@given(st.lists(acts, max_size=12))
def test_the_code_of_a_selection_makes_it_again(story: list[Any]) -> None:
    session = Fake()
    for name, *arguments in story:
        act(session, name, *arguments)
    chosen = session.removed
    code = as_code(session.history.steps, PROBLEM)
    assert as_code(session.history.steps, PROBLEM) == code
    assert run(code, Fake()) == chosen
    assert run(code, session) == chosen
    session.retain_locked = not session.retain_locked
    assert run(code, session) == chosen


def told(*story: Any) -> str:
    session = Fake()
    for name, *arguments in story:
        act(session, name, *arguments)
    return as_code(session.history.steps, PROBLEM)


def test_code_of_nothing() -> None:
    assert told() == (
        "# 0 forget rows and 0 retained rows are removed.\nsession.clear()\n"
        "removed = session.removed\n"
    )
    assert "select" not in told(("select", [1], "add"), ("clear",))


def test_code_tells_only_what_still_shows() -> None:
    code = told(
        ("select_rule", "distance", 9, "replace"),
        ("select_search", "free", "replace"),
        ("grow", 2, "add"),
        ("select_rule", "random", 5, "subtract"),
    )
    assert code.splitlines()[1:] == [
        "session.retain_locked = True",
        "session.select(session.search('free'))",
        "session.grow(2)",
        'session.select_rule("random", 5, mode="subtract")',
        "removed = session.removed",
    ]


def test_code_names_rows_as_runs() -> None:
    code = told(("select", [0, 1, 2, 5, 7, 8], "add"), ("select", [1], "subtract"))
    assert code.splitlines() == [
        "# 5 forget rows and 0 retained rows are removed.",
        "import numpy as np",
        "",
        "session.select(np.r_[0:3, 5, 7, 8])",
        'session.select(np.r_[1], mode="subtract")',
        "removed = session.removed",
    ]


def test_code_opens_the_retained_domain_only_as_long_as_needed() -> None:
    code = told(("lock",), ("select", [3, 14], "add"))
    assert code.splitlines()[3:] == [
        "session.clear()",
        "session.retain_locked = False",
        "session.select(np.r_[3, 14])",
        "session.retain_locked = True",
        "removed = session.removed",
    ]


def code_of_one_step(kind: str, rows: Any, **detail: Any) -> str:
    mask = np.zeros(4000, dtype=bool)
    steps = [Step(0, "python", "start", None, np.packbits(mask).tobytes(), None, "Start")]
    mask[rows] = True
    bits = np.packbits(mask, bitorder="little").tobytes()
    steps.append(Step(1, "python", kind, "add", bits, None, kind, detail))
    codes = np.full(4000, 2, dtype=np.uint8)
    problem: Any = SimpleNamespace(domain_codes=codes, n_rows=4000)
    return as_code(steps, problem)


@pytest.mark.parametrize(
    ("kind", "detail", "call"),
    [
        ("lasso", {"path": np.eye(2)}, "select_lasso([[1.0, 0.0], [0.0, 1.0]])"),
        ("rectangle", {"path": np.eye(2)}, "select_rectangle([[1.0, 0.0], [0.0, 1.0]])"),
        (
            "brush",
            {"path": np.eye(2)[:1], "radius": [1, 2]},
            "select_disc([[1.0, 0.0]], (1.0, 2.0))",
        ),
    ],
)
def test_a_gesture_is_told_as_drawn_unless_its_rows_are_shorter(
    kind: str, detail: dict[str, Any], call: str
) -> None:
    scattered = np.arange(0, 4000, 2)
    assert code_of_one_step(kind, scattered, **detail).splitlines()[1:] == [
        "session.retain_locked = True",
        f"session.{call}",
        "removed = session.removed",
    ]
    assert "session.select(np.r_[0:4000])" in code_of_one_step(kind, slice(None), **detail)
    assert "session.select(\n    np.r_[0, 2, 4," in code_of_one_step(kind, scattered)


def test_long_lines_are_wrapped() -> None:
    rows = np.arange(0, 4000, 2)
    code = code_of_one_step("select", rows)
    assert max(map(len, code.splitlines())) <= 88
    session = SimpleNamespace(removed=None)
    session.select = lambda chosen: setattr(session, "removed", chosen.tolist())
    assert run(code, session) == rows.tolist()
    text = "[[ " * 60
    assert repr(text) in code_of_one_step("search", rows, text=text)

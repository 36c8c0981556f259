"""Membership is exact: the same rows as the published formula, point by point."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unlearn_widgets.maps import geometry
from unlearn_widgets.maps.geometry import PointIndex

PROTOCOL = Path(__file__).parents[1] / "protocol"
CASES = json.loads((PROTOCOL / "geometry.json").read_text())["cases"]


def literal(points: np.ndarray, path: np.ndarray) -> np.ndarray:
    """The formula as published, one point and one edge at a time."""
    inside = []
    for x, y in np.asarray(points, dtype=np.float32).astype(np.float64).tolist():
        odd = False
        for (xi, yi), (xj, yj) in zip(
            path.tolist(), np.roll(path, -1, axis=0).tolist(), strict=True
        ):
            if ((yi > y) != (yj > y)) and (x < (xj - xi) * (y - yi) / (yj - yi) + xi):
                odd = not odd
        inside.append(odd)
    return np.array(inside, dtype=bool)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_protocol_case(case: dict[str, Any]) -> None:
    points = np.asarray(case["points"], dtype=np.float32).reshape(-1, 2)
    index = PointIndex(points)
    mask = index.gesture(case["tool"], case["path"], case.get("radius"), case.get("row"))
    assert np.flatnonzero(mask).tolist() == case["rows"]


def test_protocol_file_is_what_its_program_writes(tmp_path: Path) -> None:
    copy = tmp_path / "make_geometry.py"
    copy.write_text((PROTOCOL / "make_geometry.py").read_text())
    subprocess.run([sys.executable, str(copy)], check=True)
    written = json.loads((tmp_path / "geometry.json").read_text())["cases"]
    assert [case["name"] for case in written] == [case["name"] for case in CASES]
    assert [case["rows"] for case in written] == [case["rows"] for case in CASES]


# Few distinct values make points fall on edges, vertices and horizontals again and again.
coarse = st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.1, 0.3, 0.5, 1.0, 2.0])
wild = st.floats(-(2.0**100), 2.0**100, width=32) | st.floats(-1, 1, width=32)
number = coarse | wild
pairs = st.tuples(number, number)


@settings(max_examples=300, deadline=None)
@given(st.lists(pairs, max_size=25), st.lists(pairs, min_size=3, max_size=25))
def test_lasso_is_the_formula(points: list[Any], path: list[Any]) -> None:
    cloud = np.array(points, dtype=np.float64).reshape(-1, 2)
    vertices = np.array(path, dtype=np.float64)
    assert np.array_equal(PointIndex(cloud).lasso(vertices), literal(cloud, vertices))


@settings(max_examples=100, deadline=None)
@given(st.lists(pairs, min_size=3, max_size=12), st.lists(st.floats(0, 1), max_size=12))
def test_points_on_the_edges_follow_the_formula(path: list[Any], along: list[float]) -> None:
    vertices = np.array(path, dtype=np.float64)
    ends = np.roll(vertices, -1, axis=0)
    cloud = np.concatenate([vertices, *[vertices + (ends - vertices) * t for t in along]])
    assert np.array_equal(PointIndex(cloud).lasso(vertices), literal(cloud, vertices))


@pytest.mark.parametrize("long_slice", [0, 3, 10**9])
@pytest.mark.parametrize("pairs_at_once", [1, 7, 1 << 16])
def test_batches_do_not_change_a_member(
    monkeypatch: pytest.MonkeyPatch, long_slice: int, pairs_at_once: int
) -> None:
    random = np.random.default_rng(1)
    points = random.integers(-4, 5, size=(80, 2)).astype(np.float32)
    path = random.integers(-4, 5, size=(40, 2)).astype(np.float64)
    discs = [((points - centre) ** 2).sum(axis=1) <= 1.5**2 for centre in path]
    monkeypatch.setattr(geometry, "_LONG_SLICE", long_slice)
    monkeypatch.setattr(geometry, "_PAIRS_AT_ONCE", pairs_at_once)
    index = PointIndex(points)
    assert np.array_equal(index.lasso(path), literal(points, path))
    assert np.array_equal(index.disc(path, (1.5, 1.5)), np.any(discs, axis=0))


def test_a_lasso_of_100_000_vertices() -> None:
    random = np.random.default_rng(2)
    points = random.normal(size=(300, 2)).astype(np.float32)
    angle = np.linspace(0, 2 * np.pi, 100_000, endpoint=False)
    path = np.column_stack([np.cos(angle), np.sin(angle)]) + random.normal(size=(100_000, 2)) / 50
    x, y = points.astype(np.float64).T
    odd = np.zeros(300, dtype=bool)
    for (xi, yi), (xj, yj) in zip(path, np.roll(path, -1, axis=0), strict=True):
        between = (yi > y) != (yj > y)
        odd[between] ^= x[between] < (xj - xi) * (y[between] - yi) / (yj - yi) + xi
    assert np.array_equal(PointIndex(points).lasso(path), odd)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(pairs, max_size=25),
    st.lists(pairs, min_size=1, max_size=8),
    st.tuples(st.floats(1e-20, 1e20), st.floats(1e-20, 1e20)),
)
def test_disc_is_the_formula(points: list[Any], path: list[Any], radius: tuple[float, ...]) -> None:
    cloud = np.array(points, dtype=np.float32).reshape(-1, 2).astype(np.float64)
    expected = np.zeros(len(cloud), dtype=bool)
    for cx, cy in path:
        u, v = (cloud[:, 0] - cx) / radius[0], (cloud[:, 1] - cy) / radius[1]
        expected |= u * u + v * v <= 1.0
    assert np.array_equal(PointIndex(cloud).disc(path, radius), expected)


def test_positions_are_rounded_to_float32_once() -> None:
    index = PointIndex([[0.1, 0.5]])
    stored = float(np.float32(0.1))
    assert stored > 0.1
    assert not index.rectangle([[0.0, 0.0], [0.1, 1.0]])[0]
    assert index.rectangle([[0.0, 0.0], [stored, 1.0]])[0]


def test_click_takes_its_row_or_every_row_at_the_place() -> None:
    index = PointIndex([[1, 1], [2, 2], [1, 1]])
    assert np.flatnonzero(index.click([[1, 1]], 0)).tolist() == [0]
    assert np.flatnonzero(index.click([[1, 1]])).tolist() == [0, 2]
    with pytest.raises(ValueError, match=r"row: a click must name a row in 0\.\.2, got 3"):
        index.click([[1, 1]], 3)
    with pytest.raises(ValueError, match=r"0\.\.2, got -1"):
        index.click([[1, 1]], -1)


@pytest.mark.parametrize(
    ("tool", "path", "message"),
    [
        ("lasso", [], "a lasso needs at least 3 vertices, got 0"),
        ("lasso", [[0, 0]], "a lasso needs at least 3 vertices, got 1"),
        ("lasso", [[0, 0], [1, 1]], "a lasso needs at least 3 vertices, got 2"),
        ("lasso", [[0, 0], [1, 1], [np.nan, 2]], r"finite, got \[nan, 2.0\] at index 2"),
        ("lasso", [[0, 0], [1, np.inf], [1, 2]], "finite, got .* at index 1"),
        ("lasso", [0, 1, 2], "shape \\(m, 2\\)"),
        ("lasso", [[0, 0, 0]] * 3, "shape \\(m, 2\\)"),
        ("lasso", [[0, 0], [1], [2, 2]], "shape \\(m, 2\\), .* got list"),
        ("lasso", [["a", "b"]] * 3, "needs numbers"),
        ("lasso", [[1j, 1]] * 3, "needs numbers"),
        ("lasso", None, "got NoneType"),
        ("rectangle", [[0, 0]], "a rectangle needs 2 points, got 1"),
        ("rectangle", [[0, 0]] * 3, "a rectangle needs 2 points, got 3"),
        ("brush", [], "a brush needs at least 1 point, got 0"),
        ("click", [[0, 0]] * 2, "a click needs 1 point, got 2"),
        (
            "wand",
            [[0, 0]],
            "tool: must be one of 'lasso', 'rectangle', 'brush', 'click', got 'wand'",
        ),
    ],
)
def test_bad_path(tool: str, path: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PointIndex([[0, 0]]).gesture(tool, path, (1, 1))


@pytest.mark.parametrize("radius", [None, 1.0, [1], [1, 0], [1, -1], [np.inf, 1], ["a", "b"]])
def test_bad_radius(radius: Any) -> None:
    with pytest.raises(ValueError, match="radius: "):
        PointIndex([[0, 0]]).gesture("brush", [[0, 0]], radius)


@pytest.mark.parametrize(
    ("positions", "message"),
    [
        ([1, 2, 3], "expected an array of shape"),
        ([[1, 2, 3]], "expected an array of shape"),
        ([[0, 0], [np.nan, 0]], "finite in float32, got .* in row 1"),
        ([[0, 0], [0, 1e300]], "finite in float32, got .* in row 1"),
    ],
)
def test_bad_positions(positions: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PointIndex(positions)

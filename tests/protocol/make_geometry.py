"""Write tests/protocol/geometry.json: who is inside which gesture.

Run ``python tests/protocol/make_geometry.py`` after changing a case. The members are computed one
point and one edge at a time, straight from the published formula, by code that shares nothing
with the package; Python and TypeScript must both agree with them.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

TARGET = Path(__file__).with_name("geometry.json")

Path2 = list[list[float]]


def inside_lasso(x: float, y: float, path: Path2) -> bool:
    """Even-odd membership, edges in path order with the last vertex joined to the first."""
    odd = False
    for i, (xi, yi) in enumerate(path):
        xj, yj = path[(i + 1) % len(path)]
        if ((yi > y) != (yj > y)) and (x < (xj - xi) * (y - yi) / (yj - yi) + xi):
            odd = not odd
    return odd


def inside_rectangle(x: float, y: float, path: Path2) -> bool:
    """Between two corners, borders included."""
    (x0, y0), (x1, y1) = path
    return min(x0, x1) <= x <= max(x0, x1) and min(y0, y1) <= y <= max(y0, y1)


def inside_brush(x: float, y: float, path: Path2, radius: list[float]) -> bool:
    """Within one of the discs, borders included."""
    rx, ry = radius
    for cx, cy in path:
        u, v = (x - cx) / rx, (y - cy) / ry
        if u * u + v * v <= 1.0:
            return True
    return False


def members(case: dict[str, Any]) -> list[int]:
    """Rows inside the gesture of a case."""
    path = case["path"]
    flat = case["points"]
    points = list(zip(flat[::2], flat[1::2], strict=True))
    if case["tool"] == "lasso":
        return [i for i, (x, y) in enumerate(points) if inside_lasso(x, y, path)]
    if case["tool"] == "rectangle":
        return [i for i, (x, y) in enumerate(points) if inside_rectangle(x, y, path)]
    if case["tool"] == "brush":
        return [i for i, (x, y) in enumerate(points) if inside_brush(x, y, path, case["radius"])]
    return [case["row"]]


def float32(points: Any) -> list[float]:
    """Round to float32 and write each value as the shortest number that reads back as it."""
    flat = np.asarray(points, dtype=np.float32).ravel()
    values = [float(str(value)) for value in flat]
    assert np.array_equal(np.asarray(values, dtype=np.float64).astype(np.float32), flat)
    return values


def case(name: str, points: Any, tool: str, path: Any, **extra: Any) -> dict[str, Any]:
    """One case: points as float32 values x0, y0, x1, y1, ..., a gesture, and the rows inside."""
    vertices = np.asarray(path, dtype=np.float64).tolist()
    made = {"name": name, "points": float32(points), "tool": tool, "path": vertices, **extra}
    exact = np.asarray(made["points"]).astype(np.float32).astype(np.float64).tolist()
    return {**made, "rows": members({**made, "points": exact})}


def grid(low: int, high: int, step: float = 1.0) -> list[list[float]]:
    """Every point of a square grid, row by row."""
    ticks = np.arange(low, high + step / 2, step)
    return [[float(x), float(y)] for y in ticks for x in ticks]


def circle(vertices: int, turns: float = 1.0) -> np.ndarray:
    """Vertices on the unit circle."""
    angle = np.linspace(0, 2 * math.pi * turns, vertices, endpoint=False)
    return np.column_stack([np.cos(angle), np.sin(angle)])


def lassos(random: np.random.Generator) -> list[dict[str, Any]]:
    """Cases of the lasso."""
    square = [[0, 0], [4, 0], [4, 4], [0, 4]]
    cloud = random.normal(size=(120, 2))
    thirds = np.array([[0.1, 0.1], [0.7, 0.2], [0.3, 0.9]])
    on_edges = [
        a + (b - a) * t
        for a, b in zip(thirds, np.roll(thirds, -1, 0), strict=True)
        for t in np.linspace(0, 1, 14)
    ]
    star = circle(5)[[0, 2, 4, 1, 3]]
    spiral = circle(400, turns=6) * np.linspace(0.1, 2.5, 400)[:, None]
    wobbly = circle(2000) * (1.2 + 0.3 * np.sin(np.arange(2000) / 40)[:, None])
    wobbly = np.round(wobbly + random.normal(size=wobbly.shape) * 0.01, 4)
    comb = [[0, 0]]
    for tooth in range(12):
        comb += [[tooth, 3], [tooth + 0.5, 1]]
    comb += [[12, 0]]
    twice = [vertex for vertex in square for _ in range(3)]
    return [
        case("square, points on every edge and vertex", grid(-1, 5), "lasso", square),
        case("square drawn clockwise", grid(-1, 5), "lasso", square[::-1]),
        case("square closed by its first vertex", grid(-1, 5), "lasso", [*square, square[0]]),
        case("square with every vertex three times", grid(-1, 5), "lasso", twice),
        case("square walked twice is empty", grid(-1, 5), "lasso", [*square, *square]),
        case("points on slanted edges, rounded to float32", on_edges, "lasso", thirds),
        case(
            "diamond with vertices on grid points",
            grid(-3, 3, 0.5),
            "lasso",
            [[2, 0], [0, 2], [-2, 0], [0, -2]],
        ),
        case("bow tie", grid(-1, 5, 0.5), "lasso", [[0, 0], [4, 4], [4, 0], [0, 4]]),
        case("five-pointed star, hollow inside", cloud * 0.6, "lasso", star),
        case("spiral of six turns", cloud, "lasso", spiral),
        case("comb with horizontal edges", grid(-1, 13), "lasso", comb),
        case(
            "steps of horizontal and vertical edges",
            grid(-1, 5),
            "lasso",
            [[0, 0], [4, 0], [4, 1], [3, 1], [3, 2], [2, 2], [2, 3], [1, 3], [1, 4], [0, 4]],
        ),
        case("flat lasso of no height", grid(-1, 5), "lasso", [[0, 1], [4, 1], [2, 1]]),
        case("flat lasso of no width", grid(-1, 5), "lasso", [[1, 0], [1, 4], [1, 2]]),
        case("all vertices the same", grid(-1, 5), "lasso", [[1, 1]] * 4),
        case("row 0 alone", [[0.5, 0.5], [2, 2], [-2, 2]], "lasso", [[0, 0], [1, 0], [0, 2]]),
        case("every row", cloud, "lasso", circle(7) * 50),
        case("no row", cloud, "lasso", circle(7) + 50),
        case("no points", [], "lasso", square),
        case("one position many times", [[1, 1]] * 9 + [[4, 4]] * 9, "lasso", square),
        case("2,000 vertices", cloud, "lasso", wobbly),
        case("huge coordinates", cloud * 1e37, "lasso", circle(31) * 1.3e37),
        case(
            "path far beyond float32",
            cloud * 1e37,
            "lasso",
            [[-1e150, -1e150], [1e150, 1e150], [1e150, -1e150]],
        ),
        case(
            "edges whose products overflow",
            cloud * 1e37,
            "lasso",
            [[-1.7e308, -1.7e308], [1.7e308, -1.7e308], [1.7e308, 1.7e308], [-1.7e308, 1.7e308]],
        ),
        case("tiny coordinates", cloud * 1e-38, "lasso", circle(31) * 1.3e-38),
        case(
            "subnormal float32 coordinates",
            np.array(grid(-3, 3)) * 1.4e-45,
            "lasso",
            circle(9) * 3e-45,
        ),
        case(
            "tiny lasso around one far point",
            [[1e6, 1e6], [1e6 + 1, 1e6]],
            "lasso",
            circle(12) * 1e-3 + 1e6,
        ),
        case(
            "negative zero",
            [[0.0, -0.0], [-0.0, 0.0], [1, 0]],
            "lasso",
            [[-0.0, 0.0], [1, -0.0], [1, 1]],
        ),
        case(
            "decimals that binary cannot hold",
            grid(0, 1, 0.1),
            "lasso",
            [[0.1, 0.1], [0.9, 0.1], [0.9, 0.7], [0.3, 0.9]],
        ),
    ]


def other_tools(random: np.random.Generator) -> list[dict[str, Any]]:
    """Cases of the rectangle, the brush and the click."""
    cloud = random.normal(size=(120, 2))
    trail = np.column_stack([np.linspace(-1.5, 1.5, 60), np.sin(np.linspace(-3, 3, 60))])
    return [
        case("rectangle, borders included", grid(-1, 5), "rectangle", [[0, 0], [4, 3]]),
        case("rectangle, corners in the other order", grid(-1, 5), "rectangle", [[4, 3], [0, 0]]),
        case("rectangle from top left", grid(-1, 5), "rectangle", [[0, 3], [4, 0]]),
        case("rectangle of no area on a point", grid(-1, 5), "rectangle", [[2, 2], [2, 2]]),
        case(
            "rectangle against float32 rounding",
            grid(0, 1, 0.1),
            "rectangle",
            [[0.1, 0.1], [0.7, 0.9]],
        ),
        case("rectangle in a cloud", cloud, "rectangle", [[-0.5, 1.0], [0.8, -0.7]]),
        case("brush of one disc, border included", grid(-5, 5), "brush", [[0, 0]], radius=[5, 5]),
        case("brush flattened by the map", grid(-5, 5), "brush", [[0, 0]], radius=[4, 2]),
        case("brush trail", cloud, "brush", trail, radius=[0.3, 0.2]),
        case("brush standing still", cloud, "brush", [[0.1, 0.2]] * 20, radius=[0.5, 0.5]),
        case("brush with decimals", grid(0, 1, 0.1), "brush", [[0.5, 0.5]], radius=[0.3, 0.1]),
        case(
            "tiny brush at a far point",
            [[1e6, 1e6], [1e6 + 1, 1e6]],
            "brush",
            [[1e6, 1e6]],
            radius=[1e-9, 1e-9],
        ),
        case(
            "brush on huge coordinates",
            cloud * 1e37,
            "brush",
            [[0, 0], [1e37, 1e37]],
            radius=[1e37, 5e36],
        ),
        case("brush on tiny coordinates", cloud * 1e-38, "brush", [[0, 0]], radius=[1e-38, 1e-38]),
        case("click on row 0", [[1, 1], [1, 1], [2, 2]], "click", [[1, 1]], row=0),
        case(
            "click on one of two rows at a place",
            [[1, 1], [1, 1], [2, 2]],
            "click",
            [[1, 1]],
            row=1,
        ),
    ]


def main() -> None:
    """Write the file."""
    random = np.random.default_rng(20260)
    cases = [*lassos(random), *other_tools(random)]
    about = (
        "Made by make_geometry.py. points are float32 values x0, y0, x1, y1, ...; path and radius "
        "are float64; rows are the members, computed point by point from the published formula."
    )
    lines = ",\n".join(json.dumps(one, separators=(",", ":")) for one in cases)
    TARGET.write_text(f'{{"about":{json.dumps(about)},\n"cases":[\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()

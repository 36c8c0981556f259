"""Imports point downwards only: mathematics knows no widget, and no layer knows the one above."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "unlearn_widgets"

# From the bottom to the top. A module may import from layers below its own and from its own folder.
LAYERS = [
    ["validation", "blas", "randomness", "columns", "bundle"],
    ["frames", "statistics", "theory", "datasets"],
    ["problem"],
    ["planning"],
    ["selection", "records", "maps"],
    ["exports", "wire", "evaluation", "ledger"],
    ["annotation", "manifest", "croissant"],
    ["session"],
    ["views", "charts"],
    ["__init__"],
]
LEVEL = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}
FILES = [path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py")]
ROOMS = sorted({file.parts[0].removesuffix(".py") for file in FILES})


def imports_of(room: str) -> set[str]:
    """Return the rooms that a room imports from, also inside functions."""
    folder = PACKAGE / room
    files = folder.rglob("*.py") if folder.is_dir() else [folder.with_suffix(".py")]
    found = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ImportFrom) or node.module is None:
                continue
            if node.module == "unlearn_widgets":
                found |= {alias.name for alias in node.names}
            elif node.module.startswith("unlearn_widgets."):
                found.add(node.module.split(".")[1])
    return found - {room}


def test_every_room_has_a_layer() -> None:
    assert set(ROOMS) == set(LEVEL)


@pytest.mark.parametrize("room", ROOMS)
def test_imports_point_downwards(room: str) -> None:
    assert {other for other in imports_of(room) if LEVEL[other] >= LEVEL[room]} == set()

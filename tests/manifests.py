"""Sessions whose manifests hold everything that one can, and ways to edit those."""

from __future__ import annotations

import base64
import copy
import json
from typing import TYPE_CHECKING, Any

import numpy as np

import unlearn_widgets as uw
from tests.sessions import make_problem
from unlearn_widgets.manifest import add_signoff

if TYPE_CHECKING:
    from pathlib import Path


def records_of(n: int = 85) -> dict[str, list[Any]]:
    return {"id": [f"r{row}" for row in range(n)], "text": [f"text {row}" for row in range(n)]}


def make_session(store: Path | None = None, **keywords: Any) -> uw.Session:
    """Return a session in which rows were chosen in every way, labelled and signed."""
    held = {"records": records_of(), "key": "id", "title": "Spam", "who": "ana", "map": "pca"}
    session = uw.Session(make_problem(), **{**held, "store": store, **keywords})
    session.select_rule("likelihood_ratio", 5)
    box = session.positions[session.problem.forget_rows]
    session.select_rectangle([box.min(axis=0), box.mean(axis=0)], mode="add")
    session.select_disc(box[0], radius=0.5, mode="add")
    session.select([1, 2, 5], mode="add")
    session.annotate(["r3", "r4"], "remove", reason="spam", note="seen twice")
    session.annotate("r5", "keep")
    session.undo()
    session.sign("approved", note="as agreed", who="ben")
    return session


def signed_manifest(path: Path, session: uw.Session, **keywords: Any) -> dict[str, Any]:
    """Save a session with its map and texts, have a second person sign it, and read it."""
    session.save(path, **{"include_text": True, **keywords})
    key = keywords.get("hmac_key")
    add_signoff(path, "approved", who="cleo", note="agreed", hmac_key=key)
    return read(path)


def read(path: Path) -> dict[str, Any]:
    held: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return held


def write(path: Path, manifest: Any) -> Path:
    path.write_text(json.dumps(manifest), encoding="utf-8")
    return path


def edited(manifest: dict[str, Any], where: str, value: Any) -> dict[str, Any]:
    """Return a copy with one value replaced; a callable makes it from the one before."""
    twin = copy.deepcopy(manifest)
    *way, last = (int(part) if part.isdigit() else part for part in where.split("."))
    held: Any = twin
    for part in way:
        held = held[part]
    held[last] = value(held[last]) if callable(value) else value
    return twin


def mismatches(report: Any) -> set[str]:
    return {check["name"] for check in report.checks if check["status"] == "mismatch"}


def status(report: Any, name: str) -> str:
    (found,) = [check["status"] for check in report.checks if check["name"] == name]
    return str(found)


def flip_row(text: str, row: int) -> str:
    """Return bits in base64 with one row the other way round."""
    bits = np.frombuffer(base64.b64decode(text), dtype=np.uint8).copy()
    bits[row >> 3] ^= 1 << (row & 7)
    return base64.b64encode(bits.tobytes()).decode()

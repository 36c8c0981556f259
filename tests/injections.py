"""Sixty texts that are code, markup or trouble to something somewhere; both languages read them."""

from __future__ import annotations

import json
from pathlib import Path

TEXTS: list[str] = json.loads(
    Path(__file__).with_name("injections.json").read_text(encoding="utf-8")
)

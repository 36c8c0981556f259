"""Prose of the report that holds whatever the numbers are: what is measured, and how."""

from __future__ import annotations

import re
from pathlib import Path

_PARTS = re.split(
    r"<!-- (\w+) -->\n", Path(__file__).with_suffix(".md").read_text(encoding="utf-8")
)
TEXTS = {name: text.strip() for name, text in zip(_PARTS[1::2], _PARTS[2::2], strict=True)}


def prose(name: str) -> str:
    """Return a paragraph or list of prose.md, which is wrapped as it stands in the report."""
    return TEXTS[name]

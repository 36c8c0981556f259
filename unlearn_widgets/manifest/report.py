"""What a check of a manifest found, in plain words."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Check", "Checks", "VerifyReport"]

Status = Literal["ok", "mismatch", "not_checked"]

_LONGEST = 120
_TITLES = {
    "mismatch": "does not fit",
    "not_checked": "not checked",
    "ok": "fits",
}


class Check(TypedDict):
    """One check: what the manifest says (expected), what was found (got), and what it means."""

    name: str
    status: Status
    expected: Any
    got: Any
    note: str


class Checks(list[Check]):
    """Checks as they are made.

    Examples
    --------
    >>> checks = Checks()
    >>> checks.compare("counts", {"n_removed": 3}, {"n_removed": 2}, "rows that are marked")
    >>> checks[0]["status"]
    'mismatch'
    """

    def compare(self, name: str, expected: Any, got: Any, note: str = "") -> None:
        """Add a check that holds if what was found is what the manifest says."""
        self.add(name, "ok" if expected == got else "mismatch", expected, got, note)

    def differ(self, name: str, differing: dict[str, tuple[Any, Any]], note: str = "") -> None:
        """Add a check of several values; only those that differ are shown."""
        expected = {one: pair[0] for one, pair in differing.items()} or None
        got = {one: pair[1] for one, pair in differing.items()} or None
        self.add(name, "mismatch" if differing else "ok", expected, got, note)

    def leave(self, name: str, note: str, expected: Any = None) -> None:
        """Add a check that could not be made, and what it would take."""
        self.add(name, "not_checked", expected, None, note)

    def attempt(self, name: str, check: Callable[[], None]) -> None:
        """Make a check that a manifest of any form may stop; that is a mismatch too."""
        try:
            check()
        except (
            AttributeError,
            IndexError,
            KeyError,
            OverflowError,
            TypeError,
            ValueError,
        ) as error:
            missing = isinstance(error, AttributeError | IndexError | KeyError)
            reason = f"a part of the manifest is missing ({error!r})" if missing else str(error)
            self.add(name, "mismatch", None, None, f"It could not be checked: {reason}")

    def add(self, name: str, status: Status, expected: Any, got: Any, note: str = "") -> None:
        """Add a check."""
        self.append(Check(name=name, status=status, expected=expected, got=got, note=note))


@dataclass(frozen=True)
class VerifyReport:
    """What `verify` found.

    Attributes
    ----------
    ok : bool
        Whether no check found a mismatch; what was not checked says nothing.
    checks : list of dict
        ``name``, ``status`` ("ok", "mismatch" or "not_checked"), ``expected`` (what the manifest
        says), ``got`` (what was found) and ``note`` (what it means).

    Examples
    --------
    >>> check = {"name": "digest", "status": "mismatch", "expected": "9f…", "got": "3c…"}
    >>> print(VerifyReport(False, [{**check, "note": "Something was edited."}]))
    1 of 1 checks does not fit.
    <BLANKLINE>
    does not fit
    - digest: Something was edited. The manifest says "9f…", found "3c…".
    """

    ok: bool
    checks: list[Check] = field(default_factory=list)

    def __str__(self) -> str:
        parts = [self._headline()]
        for status, title in _TITLES.items():
            lines = [_line(check) for check in self._of(status)]
            if lines:
                parts.append("\n".join([title, *(f"- {line}" for line in lines)]))
        return "\n\n".join(parts)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        parts = [f"<p><strong>{html.escape(self._headline())}</strong></p>"]
        for status, title in _TITLES.items():
            items = "".join(f"<li>{html.escape(_line(check))}</li>" for check in self._of(status))
            if items:
                parts.append(f"<p>{html.escape(title)}</p><ul>{items}</ul>")
        return "".join(parts)

    def _headline(self) -> str:
        n, bad, open_ = len(self.checks), len(self._of("mismatch")), len(self._of("not_checked"))
        if bad:
            return f"{bad} of {n} checks {'does' if bad == 1 else 'do'} not fit."
        rest = f"; {open_} could not be made" if open_ else ""
        return f"Nothing found that does not fit: {n - open_} of {n} checks were made{rest}."

    def _of(self, status: str) -> list[Check]:
        return [check for check in self.checks if check["status"] == status]


def _line(check: Check) -> str:
    line = _visible(check["name"])
    if check["note"]:
        line += f": {_visible(check['note'])}"
    if check["status"] != "mismatch":
        return line
    return f"{line} The manifest says {_shown(check['expected'])}, found {_shown(check['got'])}."


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return _visible(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")


def _visible(text: str) -> str:
    """Escape what would move the cursor, break the line, or turn the order of reading."""
    return "".join(
        mark if mark.isprintable() else mark.encode("unicode_escape", "surrogatepass").decode()
        for mark in text
    )

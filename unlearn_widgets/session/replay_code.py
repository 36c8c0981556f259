"""A selection told again as Python, so that it can be pasted into a pipeline."""

from __future__ import annotations

import re
import textwrap
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.problem.ranking import RULES
from unlearn_widgets.statistics import RETAIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.session.history import Step

    Mask = NDArray[np.bool_]
    Bits = NDArray[np.uint8]

_WIDTH = 88
_SHORTEST_RUN = 3
_NUMBERS = re.compile(r"session\.\w+\((np\.r_\[|\[\[)")
# Steps told by coordinates, and steps that depend on what is chosen already.
_ON_MAP = frozenset({"lasso", "rectangle", "brush"})
_RELATIVE = frozenset({"grow", "duplicates"})


def as_code(steps: Sequence[Step], problem: UnlearningProblem) -> str:
    """Write Python that chooses the rows that some steps chose.

    Only what still shows in the result is told: the steps after the selection last began anew.
    Gestures refer to the coordinates of the map, and are told as row numbers where that is shorter.

    Parameters
    ----------
    steps : sequence of Step
        From a start to the present, as `History.steps` gives them.
    problem : UnlearningProblem
        What the rows belong to.

    Returns
    -------
    str
        Code to run with a session of the same problem, records and map as ``session``. It leaves
        the positions in ``removed``, and the retained domain locked if it had to be unlocked.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> from unlearn_widgets.session.history import Step
    >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0], [5.0]], forget=[2, 3, 4])
    >>> start = Step(0, "python", "start", None, bytes([0]), None, "Start")
    >>> step = Step(1, "python", "select", "add", bytes([0b11100]), None, "Rows, add 3")
    >>> print(as_code([start, step], problem))
    # 3 forget rows and 0 retained rows are removed.
    import numpy as np
    <BLANKLINE>
    session.select(np.r_[2:5])
    removed = session.removed
    <BLANKLINE>
    """
    # A thousand selections of a million rows fit as bits, not as masks.
    bits = [np.frombuffer(step.removed, dtype=np.uint8) for step in steps]
    retain = problem.domain_codes == RETAIN
    retain_bits = np.packbits(retain, bitorder="little")
    first = _beginning(steps, bits, retain_bits)
    script = _Script(retain)
    if _touched([np.zeros_like(retain_bits), *bits[first:]], retain_bits):
        script.clear()
    before = np.zeros(problem.n_rows, dtype=np.bool_)
    for at in range(first, len(steps)):
        after = steps[at].removed_mask(problem.n_rows)
        # The first step kept may have been a change of one that was forgotten since.
        script.tell(steps[at] if at else None, before, after)
        before = after
    return script.text(before)


class _Script:
    """Lines of Python, and what is known of the session after them."""

    def __init__(self, retain: Mask) -> None:
        self._retain = retain
        self._lines: list[str] = []
        self._locked: bool | None = None

    def clear(self) -> None:
        self._lines.append("session.clear()")

    def tell(self, step: Step | None, before: Mask, after: Mask) -> None:
        """Add the lines that lead from one selection to the next; without a step, by rows."""
        if np.array_equal(before, after):
            return
        anew = not before.any()
        touched = _touched([before, after], self._retain)
        rows = _rows_code(before, after)
        call = None if step is None else _call(step, anew=anew)
        if step is None or call is None or (step.kind in _ON_MAP and len(call) > _length(rows)):
            if touched:
                self._lock(locked=False)
            self._lines += rows
            return
        if step.kind == "invert" and not self._lines:
            self.clear()
        if touched or _heeds_lock(step, anew=anew):
            self._lock(locked=not touched)
        self._lines.append(call)

    def text(self, removed: Mask) -> str:
        """Return the code, with what it needs before and after."""
        if self._locked is False:
            self._lock(locked=True)
        n_retain = int(np.count_nonzero(removed & self._retain))
        n_forget = int(np.count_nonzero(removed)) - n_retain
        header = [f"# {n_forget:,} forget rows and {n_retain:,} retained rows are removed."]
        if any("np.r_" in line for line in self._lines):
            header += ["import numpy as np", ""]
        body = self._lines or ["session.clear()"]
        lines = [*header, *map(_wrapped, body), "removed = session.removed"]
        return "\n".join(lines) + "\n"

    def _lock(self, *, locked: bool) -> None:
        if self._locked is not locked:
            self._lines.append(f"session.retain_locked = {locked}")
            self._locked = locked


def _beginning(steps: Sequence[Step], bits: Sequence[Bits], retain: Bits) -> int:
    """Return the last step whose result does not depend on the steps before it."""
    for at in range(len(steps) - 1, 0, -1):
        if not bits[at].any():
            return at
        if steps[at].mode == "replace" and steps[at].kind not in _RELATIVE:
            # A locked domain keeps its rows through a replacement.
            unlocked = _touched(bits[at - 1 : at + 1], retain)
            if unlocked or not (bits[at - 1] & retain).any():
                return at
    return 0


def _touched(selections: Sequence[NDArray[Any]], retain: NDArray[Any]) -> bool:
    """Whether retained rows were chosen or given back between any of these selections."""
    return any(((a ^ b) & retain).any() for a, b in pairwise(selections))


def _heeds_lock(step: Step, *, anew: bool) -> bool:
    if step.kind in _ON_MAP or step.kind in {"search", "duplicates", "invert"}:
        return True
    return step.mode in {"replace", "intersect"} and not anew


def _call(step: Step, *, anew: bool) -> str | None:
    """Return the call that repeats a step, or None where only its rows can be told."""
    detail = step.detail
    match step.kind:
        case "lasso" if "path" in detail:
            name, arguments = "select_lasso", [_points(detail["path"])]
        case "rectangle" if "path" in detail:
            name, arguments = "select_rectangle", [_points(detail["path"])]
        case "brush" if "path" in detail and "radius" in detail:
            rx, ry = (float(half) for half in detail["radius"])
            name, arguments = "select_disc", [_points(detail["path"]), f"({rx!r}, {ry!r})"]
        case "rule" if detail.get("rule") in RULES and "budget" in detail:
            name, arguments = "select_rule", [f'"{detail["rule"]}"', repr(int(detail["budget"]))]
        case "grow" if "k" in detail:
            name, arguments = "grow", [repr(int(detail["k"]))]
        case "search" if "text" in detail:
            name, arguments = "select", [f"session.search({str(detail['text'])!r})"]
        case "duplicates":
            name, arguments = "select", ["session.duplicates()"]
        case "invert":
            return "session.invert()"
        case _:
            return None
    mode = "replace" if anew and step.mode == "add" else step.mode
    if mode != ("add" if name == "grow" else "replace"):
        arguments.append(f'mode="{mode}"')
    return f"session.{name}({', '.join(arguments)})"


def _rows_code(before: Mask, after: Mask) -> list[str]:
    added, given_back = after & ~before, before & ~after
    lines = []
    if added.any():
        mode = ', mode="add"' if before.any() else ""
        lines.append(f"session.select({_runs(added)}{mode})")
    if given_back.any():
        lines.append(f'session.select({_runs(given_back)}, mode="subtract")')
    return lines


def _length(lines: list[str]) -> int:
    return sum(map(len, lines))


def _runs(mask: Mask) -> str:
    edges = np.flatnonzero(np.diff(mask, prepend=False, append=False)).tolist()
    parts: list[str] = []
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if stop - start >= _SHORTEST_RUN:
            parts.append(f"{start}:{stop}")
        else:
            parts += map(str, range(start, stop))
    return f"np.r_[{', '.join(parts)}]"


def _points(path: Any) -> str:
    return repr(np.asarray(path, dtype=np.float64).tolist())


def _wrapped(line: str) -> str:
    if len(line) <= _WIDTH or not _NUMBERS.match(line):
        return line
    head, _, rest = line.partition("(")
    inner = textwrap.wrap(
        rest[:-1],
        _WIDTH,
        initial_indent="    ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join([f"{head}(", *inner, ")"])

"""A measurement in a few lines of text."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from unlearn_widgets.evaluation.scores import OK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unlearn_widgets.evaluation.result import RetrainCurve


def describe(result: RetrainCurve) -> str:
    """Tell the model, how complete the result is, what went wrong, and the halving budgets."""
    splits = len(result.design.splits)
    return "\n".join(
        [
            f"Retraining {result.design.model} on {splits} split{'s' if splits > 1 else ''}",
            result.status,
            *(f"  {trouble}" for trouble in _troubles(result)),
            "share of forget rows removed until forget_recall is halved",
            *(f"  {_halved(row)}" for row in result.halving_budget().rows()),
        ]
    )


def _troubles(result: RetrainCurve) -> Iterator[str]:
    found = Counter(
        next((status for status in cell.status.values() if status != OK), OK)
        for cell in result.cells
    )
    for status, count in found.most_common():
        if status != OK:
            yield f"{count} cell{'s' if count > 1 else ''}: {status}"


def _halved(row: dict[str, Any]) -> str:
    share, low, high = (row[name] for name in ("fraction", "low", "high"))
    if math.isnan(share):
        return f"{row['rule']}  not reached"
    if math.isnan(low):
        return f"{row['rule']}  {100 * share:.1f} %"
    end = "never" if math.isnan(high) else f"{100 * high:.1f} %"
    return f"{row['rule']}  {100 * share:.1f} % ({100 * low:.1f} % to {end})"

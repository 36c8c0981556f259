"""The orders by name, and what each of them needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from unlearn_widgets.annotation.orders import (
    CoverageOrder,
    DisagreementOrder,
    EffectOrder,
    Order,
    UncertaintyOrder,
    falling,
)
from unlearn_widgets.validation import choice, row_mask

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from unlearn_widgets.annotation.learner import Learner
    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.validation import Floats, Positions

Disagreement: TypeAlias = "npt.ArrayLike | Callable[[], npt.ArrayLike]"

ORDERS = ("random", "score", "uncertainty", "effect", "coverage", "disagreement")


def make_order(
    name: str,
    problem: UnlearningProblem,
    rows: Positions,
    *,
    shuffled: Positions,
    positions: Any = None,
    learner: Learner | None = None,
    removed: Any = None,
    disagreement: Disagreement | None = None,
) -> Order:
    """Return the order of that name.

    Parameters
    ----------
    name : str
        One of `ORDERS`.
    problem : UnlearningProblem
        The rows and their domains.
    rows : (m,) ndarray of int64
        The rows to order, sorted.
    shuffled : (m,) ndarray of int64
        The same rows for the order "random".
    positions, learner, removed, disagreement : optional
        As for `AnnotationQueue`.

    Raises
    ------
    ValueError
        For an unknown name, a missing argument, or one of the wrong shape.
    TypeError
        For disagreements that are no numbers.

    Examples
    --------
    >>> from unlearn_widgets import UnlearningProblem
    >>> problem = UnlearningProblem([[2.0], [3.0], [4.0], [-1.0], [0.0], [1.0]], [0, 1, 2])
    >>> rows = np.array([0, 1, 2])
    >>> make_order("score", problem, rows, shuffled=rows).ranking
    array([2, 1, 0])

    """
    chosen = choice("order", name, ORDERS)
    if chosen == "random":
        return Order(shuffled)
    if chosen == "score":
        return Order(falling(rows, problem.scores[rows]))
    if chosen == "uncertainty":
        return UncertaintyOrder(rows, problem.scores, _needed("learner", learner, chosen))
    if chosen == "effect":
        gone = row_mask("removed", [] if removed is None else removed, problem.n_rows)
        return EffectOrder(problem, rows, gone)
    if chosen == "coverage":
        points = _points(_needed("positions", positions, chosen), problem.n_rows)
        return CoverageOrder(rows, points[rows])
    given = _needed("disagreement", disagreement, chosen)
    return DisagreementOrder(rows, given, problem.n_rows)


def _needed(name: str, value: Any, order: str) -> Any:
    if value is None:
        raise ValueError(f"{name}: the order {order!r} needs it, got None. Pass {name}=.")
    return value


def _points(positions: Any, n: int) -> Floats:
    points = np.asarray(positions, dtype=np.float64)
    if points.shape != (n, 2) or not np.isfinite(points).all():
        raise ValueError(
            f"positions: must be finite and of shape ({n}, 2), one point for each row of X, "
            f"got shape {points.shape}."
        )
    return points

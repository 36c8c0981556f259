"""Orders of the forget rows under a rule, by name or by a selector object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.statistics import FORGET
from unlearn_widgets.validation import choice

if TYPE_CHECKING:
    import numpy.typing as npt

    from unlearn_widgets.problem.groups import Groups
    from unlearn_widgets.problem.rows import WhitenedRows
    from unlearn_widgets.validation import Floats, Positions

RULES = ("random", "distance", "likelihood_ratio")


def describe_rule(rule: Any) -> str:
    """Return the name of a rule, or one line that tells a selector and its parameters.

    >>> describe_rule("distanse")
    Traceback (most recent call last):
        ...
    ValueError: rule: must be one of 'random', 'distance', 'likelihood_ratio', got 'distanse'. \
Did you mean 'distance'?
    """
    if isinstance(rule, str):
        return choice("rule", rule, RULES)
    if isinstance(rule, type) or not (hasattr(rule, "fit") and hasattr(rule, "rank")):
        message = (
            f"rule: must be one of {', '.join(RULES)} or a selector of unlearn_widgets.selection, "
            f"got {rule!r}."
        )
        raise TypeError(message)
    if not hasattr(rule, "get_params"):
        return f"{type(rule).__name__}@{id(rule):x}"
    parameters = ", ".join(f"{key}={value!r}" for key, value in rule.get_params().items())
    return f"{type(rule).__name__}({parameters})"


def rank_rows(
    rule: Any, X: npt.NDArray[Any], rows: WhitenedRows, groups: Groups | None
) -> Positions:
    """Return the positions of the forget rows, first to remove first; groups stay in one piece.

    The named rules use the whitened rows, so they follow the covariance of the problem.
    """
    forget = np.flatnonzero(rows.members[FORGET])
    if rule == "likelihood_ratio":
        return _by_score(forget, rows.scores[forget], groups)
    if rule == "distance":
        return _by_score(forget, rows.squared_norms(forget), groups)
    if rule == "random":
        shuffled = np.random.default_rng(0).permutation(forget)
        return _by_score(shuffled, np.zeros(len(forget)), groups)
    members = np.flatnonzero(rows.codes)
    labels = {} if groups is None else {"groups": groups.labels[members]}
    selector = _copy(rule).fit(X[members], rows.codes[members] == FORGET, **labels)
    return np.asarray(members[np.asarray(selector.rank())], dtype=np.int64)


def _copy(selector: Any) -> Any:
    if not hasattr(selector, "get_params"):
        return selector
    from sklearn.base import clone

    return clone(selector)


def _by_score(rows: Positions, scores: Floats, groups: Groups | None) -> Positions:
    if groups is None:
        return rows[np.argsort(-scores, kind="stable")]
    return groups.order(rows, scores)

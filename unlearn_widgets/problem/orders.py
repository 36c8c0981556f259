"""Rankings of the forget rows, and what removing more and more of them does."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from unlearn_widgets.problem.effect import FIELDS
from unlearn_widgets.problem.path import follow
from unlearn_widgets.problem.ranking import describe_rule, rank_rows
from unlearn_widgets.problem.rows import KeptSums
from unlearn_widgets.validation import budget, row_mask, strict_keywords

if TYPE_CHECKING:
    import numpy.typing as npt

    from unlearn_widgets.frames import Frame
    from unlearn_widgets.problem.groups import Groups
    from unlearn_widgets.problem.path import RemovalPath
    from unlearn_widgets.problem.prediction import Prediction
    from unlearn_widgets.problem.rows import WhitenedRows
    from unlearn_widgets.validation import Mask, Positions


class RemovalOrders:
    """Rankings, paths and trade-offs of an `UnlearningProblem`."""

    _X: npt.NDArray[Any]
    _mode: str
    _rows: WhitenedRows
    _groups: Groups | None
    _prediction: Prediction
    n_forget: int
    n_rows: int

    def __init__(self) -> None:
        # Not the lock of the live update: a rule may learn from the rows for minutes.
        self._ranking = threading.RLock()
        self._orders: dict[str, tuple[Any, Positions]] = {}
        self._paths: dict[str, RemovalPath] = {}

    @strict_keywords
    def rank(self, selector_or_rule: Any) -> Positions:
        """Order the forget rows by a rule, first to remove first.

        Parameters
        ----------
        selector_or_rule : {"random", "distance", "likelihood_ratio"} or selector
            Rule by name, under the covariance of this problem ("random" with a fixed seed), or an
            object of `unlearn_widgets.selection`, which is fitted to the rows of both domains.

        Returns
        -------
        (n_forget,) int64 ndarray
            Row positions.

        Raises
        ------
        ValueError
            For an unknown name.
        TypeError
            For an object that cannot be fitted and ranked.

        Examples
        --------
        >>> from unlearn_widgets import UnlearningProblem
        >>> problem = UnlearningProblem([[3.0], [2.0], [4.0], [-1.0], [0.0], [1.0]], [0, 1, 2])
        >>> problem.rank("likelihood_ratio")
        array([2, 0, 1])

        """
        return self._order(selector_or_rule).copy()

    @strict_keywords
    def path(self, selector_or_rule: Any) -> RemovalPath:
        """Compute the numbers at every budget along the ranking of a rule.

        Parameters
        ----------
        selector_or_rule : str or selector
            As for `rank`.

        Returns
        -------
        RemovalPath
            ``order``, ``at(budgets)`` and ``first(condition)``. With a frozen or known covariance
            every budget is exact; a refitted covariance is computed for the budgets asked for.

        Raises
        ------
        ValueError, TypeError
            For a rule that `rank` refuses.

        Examples
        --------
        >>> import numpy as np
        >>> from unlearn_widgets import UnlearningProblem
        >>> problem = UnlearningProblem([[2.0], [3.0], [4.0], [-1.0], [0.0], [1.0]], [0, 1, 2])
        >>> path = problem.path("distance")
        >>> path.at(np.array([0, 3]))["alpha"]
        array([1.125, 4.5  ])
        >>> path.first(lambda numbers: numbers["alpha"] >= 2)
        1

        """
        key = describe_rule(selector_or_rule)
        with self._ranking:
            if key not in self._paths:
                order = self._order(selector_or_rule)
                self._paths[key] = follow(order, self._groups, self._prediction)
            return self._paths[key]

    @strict_keywords
    def tradeoff(self, selector_or_rule: Any, budgets: Iterable[float]) -> Frame:
        """Compute the effect of removing more and more rows in the order of a rule.

        Parameters
        ----------
        selector_or_rule : str or selector
            As for `rank`.
        budgets : iterable of int or float
            How many forget rows to remove: an int, or a float in [0, 1] as a share. In any order.
            With `groups` the rest of their groups goes too, so `n_removed` can be larger.

        Returns
        -------
        Frame
            One row for each budget, in the order given, with the columns rule, budget (rows) and
            the fields of `Effect`.

        Raises
        ------
        ValueError, TypeError
            For a rule that `rank` refuses, or a budget that is neither rows nor a share.

        Examples
        --------
        >>> from unlearn_widgets import UnlearningProblem
        >>> problem = UnlearningProblem([[2.0], [3.0], [4.0], [-1.0], [0.0], [1.0]], [0, 1, 2])
        >>> frame = problem.tradeoff("distance", [0, 1.0])
        >>> frame["budget"], frame["alpha"]
        (array([0, 3]), array([1.125, 4.5  ]))

        """
        given: object = budgets
        if isinstance(given, str) or not isinstance(given, Iterable):
            message = f"budgets: must be a list of ints or floats, got {given!r}. Pass [{given!r}]."
            raise TypeError(message)
        sizes = [budget(size, self.n_forget, "budgets") for size in budgets]
        name, order = describe_rule(selector_or_rule), self._order(selector_or_rule)
        kept = KeptSums(self._rows, second_moments=self._mode == "refit")
        effects = {
            size: self._prediction.effect(kept, self._removal("budgets", order[:size]), 0.05)
            for size in sorted(set(sizes))
        }
        from unlearn_widgets.frames import Frame

        columns: dict[str, list[Any]] = {"rule": [name] * len(sizes), "budget": sizes}
        columns |= {field: [getattr(effects[size], field) for size in sizes] for field in FIELDS}
        return Frame(columns)

    def _order(self, rule: Any) -> Positions:
        key = describe_rule(rule)
        with self._ranking:
            if key not in self._orders:
                order = rank_rows(rule, self._X, self._rows, self._groups)
                order.setflags(write=False)
                # The rule is kept as well, so that no other object takes over its address.
                self._orders[key] = rule, order
            return self._orders[key][1]

    def _removal(self, name: str, rows: Any) -> Mask:
        mask = row_mask(name, rows, self.n_rows)
        return mask if self._groups is None else self._groups.whole(mask)

"""The plan of a removal: rules compared over budgets and for targets."""

from __future__ import annotations

import functools
import math
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.blas import single_thread
from unlearn_widgets.planning.curves import RuleCurves, trace
from unlearn_widgets.planning.outlook import Outlook, survey
from unlearn_widgets.planning.rules import default_rules, name_of, named
from unlearn_widgets.planning.targets import Need, RuleRow, need
from unlearn_widgets.validation import at_least, choice, probability, strict_keywords
from unlearn_widgets.validation import budget as rows_of_budget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.validation import Positions

STEPS = 200
# A refitted covariance costs a factorisation for each budget.
STEPS_WHEN_REFITTED = 40


class Plan:
    """Rules compared before anything is removed: over all budgets, and for a target.

    Parameters
    ----------
    problem : UnlearningProblem
        Embeddings and domains.
    rules : list of str or selector, optional
        Default: "random", "distance", "likelihood_ratio".
    delta : float, default 0.05
        Chance that a certificate fails.

    Attributes
    ----------
    rules : dict of str to str or selector
        The rules by name.
    outlook : Outlook
        What all rules share: divergence, stop point, frontier, and why something is left out.
    budgets : (m,) int64 ndarray
        Rows removed at the points of each curve.

    Raises
    ------
    ValueError, TypeError
        For rules that `UnlearningProblem.rank` refuses, or delta outside (0, 1).

    Notes
    -----
    Sections 2 and 3 of docs/theory.md. Measured curves follow `UnlearningProblem.path`; predictions
    use the plug-in divergence, a-priori certificates the unbiased one.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> domains = uw.datasets.make_gaussians(200, 400, shift=2.0, dim=2, random_state=0)
    >>> plan = Plan(uw.UnlearningProblem(domains.X, domains.forget))
    >>> curves = plan.curves("likelihood_ratio")
    >>> curves.budgets[-1], sorted(curves.predicted)
    (np.int64(200), ['covariance', 'mean'])
    >>> needed = {row.rule: row.alpha.n for row in plan.table(0, alpha=1.5)}
    >>> needed["likelihood_ratio"] <= needed["distance"] <= needed["random"]
    True

    """

    @strict_keywords
    def __init__(
        self,
        problem: UnlearningProblem,
        rules: Iterable[Any] | None = None,
        delta: float = 0.05,
    ) -> None:
        self.problem = problem
        self.delta = probability("delta", delta)
        self.rules = default_rules() if rules is None else named(rules)
        self._lock = threading.Lock()
        self._curves: dict[str, RuleCurves] = {}
        self._needs: dict[tuple[str, str, float], Need] = {}

    @functools.cached_property
    def outlook(self) -> Outlook:
        """What all rules share."""
        return survey(self.problem, self.delta)

    @functools.cached_property
    def budgets(self) -> Positions:
        """Rows removed at the points of each curve."""
        steps = STEPS_WHEN_REFITTED if self.problem.covariance_mode == "refit" else STEPS
        n = self.problem.n_forget
        return np.unique(np.rint(np.linspace(0, n, min(steps, n) + 1)).astype(np.int64))

    def add(self, rules: Iterable[Any]) -> list[str]:
        """Take more rules into the plan and return their names."""
        found = named(rules)
        for name, rule in found.items():
            self.rules.setdefault(name, rule)
        return list(found)

    def rule(self, name: Any) -> Any:
        """Return a rule of the plan by name, or what was given if it is a selector itself."""
        if not isinstance(name, str):
            return name
        return self.rules[choice("rule", name, list(self.rules))]

    def is_ranked(self, name: str) -> bool:
        """Whether the curves of a rule are known, so that nothing about it takes long."""
        return name in self._curves

    def curves(self, name: str) -> RuleCurves:
        """Return the curves of a rule; the first call ranks the rows, which may take long.

        Raises
        ------
        ValueError
            For a rule that is not in the plan.

        """
        rule = self.rule(name)
        key = name if isinstance(name, str) else name_of(name)
        if key not in self._curves:
            path = self.problem.path(rule)
            with single_thread():
                curves = trace(key, path, self.budgets, self.outlook)
            with self._lock:
                self._curves.setdefault(key, curves)
        return self._curves[key]

    @strict_keywords
    def need(self, name: str, alpha: float | None = None, epsilon: float | None = None) -> Need:
        """Return the smallest budget of a rule for one target.

        Parameters
        ----------
        name : str
            A rule of the plan.
        alpha, epsilon : float
            Exactly one of them, in nats: removal of at least `alpha`, or preservation cost of at
            most `epsilon`.

        Returns
        -------
        Need

        Raises
        ------
        ValueError
            For a negative or NaN target, not exactly one target, or an unknown rule.

        """
        if (alpha is None) == (epsilon is None):
            message = f"alpha, epsilon: give exactly one target, got {alpha!r} and {epsilon!r}."
            raise ValueError(message)
        number, given = ("epsilon", epsilon) if alpha is None else ("alpha", alpha)
        goal = float(at_least(number, given if given is not None else math.nan, 0.0))
        key = (name, number, goal)
        if key not in self._needs:
            found = need(self.problem, (name, self.rule(name)), (number, goal), self.outlook)
            with self._lock:
                self._needs[key] = found
        return self._needs[key]

    @strict_keywords
    def table(
        self,
        budget: float,
        alpha: float | None = None,
        epsilon: float | None = None,
        rules: Iterable[str] | None = None,
    ) -> list[RuleRow]:
        """Compare rules at one budget and for up to two targets.

        Parameters
        ----------
        budget : int or float
            Rows, or a share of the forget domain.
        alpha, epsilon : float, optional
            Targets in nats.
        rules : list of str, optional
            Which rules of the plan. Default: all.

        Returns
        -------
        list of RuleRow

        Raises
        ------
        ValueError
            For a budget or target out of range.

        """
        size = rows_of_budget(budget, self.problem.n_forget)
        return [
            self._row(name, size, alpha, epsilon)
            for name in (self.rules if rules is None else rules)
        ]

    def _row(self, name: str, size: int, alpha: float | None, epsilon: float | None) -> RuleRow:
        frame = self.problem.tradeoff(self.rule(name), [size])
        numbers = ("alpha", "epsilon", "forget_log_loss", "retain_log_loss")
        return RuleRow(
            rule=name,
            n_removed=int(frame["n_removed"][0]),
            at={number: float(frame[number][0]) for number in numbers},
            alpha=None if alpha is None else self.need(name, alpha=alpha),
            epsilon=None if epsilon is None else self.need(name, epsilon=epsilon),
        )

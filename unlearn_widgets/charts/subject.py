"""What a chart is about: a problem, or a session with its selection."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from unlearn_widgets.charts.themes import MOST_RULES, rule_shape
from unlearn_widgets.charts.words import clipped, quantity
from unlearn_widgets.planning import Plan, label_of
from unlearn_widgets.planning.rules import named
from unlearn_widgets.problem import UnlearningProblem
from unlearn_widgets.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from unlearn_widgets.charts.themes import Theme
    from unlearn_widgets.problem import Effect

_LONGEST_LABEL = 60


@dataclass(frozen=True)
class Rule:
    """A rule as a chart shows it.

    Attributes
    ----------
    name : str
        What the plan calls it.
    label : str
        What a person reads; no two rules of a chart share it.
    color : str
        #rrggbb.
    shape : str
        Marker, so that colour is not all that tells rules apart.

    """

    name: str
    label: str
    color: str
    shape: str


@dataclass(frozen=True)
class Subject:
    """What a chart is about.

    Attributes
    ----------
    plan : Plan
        Curves and needs of the rules.
    rules : tuple of Rule
        The rules to show.
    names : mapping with "forget" and "retain"
        What the domains are called, short enough for a title.
    effect : Effect or None
        The numbers of the selection of a session; None without a session, or a selection.

    """

    plan: Plan
    rules: tuple[Rule, ...]
    names: Mapping[str, str]
    effect: Effect | None

    @property
    def facts(self) -> str:
        """Counts, dimension and divergence in words."""
        outlook = self.plan.outlook
        dimensions = "dimension" if outlook.dim == 1 else "dimensions"
        return (
            f"{outlook.n_forget:,} {self.names['forget']} rows, {outlook.n_retain:,} "
            f"{self.names['retain']} rows, {outlook.dim:,} {dimensions}; plug-in divergence "
            f"k = {quantity(outlook.divergence)} nats"
        )

    @property
    def covariance(self) -> str:
        """The covariance behind the measured numbers, in words."""
        problem = self.plan.problem
        words = {
            "shared": "a shared covariance",
            "known": "a known covariance",
            "refit": "a covariance refitted to every edit",
        }[problem.covariance_mode]
        shrunk = problem.shrinkage_used
        return f"{words}, {shrunk} shrinkage" if shrunk else words

    def rows(self) -> list[dict[str, Any]]:
        """Return the curves of all rules, a row for each rule and budget.

        What is infinite, or has no proof, is not in its row.
        """
        outlook = self.plan.outlook
        entropies = {
            "forget_log_loss": ("alpha", outlook.entropy_forget),
            "retain_log_loss": ("epsilon", outlook.entropy_retain),
        }
        found = []
        for rule in self.rules:
            series = self.plan.curves(rule.name).series()
            for loss, (number, entropy) in entropies.items():
                if f"{number}_predicted_mean" in series:
                    series[f"{loss}_predicted"] = entropy + series[f"{number}_predicted_mean"]
            budgets = series.pop("budget")
            for place, budget in enumerate(budgets.tolist()):
                row: dict[str, Any] = {"rule": rule.label, "n_removed": int(budget)}
                row["point"] = place
                for name, values in series.items():
                    value = float(values[place])
                    if math.isfinite(value):
                        row[name] = value
                found.append(row)
        return found

    def fields(self) -> set[str]:
        """Return the names of all numbers that some rule has."""
        return {name for rule in self.rules for name in self.plan.curves(rule.name).series()}


def session_of(obj: object) -> Session:
    """Return `obj` if it is a session.

    Raises
    ------
    TypeError
        For anything else.

    """
    if isinstance(obj, Session):
        return obj
    hint = " Make one with Session(problem)." if isinstance(obj, UnlearningProblem) else ""
    message = f"session: must be a Session, got {type(obj).__name__}.{hint}"
    raise TypeError(message)


def subject_of(obj: object, rules: Iterable[Any] | None, theme: Theme) -> Subject:
    """Return what a chart is about, with the rules to show.

    Raises
    ------
    TypeError
        When `obj` is neither a problem nor a session, or a rule neither a name nor a selector.
    ValueError
        For an unknown rule, none, or more than can be told apart.

    """
    if isinstance(obj, Session):
        effect = obj.effect
        plan = _plan_with(obj.plan, rules)
        names = {domain: clipped(name) for domain, name in obj.names.items()}
        shown = effect if effect.n_removed else None
    elif isinstance(obj, UnlearningProblem):
        plan, shown = Plan(obj, rules), None
        names = {"forget": "forget", "retain": "retained"}
    else:
        message = (
            f"obj: must be an UnlearningProblem or a Session, got {type(obj).__name__}. "
            "Make one with UnlearningProblem(X, forget)."
        )
        raise TypeError(message)
    chosen = list(plan.rules) if rules is None else list(named(rules))
    if len(chosen) > MOST_RULES:
        message = (
            f"rules: a chart tells at most {MOST_RULES} rules apart, got {len(chosen)}. "
            "Pass rules=[...] with those to compare."
        )
        raise ValueError(message)
    return Subject(plan, _styled(chosen, list(plan.rules), theme), names, shown)


def _plan_with(plan: Plan, rules: Iterable[Any] | None) -> Plan:
    """Return the plan of a session, or one of its own for rules that are not in it."""
    if rules is None or set(named(rules)) <= set(plan.rules):
        return plan
    known = [plan.rules.get(name, rule) for name, rule in named(rules).items()]
    return Plan(plan.problem, known, delta=plan.delta)


def _styled(chosen: list[str], planned: list[str], theme: Theme) -> tuple[Rule, ...]:
    known = Counter(label_of(name) for name in chosen)
    rules: list[Rule] = []
    for name in chosen:
        label = clipped(label_of(name) if known[label_of(name)] == 1 else name, _LONGEST_LABEL)
        if any(label == rule.label for rule in rules):
            label = f"{len(rules) + 1}. {label}"
        place = planned.index(name)
        rules.append(Rule(name, label, theme.rule_color(name, place), rule_shape(name, place)))
    return tuple(rules)

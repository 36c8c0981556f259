"""Answers to what a planner asks a session: curves, tables of rules, and how far to trust them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.planning import label_of
from unlearn_widgets.validation import budget as rows_of_budget
from unlearn_widgets.wire.codecs import encode_float64, encode_uint32, encode_values

if TYPE_CHECKING:
    from unlearn_widgets.planning import Need
    from unlearn_widgets.planning.targets import RuleRow
    from unlearn_widgets.session.session import Session

    Payload = dict[str, Any]
    Reply = tuple[Payload, list[bytes]]

_SHARED = (
    *("n_forget", "n_retain", "divergence", "divergence_unbiased", "delta"),
    *("entropy_forget", "entropy_retain", "alpha_target", "epsilon_target"),
    *("prediction_reason", "certificate_reason", "frontier_reason"),
)


def plan(session: Session, _given: Payload) -> Reply:
    """Answer with what is known before a rule is chosen, and the frontiers."""
    plan = session.plan
    outlook = plan.outlook
    frontiers = outlook.frontiers()
    poor = outlook.warning()
    payload = {
        **encode_values({name: getattr(outlook, name) for name in _SHARED}),
        "rules": [{"name": name, "label": label_of(name)} for name in plan.rules],
        "stop": None if outlook.stop is None else asdict(outlook.stop),
        "frontiers": [frontier.refit for frontier in frontiers],
        "warning": None,
    }
    if poor is not None and "likelihood_ratio" in plan.rules:
        efficiency, text = poor
        payload["warning"] = {"efficiency": efficiency, "rule": "likelihood_ratio", "text": text}
    buffers = [encode_float64(np.stack([one.epsilon, one.alpha])) for one in frontiers]
    return payload, buffers


def plan_rule(session: Session, given: Payload) -> Reply:
    """Answer with the ranking of a rule and its curves."""
    curves = session.plan.curves(given["rule"])
    series = curves.series()
    payload = {"rule": given["rule"], "series": list(series)}
    return payload, [encode_uint32(curves.order), encode_float64(list(series.values()))]


def rule_table(session: Session, given: Payload) -> Reply:
    """Answer with all rules at one budget and for the targets; rules still ranking say so."""
    plan, budget = session.plan, rows_of_budget(given["budget"], session.problem.n_forget)
    targets = {"alpha": given["alpha"], "epsilon": given["epsilon"]}
    rows = []
    for name in plan.rules:
        if plan.is_ranked(name):
            (row,) = plan.table(budget, **targets, rules=[name])
            rows.append(_row(row))
        else:
            rows.append({"rule": name, "ready": False, "at": None, "alpha": None, "epsilon": None})
    return {"budget": budget, "rows": rows}, []


def diagnosis(session: Session, _given: Payload) -> Reply:
    """Answer with how far the Gaussian predictions can be trusted."""
    found = session.problem.diagnose()
    return {"verdict": found.verdict, "reasons": list(found.reasons)}, []


def _row(row: RuleRow) -> Payload:
    return {
        "rule": row.rule,
        "ready": True,
        "at": encode_values({"n_removed": row.n_removed, **row.at}),
        "alpha": _need(row.alpha),
        "epsilon": _need(row.epsilon),
    }


def _need(need: Need | None) -> Payload | None:
    return None if need is None else asdict(need)

"""What a standalone page carries of a session; ``js/src/page/state.ts`` reads it."""

# ruff: noqa: SLF001 - this module is the inside of a session, split off for its length

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets import theory
from unlearn_widgets.problem.portable import portable, why_not_portable
from unlearn_widgets.problem.ranking import RULES
from unlearn_widgets.session import plan_answers
from unlearn_widgets.session.row_set import as_mask
from unlearn_widgets.wire.codecs import (
    encode_bitset,
    encode_float32,
    encode_float64,
    encode_uint32,
    encode_values,
)

if TYPE_CHECKING:
    from unlearn_widgets.session.page import SessionPage

    State = dict[str, Any]

FORMAT = 1


def page_state(session: SessionPage, *, include_text: bool) -> State:
    """Return everything that a page shows, ready for JSON.

    Parameters
    ----------
    session : Session
        Whose selection, numbers and plan.
    include_text : bool
        Whether the records of the removed rows go along, with their keys.

    Returns
    -------
    dict
        Binary parts in base64, numbers that JSON cannot hold as words.
    """
    problem, info = session.problem, session._info
    reason = why_not_portable(problem)
    with session._lock:
        removal, status = session._removal, session._status
        saved = {
            "removed": _packed(removal.bits),
            "rev": removal.rev,
            "effect": encode_values(removal.effect.to_dict()),
            "retain_locked": removal.retain_locked,
            "rule": status["rule"],
            "sets": [
                {"name": name, "rows": _packed(encode_bitset(as_mask(rows, problem.n_rows)))}
                for name, rows in session.sets.items()
            ],
        }
        removed, budget = removal.positions, removal.effect.n_removed_forget
    live = None
    if reason is None:
        constants, rows = portable(problem)
        live = {"constants": encode_values(constants), "rows": _packed(encode_float64(rows))}
    rules, groups = list(session.plan.rules), problem._groups
    # A table of rules leaves out what is not ranked yet, and the curves rank it.
    curves = [_rule(session, rule, whole=live is not None) for rule in rules]
    return {
        "format": FORMAT,
        "title": info["title"] or "unlearn-widgets",
        "info": {
            **info,
            "columns": [],
            "has_text": bool(include_text and info["has_text"]),
            "text_column": info["text_column"] if include_text else None,
            "key": info["key"] if include_text else "position",
            "rules": rules,
        },
        "positions": _packed(session._positions),
        "domains": _packed(session._domains),
        "scores": _packed(encode_float32(problem.scores)),
        **saved,
        "groups": None if groups is None else _packed(encode_uint32(groups.numbers)),
        "view": _view(rules, live=live is not None),
        "live": live,
        "reason": reason,
        "plan": _reply(plan_answers.plan(session, {})),
        "rules": curves,
        "table": None if live is not None else _table(session, budget),
        "diagnosis": plan_answers.diagnosis(session, {})[0],
        "records": [_record(session, row) for row in removed.tolist()] if include_text else None,
    }


def _packed(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _reply(reply: tuple[State, list[bytes]]) -> State:
    fields, buffers = reply
    return {"fields": fields, "buffers": [_packed(part) for part in buffers]}


def _view(rules: list[str], *, live: bool) -> State:
    return {
        "tool": "lasso" if live else "pan",
        "mode": "replace",
        "color_by": "domain",
        "title": "",
        "rule": "likelihood_ratio" if "likelihood_ratio" in rules else rules[0],
        "alpha_target": None,
        "epsilon_target": None,
        "refit": "mean",
        "plan_view": "budget",
    }


def _rule(session: SessionPage, rule: str, *, whole: bool) -> State:
    """Return the curves of a rule and, for tables at any budget, its numbers at all of them."""
    curves = _reply(plan_answers.plan_rule(session, {"rule": rule}))
    path = None
    if whole:
        numbers = _path(session, rule)
        path = {name: _packed(encode_float64(values)) for name, values in numbers.items()}
    return {"rule": rule, **curves, "path": path}


def _path(session: SessionPage, rule: str) -> State:
    problem, outlook = session.problem, session.plan.outlook
    budgets = np.arange(problem.n_forget + 1)
    path = problem.path(session.plan.rule(rule))
    measured = path.at(budgets)
    numbers: State = {
        "n_removed": path.removals,
        "alpha": measured["alpha"],
        "epsilon": measured["epsilon"],
    }
    if rule in RULES and outlook.prediction_reason is None:
        numbers["alpha_predicted"], numbers["epsilon_predicted"] = theory.removal_tradeoff(
            rule,
            n_forget=outlook.n_forget,
            n_retain=outlook.n_retain,
            n_removed=budgets,
            divergence=outlook.divergence,
            dim=outlook.dim,
        )
    return numbers


def _table(session: SessionPage, budget: int) -> State:
    """Return the one table of rules that a page asks for whose budget and targets stay."""
    outlook = session.plan.outlook
    query = {
        "budget": budget,
        "alpha": outlook.alpha_target,
        "epsilon": outlook.epsilon_target,
    }
    fields, _ = plan_answers.rule_table(session, query)
    return {"query": query, "rows": fields["rows"]}


def _record(session: SessionPage, row: int) -> State:
    records = session.records
    return {
        "row": row,
        "key": records.key(row),
        "fields": records.fields(row),
        **records.excerpt(row)._asdict(),
    }

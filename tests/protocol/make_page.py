"""Write page.json: what Python writes into a standalone page, and what it answers itself.

python -m tests.protocol.make_page
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

import unlearn_widgets as uw
from unlearn_widgets.session import plan_answers
from unlearn_widgets.session.page_state import page_state
from unlearn_widgets.wire.codecs import encode_values

TARGET = Path(__file__).with_name("page.json")

QUERIES = [
    {"budget": 0, "alpha": None, "epsilon": None},
    {"budget": 7, "alpha": 1.5, "epsilon": 0.05},
    {"budget": 24, "alpha": 99.0, "epsilon": 0.0},
]


def make_session(**keywords):
    """Return a session with six groups of forget rows, a named set and rows chosen by a rule."""
    random = np.random.default_rng(20262)
    X = random.normal(size=(64, 3)).round(4)
    X[:24] += 1.2
    X = X.round(4)
    problem = uw.UnlearningProblem(X, np.arange(24), np.arange(24, 60), **keywords)
    texts = [f"message {row}" for row in range(64)]
    session = uw.Session(
        problem,
        {"id": texts, "text": texts},
        key="id",
        title="Page",
        names=("spam", "ham"),
        map=X[:, :2],
    )
    session.sets["first five"] = range(5)
    session.select_rule("likelihood_ratio", 6)
    return session


def answers(session):
    """Return tables of rules, and the effects of selections made in other ways."""
    tables = [
        {"query": query, "rows": plan_answers.rule_table(session, query)[0]["rows"]}
        for query in QUERIES
    ]
    path = [[-0.5, -3.0], [4.0, -3.0], [4.0, 4.0], [-0.5, 4.0]]
    inside = session._preview("lasso", path, "replace")
    rule = session._preview_of(session._mask_of(session.problem.rank("distance")[:9]), "add")
    return {"tables": tables, "lasso": {"path": path, **inside}, "rule_added": rule}


def main() -> None:
    """Write the file."""
    groups = np.where(np.arange(64) < 24, np.arange(64) // 4, 100 + np.arange(64))
    parts = {}
    for name, keywords in {"live": {}, "grouped": {"groups": groups}}.items():
        session = make_session(**keywords)
        state = page_state(session, include_text=True)
        parts[name] = {"state": state, **answers(session)}
    refit = make_session(covariance="refit")
    parts["saved"] = {
        "state": page_state(refit, include_text=False),
        "effect": encode_values(refit.effect.to_dict()),
    }
    about = "Made by make_page.py: states as a page carries them, and Python's own answers."
    lines = ",\n".join(
        f"{json.dumps(name)}:{json.dumps(part, separators=(',', ':'))}"
        for name, part in parts.items()
    )
    TARGET.write_text(f'{{"about":{json.dumps(about)},\n{lines}\n}}\n')


if __name__ == "__main__":
    main()

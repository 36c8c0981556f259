"""Pick forget sets over embeddings and see the predicted effect of their removal.

The public names are loaded when they are first used, so that importing the package is fast.

Examples
--------
>>> import unlearn_widgets as uw
>>> "Session" in dir(uw)
True
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unlearn_widgets import charts, datasets, evaluation, ledger, selection, theory
    from unlearn_widgets.manifest import verify
    from unlearn_widgets.problem import Diagnosis, Effect, UnlearningProblem
    from unlearn_widgets.session import Session
    from unlearn_widgets.views.annotator import Annotator
    from unlearn_widgets.views.explore import explore
    from unlearn_widgets.views.map import ForgetMap
    from unlearn_widgets.views.planner import BudgetPlanner
    from unlearn_widgets.views.readout import RemovalReadout
    from unlearn_widgets.views.records import RecordTable
    from unlearn_widgets.views.workbench import Workbench

    __version__: str

__all__ = [
    "Annotator",
    "BudgetPlanner",
    "Diagnosis",
    "Effect",
    "ForgetMap",
    "RecordTable",
    "RemovalReadout",
    "Session",
    "UnlearningProblem",
    "Workbench",
    "__version__",
    "charts",
    "datasets",
    "evaluation",
    "explore",
    "ledger",
    "selection",
    "theory",
    "verify",
]

_MODULE_OF = {
    "Annotator": "unlearn_widgets.views.annotator",
    "BudgetPlanner": "unlearn_widgets.views.planner",
    "Diagnosis": "unlearn_widgets.problem",
    "Effect": "unlearn_widgets.problem",
    "ForgetMap": "unlearn_widgets.views.map",
    "RecordTable": "unlearn_widgets.views.records",
    "RemovalReadout": "unlearn_widgets.views.readout",
    "Session": "unlearn_widgets.session",
    "UnlearningProblem": "unlearn_widgets.problem",
    "Workbench": "unlearn_widgets.views.workbench",
    "explore": "unlearn_widgets.views.explore",
    "verify": "unlearn_widgets.manifest",
}
_SUBPACKAGES = frozenset({"charts", "datasets", "evaluation", "ledger", "selection", "theory"})


def __getattr__(name: str) -> Any:
    value: Any
    if name in _SUBPACKAGES:
        value = importlib.import_module(f"unlearn_widgets.{name}")
    elif name in _MODULE_OF:
        value = getattr(importlib.import_module(_MODULE_OF[name]), name)
    elif name == "__version__":
        from importlib.metadata import version

        value = version("unlearn-widgets")
    else:
        raise AttributeError(f"module 'unlearn_widgets' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

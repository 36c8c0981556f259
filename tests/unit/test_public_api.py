from __future__ import annotations

import json
import subprocess
import sys

import pytest

import unlearn_widgets as uw

HEAVY = ("sklearn", "pandas", "scipy", "altair", "pyarrow", "polars", "anywidget", "ipywidgets")


def test_the_public_names_are_all_there():
    assert set(uw.__all__) == {
        *("Diagnosis", "Effect", "UnlearningProblem", "Session"),
        *(
            "Annotator",
            "BudgetPlanner",
            "ForgetMap",
            "RemovalReadout",
            "RecordTable",
            "Workbench",
            "explore",
        ),
        *("charts", "theory", "selection", "evaluation", "ledger", "datasets", "__version__"),
        "verify",
    }
    assert set(uw.__all__) <= set(dir(uw))
    for name in uw.__all__:
        assert getattr(uw, name) is getattr(uw, name)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'Sesion'"):
        _ = uw.Sesion


def test_explore_is_the_function_whatever_was_imported_first():
    code = (
        "import unlearn_widgets.views.explore, unlearn_widgets as uw; assert callable(uw.explore)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_version_is_that_of_the_front_end(root):
    package = json.loads((root / "package.json").read_text(encoding="utf-8"))
    assert uw.__version__ == package["version"]


def test_the_types_are_marked(root):
    assert (root / "unlearn_widgets" / "py.typed").is_file()


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, unlearn_widgets; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert not set(HEAVY) & set(done.stdout.split())


def test_making_a_session_needs_neither_scikit_learn_nor_data_frames():
    code = (
        "import sys, unlearn_widgets as uw\n"
        "problem = uw.UnlearningProblem([[x * x] for x in range(9)], forget=[2, 3])\n"
        "uw.Session(problem, map=[[x, 0] for x in range(9)]).select([3])\n"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert not {"sklearn", "pandas", "altair", "polars", "pyarrow"} & set(done.stdout.split())


def test_the_ledger_needs_neither_widgets_nor_scikit_learn():
    code = "import sys, unlearn_widgets as uw; uw.ledger.merge; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert not set(HEAVY) & set(done.stdout.split())

"""Annotate by keyboard in JupyterLab, lose the kernel, and go on in another one."""

from __future__ import annotations

import os
import signal

import pytest

from tests.browser.notebook import Notebook
from tests.browser.workbench import Workbench

SETUP = """
import unlearn_widgets as uw
sms = uw.datasets.load_sms_spam()
problem = uw.UnlearningProblem(sms.X, forget=sms.forget, retain=sms.retain)
session = uw.Session(problem, sms.records, key="id", store="{store}", who="ana")
"""
SHOW = "annotator = uw.Annotator(session)\nannotator"
KEYS = ("1", "2", "1", "3", "1")
LABELS = {"1": "remove", "2": "keep", "3": "unsure"}


@pytest.fixture
def store(request):
    return f"{request.node.name.split('[')[0]}.forgetset"


def shown(root):
    """Return the key of the record on screen, once there is one."""
    return root.locator("[data-testid=uw-annotator-record][data-key]").get_attribute("data-key")


def focus(root):
    root.get_by_test_id("uw-annotator-record").wait_for()
    root.get_by_test_id("uw-annotator-record").click(position={"x": 5, "y": 5})


def annotate(page, root, keys):
    """Press one key for each record, and return what each record was labelled."""
    given = {}
    for key in keys:
        record = shown(root)
        page.keyboard.press(key)
        given[record] = LABELS[key]
        page.wait_for_function(
            "([root, key]) => root.querySelector('[data-testid=uw-annotator-record]')"
            "?.dataset.key !== key",
            arg=[root.element_handle(), record],
        )
    return given


def wait_until_stored(root, n):
    root.locator(f"[data-testid=uw-annotator-progress][data-value='{n}']").wait_for()
    root.get_by_test_id("uw-annotator-pending").wait_for(state="hidden")


def test_thirty_records_a_killed_kernel_and_the_thirty_first(open_notebook, page, lab, store):
    notebook = open_notebook([SETUP.format(store=store), SHOW]).run_all()
    root = page.locator(".uw-root")
    focus(root)
    given = annotate(page, root, KEYS * 6)
    wait_until_stored(root, 30)
    assert len(given) == 30
    assert notebook.value("annotator.decisions") == given
    following = shown(root)
    removed = notebook.value("sorted(session.removed_keys)")
    assert removed == sorted(key for key, label in given.items() if label == "remove")

    os.kill(notebook.value("__import__('os').getpid()"), signal.SIGKILL)
    again = Notebook(page, lab, notebook.path).open()
    again.run_all()
    root = page.locator(".uw-root")
    focus(root)
    wait_until_stored(root, 30)
    assert again.value("annotator.decisions") == given
    assert again.value("sorted(session.removed_keys)") == removed
    assert shown(root) == following
    given |= annotate(page, root, ["1"])
    wait_until_stored(root, 31)
    assert again.value("annotator.decisions") == given


def test_every_key_does_what_it_says(open_notebook, page, store):
    notebook = open_notebook([SETUP.format(store=store), SHOW]).run_all()
    cells = notebook.panel.locator(".jp-Notebook-cell").count()
    root = page.locator(".uw-root")
    focus(root)
    first = shown(root)
    page.keyboard.press("r")
    page.keyboard.type("same <b>campaign</b>")
    page.keyboard.press("Enter")
    annotate(page, root, ["1"])
    second = shown(root)
    page.keyboard.press("z")
    root.locator(f"[data-testid=uw-annotator-record][data-key='{first}']").wait_for()
    wait_until_stored(root, 0)
    assert notebook.value("annotator.decisions") == {}
    page.keyboard.press("Shift+Z")
    wait_until_stored(root, 1)
    assert notebook.value("annotator.decisions") == {first: "remove"}
    assert (
        notebook.value(f"session.why('{first}').to_dict()['reason'][0]") == "same <b>campaign</b>"
    )
    root.locator(f"[data-testid=uw-annotator-record][data-key='{first}']").wait_for()
    page.keyboard.press("ArrowRight")
    root.locator(f"[data-testid=uw-annotator-record][data-key='{second}']").wait_for()
    page.keyboard.press("s")
    root.locator(f"[data-testid=uw-annotator-record]:not([data-key='{second}'])").wait_for()
    page.keyboard.press("ArrowLeft")
    root.locator(f"[data-testid=uw-annotator-record][data-key='{second}']").wait_for()
    page.keyboard.press("?")
    page.get_by_text("undo", exact=False).first.wait_for()
    page.keyboard.press("Escape")
    # None of these keys reached the notebook, where some of them change cells.
    assert notebook.panel.locator(".jp-Notebook-cell").count() == cells


def test_the_map_follows(open_notebook, page, store):
    notebook = open_notebook([SETUP.format(store=store), SHOW, "uw.ForgetMap(session)"]).run_all()
    root = page.locator(".uw-root").first
    focus(root)
    annotate(page, root, ["1"] * 20)
    wait_until_stored(root, 20)
    other = Workbench(page, page.locator(".uw-root").nth(1))
    other.root.scroll_into_view_if_needed()
    count = other.get("uw-legend-removed")
    page.wait_for_function("(count) => count.dataset.value === '20'", arg=count.element_handle())
    assert notebook.value("len(session.removed)") == 20

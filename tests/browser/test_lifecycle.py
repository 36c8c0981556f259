"""What happens around a view: closed under the mouse, kernel gone, notebook opened again."""

from __future__ import annotations

from tests.browser.comparison import values
from tests.browser.notebook import Notebook
from tests.browser.small import SMALL, around_everything
from tests.browser.workbench import Workbench

CELLS = [SMALL.replace("uw.Workbench(session)", "view = uw.Workbench(session)\nview")]


def test_view_closed_during_a_drag_leaves_the_session_intact(workbench):
    notebook, bench = workbench(CELLS)
    index = notebook.add_cell("uw.Workbench(session)")
    second = Workbench(notebook.page, notebook.output(index).locator(".uw-root"))
    path = around_everything(notebook)
    bench.show().choose("lasso").drag(path)
    chosen = notebook.value("session.removed.tolist()")
    assert len(chosen) == 60

    bench.choose("lasso", "subtract").press(path)
    bench.root.locator("[data-testid=uw-alpha][data-state=preview]").wait_for()
    notebook.execute("view.close()")
    notebook.page.mouse.up()
    second.show().settle(1)
    assert notebook.value("[session.rev, session.removed.tolist()]") == [1, chosen]

    second.choose("lasso", "subtract").drag(path)
    assert notebook.value("[session.rev, session.removed.tolist()]") == [2, []]


def test_output_cleared_during_a_drag_stops_listening(workbench):
    notebook, bench = workbench(CELLS)
    bench.choose("lasso").press(around_everything(notebook))
    notebook.command("notebook:clear-all-cell-outputs")
    notebook.page.wait_for_function("document.querySelector('.uw-root') === null")
    notebook.page.mouse.move(400, 400)
    notebook.page.mouse.up()
    assert notebook.value("[session.rev, session.removed.tolist()]") == [0, []]
    # Shown again, the session is where it was, and its new view works.
    notebook.add_cell("uw.Workbench(session)")
    again = Workbench(notebook.page).show().settle()
    again.choose("lasso").drag(around_everything(notebook))
    assert notebook.value("len(session.removed)") == 60


def test_view_says_so_when_its_kernel_restarts(workbench):
    notebook, bench = workbench(CELLS)
    bench.choose("lasso").drag(around_everything(notebook))
    notebook.restart_kernel()
    bench.get("uw-connection").wait_for()
    states = {entry["state"] for entry in bench.numbers().values() if entry["state"]}
    assert states == {"stale"}
    # The way back is the one that the message names.
    notebook.run_cell(0)
    Workbench(notebook.page).show().settle()
    assert bench.root.get_by_test_id("uw-connection").count() == 0
    assert notebook.value("[session.rev, session.removed.tolist()]") == [0, []]


def test_saved_notebook_opens_again_on_its_running_kernel(workbench, page, lab):
    notebook, bench = workbench(CELLS)
    bench.choose("lasso").drag(around_everything(notebook))
    before = values(bench.numbers())
    notebook.save()
    again = Notebook(page, lab, notebook.path).open()
    reopened = Workbench(page).show().settle(1)
    assert values(reopened.numbers())["uw-alpha"] == before["uw-alpha"]
    rev = reopened.rev()
    reopened.get("uw-undo").click()
    reopened.settle(rev + 1)
    assert again.value("session.removed.tolist()") == []


def test_saved_notebook_without_its_kernel_claims_nothing(workbench, page, lab):
    notebook, bench = workbench(CELLS)
    bench.choose("lasso").drag(around_everything(notebook))
    notebook.save()
    notebook.restart_kernel()
    Notebook(page, lab, notebook.path).open()
    card = page.locator("[data-testid=uw-card]")
    card.get_by_text("As it stood when this cell was run").wait_for()
    assert page.locator("[data-state=current]").count() == 0

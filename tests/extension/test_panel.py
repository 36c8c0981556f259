"""The side panel follows the notebook in front: its kernel, its sessions, every change of them."""

from __future__ import annotations

import json

from tests.browser.notebook import METADATA, Notebook, write_notebook
from tests.browser.small import SMALL, around_everything
from tests.browser.workbench import Workbench
from tests.extension.panel import Panel

# A kernel of another language, as far as JupyterLab can tell.
FOREIGN = """
from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel


class Foreign(Kernel):
    implementation = "foreign"
    implementation_version = "1"
    language_info = {"name": "R", "mimetype": "text/plain", "file_extension": ".R"}
    banner = ""

    def do_execute(self, *_args, **_kwargs):
        return {"status": "ok", "execution_count": 0, "payload": [], "user_expressions": {}}


IPKernelApp.launch_instance(kernel_class=Foreign)
"""


# A Python kernel that cannot be started again once it has been told so.
MORTAL = """
import sys
from pathlib import Path

if Path(__file__).with_suffix(".dead").exists():
    sys.exit(1)
from ipykernel import kernelapp

kernelapp.launch_new_instance()
"""


def add_kernel(lab, python, name, code, language):
    """Let the server start a kernel from this code, and return a notebook that asks for it."""
    script = lab.folder / f"{name}_kernel.py"
    script.write_text(code)
    spec = python.parent.parent / "share" / "jupyter" / "kernels" / name
    spec.mkdir(parents=True, exist_ok=True)
    argv = [str(python), str(script), "-f", "{connection_file}"]
    held = {"argv": argv, "display_name": name, "language": language}
    (spec / "kernel.json").write_text(json.dumps(held))
    place = lab.folder / f"{name}.ipynb"
    write_notebook(place, ["1"])
    content = json.loads(place.read_text())
    content["metadata"]["kernelspec"] = {**METADATA["kernelspec"], "name": name}
    place.write_text(json.dumps(content))
    return place.name, script


def change_theme(page, theme):
    page.evaluate(
        "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })",
        f"JupyterLab {theme}",
    )
    page.locator(f".uw-side-bar .uw-root[data-theme={theme.lower()}]").wait_for()


def test_the_panel_follows_a_lasso(workbench, root):
    notebook, bench = workbench([SMALL])
    page = notebook.page
    panel = Panel(page).wait("live").wait_for("n-removed", 0)
    bench.show().choose("lasso").drag(around_everything(notebook))
    panel.wait_for("n-removed", 60)
    for hook in ("alpha", "epsilon", "forget-log-loss", "retain-log-loss", "alpha-before"):
        assert panel.value(hook) == bench.values()[f"uw-{hook}"]
    count = page.get_by_test_id("uw-toolbar-count")
    assert count.text_content() == "60 removed"
    for theme in ("Light", "Dark"):
        change_theme(page, theme)
        assert panel.accessibility(root) == []

    panel.get("undo").click()
    panel.wait_for("n-removed", 0)
    bench.settle(2)
    assert notebook.value("session.removed.tolist()") == []
    panel.get("redo").click()
    page.locator("[data-testid=uw-toolbar-count][data-value='60']").wait_for()


def test_a_set_is_saved_and_reviewed_from_the_panel(workbench, lab):
    notebook, _ = workbench(
        [SMALL.replace("session = uw.Session(", "session = uw.Session(title='Spam', problem=")]
    )
    page = notebook.page
    notebook.execute("session.select([0, 1, 2])")
    panel = Panel(page).wait_for("n-removed", 3)
    place = lab.folder / "spam.forget.json"
    place.unlink(missing_ok=True)
    panel.get("review").click()
    page.keyboard.press("Enter")
    page.get_by_test_id("uw-review").wait_for()
    held = json.loads(place.read_text())
    assert held["counts"]["n_removed"] == 3
    shown = page.get_by_test_id("uw-review-alpha").get_attribute("data-value")
    assert float(shown) == held["effect"]["alpha"]
    assert panel.get("manifest").text_content() == "Manifest: spam.forget.json"

    notebook.execute("session.select([4], 'add')")
    panel.get("manifest").get_by_text("Changed since spam.forget.json was saved").wait_for()
    # Another session of that name does not take the file away unasked.
    notebook.execute("other = uw.Session(problem, title='Spam')")
    page.wait_for_function(
        "document.querySelectorAll('[data-testid=uw-panel-session]').length === 2"
    )
    before = place.read_bytes()
    panel.root.get_by_test_id("uw-panel-session").first.get_by_test_id("uw-panel-save").click()
    page.keyboard.press("Enter")
    panel.get("save-taken").wait_for()
    assert place.read_bytes() == before
    page.keyboard.press("Escape")
    panel.get("save-taken").wait_for(state="detached")


def test_the_cell_is_found_again(workbench):
    notebook, _ = workbench(["1", SMALL, *[f"print('\\n' * 40, {i})" for i in range(6)]])
    page = notebook.page
    panel = Panel(page).wait("live")
    page.evaluate(
        "() => { const { content } = window.jupyterapp.shell.currentWidget;"
        " content.activeCellIndex = 7; content.scrollToItem(7); }"
    )
    panel.get("reveal").click()
    page.wait_for_function("window.jupyterapp.shell.currentWidget.content.activeCellIndex === 1")
    Workbench(page).get("uw-plot").wait_for()


def test_a_kernel_restarts_and_a_cell_is_run_again(workbench):
    notebook, _ = workbench([SMALL])
    panel = Panel(notebook.page).wait("live")
    notebook.run_cell(0)
    # The session before it has a view that no cell shows any more.
    panel.get("behind").wait_for()
    assert panel.get("session").locator("visible=true").count() == 1
    notebook.restart_kernel()
    panel.wait("empty")
    assert "%pip install unlearn-widgets" in panel.root.text_content()
    assert notebook.page.get_by_test_id("uw-toolbar-count").is_hidden()
    notebook.run_cell(0)
    panel.wait("live").wait_for("n-removed", 0)


def test_a_page_loaded_again_finds_the_sessions_that_were_there(workbench):
    notebook, _ = workbench([SMALL])
    notebook.execute("session.select([0, 1])")
    notebook.save()
    notebook.open()
    Panel(notebook.page).wait("live").wait_for("n-removed", 2)


def test_without_a_kernel_the_panel_says_so(open_notebook):
    notebook = open_notebook([SMALL])
    panel = Panel(notebook.page).wait("empty")
    notebook.shutdown()
    panel.wait("none")
    notebook.page.evaluate(
        "window.jupyterapp.shell.currentWidget.sessionContext.changeKernel({ name: 'python3' })"
    )
    panel.wait("empty")


def test_a_kernel_of_another_language_is_named(page, lab, python):
    name, _ = add_kernel(lab, python, "foreign", FOREIGN, "R")
    notebook = Notebook(page, lab, name).open()
    panel = Panel(page).wait("foreign")
    assert "runs R" in panel.root.text_content()
    notebook.shutdown()


def test_a_kernel_that_died_says_so(page, lab, python):
    name, script = add_kernel(lab, python, "mortal", MORTAL, "python")
    notebook = Notebook(page, lab, name).open()
    panel = Panel(page).wait("empty")
    script.with_suffix(".dead").touch()
    page.evaluate(
        "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
        ".requestExecute({ code: 'import os; os._exit(1)' })"
    )
    # The server tries five times, some seconds apart.
    page.locator("[data-testid=uw-panel][data-state=dead]").wait_for(timeout=90_000)
    assert "Restart the kernel" in panel.root.text_content()
    page.get_by_role("dialog").get_by_role("button").first.click()
    script.with_suffix(".dead").unlink()
    notebook.shutdown()


def test_two_notebooks_share_a_kernel(workbench, lab):
    notebook, _ = workbench([SMALL])
    page = notebook.page
    panel = Panel(page).wait("live")
    write_notebook(lab.folder / "second.ipynb", ["session.select([0])"])
    page.evaluate(
        """async (path) => {
          const { commands, shell } = window.jupyterapp;
          const { model } = shell.currentWidget.sessionContext.session.kernel;
          const second = await commands.execute("docmanager:open",
            { path, factory: "Notebook", kernel: { id: model.id } });
          await second.context.ready;
          await second.sessionContext.ready;
        }""",
        "second.ipynb",
    )
    page.wait_for_function("window.jupyterapp.shell.currentWidget.context.path === 'second.ipynb'")
    panel.wait("live").wait_for("n-removed", 0)
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    panel.wait_for("n-removed", 1)
    panel.get("reveal").click()
    page.wait_for_function(
        "(path) => window.jupyterapp.shell.currentWidget.context.path === path", arg=notebook.path
    )


def test_numbers_come_while_a_cell_runs(workbench):
    notebook, bench = workbench([SMALL])
    panel = Panel(notebook.page).wait("live")
    path = around_everything(notebook)
    page = notebook.page
    page.evaluate(
        "(code) => { window.running = window.jupyterapp.shell.currentWidget.sessionContext"
        ".session.kernel.requestExecute({ code }); }",
        "import threading; threading.Event().wait()",
    )
    bench.show().choose("lasso").drag(path)
    panel.wait_for("n-removed", 60)
    panel.get("undo").click()
    panel.wait_for("n-removed", 0)
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()")

"""The way in for somebody who has never heard of the package: a card in the launcher."""

from __future__ import annotations

import json
import subprocess

from tests.browser.notebook import Notebook
from tests.browser.workbench import Workbench

NAME = "forget-sets-tutorial.ipynb"


def test_the_launcher_opens_the_tutorial(page, lab, python):
    (lab.folder / NAME).unlink(missing_ok=True)
    page.goto(f"{lab.url}/lab/workspaces/tutorial?token={lab.token}")
    page.wait_for_function("window.jupyterapp !== undefined")
    page.evaluate("async () => { await window.jupyterapp.restored; }")
    page.locator(".jp-LauncherCard", has_text="Forget Sets Tutorial").click()
    page.get_by_role("heading", name="Brush a forget set over real text messages").wait_for()
    notebook = Notebook(page, lab, NAME)
    page.wait_for_function(
        "window.jupyterapp.shell.currentWidget.sessionContext?.session?.kernel?.status === 'idle'"
    )
    notebook.run_all()
    bench = Workbench(page).show().settle()
    assert bench.values()["uw-n-removed"] == 0
    # Server, kernel and extension are those of the wheel.
    installed = python.parent.parent
    assert notebook.value("uw.__file__").startswith(str(installed))
    held = json.loads((lab.folder / NAME).read_text())
    assert "unlearn" not in held["metadata"]

    # What a person has made of it stays.
    held["cells"] = held["cells"][:1]
    (lab.folder / NAME).write_text(json.dumps(held))
    page.evaluate("window.jupyterapp.commands.execute('unlearn-widgets:open-tutorial')")
    assert len(json.loads((lab.folder / NAME).read_text())["cells"]) == 1
    notebook.shutdown()


def test_jupyterlab_lists_the_extension_as_enabled(python):
    command = [str(python), "-m", "jupyterlab.labextensions", "list"]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    told = found.stdout + found.stderr
    assert "unlearn-widgets" in told
    (line,) = [line for line in told.splitlines() if "unlearn-widgets v" in line]
    assert "enabled" in line
    assert "OK" in line

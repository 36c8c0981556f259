"""The way in for somebody who has never heard of the package: a card in the launcher."""

from __future__ import annotations

import json

from tests.browser.notebook import Notebook
from tests.browser.workbench import Workbench

NAME = "forget-sets-tutorial.ipynb"


def test_the_launcher_opens_the_tutorial(page, lab):
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
    held = json.loads((lab.folder / NAME).read_text())
    assert "unlearn" not in held["metadata"]

    # What a person has made of it stays.
    held["cells"] = held["cells"][:1]
    (lab.folder / NAME).write_text(json.dumps(held))
    page.evaluate("window.jupyterapp.commands.execute('unlearn-widgets:open-tutorial')")
    assert len(json.loads((lab.folder / NAME).read_text())["cells"]) == 1
    notebook.shutdown()

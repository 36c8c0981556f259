"""The extension in Notebook 7, which has neither launcher nor JupyterLab's shell."""

from __future__ import annotations

import json

import pytest

from tests.browser.lab import Lab
from tests.browser.notebook import write_notebook
from tests.browser.small import SMALL
from tests.extension.panel import Panel
from tests.manifests import write

PLUGINS = {
    f"unlearn-widgets:{name}"
    for name in (
        *("card", "stand-in", "review", "sessions"),
        *("panel", "commands", "toolbar", "tutorial"),
    )
}
LISTED = """() => window.jupyterapp.listPlugins()
  .filter((id) => id.startsWith("unlearn-widgets:"))
  .map((id) => [id, window.jupyterapp.isPluginActivated(id)])"""
KERNEL = "() => window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel ?? null"


@pytest.fixture(scope="module")
def notebook7(python, tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebook7")
    scratch = tmp_path_factory.mktemp("jupyter7")
    server = Lab(folder, scratch, python=python, program="notebook")
    yield server
    server.stop()


def visit(page, server, where):
    page.goto(f"{server.url}/{where}?token={server.token}")
    page.wait_for_function("window.jupyterapp !== undefined")
    page.evaluate("async () => { await window.jupyterapp.restored; }")


def run_all(page):
    page.wait_for_function(
        "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
    )
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")


def test_plugins_panel_and_card_work_there(page, notebook7):
    place = notebook7.folder / "seven.ipynb"
    write_notebook(place, [SMALL])
    visit(page, notebook7, f"notebooks/{place.name}")
    run_all(page)
    page.get_by_test_id("uw-plot").wait_for()
    assert dict(page.evaluate(LISTED)) == dict.fromkeys(PLUGINS, True)
    panel = Panel(page).wait("live").wait_for("n-removed", 0)
    page.evaluate(
        "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
        ".requestExecute({ code: 'session.select([0, 1])' }).done"
    )
    panel.wait_for("n-removed", 2)
    page.locator("[data-testid=uw-toolbar-count][data-value='2']").wait_for()

    # Saved, its kernel gone, and opened again to be read.
    page.evaluate(
        "async () => { const { context, sessionContext } = window.jupyterapp.shell.currentWidget;"
        " await sessionContext.session.kernel.restart(); await context.save(); }"
    )
    visit(page, notebook7, f"notebooks/{place.name}")
    page.get_by_test_id("uw-card").wait_for()
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    # Where there is no kernel of its language, and none is chosen in its stead.
    content = json.loads(place.read_text(encoding="utf-8"))
    name = "elsewhere"
    content["metadata"] = {
        "kernelspec": {"name": name, "display_name": name, "language": name},
        "language_info": {"name": name},
    }
    write(place, content)
    visit(page, notebook7, f"notebooks/{place.name}")
    page.get_by_role("dialog").get_by_role("button", name="No Kernel").click()
    card = page.get_by_test_id("uw-card")
    card.wait_for()
    assert card.get_by_test_id("uw-card-n-removed").get_attribute("data-value") == "0"
    assert page.evaluate(KERNEL) is None

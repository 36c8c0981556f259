"""Commands of the palette and their shortcuts, which leave a notebook its own keys."""

from __future__ import annotations

import json

from playwright.sync_api import TimeoutError  # noqa: A004

from tests.browser.small import SMALL
from tests.extension.panel import Panel

FOCUSED = "document.activeElement.dataset.testid"
LISTED = """() => window.jupyterapp.commands.listCommands()
  .filter((id) => id.startsWith("unlearn-widgets:"))"""
SHORTCUTS = """() => window.jupyterapp.commands.keyBindings
  .filter(({ command }) => command.startsWith("unlearn-widgets:"))
  .map(({ command, keys, selector }) => [command, keys.join(" "), selector])"""


def run_from_palette(page, words):
    """Choose a command as a person does, and again where the notebook took the focus back."""
    field = page.locator(".lm-CommandPalette-input")
    for _ in range(10):
        page.keyboard.press("Control+Shift+c")
        try:
            field.fill(words, timeout=1000)
            field.press("Enter", timeout=1000)
        except TimeoutError:
            continue
        return
    raise AssertionError("The palette does not stay open.")


def test_commands_and_shortcuts_are_there(workbench):
    notebook, _ = workbench([SMALL])
    assert set(notebook.page.evaluate(LISTED)) == {
        f"unlearn-widgets:{name}"
        for name in (
            *("undo", "redo", "save-manifest", "open-review", "next-record", "previous-record"),
            *("focus-map", "show-panel", "open-tutorial"),
        )
    }
    shortcuts = notebook.page.evaluate(SHORTCUTS)
    assert len(shortcuts) == 7
    assert {selector for *_, selector in shortcuts} == {".uw-root", ".uw-side-panel"}


def test_the_palette_runs_them(workbench):
    notebook, bench = workbench([SMALL])
    page = notebook.page
    notebook.execute("session.select([0, 1, 2])")
    bench.settle(1)
    run_from_palette(page, "undo in forget set")
    bench.settle(2)
    assert notebook.value("session.removed.tolist()") == []
    notebook.command("unlearn-widgets:redo")
    bench.settle(3)
    assert notebook.value("session.removed.tolist()") == [0, 1, 2]


def test_records_are_walked_and_the_map_is_reached_by_keyboard(workbench):
    notebook, bench = workbench([SMALL])
    notebook.execute("session.select([3, 7])")
    bench.settle(1)
    page = notebook.page
    bench.get("uw-tool-pan").focus()
    page.keyboard.press("Control+Alt+m")
    page.wait_for_function(f"{FOCUSED} === 'uw-plot'")
    for row in (3, 7, 3):
        page.keyboard.press("Control+Alt+n")
        bench.get("uw-tooltip").get_by_text(f"message {row}", exact=True).wait_for()
    page.keyboard.press("Control+Alt+p")
    bench.get("uw-tooltip").get_by_text("message 7", exact=True).wait_for()
    assert notebook.value("session.rev") == 1


def test_a_notebook_keeps_its_keys(workbench):
    notebook, bench = workbench([SMALL, "text = 1"])
    page = notebook.page
    notebook.execute("session.select([3, 7])")
    bench.settle(1)
    editor = notebook.panel.locator(".jp-Cell .cm-content").nth(1)
    editor.click()
    page.keyboard.press("End")
    page.keyboard.type("23")
    page.keyboard.press("Control+z")
    page.wait_for_function(
        "window.jupyterapp.shell.currentWidget.content.widgets[1].model.sharedModel.source"
        " === 'text = 1'"
    )
    for keys in ("Control+Alt+s", "Control+Alt+r", "Control+Alt+n", "Control+Alt+m"):
        page.keyboard.press(keys)
    assert page.evaluate("document.activeElement.classList.contains('cm-content')")
    assert notebook.value("[session.rev, session.removed.tolist()]") == [1, [3, 7]]
    assert page.get_by_test_id("uw-panel-save-form").count() == 0


def test_undo_in_the_panel_is_its_own(workbench, lab):
    notebook, bench = workbench(
        [SMALL.replace("uw.Session(problem", "uw.Session(problem, title='Keys'")]
    )
    page = notebook.page
    notebook.execute("session.select([3, 7])")
    panel = Panel(page).wait_for("n-removed", 2)
    panel.get("reveal").focus()
    page.keyboard.press("Control+z")
    panel.wait_for("n-removed", 0)
    page.keyboard.press("Control+Shift+z")
    panel.wait_for("n-removed", 2)
    place = lab.folder / "keys.forget.json"
    page.keyboard.press("Control+Alt+s")
    panel.get("save-name").wait_for()
    page.keyboard.press("Enter")
    panel.get("manifest").get_by_text("Manifest: keys.forget.json").wait_for()
    assert json.loads(place.read_text())["counts"]["n_removed"] == 2
    bench.settle(3)

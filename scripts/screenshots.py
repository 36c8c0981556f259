"""Write ``docs/images``: the workbench of the first notebook after a real lasso, and other views.

Run as ``python -m scripts.screenshots``; ``make screenshots`` does.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from tests.browser.chromium import chromium
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.browser.workbench import Workbench, ellipse

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Theme = Literal["light", "dark"]

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
NOTEBOOK = "01_brush.ipynb"


def draw_lasso(notebook: Notebook, bench: Workbench) -> None:
    """Draw a lasso by mouse around the spam on the right-hand side of the map."""
    notebook.execute("import numpy as np")
    x, y = np.array(notebook.value("session.positions[problem.forget_rows].tolist()")).T
    right = x > np.quantile(x, 0.35)
    center = (np.quantile(x[right], 0.45), np.median(y[right]))
    radii = (np.quantile(x, 0.97) - center[0], 0.8 * (np.quantile(y, 0.97) - center[1]))
    bench.choose("lasso", "replace").drag(ellipse(center, radii, 48), steps=3)
    bench.get("uw-record").first.wait_for()
    bench.get("uw-duplicates").wait_for()
    bench.get("uw-verdict").wait_for()
    bench.get("uw-rule-table").locator("[data-testid=uw-need-alpha]").nth(2).wait_for()


def shoot_planner(notebook: Notebook, theme: str) -> None:
    """Photograph the planner on its own in a cell: budgets, then the frontier."""
    index = notebook.add_cell("uw.BudgetPlanner(session)")
    planner = notebook.output(index).get_by_test_id("uw-planner")
    planner.locator("[data-testid=uw-need-alpha]").nth(2).wait_for()
    planner.scroll_into_view_if_needed()
    planner.screenshot(path=IMAGES / f"planner-{theme}.png")
    planner.get_by_role("button", name="Frontier").click()
    planner.get_by_test_id("uw-refit").wait_for()
    planner.screenshot(path=IMAGES / f"frontier-{theme}.png")


def shoot_annotator(notebook: Notebook, theme: str) -> None:
    """Photograph the annotator after some labels, and the table of records on its own."""
    index = notebook.add_cell('uw.Annotator(session, order="uncertainty")')
    annotator = notebook.output(index).get_by_test_id("uw-annotator")
    record = annotator.get_by_test_id("uw-annotator-record")
    record.wait_for()
    record.click(position={"x": 5, "y": 5})
    for number in range(16):
        # As fast as a person reads, since the pace is on the picture.
        notebook.page.wait_for_timeout(2000)
        notebook.page.keyboard.press("2" if number % 4 == 3 else "1")
    annotator.get_by_test_id("uw-annotator-accuracy").get_by_text("%").wait_for()
    annotator.scroll_into_view_if_needed()
    annotator.screenshot(path=IMAGES / f"annotator-{theme}.png")
    index = notebook.add_cell("uw.RecordTable(session, page_size=8)")
    table = notebook.output(index).get_by_test_id("uw-records")
    table.get_by_test_id("uw-record").first.wait_for()
    table.scroll_into_view_if_needed()
    table.screenshot(path=IMAGES / f"records-{theme}.png")


def shoot_check(bench: Workbench, theme: str) -> None:
    """Photograph the workbench with a check by retraining beside the prediction."""
    bench.get("uw-retrain").click()
    bench.get("uw-measured-forget-recall").wait_for(timeout=180_000)
    bench.page.mouse.move(2, 2)
    bench.root.screenshot(path=IMAGES / f"retrain-{theme}.png")


def shoot_extension(notebook: Notebook, theme: str) -> None:
    """Photograph the side panel beside the notebook, and the review page of what it saved."""
    page = notebook.page
    notebook.command("unlearn-widgets:show-panel")
    panel = page.get_by_test_id("uw-panel")
    panel.get_by_test_id("uw-panel-alpha").wait_for()
    page.screenshot(path=IMAGES / f"panel-{theme}.png")
    panel.get_by_test_id("uw-panel-review").click()
    panel.get_by_test_id("uw-panel-save-name").fill(f"sms-{theme}")
    page.keyboard.press("Enter")
    page.get_by_test_id("uw-review-checks").wait_for()
    page.evaluate("window.jupyterapp.shell.collapseLeft()")
    page.screenshot(path=IMAGES / f"review-{theme}.png")
    notebook.command("application:close")


def shoot_page(browser: Browser, notebook: Notebook, theme: Theme) -> None:
    """Photograph the standalone page of the session, opened as a file."""
    place = notebook.lab.folder / f"{theme}.html"
    notebook.execute(f"session.to_html({str(place)!r})")
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, device_scale_factor=2, color_scheme=theme
    )
    page = context.new_page()
    page.goto(place.as_uri())
    page.get_by_test_id("uw-plot").wait_for()
    Workbench(page, page.locator(".uw-root")).settle()
    page.screenshot(path=IMAGES / f"page-{theme}.png")
    context.close()


def shoot(browser: Browser, lab: Lab, theme: Theme, width: int) -> Path:
    """Show the notebook in one theme at one page width, draw, and photograph the workbench."""
    # Below 1000 px the panes stand one under the other, and the picture is taller than a screen.
    height = 800 if width > 1000 else 2000
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=2
    )
    page = context.new_page()
    notebook = Notebook(page, lab, NOTEBOOK).open()
    page.evaluate(
        "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })",
        f"JupyterLab {theme.title()}",
    )
    page.locator(f"body[data-jp-theme-light={'false' if theme == 'dark' else 'true'}]").wait_for(
        state="attached"
    )
    notebook.run_all()
    bench = Workbench(page).show().settle()
    notebook.execute("session.clear()")
    bench.settle(notebook.value("session.rev"))
    draw_lasso(notebook, bench)
    page.mouse.move(2, 2)
    page.evaluate("document.activeElement.blur()")
    suffix = "" if width > 1000 else f"-{width}"
    path = IMAGES / f"workbench-{theme}{suffix}.png"
    bench.root.screenshot(path=path)
    if not suffix:
        page.screenshot(path=IMAGES / f"jupyterlab-{theme}.png")
        shoot_extension(notebook, theme)
        shoot_page(browser, notebook, theme)
        shoot_check(bench, theme)
        shoot_planner(notebook, theme)
        shoot_annotator(notebook, theme)
    notebook.shutdown()
    context.close()
    return path


def main() -> None:
    """Take every picture."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "notebooks"
        folder.mkdir()
        shutil.copy(ROOT / "notebooks" / NOTEBOOK, folder)
        lab = Lab(folder, Path(scratch) / "jupyter")
        try:
            with chromium() as browser:
                themes: list[Theme] = ["light", "dark"]
                for theme in themes:
                    for width in (1280, 720):
                        path = shoot(browser, lab, theme, width)
                        print(f"wrote {path.relative_to(ROOT)}", flush=True)
        finally:
            lab.stop()


if __name__ == "__main__":
    main()

"""The same map in jupyter-scatter: time to a first picture, and to hand a lasso to Python."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

from tests.bench.page import first_paint
from tests.browser.workbench import ellipse

VERSION = "1.0.1"
SETUP = """
import site, time
site.addsitedir({packages!r})
import jscatter
import numpy as np

rng = np.random.default_rng(0)
n = {n_rows}
points = rng.standard_normal((n, 2)).astype(np.float32)
points[: n // 5, 0] += 2
points *= 0.9 / np.abs(points).max()
scatter = jscatter.Scatter(x=points[:, 0], y=points[:, 1], lasso_on_long_press=False)
scatter.widget.mouse_mode = "lasso"
arrived = []
scatter.widget.observe(lambda change: arrived.append([time.time(), len(change.new)]), ["selection"])
"""
SHOW = "scatter.show()"

WATCH = """() => {
  window.ups = [];
  window.addEventListener("pointerup", note, true);
  window.addEventListener("mouseup", note, true);
  function note(event) {
    const at = (performance.timeOrigin + event.timeStamp) / 1000;
    if (window.ups.length === 0 || at - window.ups.at(-1) > 0.02) window.ups.push(at);
  }
}"""


def install(root):
    """Install jupyter-scatter beside the project's environment, and return where."""
    home = root / ".make" / "bench-venv"
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
    where = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = subprocess.run(where, check=True, capture_output=True, text=True).stdout.strip()
    # What the project's environment has is taken from there.
    own = subprocess.run(
        [sys.executable, *where[1:]], check=True, capture_output=True, text=True
    ).stdout.strip()
    (Path(packages) / "project.pth").write_text(f"{own}\n", encoding="utf-8")
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, f"jupyter-scatter=={VERSION}"], check=True)
    return packages


def measure(notebook, drags=10, paints=3):
    """Return the durations in an open notebook of the two cells above.

    The lasso has few corners: each move redraws all points, 0.1 s and more without a GPU.
    """
    page = notebook.page
    notebook.run_cell(0)
    first = []
    for paint in range(paints):
        if paint:
            notebook.command("notebook:clear-cell-output")
            page.wait_for_function("document.querySelector('.jp-OutputArea canvas') === null")
        first.append(first_paint(notebook, 1, None))
    canvas = page.locator(".jp-OutputArea canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.evaluate(WATCH)
    handed = []
    for run in range(drags):
        before = notebook.value("len(arrived)")
        center = (
            box["x"] + box["width"] * (0.5 + 0.01 * (run % 3)),
            box["y"] + box["height"] / 2,
        )
        first_corner, *corners = ellipse(center, (box["width"] / 12, box["height"] / 8), 8)
        page.mouse.move(*first_corner)
        page.mouse.down()
        for corner in corners:
            page.mouse.move(*corner)
        page.mouse.up()
        notebook.execute(
            f"deadline = time.time() + 20\n"
            f"while len(arrived) <= {before} and time.time() < deadline:\n"
            "    await __import__('asyncio').sleep(0.01)"
        )
        arrived = notebook.value(f"arrived[{before}:]")
        up = page.evaluate("window.ups.at(-1)")
        if arrived:
            handed.append(arrived[0][0] - up)
    return {"first_paint": first, "handed": handed}

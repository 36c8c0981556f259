"""What a person waits for in JupyterLab, measured by the page itself.

Playwright only moves the mouse: every time below is taken in the page with its own clock, from the
event to the frame that shows the answer.
"""

from __future__ import annotations

import numpy as np

from tests.browser.workbench import Workbench, ellipse

SETUP = """
import time
import numpy as np
import unlearn_widgets as uw

rng = np.random.default_rng(0)
n, n_forget = {n_rows}, {n_rows} // 5
X = rng.standard_normal((n, 384), np.float32)
X[:n_forget, 0] += 2
start = time.perf_counter()
problem = uw.UnlearningProblem(X, np.arange(n) < n_forget)
built_problem = time.perf_counter() - start
start = time.perf_counter()
session = uw.Session(problem)
built_session = time.perf_counter() - start
"""
SHOW = "uw.Workbench(session)"

# From the command that runs the cell to the frame in which points and numbers are on screen.
FIRST_PAINT = """async ([path, index, ready]) => {
  const panel = panelOf(path);
  panel.content.activeCellIndex = index;
  const done = new Promise((resolve) => {
    const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    probe.canvas.width = probe.canvas.height = 64;
    const painted = (canvas) => {
      if (canvas.width === 0 || canvas.height === 0) return false;
      probe.clearRect(0, 0, 64, 64);
      probe.drawImage(canvas, 0, 0, 64, 64);
      const { data } = probe.getImageData(0, 0, 64, 64);
      let points = 0;
      for (let i = 0; i < data.length; i += 4)
        if (data[i] !== data[0] || data[i + 1] !== data[1] || data[i + 3] !== data[3]) points += 1;
      return points > 200;
    };
    const look = () => {
      const shown = ready === null || document.querySelector(ready) !== null;
      const inside = document.querySelectorAll(".jp-OutputArea canvas");
      if (shown && [...inside].some(painted))
        requestAnimationFrame(() => resolve(performance.now()));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  const start = performance.now();
  void window.jupyterapp.commands.execute("notebook:run-cell");
  return (await done) - start;
}"""

# Notes when the pointer went up and when the numbers of the next revision were painted, counts
# the frames of each drag, and the updates of the live count that the highlight brings with it.
WATCH = """(root) => {
  const alpha = root.querySelector("[data-testid=uw-alpha]");
  const chosen = root.querySelector("[data-testid=uw-legend-removed]");
  const bench = { answers: [], frames: [], gaps: [], updates: [], moves: [], up: null, rev: 0 };
  window.bench = bench;
  let drag = null;
  const frame = (now) => {
    if (drag === null) return;
    if (drag.last !== null) drag.gaps.push(now - drag.last);
    drag.last = now;
    if (chosen.dataset.value !== drag.count) {
      drag.count = chosen.dataset.value;
      drag.updates += 1;
    }
    requestAnimationFrame(frame);
  };
  window.addEventListener("pointerdown", () => {
    const count = chosen.dataset.value;
    drag = { last: null, gaps: [], count, updates: 0, moves: 0, start: performance.now() };
    requestAnimationFrame(frame);
  }, true);
  window.addEventListener("pointermove", () => {
    if (drag !== null) drag.moves += 1;
  }, true);
  window.addEventListener("pointerup", (event) => {
    const seconds = (performance.now() - drag.start) / 1000;
    bench.frames.push(drag.gaps.length / seconds);
    bench.gaps.push(Math.max(...drag.gaps));
    bench.updates.push(drag.updates / seconds);
    bench.moves.push(drag.moves / seconds);
    drag = null;
    bench.rev = Number(alpha.dataset.rev);
    bench.up = event.timeStamp;
  }, true);
  new MutationObserver(() => {
    if (bench.up === null || alpha.dataset.state !== "current") return;
    if (Number(alpha.dataset.rev) <= bench.rev) return;
    const { up } = bench;
    bench.up = null;
    // The task after the next frame's callbacks runs once that frame is painted.
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => bench.answers.push(performance.now() - up);
      channel.port2.postMessage(null);
    });
  }).observe(alpha, { attributes: true });
}"""


def first_paint(notebook, index, ready):
    """Seconds from running a cell to the frame that shows what it made."""
    return notebook._call(FIRST_PAINT, [notebook.path, index, ready]) / 1000


def measure(notebook, drags=36, paints=5):
    """Return the durations of ``SETUP`` and ``SHOW`` in an open notebook of these two cells."""
    notebook.run_cell(0)
    built = notebook.value("[built_problem, built_session]")
    ready = "[data-testid=uw-alpha][data-state=current]"
    first = []
    for paint in range(paints):
        if paint:
            notebook.command("notebook:clear-cell-output")
            notebook.page.wait_for_function("document.querySelector('.uw-root') === null")
        first.append(first_paint(notebook, 1, ready))

    bench = Workbench(notebook.page).show().settle()
    positions = np.frombuffer(
        bytes.fromhex(notebook.execute("print(session.positions.tobytes().hex())").strip()),
        np.float32,
    ).reshape(-1, 2)
    center, radius = disc(positions[: len(positions) // 5], 0.1)
    bench.choose("lasso")
    bench.root.evaluate(WATCH)
    chosen = []
    for run in range(drags):
        shift = (0.15 * radius[0] * (run % 5 - 2), 0.1 * radius[1] * (run % 3 - 1))
        corners = ellipse(center + shift, radius)
        bench.press(corners, steps=3)
        notebook.page.mouse.up()
        notebook.page.wait_for_function("(run) => window.bench.answers.length > run", arg=run)
        chosen.append(notebook.value("len(session.removed)"))
    page = notebook.page.evaluate("window.bench")
    return {
        "problem": [built[0]],
        "session": [built[1]],
        "first_paint": first,
        "answers": [answer / 1000 for answer in page["answers"]],
        "frames": page["frames"],
        "gaps": [gap / 1000 for gap in page["gaps"]],
        "updates": page["updates"],
        "moves": page["moves"],
        "chosen": chosen,
    }


def disc(points, share):
    """Centre and half-axes of an ellipse around the middle that holds this share of points."""
    center = np.median(points, axis=0)
    spread = points.std(axis=0)
    reach = np.linalg.norm((points - center) / spread, axis=1)
    return center, np.quantile(reach, share) * spread

"""How long a person waits for the next record after the key that decided about the last one."""

from __future__ import annotations

SETUP = """
import numpy as np
import unlearn_widgets as uw

rng = np.random.default_rng(0)
n, n_forget = {n_rows}, {n_rows} // 5
X = rng.standard_normal((n, 384), np.float32)
X[:n_forget, 0] += 2
problem = uw.UnlearningProblem(X, np.arange(n) < n_forget)
records = {{"id": [f"r{{row}}" for row in range(n)], "text": ["some words " * 20] * n}}
session = uw.Session(problem, records, key="id", store="bench.forgetset", who="bench")
"""
SHOW = "uw.Annotator(session)"

# From the key to the frame that shows the next record, measured by the page itself.
WATCH = """(root) => {
  window.pressed = [];
  let at = null;
  root.addEventListener("keydown", (event) => { at = event.timeStamp; }, true);
  new MutationObserver(() => {
    if (at === null) return;
    const begun = at;
    at = null;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.pressed.push(performance.now() - begun);
      port2.postMessage(null);
    });
  }).observe(root, { subtree: true, attributeFilter: ["data-row"] });
}"""


def measure(notebook, labels=60):
    """Return seconds from key to painted record in an open notebook of the two cells above."""
    notebook.run_cell(0)
    notebook.run_cell(1)
    page = notebook.page
    root = notebook.output(1).locator(".uw-root")
    record = root.get_by_test_id("uw-annotator-record")
    record.wait_for()
    record.click(position={"x": 5, "y": 5})
    root.evaluate(WATCH)
    for done in range(labels):
        page.keyboard.press("12"[done % 2])
        page.wait_for_function("(n) => window.pressed.length === n", arg=done + 1)
    took = page.evaluate("window.pressed")
    root.locator(f"[data-testid=uw-annotator-progress][data-value='{labels}']").wait_for()
    return {"answers": [one / 1000 for one in took]}

"""A notebook open in JupyterLab: run its cells, ask its kernel, find its widgets."""

from __future__ import annotations

import json
from urllib.parse import quote

import nbformat

LIMIT = 90  # seconds

# Finds the notebook's panel, and gives a promise a limit, which Playwright does not; every script
# below runs with both in scope.
PANEL = """
const within = (seconds, promise) => Promise.race([promise, new Promise((_, reject) =>
  setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), seconds * 1000))]);
const panelOf = (path) => {
  for (const widget of window.jupyterapp.shell.widgets("main"))
    if (widget.context?.path === path) return widget;
  throw new Error(`${path} is not open`);
};
"""

OPEN = """async (path) => {
  await window.jupyterapp.restored;
  await window.jupyterapp.commands.execute("docmanager:open", { path, factory: "Notebook" });
  const panel = panelOf(path);
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
}"""

RUN_ALL = """async (path) => {
  window.jupyterapp.shell.activateById(panelOf(path).id);
  await window.jupyterapp.commands.execute("notebook:run-all-cells");
}"""

RUN_CELL = """async ([path, index]) => {
  const panel = panelOf(path);
  window.jupyterapp.shell.activateById(panel.id);
  panel.content.deselectAll();
  panel.content.activeCellIndex = index;
  await window.jupyterapp.commands.execute("notebook:run-cell");
  const { executionCount } = panel.content.widgets[index].model;
  if (panel.content.activeCellIndex !== index || !executionCount)
    throw new Error(`cell ${index} did not run, cell ${panel.content.activeCellIndex} may have`);
}"""

ADD_CELL = """async ([path, source]) => {
  const panel = panelOf(path);
  const model = panel.content.model.sharedModel;
  model.addCell({ cell_type: "code", source });
  return model.cells.length - 1;
}"""

RESTART = """async (path) => {
  await panelOf(path).sessionContext.session.kernel.restart();
}"""

SAVE = "async (path) => { await panelOf(path).context.save(); }"

EXECUTE = """async ([path, code]) => {
  const kernel = panelOf(path).sessionContext.session.kernel;
  const future = kernel.requestExecute({ code, store_history: false });
  let text = "";
  future.onIOPub = (message) => {
    if (message.header.msg_type === "stream") text += message.content.text;
  };
  const { content } = await future.done;
  const error = content.status === "ok" ? null : `${content.ename}: ${content.evalue}`;
  return { text, error };
}"""

ERRORS = """(path) => {
  const errors = [];
  for (const cell of panelOf(path).content.widgets)
    for (const output of cell.model.outputs?.toJSON() ?? [])
      if (output.output_type === "error") errors.push(`${output.ename}: ${output.evalue}`);
  return errors;
}"""


# Without it JupyterLab asks which kernel to start.
METADATA = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def write_notebook(path, sources):
    """Write a notebook of these code cells."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=METADATA), path)


class Notebook:
    """One notebook in one page of the browser."""

    def __init__(self, page, lab, path):
        self.page = page
        self.lab = lab
        self.path = path

    def _call(self, script, argument=None):
        return self.page.evaluate(
            f"(argument) => {{ {PANEL} return within({LIMIT}, ({script})(argument)); }}",
            self.path if argument is None else argument,
        )

    @property
    def panel(self):
        """The part of the page that shows this notebook."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-NotebookPanel-notebook")

    def open(self):
        # A workspace of its own: JupyterLab would also open the notebooks of the last one.
        workspace = quote(self.path.removesuffix(".ipynb"))
        address = f"{self.lab.url}/lab/workspaces/{workspace}/tree/{quote(self.path)}"
        self.page.goto(f"{address}?token={self.lab.token}")
        self.page.wait_for_function("window.jupyterapp !== undefined")
        self._call(OPEN)
        self.page.evaluate("window.jupyterapp.shell.collapseLeft()")
        return self

    def run_all(self):
        self._call(RUN_ALL)
        errors = self._call(ERRORS)
        assert errors == [], errors
        return self

    def run_cell(self, index):
        self._call(RUN_CELL, [self.path, index])
        errors = self._call(ERRORS)
        assert errors == [], errors

    def add_cell(self, source):
        """Append a code cell and run it; return its index."""
        index = self._call(ADD_CELL, [self.path, source])
        self.run_cell(index)
        return index

    def output(self, index):
        """Return the output area of a cell, brought into sight: JupyterLab paints no other."""
        cell = self.panel.locator(".jp-Notebook-cell").nth(index)
        cell.evaluate("(cell) => cell.scrollIntoView({ block: 'start', behavior: 'instant' })")
        return cell.locator(".jp-Cell-outputArea")

    def save(self):
        self._call(SAVE)

    def execute(self, code):
        """Run code in the notebook's kernel, outside of its cells; return what it printed."""
        answer = self._call(EXECUTE, [self.path, code])
        assert answer["error"] is None, answer["error"]
        return answer["text"]

    def value(self, expression):
        """Return the value of an expression in the notebook's kernel."""
        code = f"import json as _json\nprint(_json.dumps({expression}))"
        return json.loads(self.execute(code))

    def restart_kernel(self):
        self._call(RESTART)

    def command(self, name):
        self.page.evaluate("(name) => window.jupyterapp.commands.execute(name)", name)

    def shutdown(self):
        self._call("(path) => panelOf(path).sessionContext.shutdown()")

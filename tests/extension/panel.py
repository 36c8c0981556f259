"""The side panel in the page."""

from __future__ import annotations

from tests.browser.workbench import number

SERIOUS = """async () => {
  const { violations } = await window.axe.run("[data-testid=uw-panel]");
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}"""


class Panel:
    """The list of forget sets beside a notebook."""

    def __init__(self, page):
        self.page = page
        page.evaluate("window.jupyterapp.commands.execute('unlearn-widgets:show-panel')")
        self.root = page.get_by_test_id("uw-panel")
        self.root.wait_for()

    def get(self, hook):
        return self.root.get_by_test_id(f"uw-panel-{hook}")

    def wait(self, state):
        """Wait until the panel says how it is."""
        self.page.locator(f"[data-testid=uw-panel][data-state={state}]").wait_for()
        return self

    def wait_for(self, hook, value):
        """Wait until the first set shows this value."""
        self.page.locator(f"[data-testid=uw-panel-{hook}][data-value='{value}']").first.wait_for()
        return self

    def value(self, hook):
        return number(self.get(hook).first.get_attribute("data-value"))

    def accessibility(self, root):
        """Return what axe finds serious."""
        self.page.add_script_tag(path=root / "node_modules" / "axe-core" / "axe.min.js")
        return self.page.evaluate(SERIOUS)

"""The widgets on screen, by the hooks of the public contract."""

from __future__ import annotations

import math

MODES = ("replace", "add", "subtract", "intersect")

SETTLED = """([root, rev]) => {
  const numbers = root.querySelectorAll("[data-value][data-rev]");
  return numbers.length > 0 && [...numbers].every(
    (number) => number.dataset.state !== "preview" && number.dataset.state !== "stale"
      && Number(number.dataset.rev) >= rev);
}"""

NUMBERS = """(root) => Object.fromEntries([...root.querySelectorAll("[data-value][data-testid]")]
  .map((number) => [number.dataset.testid, {
    value: number.dataset.value, rev: number.dataset.rev, state: number.dataset.state,
    text: number.textContent, }]))"""


def number(text):
    """Parse ``data-value``: floats in their shortest form, ``inf`` and ``nan`` spelled out."""
    return float(text)


class Workbench:
    """One view of a session, the workbench or a single pane, in the page."""

    def __init__(self, page, root=None):
        self.page = page
        self.root = root or page.locator(":not(.uw-side-bar) > .uw-root").first
        self.root.wait_for()

    def get(self, hook):
        return self.root.get_by_test_id(hook)

    def show(self):
        """Bring the whole view into sight, with its upper edge at the top."""
        self.get("uw-plot").wait_for()
        self.root.evaluate("(root) => root.scrollIntoView({ block: 'start', behavior: 'instant' })")
        return self

    def settle(self, rev=0):
        """Wait until every number shown belongs to revision ``rev`` or a later one."""
        handle = self.root.element_handle()
        self.page.wait_for_function(SETTLED, arg=[handle, rev])
        return self

    def numbers(self):
        """Return every displayed number by its hook."""
        return self.root.evaluate(NUMBERS)

    def values(self):
        return {hook: number(entry["value"]) for hook, entry in self.numbers().items()}

    def rev(self):
        return int(self.get("uw-alpha").get_attribute("data-rev"))

    def choose(self, tool, mode="replace"):
        self.get(f"uw-tool-{tool}").click()
        self.get(f"uw-mode-{mode}").click()
        return self

    def domain(self):
        """Map coordinates at the edges of the drawing surface now: xmin, xmax, ymin, ymax."""
        return [float(edge) for edge in self.get("uw-plot").get_attribute("data-domain").split(",")]

    def to_pixels(self, points):
        """Turn map coordinates into page coordinates of the mouse."""
        xmin, xmax, ymin, ymax = self.domain()
        box = self.get("uw-plot").bounding_box()
        return [
            (
                float(box["x"] + (x - xmin) / (xmax - xmin) * box["width"]),
                float(box["y"] + (ymax - y) / (ymax - ymin) * box["height"]),
            )
            for x, y in points
        ]

    def press(self, points, steps=4):
        """Press the mouse on the first point and drag it along the others, without letting go."""
        mouse = self.page.mouse
        (first, *others) = self.to_pixels(points)
        mouse.move(*first)
        mouse.down()
        for point in others:
            mouse.move(*point, steps=steps)

    def drag(self, points, steps=4):
        """Draw a gesture with the mouse and wait for the numbers that answer it."""
        before = self.rev()
        self.press(points, steps)
        self.page.mouse.up()
        return self.settle(before + 1)


def ellipse(center, radii, corners=24):
    """Corners of an ellipse; it is left open, since a lasso that ends on its start is a click."""
    return [
        (
            center[0] + radii[0] * math.cos(2 * math.pi * corner / corners),
            center[1] + radii[1] * math.sin(2 * math.pi * corner / corners),
        )
        for corner in range(corners)
    ]

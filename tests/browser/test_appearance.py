"""How it looks and who can use it: themes, narrow pages, painted points, accessibility rules."""

from __future__ import annotations

import base64

import pytest

from tests.browser.small import SMALL, around_everything
from tests.browser.workbench import Workbench

THEMES = ("dark", "light")

# Texts and controls that reach beyond the view, and texts that do not fit their box.
OVERFLOW = """(root) => {
  const bounds = root.getBoundingClientRect();
  const wrong = [];
  const check = (what, box) => {
    if (box.left < bounds.left - 1 || box.right > bounds.right + 1) wrong.push(`beyond: ${what}`);
  };
  const shown = (element) => {
    const box = element.getBoundingClientRect();
    // A box of one pixel is text for screen readers only.
    return element.checkVisibility({ visibilityProperty: true }) && box.width > 1 && box.height > 1;
  };
  for (const control of root.querySelectorAll("button, select, input, canvas, svg"))
    if (shown(control))
      check(control.dataset.testid ?? control.outerHTML, control.getBoundingClientRect());
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
    const element = text.parentElement;
    if (text.data.trim() === "" || !shown(element) || element.closest("svg, .uw-clip")) continue;
    const style = getComputedStyle(element);
    if (style.textOverflow === "ellipsis") continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) check(`"${text.data}"`, box);
    if (style.display !== "inline" && element.scrollWidth > element.clientWidth + 1)
      wrong.push(`cut: "${text.data}"`);
  }
  if (root.scrollWidth > root.clientWidth) wrong.push("the view scrolls sideways");
  return wrong;
}"""

# Read-out numbers and controls must not lie on top of each other.
OVERLAP = """(root) => {
  const items = [...root.querySelectorAll("button, select, input, [data-value][data-rev]")]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }))
    .map((element) => [element, element.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && box.height > 0);
  const name = (element) => element.dataset.testid ?? element.textContent;
  const wrong = [];
  for (const [a, first] of items) for (const [b, second] of items) {
    if (a === b || a.contains(b) || b.contains(a)) continue;
    const width = Math.min(first.right, second.right) - Math.max(first.left, second.left);
    const height = Math.min(first.bottom, second.bottom) - Math.max(first.top, second.top);
    if (width > 1 && height > 1)
      wrong.push([name(a), name(b)].sort().join(" / "));
  }
  return [...new Set(wrong)];
}"""

# Decodes a screenshot in the page and counts its colours.
COLOURS = """async (png) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const counts = new Map();
  for (let i = 0; i < data.length; i += 4) {
    const colour = (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, 40);
}"""

AXE = """async (root) => {
  const { violations } = await window.axe.run(root, { resultTypes: ["violations"] });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
}"""


def luminance(colour):
    red, green, blue = (
        (channel / 255 / 12.92)
        if channel / 255 <= 0.04045
        else ((channel / 255 + 0.055) / 1.055) ** 2.4
        for channel in (colour >> 16, colour >> 8 & 255, colour & 255)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def painted(bench, hook="uw-plot"):
    """Return the colours of an element on screen with their pixel counts, most frequent first."""
    picture = bench.get(hook).screenshot()
    return bench.page.evaluate(COLOURS, base64.b64encode(picture).decode())


def use_theme(notebook, bench, theme):
    notebook.page.evaluate(
        "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })",
        f"JupyterLab {theme.title()}",
    )
    notebook.page.wait_for_function(
        "([root, theme]) => root.dataset.theme === theme",
        arg=[bench.root.element_handle(), theme],
    )


def test_points_are_painted_and_removed_ones_differ(workbench):
    notebook, bench = workbench([SMALL])
    notebook.page.mouse.move(2, 2)
    bare = painted(bench)
    ground = bare[0][1]
    total = sum(count for _, count in bare)
    assert total - ground > 200 * 9
    bench.choose("lasso").drag(around_everything(notebook))
    notebook.page.mouse.move(2, 2)
    chosen = painted(bench)
    assert {colour for colour, _ in chosen[:8]} != {colour for colour, _ in bare[:8]}


def test_theme_follows_the_host(workbench):
    notebook, bench = workbench([SMALL])
    for theme in THEMES:
        dark = theme == "dark"
        use_theme(notebook, bench, theme)
        ground = painted(bench)[0][0]
        assert (luminance(ground) < 0.2) is dark
        assert (luminance(ground) > 0.8) is not dark
        card = painted(bench, "uw-readout")[0][0]
        assert (luminance(card) < 0.2) is dark


@pytest.mark.parametrize("width", [1280, 720])
def test_nothing_overflows_or_overlaps(workbench, width):
    notebook, bench = workbench()
    notebook.page.set_viewport_size({"width": width, "height": 800})
    notebook.execute("session.select_rule('likelihood_ratio', 300)")
    bench.settle(notebook.value("session.rev")).get("uw-record").first.wait_for()
    for theme in THEMES:
        use_theme(notebook, bench, theme)
        assert bench.root.evaluate(OVERFLOW) == []
        assert bench.root.evaluate(OVERLAP) == []
    bench.get("uw-retrain").click()
    bench.get("uw-measured-forget-recall").wait_for(timeout=180_000)
    assert bench.root.evaluate(OVERFLOW) == []
    assert bench.root.evaluate(OVERLAP) == []


ANNOTATE = """
import unlearn_widgets as uw
sms = uw.datasets.load_sms_spam()
problem = uw.UnlearningProblem(sms.X, forget=sms.forget, retain=sms.retain)
session = uw.Session(problem, sms.records, key="id", title="Messages of a long title" * 3)
session.select_lasso(session.positions[problem.forget_rows[:40]])
uw.Annotator(session, labels=["remove", "keep", "unsure", "a label of many words, longer than any"])
"""


@pytest.mark.parametrize("width", [1280, 720, 480])
def test_the_annotator_at_every_width(open_notebook, page, root, width):
    notebook = open_notebook([ANNOTATE]).run_all()
    page.set_viewport_size({"width": width, "height": 800})
    view = Workbench(page)
    view.get("uw-annotator-record").wait_for()
    view.get("uw-annotator-record").click(position={"x": 5, "y": 5})
    for key in "1212":
        page.keyboard.press(key)
    view.root.locator("[data-testid=uw-annotator-progress][data-value='4']").wait_for()
    view.get("uw-annotator-accuracy").wait_for()
    page.add_script_tag(path=root / "node_modules" / "axe-core" / "axe.min.js")
    for theme in THEMES:
        use_theme(notebook, view, theme)
        assert view.root.evaluate(OVERFLOW) == []
        assert view.root.evaluate(OVERLAP) == []
        assert view.root.evaluate(AXE) == []


def test_whole_workbench_fits_a_laptop_screen(workbench):
    notebook, bench = workbench()
    notebook.execute("session.select_rule('likelihood_ratio', 300)")
    bench.get("uw-record").first.wait_for()
    viewport = notebook.panel.bounding_box()
    assert bench.root.bounding_box()["height"] <= viewport["height"]
    bench.root.evaluate("(root) => root.scrollIntoView({ block: 'start' })")
    for hook in ("uw-map", "uw-readout", "uw-records", "uw-planner"):
        box = bench.get(hook).bounding_box()
        assert box["y"] >= viewport["y"] - 1
        assert box["y"] + box["height"] <= viewport["y"] + viewport["height"] + 1


def test_accessibility_rules_hold(workbench, root):
    notebook, bench = workbench()
    notebook.execute("session.select_rule('likelihood_ratio', 300)")
    bench.get("uw-record").first.wait_for()
    notebook.page.add_script_tag(path=root / "node_modules" / "axe-core" / "axe.min.js")
    for theme in THEMES:
        use_theme(notebook, bench, theme)
        assert bench.root.evaluate(AXE) == []
    bench.get("uw-retrain").click()
    bench.get("uw-measured-forget-recall").wait_for(timeout=180_000)
    assert bench.root.evaluate(AXE) == []

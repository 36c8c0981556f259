"""The main job on the real texts: draw with the mouse, compare every number, take it back."""

from __future__ import annotations

import numpy as np
import pytest

from tests.browser.comparison import assert_shows, values
from tests.browser.oracle import inside_lasso
from tests.browser.workbench import Workbench, ellipse

GESTURE = """{
  "tool": session.last_gesture["tool"],
  "mode": session.last_gesture["mode"],
  "path": session.last_gesture["path"].tolist(),
  "dtype": str(session.last_gesture["path"].dtype),
}"""


@pytest.fixture
def tutorial(workbench):
    """Show the first tutorial's workbench with nothing chosen, whatever its last cell chose."""
    notebook, bench = workbench("01_brush.ipynb")
    notebook.execute("session.clear()")
    return notebook, bench.settle(notebook.value("session.rev"))


@pytest.fixture
def spam_lasso(sms):
    """Return the lasso that goes around the middle of the spam on a map of these positions."""

    def corners(positions):
        x, y = positions[sms.forget].T
        center = np.median(x), np.median(y)
        radii = np.percentile(x, 80) - center[0], np.percentile(y, 80) - center[1]
        return ellipse(center, radii)

    return corners


def test_lasso_on_real_texts(tutorial, sms, spam_lasso):
    notebook, bench = tutorial
    positions = np.array(notebook.value("session.positions.tolist()"))
    nothing = np.zeros(len(positions), dtype=bool)
    first = bench.numbers()
    assert_shows(first, sms.numbers(nothing), notebook.value("session.rev"))

    corners = spam_lasso(positions)
    pixels = bench.to_pixels(corners)
    box = bench.get("uw-plot").bounding_box()
    edges = bench.domain()
    bench.choose("lasso", "replace").drag(corners)

    gesture = notebook.value(GESTURE)
    path = np.array(gesture["path"])
    assert (gesture["tool"], gesture["mode"], gesture["dtype"]) == ("lasso", "replace", "float64")
    assert len(path) >= len(corners)
    # The path is where the mouse went: every corner lies on it, to a pixel.
    scale = np.array([box["width"] / (edges[1] - edges[0]), box["height"] / (edges[3] - edges[2])])
    trail = (path - [edges[0], edges[3]]) * scale * [1, -1] + [box["x"], box["y"]]
    gaps = np.linalg.norm(trail[:, None] - np.array(pixels)[None], axis=2).min(axis=0)
    assert gaps.max() < 1

    inside = inside_lasso(positions, path)
    removed = inside & sms.forget
    assert 100 < removed.sum() < sms.forget.sum()
    assert notebook.value("session.removed.tolist()") == np.flatnonzero(removed).tolist()
    second = bench.numbers()
    expected = sms.numbers(removed)
    assert_shows(second, expected, notebook.value("session.rev"))
    assert expected["uw-alpha"] > expected["uw-alpha-before"]
    sentence = bench.get("uw-sentence").text_content()
    assert f"{sms.random_equivalent(removed):,}" in sentence
    assert f"{removed.sum():,}" in bench.get("uw-n-removed").text_content()
    assert second["uw-legend-forget"]["value"] == str(removed.sum())
    assert second["uw-legend-retain"]["value"] == "0"
    hint = bench.get("uw-gesture-retained")
    assert hint.get_attribute("data-value") == str((inside & sms.retain).sum())

    index = notebook.add_cell("uw.Workbench(session)")
    other = Workbench(notebook.page, notebook.output(index).locator(".uw-root")).show().settle()
    assert_shows(other.numbers(), expected, notebook.value("session.rev"))

    rev = bench.rev()
    other.get("uw-undo").click()
    for view in (bench, other):
        view.settle(rev + 1)
        numbers = view.numbers()
        assert_shows(numbers, sms.numbers(nothing), notebook.value("session.rev"))
        assert values(numbers)["uw-alpha"] == values(first)["uw-alpha"]
    assert notebook.value("session.removed.tolist()") == []

    bench.show().get("uw-redo").click()
    for view in (bench, other):
        view.settle(rev + 2)
        assert_shows(view.numbers(), expected, notebook.value("session.rev"))


def test_preview_while_dragging_and_escape(tutorial, sms, spam_lasso):
    notebook, bench = tutorial
    positions = np.array(notebook.value("session.positions.tolist()"))
    rev = bench.rev()
    bench.choose("lasso").press(spam_lasso(positions))
    alpha = bench.root.locator("[data-testid=uw-alpha][data-state=preview]")
    alpha.wait_for()
    # What the drag would do is on screen, and not yet done.
    shown = bench.root.locator("[data-testid=uw-n-removed][data-state=preview]")
    notebook.page.wait_for_function(
        "(element) => Number(element.dataset.value) > 100", arg=shown.element_handle()
    )
    assert notebook.value("[session.rev, len(session.removed)]") == [rev, 0]
    notebook.page.keyboard.press("Escape")
    notebook.page.mouse.up()
    bench.settle(rev)
    nothing = np.zeros(len(positions), dtype=bool)
    assert_shows(bench.numbers(), sms.numbers(nothing), rev)


def test_retained_rows_open_with_the_lock(tutorial, sms):
    notebook, bench = tutorial
    positions = np.array(notebook.value("session.positions.tolist()"))
    lock = bench.get("uw-lock")
    assert lock.get_attribute("aria-pressed") == "true"
    lock.click()
    bench.root.locator("[data-testid=uw-lock][aria-pressed=false]").wait_for()
    center = np.median(positions, axis=0)
    bench.choose("lasso").drag(ellipse(center, np.percentile(abs(positions - center), 80, axis=0)))
    removed = inside_lasso(positions, np.array(notebook.value(GESTURE)["path"]))
    assert (removed & sms.retain).sum() > 0
    assert notebook.value("session.removed.tolist()") == np.flatnonzero(removed).tolist()
    assert_shows(bench.numbers(), sms.numbers(removed), notebook.value("session.rev"))


def test_every_tool_and_mode(tutorial, sms):
    notebook, bench = tutorial
    positions = np.array(notebook.value("session.positions.tolist()"))
    x, y = positions[sms.forget].T
    left, middle, right = np.percentile(x, [20, 50, 95])
    low, high = np.percentile(y, [10, 90])
    removed = np.zeros(len(positions), dtype=bool)

    def check(inside):
        assert notebook.value("session.removed.tolist()") == np.flatnonzero(removed).tolist()
        assert_shows(bench.numbers(), sms.numbers(removed), notebook.value("session.rev"))
        assert inside.any()

    def box(path):
        (ax, ay), (bx, by) = path
        within_x = (positions[:, 0] >= min(ax, bx)) & (positions[:, 0] <= max(ax, bx))
        return within_x & (positions[:, 1] >= min(ay, by)) & (positions[:, 1] <= max(ay, by))

    bench.choose("rectangle", "replace").drag([(middle, low), (right, high)])
    inside = box(notebook.value(GESTURE)["path"])
    removed = inside & sms.forget
    check(inside)

    bench.choose("rectangle", "intersect").drag([(left, low), (right, (low + high) / 2)])
    inside = box(notebook.value(GESTURE)["path"])
    removed = removed & inside
    check(inside)

    bench.choose("lasso", "add").drag([(left, low), (middle, high), (left, high)])
    inside = inside_lasso(positions, notebook.value(GESTURE)["path"])
    removed = removed | (inside & sms.forget)
    check(inside)

    bench.choose("brush", "subtract").drag([(left, (low + high) / 2), (right, (low + high) / 2)])
    path = np.array(notebook.value(GESTURE)["path"])
    radius = np.array(notebook.value("list(session.last_gesture['radius'])"))
    inside = np.zeros(len(positions), dtype=bool)
    for center in path:
        inside |= (((positions - center) / radius) ** 2).sum(axis=1) <= 1
    removed = removed & ~inside
    check(inside)

    before = bench.rev()
    bench.get("uw-invert").click()
    bench.settle(before + 1)
    removed = sms.forget & ~removed
    check(removed)

    before = bench.rev()
    bench.get("uw-clear").click()
    bench.settle(before + 1)
    removed = np.zeros_like(removed)
    check(~removed)

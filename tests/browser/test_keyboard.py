"""Selecting without a mouse."""

from __future__ import annotations

import numpy as np

from tests.browser.small import SMALL

FOCUSED = "document.activeElement.dataset.testid"


def reach_plot(bench, keyboard):
    """Press Tab until the drawing surface has the focus, from the first tool on."""
    bench.get("uw-tool-pan").focus()
    for _ in range(20):
        if bench.page.evaluate(FOCUSED) == "uw-plot":
            return
        keyboard.press("Tab")
    message = "Tab does not reach the map"
    raise AssertionError(message)


def test_points_are_taken_by_keyboard_alone(workbench):
    notebook, bench = workbench([SMALL])
    notebook.execute("import numpy as np")
    keyboard = notebook.page.keyboard
    bench.get("uw-lock").click()
    bench.root.locator("[data-testid=uw-lock][aria-pressed=false]").wait_for()
    reach_plot(bench, keyboard)

    keyboard.press("ArrowRight")
    bench.get("uw-tooltip").wait_for()
    keyboard.press("Enter")
    bench.settle(1)
    (row,) = notebook.value("session.removed.tolist()")
    assert f"message {row}" in bench.get("uw-tooltip").text_content()

    keyboard.press("2")
    assert bench.get("uw-mode-add").get_attribute("aria-pressed") == "true"
    for _ in range(6):
        keyboard.press("+")
    keyboard.press("Enter")
    bench.settle(2)
    gesture = notebook.value(
        "{name: [list(map(float, row)) for row in np.atleast_2d(session.last_gesture[name])]"
        " for name in ('path', 'radius')}"
    )
    positions = np.array(notebook.value("session.positions.tolist()"))
    inside = np.zeros(len(positions), dtype=bool)
    for center in gesture["path"]:
        inside |= (((positions - center) / gesture["radius"][0]) ** 2).sum(axis=1) <= 1
    expected = sorted({row, *np.flatnonzero(inside).tolist()})
    assert len(expected) > 1
    assert notebook.value("session.removed.tolist()") == expected

    keyboard.press("Control+z")
    bench.settle(3)
    assert notebook.value("session.removed.tolist()") == [row]
    keyboard.press("Delete")
    bench.settle(4)
    assert notebook.value("session.removed.tolist()") == []
    keyboard.press("Control+Shift+Z")
    keyboard.press("l")
    assert bench.get("uw-tool-lasso").get_attribute("aria-pressed") == "true"


def test_live_region_speaks_the_numbers(workbench):
    notebook, bench = workbench([SMALL])
    live = bench.get("uw-live")
    assert live.get_attribute("aria-live") == "polite"
    notebook.execute("session.select([int(problem.forget_rows[0])])")
    notebook.page.wait_for_function(
        "(region) => /1 /.test(region.textContent)", arg=live.element_handle()
    )

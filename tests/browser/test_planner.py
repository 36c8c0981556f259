"""Plan a removal in JupyterLab: targets by mouse and by keys, the slider, and what they choose."""

from __future__ import annotations

import numpy as np
import pytest

from tests.browser.comparison import assert_shows

RULE = "likelihood_ratio"

# The first crossing on the actual ranking, and the population's, by the package's public calls.
CROSSING = """(lambda values: int(np.argmax(values <= {goal} + 1e-12)) if {below}
  else int(np.argmax(values >= {goal} - 1e-12)))(
  np.asarray(problem.tradeoff("{rule}", range(problem.n_forget + 1))["{number}"]))"""
PREDICTED = """uw.theory.required_removals("{rule}", n_forget=problem.n_forget,
  n_retain=problem.n_retain, divergence=problem.divergence, dim=problem.dim_effective,
  {number}={goal})"""


@pytest.fixture
def planned(workbench):
    """Show the first tutorial with nothing chosen and every rule ranked."""
    notebook, bench = workbench("01_brush.ipynb")
    notebook.execute("import numpy as np\nsession.clear()")
    bench.settle(notebook.value("session.rev"))
    bench.get("uw-rule-table").locator("[data-testid=uw-need-alpha]").nth(2).wait_for()
    return notebook, bench


def cell(bench, hook, rule=RULE):
    return bench.get("uw-rule-table").locator(f"[data-rule='{rule}'] [data-testid={hook}]")


def data_value(locator):
    return float(locator.get_attribute("data-value"))


def assert_target_is_met(notebook, bench, sms, number):
    """The map, the slider, the table, the read-out and the theory agree on a target."""
    rev = notebook.value("session.rev")
    bench.settle(rev)
    goal = repr(data_value(bench.get(f"uw-target-{number}")))
    given = {"rule": RULE, "number": number, "goal": goal, "below": number == "epsilon"}
    needed = notebook.value(CROSSING.format(**given))
    assert 0 < needed < 567
    assert data_value(cell(bench, f"uw-need-{number}")) == needed
    assert data_value(cell(bench, f"uw-predicted-{number}")) == notebook.value(
        PREDICTED.format(**given)
    )
    assert bench.get("uw-budget").input_value() == str(needed)
    assert bench.get("uw-budget-number").input_value() == str(needed)
    first = notebook.value(f"sorted(problem.rank('{RULE}')[:{needed}].tolist())")
    assert notebook.value("session.removed.tolist()") == first
    removed = np.zeros(len(sms.X), dtype=bool)
    removed[first] = True
    expected = sms.numbers(removed)
    assert_shows(bench.numbers(), expected, rev)
    reached = expected[f"uw-{number}"]
    assert reached <= float(goal) if number == "epsilon" else reached >= float(goal)
    assert data_value(cell(bench, f"uw-at-{number}")) == pytest.approx(reached, rel=1e-9)
    return needed


def drag_target(bench, number, share):
    """Drag a target line by the mouse, by a share of the height of its chart."""
    line = bench.get(f"uw-target-{number}")
    box = line.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse = bench.page.mouse
    mouse.move(x, y)
    mouse.down()
    height = line.locator("xpath=ancestor::*[name()='svg']").bounding_box()["height"]
    for step in range(1, 6):
        mouse.move(x, y + share * height * step / 5)


@pytest.mark.parametrize(("number", "share"), [("epsilon", 0.15), ("alpha", -0.2)])
def test_a_target_chooses_the_smallest_budget_that_meets_it(planned, sms, number, share):
    notebook, bench = planned
    rev = bench.rev()
    before = data_value(bench.get(f"uw-target-{number}"))
    drag_target(bench, number, share)
    assert notebook.value("session.rev") == rev
    bench.page.mouse.up()
    bench.settle(rev + 1)
    assert data_value(bench.get(f"uw-target-{number}")) != before
    by_mouse = assert_target_is_met(notebook, bench, sms, number)

    rev = bench.rev()
    bench.get(f"uw-target-{number}").focus()
    bench.page.keyboard.press("PageDown" if number == "epsilon" else "PageUp")
    bench.settle(rev + 1)
    by_keys = assert_target_is_met(notebook, bench, sms, number)
    assert by_keys > by_mouse

    rev = bench.rev()
    bench.get("uw-undo").click()
    bench.settle(rev + 1)
    assert bench.get("uw-budget").input_value() == str(by_mouse)


def test_escape_gives_a_target_back(planned):
    notebook, bench = planned
    rev = bench.rev()
    before = data_value(bench.get("uw-target-epsilon"))
    drag_target(bench, "epsilon", 0.2)
    assert data_value(bench.get("uw-target-epsilon")) != before
    bench.page.keyboard.press("Escape")
    bench.page.mouse.up()
    assert data_value(bench.get("uw-target-epsilon")) == before
    assert notebook.value("[session.rev, len(session.removed)]") == [rev, 0]


def test_a_target_out_of_reach_says_why_and_changes_nothing(planned):
    notebook, bench = planned
    notebook.execute("session.select_rule('distance', 20)")
    bench.settle(notebook.value("session.rev"))
    rev = bench.rev()
    field = bench.get("uw-target-alpha-number")
    field.fill("999")
    field.press("Enter")
    answer = bench.get("uw-planner-answer")
    answer.filter(has_text="No budget reaches alpha").wait_for()
    assert cell(bench, "uw-need-alpha").get_attribute("data-value") == ""
    assert notebook.value("[session.rev, len(session.removed)]") == [rev, 20]


def test_the_slider_previews_while_it_is_dragged_and_chooses_when_let_go(planned, sms):
    notebook, bench = planned
    rev = bench.rev()
    slider = bench.get("uw-budget")
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    mouse = bench.page.mouse
    mouse.move(box["x"] + 3, middle)
    mouse.down()
    mouse.move(box["x"] + 0.4 * box["width"], middle, steps=6)
    bench.root.locator("[data-testid=uw-n-removed][data-state=preview]").wait_for()
    assert notebook.value("session.rev") == rev
    mouse.up()
    bench.settle(rev + 1)
    chosen = int(slider.input_value())
    assert 100 < chosen < 350
    first = notebook.value(f"sorted(problem.rank('{RULE}')[:{chosen}].tolist())")
    assert notebook.value("session.removed.tolist()") == first
    removed = np.zeros(len(sms.X), dtype=bool)
    removed[first] = True
    assert_shows(bench.numbers(), sms.numbers(removed), notebook.value("session.rev"))

    rev = bench.rev()
    bench.get("uw-budget-more").click()
    bench.settle(rev + 1)
    assert notebook.value("len(session.removed)") == chosen + 1

    rev = bench.rev()
    field = bench.get("uw-budget-number")
    field.fill("33")
    field.press("Enter")
    bench.settle(rev + 1)
    assert notebook.value("len(session.removed)") == 33

    rev = bench.rev()
    notebook.execute("session.select(session.removed[:7])")
    bench.settle(rev + 1)
    assert slider.input_value() == "7"


def test_the_selection_moves_in_both_charts_while_the_map_is_brushed(planned):
    notebook, bench = planned
    positions = np.array(notebook.value("session.positions[problem.forget_rows].tolist()"))
    (left, low), (right, high) = np.percentile(positions, [40, 99], axis=0)
    here = bench.get("uw-here").first
    still = here.bounding_box()
    bench.choose("rectangle").press([(left, low - 1), (right, high + 1)], steps=8)
    bench.root.locator("[data-testid=uw-here][data-state=preview]").first.wait_for()
    assert here.bounding_box()["x"] > still["x"]
    bench.page.keyboard.press("Escape")
    bench.page.mouse.up()
    bench.root.locator("[data-testid=uw-here][data-state=current]").first.wait_for()
    assert here.bounding_box() == still


def test_the_frontier_has_the_stop_point_and_both_targets(planned):
    notebook, bench = planned
    stop = notebook.value("uw.theory.stop_point(problem.divergence) * problem.n_forget")
    assert data_value(bench.get("uw-stop-point")) == pytest.approx(stop, rel=1e-12)
    bench.get("uw-planner").get_by_role("button", name="Frontier").click()
    bench.get("uw-refit").wait_for()
    assert data_value(bench.get("uw-stop-point")) == pytest.approx(stop, rel=1e-12)
    for number in ("alpha", "epsilon"):
        assert bench.get(f"uw-target-{number}").count() == 1


def test_a_planner_stands_alone_in_a_cell(planned):
    notebook, _ = planned
    index = notebook.add_cell("uw.BudgetPlanner(session, rule='distance')")
    output = notebook.output(index)
    output.get_by_test_id("uw-planner").wait_for()
    warning = output.get_by_test_id("uw-planner-warning")
    warning.wait_for()
    assert "likelihood ratio" in warning.text_content()
    chosen = output.locator("tr[data-rule=distance][data-chosen=true]")
    chosen.wait_for()

"""A saved notebook shows the card of a forget set where its widget has no kernel behind it."""

from __future__ import annotations

import pytest

from tests.browser.small import SMALL

CHOOSE = SMALL + "session.select([0, 1, 2])\nuw.Workbench(session)\n"


SERIOUS = """async () => {
  const { violations } = await window.axe.run("[data-testid=uw-card]");
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}"""


def test_a_view_gives_way_to_the_card_when_its_model_is_gone(open_notebook, root):
    notebook = open_notebook([CHOOSE]).run_all()
    output = notebook.output(0)
    output.locator("[data-testid=uw-readout]").wait_for()
    assert output.locator("[data-testid=uw-card]").count() == 0
    alpha = notebook.value("session.effect.alpha")
    notebook.restart_kernel()
    notebook.save()

    notebook.open()
    card = notebook.output(0).locator("[data-testid=uw-card]")
    card.wait_for()
    shown = card.locator("[data-testid=uw-card-alpha]").get_attribute("data-value")
    assert float(shown) == pytest.approx(alpha, rel=1e-12)
    assert card.locator("canvas").count() == 1
    assert "Loading widget" not in notebook.output(0).text_content()
    notebook.page.add_script_tag(path=root / "node_modules" / "axe-core" / "axe.min.js")
    assert notebook.page.evaluate(SERIOUS) == []


def test_a_view_comes_back_with_its_kernel(open_notebook):
    notebook = open_notebook([CHOOSE]).run_all()
    notebook.output(0).locator("[data-testid=uw-readout]").wait_for()
    notebook.save()

    notebook.open()
    notebook.output(0).locator("[data-testid=uw-readout]").wait_for()
    assert notebook.output(0).locator("[data-testid=uw-card]").count() == 0

"""A session as one file, opened from the disk with the network cut off."""

from __future__ import annotations

import numpy as np
import pytest

import unlearn_widgets as uw
from tests.browser.oracle import Domains, inside_lasso
from tests.browser.test_appearance import AXE, OVERFLOW, OVERLAP, luminance, painted
from tests.browser.workbench import Workbench, number
from tests.injections import TEXTS

EFFECT = {
    "uw-alpha": "alpha",
    "uw-epsilon": "epsilon",
    "uw-forget-log-loss": "forget_log_loss",
    "uw-retain-log-loss": "retain_log_loss",
    "uw-alpha-before": "alpha_before",
    "uw-epsilon-before": "epsilon_before",
    "uw-alpha-floor": "alpha_noise_floor",
    "uw-epsilon-floor": "epsilon_noise_floor",
    "uw-alpha-certified": "alpha_certified",
    "uw-epsilon-certified": "epsilon_certified",
    "uw-n-removed": "n_removed",
    "uw-removed-share": "removed_fraction",
    "uw-n-retained-touched": "n_removed_retain",
}

# Whether every control that changes the selection is off.
TOOLS_OFF = """(root) => [...root.querySelectorAll(
  '.uw-toolbar button:not([data-testid="uw-tool-pan"]), .uw-budget :is(input, button), '
  + '.uw-chart-head input')].every((control) => control.disabled)"""


@pytest.fixture
def open_page(browser, tmp_path):
    """Return a function that writes a session to a file and opens it without any network."""
    contexts, complaints, requests = [], [], []

    def open_(session, scheme="light", **keywords):
        path = tmp_path / "page.html"
        session.to_html(path, **keywords)
        context = browser.new_context(
            viewport={"width": 1280, "height": 860}, offline=True, color_scheme=scheme
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        context.on("request", lambda request: requests.append(request.url))
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(error.stack or str(error)))
        page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
        page.goto(path.as_uri())
        return Workbench(page).show().settle(session.rev)

    yield open_
    for context in contexts:
        context.close()
    assert [one for one in requests if not one.startswith(("file:", "blob:", "data:"))] == []
    assert complaints == [], "errors, or what the policy forbids"


@pytest.fixture(scope="module")
def domains():
    return uw.datasets.make_gaussians(120, 380, shift=2.0, dim=12, random_state=0)


def small_session(domains, **keywords):
    problem = uw.UnlearningProblem(domains.X, domains.forget, domains.retain)
    texts = [f"message {row}" for row in range(problem.n_rows)]
    session = uw.Session(problem, {"text": texts}, title="Clouds", **keywords)
    session.select_rule("likelihood_ratio", 15)
    return session


def large_session():
    """Rows in one dimension more than a page carries."""
    drawn = uw.datasets.make_gaussians(600, 4400, shift=2.0, dim=65, random_state=1)
    session = uw.Session(uw.UnlearningProblem(drawn.X, drawn.forget, drawn.retain), title="Many")
    session.select_rule("likelihood_ratio", 150)
    return session


def assert_effect(bench, effect):
    values = bench.values()
    for hook, field in EFFECT.items():
        assert values[hook] == pytest.approx(getattr(effect, field), rel=1e-9, abs=1e-15), hook


def right_half(bench):
    xmin, xmax, ymin, ymax = bench.domain()
    dx, dy = (xmax - xmin) / 50, (ymax - ymin) / 50
    middle = (xmin + xmax) / 2
    return [
        (middle, ymin + dy),
        (xmax - dx, ymin + dy),
        (xmax - 4 * dx, ymax - 2 * dy),
        (middle, ymax - dy),
    ]


def test_a_lasso_gives_the_numbers_of_python(open_page, domains):
    session = small_session(domains)
    bench = open_page(session)
    assert_effect(bench, session.effect)
    assert "brushing is live" in bench.get("uw-page-note").inner_text()
    path = right_half(bench)
    bench.choose("lasso").drag(path, steps=1)
    # What the mouse drew is known to a pixel; which rows it holds the page says itself.
    chosen = number(bench.get("uw-n-removed").get_attribute("data-value"))
    inside = inside_lasso(session.positions, path) & session.problem.domain_codes.astype(bool)
    forget = session.problem.domain_codes == 2
    assert abs(chosen - np.count_nonzero(inside & forget)) <= 2
    assert bench.rev() == session.rev + 1
    taken = bench.page.evaluate("() => window.unlearnRemoved()")
    effect = session.problem.effect(np.array(taken))
    assert effect.n_removed == chosen
    assert_effect(bench, effect)
    independent = Domains(domains.X, forget, ~forget)
    removed = np.isin(np.arange(len(forget)), taken)
    assert effect.alpha == pytest.approx(independent.numbers(removed)["uw-alpha"], rel=1e-8)
    bench.get("uw-undo").click()
    bench.settle(session.rev + 2)
    assert_effect(bench, session.effect)


def test_the_budget_chooses_the_rows_that_python_chooses(open_page, domains):
    session = small_session(domains)
    bench = open_page(session)
    field = bench.get("uw-budget-number")
    field.fill("40")
    field.press("Enter")
    bench.settle(session.rev + 1)
    assert_effect(bench, session.problem.effect(session.problem.rank("likelihood_ratio")[:40]))
    bench.get("uw-need-alpha").first.wait_for()


def test_records_of_removed_rows_when_they_were_asked_for(open_page, domains):
    session = small_session(domains)
    assert open_page(session).get("uw-records").count() == 0
    bench = open_page(session, include_text=True)
    bench.get("uw-record").first.wait_for()
    rows = bench.page.locator("[data-testid=uw-record]")
    assert rows.count() == 15
    shown = {int(rows.nth(at).get_attribute("data-row")) for at in range(15)}
    assert shown == set(session.removed.tolist())


def test_what_is_not_live_says_so_and_stays(open_page):
    session = large_session()
    bench = open_page(session)
    note = bench.get("uw-page-note").inner_text()
    assert "not live" in note
    assert "5,000 rows in 65 dimensions are too many to carry along" in note
    assert_effect(bench, session.effect)
    bench.get("uw-need-alpha").first.wait_for()
    assert bench.root.evaluate(TOOLS_OFF)
    before = bench.numbers()
    plot = bench.get("uw-plot")
    domain = bench.domain()
    bench.press(right_half(bench))
    bench.page.mouse.up()
    assert bench.domain() != domain
    for key in ("l", "i", "Delete", "k"):
        plot.press(key)
    assert bench.numbers() == before
    assert bench.get("uw-error").count() == 0
    bench.root.locator("[data-tab=frontier]").click()
    bench.root.locator("[data-tab=frontier][aria-pressed=true]").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("live", [True, False], ids=["live", "saved"])
def test_it_is_readable_in_both_schemes(open_page, root, domains, scheme, live):
    session = small_session(domains) if live else large_session()
    bench = open_page(session, scheme, include_text=live)
    bench.get("uw-need-alpha").first.wait_for()
    assert (luminance(painted(bench)[0][0]) < 0.2) is (scheme == "dark")
    axe = (root / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    # The policy of the page forbids a script element; the debugger is not held to it.
    bench.page.evaluate(axe)
    assert bench.page.evaluate(f"({AXE})(document.documentElement)") == []
    for width in (1280, 720):
        bench.page.set_viewport_size({"width": width, "height": 860})
        assert bench.root.evaluate(OVERFLOW) == []
        assert bench.root.evaluate(OVERLAP) == []


def test_hostile_texts_stay_texts(open_page, domains):
    problem = uw.UnlearningProblem(domains.X, domains.forget, domains.retain)
    texts = [TEXTS[row % len(TEXTS)] for row in range(problem.n_rows)]
    hostile = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
    session = uw.Session(problem, {"text": texts}, title=hostile, names=(hostile, "<!--"))
    session.select_rule("distance", 60)
    session.sets[hostile] = range(3)
    bench = open_page(session, include_text=True)
    bench.get("uw-record").first.wait_for()
    assert bench.page.title() == hostile
    assert bench.root.locator("h1").inner_text() == hostile
    bench.get("uw-sets").click()
    assert bench.root.get_by_text(hostile, exact=True).count() >= 2
    assert bench.page.locator("img, iframe").count() == 0

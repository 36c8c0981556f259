"""Other people's texts are shown as text, whatever they hold, wherever they appear."""

from __future__ import annotations

import json

import pytest

MARK = "window.injected=1"
PAYLOADS = [
    f"<script>{MARK}</script>",
    f"<img src=x onerror={MARK}>",
    f"<svg onload={MARK}>",
    f"<svg><script>{MARK}</script></svg>",
    f"<iframe srcdoc='<script>parent.{MARK}</script>'></iframe>",
    f"<body onload={MARK}>",
    f"<details open ontoggle={MARK}>",
    f"<input autofocus onfocus={MARK}>",
    f"<video><source onerror={MARK}></video>",
    f"<marquee onstart={MARK}>",
    f"<a href='javascript:{MARK}'>x</a>",
    f"javascript:{MARK}",
    f'"><script>{MARK}</script>',
    f"'><img src=x onerror={MARK}>",
    f"</textarea><script>{MARK}</script>",
    f"</title><svg/onload={MARK}>",
    f"</style><script>{MARK}</script>",
    f"-->]]><script>{MARK}</script>",
    f"${{{MARK}}}",
    f"{{{{constructor.constructor('{MARK}')()}}}}",
    f"<math><mtext><table><mglyph><style><img src=x onerror={MARK}>",
    f"&lt;img src=x onerror={MARK}&gt;",
    f"&#60;script&#62;{MARK}&#60;/script&#62;",
    f"<style>@keyframes x{{}}</style><b style='animation-name:x' onanimationstart={MARK}>",
    f"<object data='data:text/html,<script>{MARK}</script>'></object>",
    f"<x onpointerenter={MARK} style='position:fixed;inset:0'>",
    f"\u202e<script>{MARK}</script>\u2066\U0001f480",
]
CELL = f"""
import json
import numpy as np
import unlearn_widgets as uw

payloads = json.loads({json.dumps(json.dumps(PAYLOADS))})
n = len(payloads)
angle = np.arange(n) * 2.4
X = np.c_[np.sqrt(np.arange(n) + 1) * np.cos(angle), np.sqrt(np.arange(n) + 1) * np.sin(angle)]
forget = np.arange(n) % 2 == 0
problem = uw.UnlearningProblem(X, forget)
session = uw.Session(
    problem,
    map=X,
    key=payloads[0],
    title=payloads[1],
    names=(payloads[9], payloads[10]),
    records={{
        payloads[0]: [f"{{payload}}{{row}}" for row, payload in enumerate(payloads)],
        "text": payloads,
        payloads[2]: [payloads[3 + row % 5] for row in range(n)],
        "domain": [payloads[11] if row else payloads[12] for row in forget],
    }},
)
session.sets[payloads[4]] = np.flatnonzero(forget)[:2]
uw.Workbench(session)
"""


@pytest.fixture
def hostile(workbench):
    notebook, bench = workbench([CELL])
    yield notebook, bench
    assert notebook.page.evaluate("window.injected") is None
    elements = bench.root.locator("script, iframe, img, object, video, marquee, x, math, style")
    assert elements.count() == 0
    assert notebook.page.locator(".uw-root [onerror], .uw-root [onload]").count() == 0


def test_tooltips_show_every_payload_as_text(hostile):
    notebook, bench = hostile
    positions = notebook.value("session.positions.tolist()")
    for row, payload in enumerate(PAYLOADS):
        (pixel,) = bench.to_pixels([positions[row]])
        notebook.page.mouse.move(*pixel)
        tooltip = bench.get("uw-tooltip").filter(has_text=payload.split("\u2066")[0].strip())
        tooltip.first.wait_for()
        assert payload in tooltip.first.text_content()


def test_lists_names_and_messages_show_payloads_as_text(hostile):
    notebook, bench = hostile
    assert PAYLOADS[9] in bench.get("uw-legend").text_content()
    notebook.execute("session.retain_locked = False; session.select(np.arange(n - 1))")
    bench.settle(1)
    seen = set()
    for _ in range(len(PAYLOADS)):
        bench.get("uw-record").first.wait_for()
        seen |= set(bench.root.locator("td.uw-record-text .uw-clip").all_text_contents())
        following = bench.get("uw-records-next")
        if following.is_disabled():
            break
        shown = bench.get("uw-records-range").text_content()
        following.click()
        notebook.page.wait_for_function(
            "([range, shown]) => range.textContent !== shown && "
            "range.closest('section').querySelector('[aria-busy=true]') === null",
            arg=[bench.get("uw-records-range").element_handle(), shown],
        )
    assert seen == set(PAYLOADS[:-1])

    bench.get("uw-color-by").select_option(PAYLOADS[2])
    bench.get("uw-legend").get_by_text(PAYLOADS[3], exact=True).first.wait_for()

    bench.get("uw-sets").click()
    bench.get("uw-set-name").fill(PAYLOADS[5])
    bench.get("uw-set-save").click()
    bench.get("uw-set-load").filter(has_text=PAYLOADS[5]).wait_for()
    assert notebook.value("list(session.sets)") == [PAYLOADS[4], PAYLOADS[5]]
    notebook.page.keyboard.press("Escape")

    bench.get("uw-search").fill(PAYLOADS[20])
    bench.root.locator("[data-testid=uw-records-total][data-value='1']").wait_for()
    bench.get("uw-search").fill(PAYLOADS[21] + "?")
    bench.root.get_by_text(f"No record contains “{PAYLOADS[21]}?”").wait_for()


def test_frames_are_escaped_in_output(hostile):
    notebook, _ = hostile
    index = notebook.add_cell(
        "session.retain_locked = False\nsession.select(np.arange(n - 1))\nsession.to_frame()"
    )
    output = notebook.output(index)
    output.get_by_text(PAYLOADS[0]).first.wait_for()
    assert output.locator("script, iframe, img, object, video, marquee").count() == 0

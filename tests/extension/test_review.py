"""Manifests opened from the file browser: read, checked, signed, and flagged when edited."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

import unlearn_widgets as uw
from tests.extension.hostile import HIDDEN, LISTENING, MADE, hostile
from tests.injections import TEXTS
from tests.manifests import make_session, read, signed_manifest, status
from tests.manifests import write as write_json
from unlearn_widgets.manifest import add_signoff
from unlearn_widgets.manifest.digest import seal, sign_off

if TYPE_CHECKING:
    from pathlib import Path

LIMIT = 30_000
SERIOUS = """async () => {
  const { violations } = await window.axe.run("[data-testid=uw-review]");
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}"""


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("manifests") / "spam.forget.json"
    return path, signed_manifest(path, make_session())


class Review:
    """A manifest in JupyterLab, opened as a person opens it."""

    def __init__(self, page: Any, lab: Any, path: Path) -> None:
        self.page = page
        self.path = path
        page.goto(
            f"{lab.url}/lab/workspaces/{path.parent.name}/tree/{path.parent.name}?token={lab.token}"
        )
        page.wait_for_function("window.jupyterapp !== undefined")
        page.evaluate("async () => { await window.jupyterapp.restored; }")
        page.locator(".jp-DirListing-itemText").get_by_text(path.name, exact=True).dblclick()

    def get(self, testid: str) -> Any:
        return self.page.locator(f"[data-testid={testid}]")

    def number(self, testid: str) -> float:
        return float(self.get(testid).get_attribute("data-value"))

    def mismatches(self) -> set[str]:
        self.get("uw-review-checks").wait_for()
        rows = self.page.locator("[data-check][data-status=mismatch]")
        return {row.get_attribute("data-check") for row in rows.all()}

    def sign(self, decision: str, who: str, note: str) -> None:
        self.get("uw-review-decision").select_option(decision)
        self.get("uw-review-who").fill(who)
        self.get("uw-review-note").fill(note)
        self.page.get_by_role("button", name="Sign and save").click()


@pytest.fixture
def review(page, lab, request):
    """Return a function that writes a manifest and opens it from the file browser."""
    folder = lab.folder / re.sub(r"\W", "-", request.node.name)
    folder.mkdir()

    def open_(content: Any) -> Review:
        path = folder / "spam.forget.json"
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            write_json(path, content)
        return Review(page, lab, path)

    yield open_
    # The page is still there, and may write checkpoints.
    shutil.rmtree(folder, ignore_errors=True)


def test_a_manifest_is_read_and_signed(review, saved, root):
    source, manifest = saved
    shown = review(source.read_bytes())
    shown.get("uw-review").wait_for()
    effect = manifest["effect"]
    for name, field in (
        ("alpha", "alpha"),
        ("alpha-before", "alpha_before"),
        ("alpha-certified", "alpha_certified"),
        ("epsilon", "epsilon"),
        ("epsilon-before", "epsilon_before"),
        ("forget-log-loss", "forget_log_loss"),
        ("retain-log-loss", "retain_log_loss"),
        ("n-removed", "n_removed"),
        ("n-forget", "n_forget"),
    ):
        assert shown.number(f"uw-review-{name}") == pytest.approx(effect[field], rel=1e-15)
    assert shown.mismatches() == set()
    page = shown.page
    words = " ".join(shown.get("uw-review").text_content().split())
    assert "no proof that a model has forgotten" in words
    assert page.locator(".uw-review-map canvas").count() == 1
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        page.evaluate(
            "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })",
            theme,
        )
        name = theme.rsplit(" ", 1)[1].lower()
        page.locator(f".uw-review-page .uw-root[data-theme={name}]").wait_for()
        page.add_script_tag(path=root / "node_modules" / "axe-core" / "axe.min.js")
        assert page.evaluate(SERIOUS) == []

    shown.sign("approved", "Dana", "looked at all of it")
    shown.get("uw-review-signoffs").get_by_text("Dana").wait_for()
    signed = read(shown.path)
    assert signed["signoffs"][-1]["decision"] == "approved"
    assert signed["signoffs"][-1]["note"] == "looked at all of it"
    assert signed["signoffs"][:-1] == manifest["signoffs"]
    assert (
        shown.path.read_text().split('"signoffs"')[0] == source.read_text().split('"signoffs"')[0]
    )
    assert uw.verify(shown.path).ok
    assert shown.mismatches() == set()


def test_an_edited_manifest_is_flagged(review, saved):
    _, manifest = saved
    n_removed = manifest["counts"]["n_removed"] + 1
    shown = review({**manifest, "counts": {**manifest["counts"], "n_removed": n_removed}})
    shown.get("uw-review-tampered").wait_for()
    report = uw.verify(shown.path)
    expected = {check["name"] for check in report.checks if check["status"] == "mismatch"}
    assert shown.mismatches() == expected


def test_a_change_on_disk_is_noticed_before_anything_is_written(review, saved):
    source, _ = saved
    shown = review(source.read_bytes())
    shown.get("uw-review-checks").wait_for()
    add_signoff(shown.path, "rejected", who="Emil", note="meanwhile")
    shown.sign("approved", "Dana", "")
    shown.get("uw-review-remark").wait_for()
    shown.get("uw-review-signoffs").get_by_text("Emil").wait_for()
    assert [one["who"] for one in read(shown.path)["signoffs"]][-1] == "Emil"
    assert shown.get("uw-review-who").input_value() == "Dana"
    shown.sign("approved", "Dana", "")
    shown.get("uw-review-signoffs").get_by_text("Dana").wait_for()
    assert [one["who"] for one in read(shown.path)["signoffs"]][-2:] == ["Emil", "Dana"]
    assert uw.verify(shown.path).ok


def test_a_read_only_file_offers_no_signature(review, saved, page):
    """As root the server calls every file writable, so its word is changed on the way."""

    def lock(route):
        answer = route.fetch()
        held = answer.json()
        route.fulfill(response=answer, json={**held, "writable": False})

    page.route(re.compile(r"/api/contents/.*forget\.json\?.*content=1"), lock)
    source, _ = saved
    shown = review(source.read_bytes())
    shown.get("uw-review-checks").wait_for()
    shown.get("uw-review").get_by_text("read-only here").wait_for()
    assert page.get_by_role("button", name="Sign and save").count() == 0
    assert shown.path.read_bytes() == source.read_bytes()


def test_a_file_deleted_meanwhile_is_not_made_again(review, saved):
    source, _ = saved
    shown = review(source.read_bytes())
    shown.get("uw-review-checks").wait_for()
    shown.path.unlink()
    shown.sign("approved", "Dana", "")
    shown.get("uw-review").get_by_text("The file is no longer there").first.wait_for()
    assert shown.number("uw-review-alpha") > 0
    assert shown.get("uw-review-who").input_value() == "Dana"
    assert not list(shown.path.parent.glob("*.json"))


def test_fields_of_the_future_are_kept_on_signing(review, saved):
    """As a later version of the form seals them, so that they are no mismatch."""
    _, manifest = saved
    later = {"of": [1, {"unlearning": None}], "at": {"exactly": 1.0}}
    nested = {name: {**manifest[name], "later": later} for name in ("counts", "effect", "chain")}
    future = seal({**manifest, **nested, "future": later, "signoffs": []})
    first = {**manifest["signoffs"][0], "signed": future["digest"], "seal": later}
    future["signoffs"] = [sign_off(first)]
    shown = review(future)
    shown.get("uw-review-checks").wait_for()
    before = shown.path.read_text(encoding="utf-8")
    shown.sign("approved", "Dana", "")
    shown.get("uw-review-signoffs").get_by_text("Dana").wait_for()
    after = shown.path.read_text(encoding="utf-8")
    assert after.startswith(before.rstrip("]} \n"))
    signed = read(shown.path)
    assert signed["signoffs"][:-1] == future["signoffs"]
    assert signed["signoffs"][-1]["who"] == "Dana"
    assert shown.mismatches() == set()
    report = uw.verify(shown.path)
    assert report.ok
    assert status(report, "unknown fields") == "not_checked"


def test_texts_that_are_code_are_shown_as_text(review, saved):
    """The page fixture reports every dialog, error and request that came of one."""
    _, manifest = saved
    shown = review(hostile(manifest))
    shown.get("uw-review-tampered").wait_for()
    page = shown.page
    assert page.locator(MADE).count() == 0
    assert page.evaluate(LISTENING) == []
    seen = [re.sub(HIDDEN, lambda mark: f"\\u{ord(mark[0]):04x}", text) for text in TEXTS]
    for told in ("history", "signoffs"):
        assert page.locator(f"[data-testid=uw-review-{told}] b").all_text_contents() == seen
    assert page.locator(".uw-review-map canvas").count() == 1
    assert re.findall(HIDDEN, shown.get("uw-review").text_content()) == []


def test_another_version_of_the_form_says_so_and_is_not_signed(review, saved):
    _, manifest = saved
    shown = review({**manifest, "format_version": 99})
    assert "format" in shown.mismatches()
    told = " ".join(shown.get("uw-review").text_content().split())
    assert "newer version" in told
    assert shown.page.get_by_role("button", name="Sign and save").count() == 0


BROKEN = {
    "empty": b"",
    "text": b"no JSON",
    "list": b"[1]",
    "deep": b"[" * 5000,
    "twice": b'{"a":1,"a":2}',
    "huge": b'{"a":"' + b"x" * 100_000_000 + b'"}',
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_says_so(review, content, root):
    shown = review(content)
    shown.get("uw-review-problem").wait_for(timeout=LIMIT)
    shown.page.add_script_tag(path=root / "node_modules" / "axe-core" / "axe.min.js")
    assert shown.page.evaluate(SERIOUS) == []


def test_the_text_stays_within_reach(review, saved):
    source, _ = saved
    shown = review(source.read_bytes())
    shown.get("uw-review").wait_for()
    shown.page.evaluate(
        "(path) => window.jupyterapp.commands.execute('docmanager:open',"
        " { path, factory: 'Editor' })",
        f"{shown.path.parent.name}/{shown.path.name}",
    )
    shown.page.locator(".jp-FileEditor").get_by_text("forget-manifest").first.wait_for()
    assert json.loads(shown.path.read_text()) == read(source)

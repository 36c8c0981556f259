from __future__ import annotations

import base64
import hashlib
import html.parser
import json
import re

import numpy as np
import pytest

import unlearn_widgets as uw
from tests.injections import TEXTS
from unlearn_widgets import bundle
from unlearn_widgets.problem.portable import MOST_NUMBERS
from unlearn_widgets.session.page_template import data_block, fill

ADDRESS = re.compile(r"https?://[^\s\"'`<>\\)]+")
NAMESPACES = {
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/1999/xhtml",
    "http://www.w3.org/1998/Math/MathML",
}


class Elements(html.parser.HTMLParser):
    """Elements of a page with their attributes and what stands in them."""

    def __init__(self, text):
        super().__init__(convert_charrefs=False)
        self.found = []
        self.inside = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs), []))
        self.inside = True

    def handle_endtag(self, tag):  # noqa: ARG002 - the parser's signature
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.found[-1][2].append(data)

    def named(self, tag, **attributes):
        ((_, attrs, text),) = [
            one for one in self.found if one[0] == tag and attributes.items() <= one[1].items()
        ]
        return attrs, "".join(text)


def make_session(n=30, dim=3, **keywords):
    X = np.random.default_rng(3).normal(size=(n, dim))
    X[: n // 3] += 1.0
    return uw.Session(uw.UnlearningProblem(X, np.arange(n // 3)), **keywords)


def written(session, path, **keywords):
    session.to_html(path, **keywords)
    text = path.read_text(encoding="utf-8")
    return text, Elements(text)


def state_of(elements):
    return json.loads(elements.named("script", id="uw-page-state")[1])


def test_nothing_is_loaded_and_the_policy_allows_no_connection(tmp_path):
    text, elements = written(make_session(), tmp_path / "page.html")
    (script,) = [
        "".join(body) for tag, attrs, body in elements.found if attrs.get("type") == "module"
    ]
    _, style = elements.named("style")
    policy = elements.named("meta", **{"http-equiv": "Content-Security-Policy"})[0]["content"]
    hashes = [
        base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
        for part in (script, style)
    ]
    assert policy.split("; ") == [
        "default-src 'none'",
        f"script-src 'sha256-{hashes[0]}'",
        f"style-src 'sha256-{hashes[1]}'",
        "img-src blob: data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert not [attrs for _, attrs, _ in elements.found if {"src", "href", "style"} & attrs.keys()]
    assert not [name for _, attrs, _ in elements.found for name in attrs if name.startswith("on")]
    assert "@import" not in style
    assert "url(" not in style
    assert set(ADDRESS.findall(script + style)) <= NAMESPACES
    assert not {"\u2028", "\u2029"} & set(text)


def test_the_state_decodes_to_the_session(tmp_path):
    session = make_session(title="Page", names=("spam", "ham"))
    session.select([0, 2, 5])
    session.sets["mine"] = [1, 2]
    state = state_of(written(session, tmp_path / "page.html")[1])
    positions = np.frombuffer(base64.b64decode(state["positions"]), "<f4").reshape(-1, 2)
    np.testing.assert_array_equal(positions, session.positions)
    bits = np.frombuffer(base64.b64decode(state["removed"]), np.uint8)
    mask = np.unpackbits(bits, bitorder="little")[:30]
    assert np.flatnonzero(mask).tolist() == [0, 2, 5]
    assert state["effect"] == session.effect.to_dict()
    assert (state["rev"], state["title"]) == (1, "Page")
    assert state["info"]["names"] == {"forget": "spam", "retain": "ham"}
    assert [one["name"] for one in state["sets"]] == ["mine"]
    rows = np.frombuffer(base64.b64decode(state["live"]["rows"]), "<f8").reshape(30, 3)
    np.testing.assert_array_equal(rows, session.problem.whitened(np.arange(30)))


def test_records_go_along_only_when_asked_and_only_of_removed_rows(tmp_path):
    texts = [f"secret {row}" for row in range(30)]
    session = make_session(records={"code": texts, "text": texts}, key="code")
    session.select([4])
    text, elements = written(session, tmp_path / "page.html")
    assert "secret" not in text
    assert '"code"' not in text
    assert state_of(elements)["records"] is None
    text, elements = written(session, tmp_path / "page.html", include_text=True)
    assert set(re.findall(r"secret \d+", text)) == {"secret 4"}
    (record,) = state_of(elements)["records"]
    assert (record["row"], record["key"], record["text"]) == (4, "secret 4", "secret 4")


def test_what_cannot_be_live_says_why_and_carries_no_rows(tmp_path):
    large = make_session(n=MOST_NUMBERS // 64 + 1, dim=64, map=np.zeros((5001, 2)) + np.arange(2))
    state = state_of(written(large, tmp_path / "page.html")[1])
    assert state["live"] is None
    assert state["reason"].startswith("5,001 rows in 64 dimensions are too many to carry along")
    assert state["view"]["tool"] == "pan"
    assert state["table"]["query"]["budget"] == 0
    assert all(row["ready"] for row in state["table"]["rows"])
    X = np.random.default_rng(0).normal(size=(40, 2))
    refit = uw.Session(uw.UnlearningProblem(X, np.arange(9), covariance="refit"))
    state = state_of(written(refit, tmp_path / "page.html")[1])
    assert "refitted" in state["reason"]


def test_infinite_numbers_are_spelled(tmp_path):
    X = np.random.default_rng(0).normal(size=(20, 2))
    X[:, 1] = np.arange(20) < 8
    session = uw.Session(uw.UnlearningProblem(X, np.arange(8)))
    state = state_of(written(session, tmp_path / "page.html")[1])
    assert state["effect"]["alpha"] == state["live"]["constants"]["divergence"] == "inf"


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_texts_are_data_and_never_markup(tmp_path, text):
    name = text if text.strip() else f"{text}x"
    session = make_session(records={"text": [text] * 30}, title=text, names=(name, f"{name} kept"))
    session.select([1])
    session.sets[f"set {text}".replace("\0", "")] = [1]
    plain = Elements(written(make_session(), tmp_path / "plain.html")[0])
    page, elements = written(session, tmp_path / "page.html", include_text=True)
    assert [one[:2] for one in elements.found if one[0] != "meta"] == [
        one[:2] for one in plain.found if one[0] != "meta"
    ]
    assert page.count("<") == (tmp_path / "plain.html").read_text(encoding="utf-8").count("<")
    state = state_of(elements)
    assert (state["title"], state["info"]["names"]["forget"]) == (text or "unlearn-widgets", name)
    assert state["records"][0]["text"] == session.records.excerpt(1).text


@pytest.mark.parametrize("text", ["</script>", "<!--", "\u2028\u2029", "]]>", "&lt;"])
def test_a_data_block_holds_no_tag_and_no_line_break(text):
    block = data_block({"a": text})
    assert not set("<>&\u2028\u2029") & set(block)
    assert json.loads(block) == {"a": text}


@pytest.mark.parametrize("script", ["'</SCRIPT>'", "a <!--b"])
def test_a_bundle_that_would_end_its_element_is_refused(script):
    with pytest.raises(ValueError, match="script: the bundle holds"):
        fill({}, script=script, style="", licences="")


def test_the_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    session = make_session()
    path = tmp_path / "page.html"
    path.write_text("old")
    monkeypatch.setattr(bundle, "STATIC", tmp_path)
    bundle.read_bundle.cache_clear()
    with pytest.raises(bundle.BundleError, match=r"page\.js is missing"):
        session.to_html(path)
    bundle.read_bundle.cache_clear()
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("page.html", "old")]


def test_bad_paths_and_arguments_are_named(tmp_path):
    session = make_session()
    with pytest.raises(ValueError, match=r"path: a page ends in \.html, got '\.htm'"):
        session.to_html(tmp_path / "page.htm")
    with pytest.raises(FileNotFoundError, match=r"the folder .*none' does not exist"):
        session.to_html(tmp_path / "none" / "page.html")
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(IsADirectoryError, match="is a folder"):
        session.to_html(tmp_path / "folder.html")
    with pytest.raises(TypeError, match="include_text: expected True or False, got 1"):
        session.to_html(tmp_path / "page.html", include_text=1)
    with pytest.raises(TypeError, match="'includetext'"):
        session.to_html(tmp_path / "page.html", includetext=True)

"""Whatever is edited in a manifest is named, and nothing else is."""

from __future__ import annotations

import re

import numpy as np
import pytest

import unlearn_widgets as uw
from tests import manifests
from tests.injections import TEXTS
from tests.manifests import edited, flip_row, mismatches, status
from tests.sessions import make_problem
from unlearn_widgets.ledger import EventLog, erase
from unlearn_widgets.manifest import add_signoff
from unlearn_widgets.manifest.digest import seal, sign_off
from unlearn_widgets.manifest.report import VerifyReport


def other(value):
    """Return another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return f"{value} and more"
    return value + 1


def last_hex(text):
    return text[:-1] + ("0" if text[-1] != "0" else "1")


def first_byte(text):
    return ("B" if text[0] != "B" else "C") + text[1:]


KEYS = {"removed keys", "record texts"}

# What was edited, how, what is named without any data, and what more is with X and records.
EDITS = [
    ("statement", other, set(), set()),
    ("title", other, set(), set()),
    ("saved_at", "2020-01-01T00:00:00.000Z", set(), set()),
    ("saved_by", other, set(), set()),
    ("software.numpy", "1.0", set(), set()),
    ("counts.n_rows", other, {"domains", "map"}, {"X", "records"}),
    ("counts.n_rows", 10**15, {"counts", "keys", "domains", "map"}, {"X", "records"}),
    ("counts.n_forget", other, {"counts"}, set()),
    ("counts.n_retain", other, {"counts"}, set()),
    ("counts.n_removed", other, {"counts"}, set()),
    ("counts.n_removed_forget", other, {"counts"}, set()),
    ("counts.n_removed_retain", other, {"counts"}, set()),
    ("domains.forget.name", other, set(), set()),
    (
        "domains.forget.rows",
        lambda rows: flip_row(rows, 84),
        {"counts", "domains"},
        {"effect", "problem", "diagnosis"},
    ),
    (
        "domains.retain.rows",
        lambda rows: flip_row(rows, 0),
        {"domains"},
        set(),
    ),
    ("removed.rows", lambda rows: flip_row(rows, 29), {"counts", "keys"}, {"effect", *KEYS}),
    ("removed.rows", lambda rows: flip_row(rows, 84), {"counts", "keys", "domains"}, KEYS),
    ("removed.keys", lambda keys: keys[1:], {"keys", "texts"}, {"removed keys"}),
    ("removed.keys", lambda keys: [keys[1], *keys[1:]], {"keys"}, {"removed keys"}),
    ("removed.keys", lambda keys: keys[::-1], set(), {"removed keys"}),
    ("removed.keys.0", "r84", set(), {"removed keys"}),
    ("removed.key_column", "text", set(), {"record keys", "removed keys"}),
    ("retain_locked", other, set(), set()),
    ("method.by", "rule", set(), set()),
    ("method.steps.0.budget", other, set(), set()),
    ("effect.alpha", other, set(), {"effect"}),
    ("effect.alpha", lambda value: value * (1 + 1e-8), set(), {"effect"}),
    ("effect.epsilon_certified", other, set(), {"effect"}),
    ("effect.certificate_reason", "none", set(), {"effect"}),
    ("effect.n_removed", other, {"counts"}, {"effect"}),
    ("effect.random_equivalent", other, set(), {"effect"}),
    ("effect.covariance", "refit", set(), {"effect"}),
    ("diagnosis.verdict", "do not rely", set(), {"diagnosis"}),
    ("diagnosis.reasons", ["All is well."], set(), {"diagnosis"}),
    ("problem.divergence", other, set(), {"problem"}),
    ("problem.shrinkage", "odd", set(), {"problem"}),
    ("effect.delta", 2.0, set(), {"effect"}),
    ("problem.shrinkage", "oas", set(), {"effect", "problem", "diagnosis"}),
    ("decisions.0.reason", other, set(), set()),
    ("decisions.0.actor", other, set(), set()),
    ("decisions.0.keys.0", "r84", {"keys"}, set()),
    ("history.0.what", other, set(), set()),
    ("history.1.detail.path.0.0", other, set(), set()),
    ("history", lambda events: events[1:], set(), set()),
    ("actors", ["mallory"], set(), set()),
    ("map.x_label", other, set(), set()),
    ("map.positions", first_byte, {"map"}, set()),
    ("map.positions", lambda text: text[4:], {"map"}, set()),
    ("texts.values", lambda texts: texts[1:], {"texts"}, {"record texts"}),
    ("texts.values.0", other, set(), {"record texts"}),
    ("fingerprints.X", last_hex, set(), {"X"}),
    ("fingerprints.domains", last_hex, {"domains"}, set()),
    ("fingerprints.keys", last_hex, set(), {"record keys"}),
    ("fingerprints.records", last_hex, set(), {"records"}),
    ("fingerprints.map", last_hex, {"map"}, set()),
    ("chain.statement", other, set(), set()),
]


@pytest.fixture(scope="module")
def session():
    return manifests.make_session()


@pytest.fixture(scope="module")
def manifest(session, tmp_path_factory):
    path = tmp_path_factory.mktemp("manifest") / "spam.forget.json"
    return manifests.signed_manifest(path, session)


@pytest.fixture
def check(tmp_path):
    """Return a function that verifies a mapping as a file."""

    def verify(held, **keywords):
        return uw.verify(manifests.write(tmp_path / "x.forget.json", held), **keywords)

    return verify


@pytest.fixture(scope="module")
def data():
    return {"X": make_problem().X, "records": manifests.records_of()}


def test_what_was_saved_fits(check, manifest, data):
    report = check(manifest, **data)
    assert report.ok
    assert mismatches(report) == set()
    assert {"X", "effect", "diagnosis", "records", "removed keys"} <= {
        one["name"] for one in report.checks if one["status"] == "ok"
    }
    assert [one["name"] for one in report.checks if one["status"] == "not_checked"] == ["store"]
    assert {frozenset(one) for one in report.checks} == {
        frozenset(("name", "status", "expected", "got", "note"))
    }


@pytest.mark.parametrize(("where", "value", "bare", "more"), EDITS)
def test_each_edit_is_named_and_only_what_depends_on_it(
    check, manifest, data, where, value, bare, more
):
    held = edited(manifest, where, value)
    assert held != manifest
    seals = {"digest", f"digest.{where.partition('.')[0]}"}
    report = check(held)
    assert not report.ok
    assert mismatches(report) == seals | bare
    assert mismatches(check(held, **data)) == seals | bare | more


@pytest.mark.parametrize(("where", "value", "bare", "more"), EDITS)
def test_whoever_computes_the_digests_again_is_found_by_key_sign_off_and_data(
    check, manifest, data, where, value, bare, more
):
    held = seal(edited(manifest, where, value))
    signed = {"signoff 1", "signoff 2"}
    assert mismatches(check(held)) == bare | signed
    assert mismatches(check(held, **data)) == bare | more | signed
    assert "hmac" in mismatches(check(held, hmac_key="key"))


def test_numbers_that_differ_are_named_with_both_values(check, manifest, data):
    held = edited(edited(manifest, "effect.alpha", 9.0), "effect.epsilon", "inf")
    (found,) = [one for one in check(held, **data).checks if one["name"] == "effect"]
    assert found["expected"] == {"alpha": 9.0, "epsilon": "inf"}
    assert found["got"] == {
        name: pytest.approx(manifest["effect"][name]) for name in ("alpha", "epsilon")
    }


@pytest.mark.parametrize("name", ["decision", "who", "at", "note", "event"])
def test_an_edited_sign_off_is_named(check, manifest, name):
    value = 99 if name == "event" else "2020-01-01T00:00:00.000Z"
    assert mismatches(check(edited(manifest, f"signoffs.0.{name}", value))) == {"signoff 1"}


def test_sign_offs_taken_out_put_in_or_moved_are_named(check, manifest):
    first, second = manifest["signoffs"]
    assert mismatches(check({**manifest, "signoffs": [second]})) == {"signoff 1"}
    moved = {**manifest, "signoffs": [second, first]}
    assert mismatches(check(moved)) == {"signoff 1", "signoff 2"}
    put_in = sign_off({**first, "who": "mallory"})
    assert mismatches(check({**manifest, "signoffs": [put_in, first, second]})) == {"signoff 2"}
    elsewhere = sign_off({**second, "signed": "0" * 64})
    assert mismatches(check({**manifest, "signoffs": [first, elsewhere]})) == {"signoff 2"}


@pytest.mark.parametrize("name", ["digest", "digests"])
def test_edited_digests_are_named(check, manifest, name):
    held = edited(manifest, "digest" if name == "digest" else "digests.title", last_hex)
    expected = {"digest", "signoff 1", "signoff 2"}
    assert mismatches(check(held)) == (expected if name == "digest" else {"digest", "digest.title"})


def test_fields_taken_out_or_put_in(check, manifest):
    held = {name: value for name, value in manifest.items() if name != "title"}
    assert mismatches(check(held)) == {"digest", "digest.title", "schema"}
    report = check({**manifest, "verdict": "fine"})
    assert mismatches(report) == {"digest", "digest.verdict"}
    assert status(report, "unknown fields") == "not_checked"


def test_fields_of_the_future_are_no_error_and_are_kept(check, manifest, tmp_path):
    held = seal({**manifest, "future": {"x": [1, None]}, "signoffs": []})
    report = check(held)
    assert report.ok
    assert status(report, "unknown fields") == "not_checked"
    path = tmp_path / "x.forget.json"
    add_signoff(path, "approved", who=None)
    assert manifests.read(path)["future"] == {"x": [1, None]}
    assert uw.verify(path).ok
    again = uw.Session.load(path, make_problem(), records=manifests.records_of())
    assert again.title == "Spam"


class TestKey:
    def test_a_key_seals_everything(self, session, data, tmp_path):
        path = tmp_path / "x.forget.json"
        held = manifests.signed_manifest(path, session, hmac_key="key")
        report = uw.verify(path, hmac_key=b"key", **data)
        assert report.ok
        for name in ("hmac", "signoff 1 hmac", "signoff 2 hmac", "removed keys"):
            assert status(report, name) == "ok"
        assert held["removed"]["key_hash"] == "hmac-sha256"
        told = path.read_text(encoding="utf-8")
        assert not re.search(r'"r\d+"', told)
        without = uw.verify(path, **data)
        assert without.ok
        assert {status(without, name) for name in ("hmac", "removed keys")} == {"not_checked"}

    def test_another_key_is_named(self, session, data, tmp_path):
        path = tmp_path / "x.forget.json"
        manifests.signed_manifest(path, session, hmac_key="key")
        assert mismatches(uw.verify(path, hmac_key="other", **data)) == {
            *("hmac", "signoff 1 hmac", "signoff 2 hmac", "removed keys"),
        }

    def test_whoever_has_no_key_cannot_edit(self, session, check, tmp_path):
        path = tmp_path / "y.forget.json"
        held = manifests.signed_manifest(path, session, hmac_key="key")
        rebuilt = seal(edited(held, "title", "Ham"), b"guess")
        assert "hmac" in mismatches(check(rebuilt, hmac_key="key"))
        stripped = {**seal(edited(held, "title", "Ham")), "signoffs": []}
        assert mismatches(check(stripped, hmac_key="key")) == {"hmac"}
        assert check(stripped).ok

    def test_a_browser_signs_without_a_key(self, session, tmp_path):
        path = tmp_path / "x.forget.json"
        session.save(path, hmac_key="key")
        add_signoff(path, "approved", who="cleo")
        report = uw.verify(path, hmac_key="key")
        assert report.ok
        assert status(report, "signoff 2 hmac") == "not_checked"

    @pytest.mark.parametrize(("key", "error"), [("", ValueError), (5, TypeError)])
    def test_bad_keys(self, session, tmp_path, key, error):
        with pytest.raises(error, match="hmac_key"):
            session.save(tmp_path / "x.forget.json", hmac_key=key)
        with pytest.raises(error, match="hmac_key"):
            uw.verify(tmp_path / "x.forget.json", hmac_key=key)


class TestData:
    def test_other_embeddings(self, check, manifest, data):
        found = mismatches(check(manifest, X=data["X"] + np.linspace(0, 1, 85)[:, None]))
        assert {"X", "effect", "problem"} <= found <= {"X", "effect", "problem", "diagnosis"}
        assert mismatches(check(manifest, X=data["X"][:-1])) == {"X"}

    def test_the_type_of_the_embeddings_counts(self, check, manifest, data):
        report = check(manifest, X=data["X"].astype(np.float32))
        (found,) = [one for one in report.checks if one["name"] == "X"]
        assert found["expected"].startswith("float64[85,3] ")
        assert found["got"].startswith("float32[85,3] ")

    @pytest.mark.parametrize("X", ["text", [["a"]], np.zeros((2, 2, 2)), object()])
    def test_what_are_no_embeddings_is_said(self, check, manifest, X):
        assert mismatches(check(manifest, X=X)) == {"X"}

    def test_other_records(self, check, manifest, data):
        records = {**data["records"], "text": ["other"] * 85}
        assert mismatches(check(manifest, records=records)) == {"records", "record texts"}
        records = {**data["records"], "id": data["records"]["id"][::-1]}
        assert mismatches(check(manifest, records=records)) == {
            *("records", "record keys", "removed keys"),
        }
        assert mismatches(check(manifest, records={"id": ["a"]})) == {"records"}
        assert mismatches(check(manifest, records={"text": data["records"]["text"]})) == {"records"}

    def test_numbers_and_texts_are_different_keys(self, check, tmp_path):
        problem = make_problem()
        numbers = {"id": list(range(100, 185))}
        session = uw.Session(problem, numbers, key="id", map="pca")
        session.select([3])
        session.save(tmp_path / "x.forget.json")
        held = manifests.read(tmp_path / "x.forget.json")
        assert held["removed"]["keys"] == [103]
        texts = {"id": [str(key) for key in numbers["id"]]}
        assert check(held, records=numbers).ok
        assert mismatches(check(held, records=texts)) == {
            *("records", "record keys", "removed keys"),
        }
        as_text = edited(held, "removed.keys.0", "103")
        assert "removed keys" in mismatches(check(as_text, records=numbers))

    def test_a_known_covariance_is_asked_for(self, tmp_path):
        problem = make_problem(covariance=np.eye(3), shrinkage=None)
        session = uw.Session(problem, map="pca")
        session.select([0, 1])
        path = tmp_path / "x.forget.json"
        session.save(path)
        report = uw.verify(path, X=problem.X)
        assert report.ok
        assert {status(report, name) for name in ("covariance", "effect", "diagnosis")} == {
            "not_checked"
        }
        whole = uw.verify(path, X=problem.X, covariance=np.eye(3))
        assert whole.ok
        assert status(whole, "effect") == "ok"
        found = mismatches(uw.verify(path, X=problem.X, covariance=2 * np.eye(3)))
        assert {"covariance", "effect"} <= found

    def test_groups_are_compared_when_they_are_given(self, tmp_path):
        groups = [f"user {row // 3}" for row in range(85)]
        session = uw.Session(make_problem(groups=groups), map="pca")
        session.select([0])
        path = tmp_path / "x.forget.json"
        session.save(path)
        X = make_problem().X
        assert uw.verify(path, X=X, groups=groups).ok
        assert status(uw.verify(path, X=X), "groups") == "not_checked"
        assert mismatches(uw.verify(path, X=X, groups=groups[::-1])) == {"groups"}

    @pytest.mark.parametrize("covariance", ["shared", "refit"])
    def test_numbers_that_are_infinite(self, tmp_path, covariance):
        X = np.array([[0.0, 1.0], [1.0, 1.0], [2.0, 1.0], [0.0, 0.0], [1.0, 0.0], [2.0, 0.0]])
        session = uw.Session(uw.UnlearningProblem(X, [0, 1, 2], covariance=covariance), map="pca")
        session.select([0])
        path = tmp_path / "x.forget.json"
        session.save(path)
        assert manifests.read(path)["effect"]["alpha_before"] == "inf"
        assert uw.verify(path, X=X).ok


class TestStore:
    @pytest.fixture
    def stored(self, tmp_path):
        session = manifests.make_session(tmp_path / "day.forgetset")
        session.save(tmp_path / "x.forget.json")
        yield session
        session.close()

    @pytest.mark.usefixtures("stored")
    def test_the_store_beside_is_found(self, tmp_path):
        report = uw.verify(tmp_path / "x.forget.json")
        assert report.ok
        assert {status(report, name) for name in ("store", "store keys")} == {"ok"}

    def test_a_store_may_go_on(self, stored, tmp_path):
        stored.clear()
        report = uw.verify(tmp_path / "x.forget.json")
        assert report.ok
        assert "The store goes on for 1 events" in str(
            [one["note"] for one in report.checks if one["name"] == "store"]
        )

    @pytest.mark.usefixtures("stored")
    def test_another_store_or_none(self, tmp_path):
        with EventLog(tmp_path / "other.forgetset") as log:
            log.append("label", actor=None)
        path = tmp_path / "x.forget.json"
        assert mismatches(uw.verify(path, store=tmp_path / "other.forgetset")) == {"store"}
        assert mismatches(uw.verify(path, store=tmp_path / "no.forgetset")) == {"store"}
        assert not (tmp_path / "no.forgetset").exists()

    @pytest.mark.usefixtures("stored")
    def test_an_edited_head_or_key_is_named(self, tmp_path, check):
        held = manifests.read(tmp_path / "x.forget.json")
        assert "store" in mismatches(check(edited(held, "chain.hash", last_hex)))
        assert "store" in mismatches(check(edited(held, "chain.seq", 1)))
        assert "store" in mismatches(check(edited(held, "chain.seq", 10_000)))
        assert "store keys" in mismatches(check(edited(held, "removed.keys.0", "r84")))

    def test_erasing_leaves_an_explanation(self, stored, tmp_path):
        erase(tmp_path / "day.forgetset", "r3")
        erase(tmp_path / "day.forgetset", "ana")
        report = uw.verify(tmp_path / "x.forget.json", X=stored.problem.X)
        assert report.ok
        assert status(report, "store") == "ok"
        assert status(report, "store keys") == "not_checked"
        (note,) = [one["note"] for one in report.checks if one["name"] == "store keys"]
        assert re.search(r"erased from the store on request \(events \[\d+, \d+\]\)", note)
        stored.save(tmp_path / "y.forget.json")
        held = manifests.read(tmp_path / "y.forget.json")
        assert uw.verify(tmp_path / "y.forget.json", X=stored.problem.X).ok
        entry = held["history"][0]
        assert (entry["actor"], entry["erased"]) == (None, ["actor"])
        assert held["history"][-1]["kind"] == "erased"
        assert "seen twice" not in str(held)


class TestReport:
    def test_words(self, check, manifest):
        told = str(check(edited(manifest, "title", "Ham")))
        assert told.startswith("2 of ")
        assert "- digest.title: This field was edited. The manifest says " in told
        assert "- X: Pass X, the embeddings." in told
        assert str(check(manifest)).startswith("Nothing found that does not fit: ")

    @pytest.mark.parametrize("text", TEXTS)
    def test_what_a_manifest_says_cannot_speak_for_the_report(self, check, manifest, text):
        name = f"a{text}b"
        held = edited(manifest, "effect.certificate_reason", text)
        held = {**edited(held, "removed.key_column", text), name: 1}
        report = check(held, X=make_problem().X, records=manifests.records_of())
        shown = report._repr_html_()
        bare = re.sub(r"</?(p|strong|ul|li)>", "", shown)
        assert "<" not in bare
        assert ">" not in bare
        assert str(report).replace("\n", "").isprintable()

    def test_ok_is_what_the_checks_say(self):
        assert VerifyReport(ok=True).checks == []

"""What a manifest holds, and what comes back from it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import jsonschema
import numpy as np
import pytest

import unlearn_widgets as uw
from tests import manifests
from tests.injections import TEXTS
from tests.manifests import edited, make_session, records_of
from tests.sessions import assert_same_effect, make_problem
from unlearn_widgets.manifest import ManifestError, add_signoff, schema
from unlearn_widgets.manifest.digest import seal
from unlearn_widgets.manifest.shape import shape_problems
from unlearn_widgets.session.manifest import ManifestMismatchWarning

VALIDATOR = jsonschema.Draft202012Validator(schema())


@pytest.fixture
def path(tmp_path):
    return tmp_path / "spam.forget.json"


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    path = tmp_path_factory.mktemp("manifest") / "spam.forget.json"
    return manifests.signed_manifest(path, make_session())


def saved(session, path, **keywords):
    session.save(path, **keywords)
    return manifests.read(path)


class TestContent:
    def test_the_schema_is_one_and_real_manifests_follow_it(self, path, tmp_path):
        jsonschema.Draft202012Validator.check_schema(schema())
        stored = make_session(tmp_path / "day.forgetset")
        bare = uw.Session(make_problem(), map="pca")
        for session, keywords in (
            (stored, {"include_text": True}),
            (stored, {"hmac_key": "key", "include_map": False}),
            (bare, {}),
        ):
            manifest = saved(session, path, **keywords)
            VALIDATOR.validate(manifest)
            assert shape_problems(manifest) == []
            path.unlink()
        stored.close()

    @pytest.mark.parametrize(
        ("where", "value"),
        [
            *(("format", "x"), ("format_version", True), ("title", None), ("saved_at", "today")),
            *(("counts", []), ("counts.n_rows", -1), ("counts.n_rows", 1.5), ("counts", {})),
            *(("removed.keys.0", None), ("removed.keys.0", {"int": "x"}), ("removed.rows", "?")),
            *(("effect.alpha", "much"), ("effect.alpha", None), ("effect.delta", True)),
            *(("map.x_ends", ["a"]), ("map.positions", 3), ("map.aspect", "odd")),
            *(("diagnosis.verdict", "fine"), ("fingerprints.X", "sha256:1"), ("actors", [1])),
            *(("chain.hash", "ab"), ("digests.title", 1), ("signoffs", {}), ("hmac", "ab")),
            *(("signoffs.0.signed", None), ("history.0.at", 5), ("decisions.0.keys", "r1")),
            *(("software.numpy", 2), ("texts.values", [None]), ("method.by", "magic")),
        ],
    )
    def test_the_own_reader_of_the_schema_refuses_what_jsonschema_refuses(self, held, where, value):
        wrong = edited(held, where, value)
        assert not VALIDATOR.is_valid(wrong)
        assert shape_problems(wrong)[0].startswith(where.split(".")[0])

    def test_it_tells_what_was_removed_why_and_to_what_effect(self, held):
        session = make_session()
        assert held["removed"]["keys"] == session.removed_keys
        assert held["counts"]["n_removed"] == len(session.removed) == held["effect"]["n_removed"]
        assert held["effect"]["alpha"] == session.effect.alpha
        assert held["diagnosis"]["verdict"] == session.problem.diagnose().verdict
        assert held["actors"] == ["ana", "ben"]
        (decision,) = held["decisions"]
        assert (decision["reason"], decision["note"]) == ("spam", "seen twice")
        assert set(decision["keys"]) == {"r3", "r4"}
        assert [entry["kind"] for entry in held["history"]] == [
            *("rule", "rectangle", "brush", "select", "label", "label", "label", "sign"),
        ]
        rule, rectangle, brush = held["history"][:3]
        assert rule["detail"] == {"rule": "likelihood_ratio", "budget": 5}
        assert np.shape(rectangle["detail"]["path"]) == (2, 2)
        assert brush["detail"]["radius"] == [0.5, 0.5]
        assert held["method"]["by"] == "hand and rule"
        assert held["chain"]["store"] is None
        assert "no chain of events" in held["chain"]["statement"]
        assert "no proof that a model has forgotten" in held["statement"]
        assert "hmac_key" in held["statement"]

    def test_rows_and_map_are_plain_binary(self, held):
        session = make_session()
        bits = np.frombuffer(base64.b64decode(held["removed"]["rows"]), dtype=np.uint8)
        mask = np.unpackbits(bits, bitorder="little", count=85).astype(bool)
        np.testing.assert_array_equal(np.flatnonzero(mask), session.removed)
        points = np.frombuffer(base64.b64decode(held["map"]["positions"]), dtype="<f4")
        np.testing.assert_array_equal(points.reshape(-1, 2), session.positions)

    def test_map_and_text_go_along_only_when_they_are_wanted(self, path):
        session = make_session()
        manifest = saved(session, path)
        assert manifest["texts"] is None
        assert "text 3" not in path.read_text(encoding="utf-8")
        path.unlink()
        manifest = saved(session, path, include_map=False, include_text=True)
        assert manifest["map"]["positions"] is None
        rows = session.removed.tolist()
        assert manifest["texts"] == {"column": "text", "values": [f"text {row}" for row in rows]}
        assert uw.verify(path, records=records_of()).ok
        bare = uw.Session(make_problem(), map="pca")
        with pytest.raises(ValueError, match="include_text: the records have no column of texts"):
            bare.save(path.with_name("bare.forget.json"), include_text=True)

    def test_keyed_hashes_are_those_of_the_canonical_keys(self, path):
        manifest = saved(make_session(), path, hmac_key="key")
        expected = [
            hmac.new(b"key", f'"{key}"'.encode(), hashlib.sha256).hexdigest()
            for key in make_session().removed_keys
        ]
        assert manifest["removed"]["keys"] == expected
        assert set(manifest["decisions"][0]["keys"]) <= set(expected)

    @pytest.mark.parametrize(
        ("keys", "expected"),
        [
            (list(range(85)), 3),
            ([str(row) for row in range(85)], "3"),
            ([row + 0.5 for row in range(85)], 3.5),
            ([row + 2**60 for row in range(85)], {"int": str(2**60 + 3)}),
        ],
    )
    def test_keys_keep_their_type(self, path, keys, expected):
        session = uw.Session(make_problem(), {"id": keys}, key="id", map="pca")
        session.select([3])
        assert saved(session, path)["removed"]["keys"] == [expected]
        assert uw.verify(path, records={"id": keys}).ok
        again = uw.Session.load(path, make_problem(), records={"id": keys})
        assert again.removed_keys == [keys[3]]

    def test_how_the_rows_were_chosen(self, path):
        session = uw.Session(make_problem(), map="pca")
        by = []
        for choose in (
            lambda: None,
            lambda: session.select([1]),
            lambda: session.select_rule("distance", 4),
            lambda: session.select([9], mode="add"),
            session.clear,
        ):
            choose()
            manifest = saved(session, path)
            by.append((manifest["method"]["by"], len(manifest["method"]["steps"])))
        assert by == [
            *(("nothing", 0), ("hand", 1), ("rule", 1), ("hand and rule", 2), ("nothing", 0)),
        ]

    def test_a_signature_ends_with_what_it_signed(self, path):
        session = make_session()
        signed = saved(session, path)
        assert [(one["who"], one["note"]) for one in signed["signoffs"]] == [("ben", "as agreed")]
        assert signed["signoffs"][0]["signed"] == signed["digest"]
        session.select([0, 7])
        path.unlink()
        later = saved(session, path)
        assert later["signoffs"] == []
        assert [one["kind"] for one in later["history"]].count("sign") == 1

    def test_a_label_that_was_undone_gives_the_reason_before_it_back(self, path):
        session = uw.Session(make_problem(), map="pca", who="ana")
        session.annotate(3, "remove", reason="spam")
        session.annotate(3, "keep", reason="no")
        session.undo()
        assert [(one["label"], one["reason"]) for one in saved(session, path)["decisions"]] == [
            ("remove", "spam")
        ]
        session.redo()
        assert saved(session, path)["decisions"] == []


class TestLoading:
    @pytest.mark.parametrize("key", [None, "key"])
    def test_the_same_selection_effect_names_and_reasons(self, path, key):
        first = make_session(names=("spam", "ham"))
        first.save(path, hmac_key=key)
        again = uw.Session.load(path, make_problem(), records=records_of(), hmac_key=key)
        assert again.removed.tolist() == first.removed.tolist()
        assert again.removed_keys == first.removed_keys
        assert_same_effect(again, first.removed)
        assert (again.title, again.names) == ("Spam", {"forget": "spam", "retain": "ham"})
        np.testing.assert_array_equal(again.positions, first.positions)
        assert (again.map.x_label, again.map.name) == (first.map.x_label, "pca")
        why = again.why("r3").to_dict()
        assert (why["label"][-1], why["reason"][-1], why["actor"][-1]) == ("remove", "spam", "ana")
        frame = again.to_frame().to_dict()
        assert frame["reason"][frame["key"].index("r4")] == "spam"
        again.undo()
        assert again.removed.tolist() == []

    def test_what_was_loaded_can_be_saved_and_checked(self, path, tmp_path):
        make_session().save(path)
        again = uw.Session.load(path, make_problem(), records=records_of(), who="dee")
        again.save(tmp_path / "again.forget.json")
        assert uw.verify(tmp_path / "again.forget.json", X=make_problem().X).ok
        manifest = manifests.read(tmp_path / "again.forget.json")
        assert manifest["decisions"][0]["actor"] == "ana"
        first = manifests.read(path)
        assert manifest["history"][0]["detail"]["manifest"] == first["digest"]

    def test_rows_are_found_by_key_in_another_order(self, path):
        first = make_session()
        first.save(path)
        problem, table = make_problem(), records_of()
        turned = uw.UnlearningProblem(
            problem.X[::-1], problem.domain_codes[::-1] == 2, problem.domain_codes[::-1] == 1
        )
        records = {name: column[::-1] for name, column in table.items()}
        with pytest.warns(ManifestMismatchWarning, match="X: the embeddings differ"):
            again = uw.Session.load(path, turned, records=records, map="pca")
        assert sorted(again.removed_keys) == sorted(first.removed_keys)

    def test_without_records_rows_are_found_by_position(self, path):
        first = make_session()
        first.save(path, hmac_key="key")
        again = uw.Session.load(path, make_problem())
        assert again.removed.tolist() == first.removed.tolist()

    def test_records_that_are_gone_are_counted(self, path):
        make_session().save(path)
        records = {**records_of(), "id": [f"s{row}" if row < 2 else f"r{row}" for row in range(85)]}
        with pytest.warns(ManifestMismatchWarning, match="keys: 2 removed records stand in no"):
            uw.Session.load(path, make_problem(), records=records)

    def test_an_edited_manifest_is_loaded_with_a_warning(self, path, held):
        manifests.write(path, edited(held, "title", "Ham"))
        with pytest.warns(ManifestMismatchWarning, match=r"digest\.title: This field was edited"):
            assert uw.Session.load(path, make_problem()).title == "Ham"

    def test_retained_rows_that_were_removed_come_back(self, path):
        session = uw.Session(make_problem(), map="pca", retain_locked=False)
        session.select([1, 40])
        session.save(path)
        again = uw.Session.load(path, make_problem())
        assert again.removed.tolist() == [1, 40]
        with pytest.warns(ManifestMismatchWarning, match="1 rows are chosen otherwise"):
            uw.Session.load(path, make_problem(), retain_locked=True)

    def test_a_store_goes_on_and_says_nothing_twice(self, path, tmp_path):
        store = tmp_path / "day.forgetset"
        first = make_session(store)
        first.save(path)
        first.close()
        again = uw.Session.load(path, make_problem(), records=records_of(), store=store)
        assert len(again.history()) == len(manifests.read(path)["history"])
        again.close()

    @pytest.mark.parametrize(
        ("where", "value", "match"),
        [
            ("format", "another", "format: expected 'unlearn-widgets/forget-manifest'"),
            ("format_version", 2, "update unlearn-widgets"),
            ("counts.n_rows", "many", "counts.n_rows: expected integer"),
            ("map.positions", "AAAA", "map.positions: 85 points take 680 bytes"),
        ],
    )
    def test_what_is_no_manifest_is_refused(self, path, held, where, value, match):
        manifests.write(path, edited(held, where, value))
        with pytest.raises(ManifestError, match=match):
            uw.Session.load(path, make_problem())

    def test_positions_that_are_not_finite_are_refused(self, path, held):
        points = np.full((85, 2), np.nan, dtype="<f4")
        text = base64.b64encode(points.tobytes()).decode()
        manifests.write(path, seal(edited(held, "map.positions", text)))
        with pytest.raises(ManifestError, match="finite"):
            uw.Session.load(path, make_problem())

    def test_other_rows_without_keys_are_refused(self, path):
        make_session().save(path)
        problem = make_problem(n_neither=6)
        with pytest.raises(ManifestError, match="Pass records with the column 'id'"):
            uw.Session.load(path, problem)
        with pytest.raises(TypeError, match=r"'titel'\. Did you mean 'title'"):
            uw.Session.load(path, make_problem(), titel="x")


def test_a_hundred_thousand_removed_rows(path):
    n = 200_000
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 2)).astype(np.float32)
    problem = uw.UnlearningProblem(X, np.arange(n // 2 + 1))
    records = {"id": [f"row {row}" for row in range(n)]}
    session = uw.Session(problem, records, key="id", map=X)
    session.select(np.arange(n // 2))
    session.save(path)
    assert path.stat().st_size < 5e6
    assert uw.verify(path, X=X, records=records).ok
    again = uw.Session.load(path, problem, records=records)
    assert len(again.removed) == n // 2


class TestSignOffs:
    def test_saving_never_loses_a_sign_off(self, path):
        session = make_session()
        session.save(path)
        session.save(path)
        add_signoff(path, "rejected", who="cleo", note="not r3")
        before = path.read_bytes()
        with pytest.raises(FileExistsError, match="holds a sign-off by 'cleo'"):
            session.save(path)
        assert path.read_bytes() == before

    @pytest.mark.parametrize(
        ("arguments", "error"),
        [
            ({"decision": ""}, ValueError),
            ({"decision": 5}, TypeError),
            ({"note": 5}, TypeError),
            ({"who": "\ud800"}, ValueError),
        ],
    )
    def test_bad_sign_offs(self, path, arguments, error):
        make_session().save(path)
        before = path.read_bytes()
        with pytest.raises(error, match=next(iter(arguments))):
            add_signoff(path, **{"decision": "approved", "who": "ben", **arguments})
        assert path.read_bytes() == before

    def test_what_is_no_manifest_is_not_signed(self, path):
        manifests.write(path, {"title": "x"})
        with pytest.raises(ManifestError, match="no manifest that can be signed"):
            add_signoff(path, "approved", who="ben")


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_survives_everywhere(path, text):
    keys = [f"{text}{row}" for row in range(85)]
    session = uw.Session(
        make_problem(),
        {f"id{text}": keys, "text": [text] * 85},
        key=f"id{text}",
        map="pca",
        title=text,
        names=(f"a{text}", f"b{text}"),
        who=f"who {text}",
    )
    session.annotate(keys[3], f"label {text}"[:100], reason=text, note=text, job="removal")
    session.annotate(keys[3], "remove", reason=text, note=text)
    session.sets[f"set {text}"] = [1]
    session.sign(f"yes {text}", note=text)
    session.save(path, include_text=True)
    manifest = manifests.read(path)
    assert (manifest["title"], manifest["saved_by"]) == (text, f"who {text}")
    assert manifest["removed"]["keys"] == [keys[3]]
    assert manifest["decisions"][0]["reason"] == text
    assert manifest["signoffs"][0]["note"] == (text or None)
    assert uw.verify(path, records=session.records.table).ok
    assert json.loads(path.read_bytes()) == manifest
    again = uw.Session.load(path, make_problem(), records=session.records.table)
    assert again.removed_keys == [keys[3]]
    assert (again.title, again.names["forget"]) == (text, f"a{text}")

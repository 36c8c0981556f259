"""What a session writes for other programs: index files, and Croissant metadata of the set."""

from __future__ import annotations

import hashlib
import json
import logging

import numpy as np
import pytest

import unlearn_widgets as uw
from tests.injections import TEXTS
from tests.sessions import make_problem
from unlearn_widgets.croissant import metadata

CONFORMS = "http://mlcommons.org/croissant/1.0"


@pytest.fixture
def session():
    records = {
        "id": [f"r{row}" for row in range(85)],
        "text": [f"=text, {row}\nmore" for row in range(85)],
        "length": list(range(85)),
    }
    session = uw.Session(make_problem(), records, key="id", map="pca", title="Spam")
    session.select([1, 3])
    session.annotate("r4", "remove", reason="spam")
    return session


class TestIndexFiles:
    def test_positions_are_plain_numpy(self, session, tmp_path):
        session.export(tmp_path / "removed.npy")
        positions = np.load(tmp_path / "removed.npy", allow_pickle=False)
        assert positions.dtype == np.int64
        assert positions.tolist() == [1, 3, 4]
        session.clear()
        session.export(tmp_path / "removed.npy")
        assert np.load(tmp_path / "removed.npy").shape == (0,)

    def test_keys_of_what_is_removed_and_of_what_is_kept(self, session, tmp_path):
        session.export(tmp_path / "rows.json")
        held = json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))
        assert held["forget"] == ["r1", "r3", "r4"]
        kept = [row for row in range(80) if row not in {1, 3, 4}]
        assert held["retain"] == [f"r{row}" for row in kept]

    def test_keys_keep_their_type(self, tmp_path):
        session = uw.Session(make_problem(), map="pca")
        session.select([2])
        session.export(tmp_path / "rows.json")
        held = json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))
        assert held["forget"] == [2]
        assert held["retain"][:3] == [0, 1, 3]

    def test_other_suffixes_are_refused(self, session, tmp_path):
        with pytest.raises(ValueError, match=r"session\.save\(path\)"):
            session.export(tmp_path / "x.forget.json")
        with pytest.raises(ValueError, match=r"\.csv, \.jsonl, \.parquet, \.npy, \.json"):
            session.export(tmp_path / "x.pickle")
        with pytest.raises(FileNotFoundError, match="does not exist"):
            session.export(tmp_path / "no" / "x.npy")
        assert not list(tmp_path.iterdir())


class TestLabels:
    def test_labels_and_reasons_are_columns_once_there_are_any(self, session):
        frame = session.to_frame().to_dict()
        assert frame["label"] == [None, None, "remove"]
        assert frame["reason"] == [None, None, "spam"]
        session.undo()
        assert "label" not in session.to_frame().to_dict()

    def test_a_column_of_that_name_steps_aside(self):
        records = {"label": ["spam"] * 30 + ["ham"] * 55}
        session = uw.Session(make_problem(), records, map="pca")
        session.annotate(3, "remove")
        frame = session.to_frame().to_dict()
        assert (frame["label"], frame["record_label"]) == (["remove"], ["spam"])

    def test_the_last_label_counts(self):
        session = uw.Session(make_problem(), map="pca", who="ana")
        session.annotate(3, "remove", reason="first")
        session.annotate(3, "remove", reason="second")
        session.annotate(3, "unwanted", reason="of another job")
        assert session.to_frame().to_dict()["reason"] == ["second"]


# rdflib, which mlcroissant reads with, warns of itself.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
class TestCroissant:
    def test_mlcroissant_loads_the_set(self, session, tmp_path, caplog):
        mlcroissant = pytest.importorskip("mlcroissant")
        path = tmp_path / "spam set.croissant.json"
        session.export(path)
        with caplog.at_level(logging.WARNING):
            dataset = mlcroissant.Dataset(jsonld=str(path))
        said = [
            line.split('"')[1].rpartition("/")[2]
            for line in caplog.text.splitlines()
            if "Property" in line
        ]
        # Nobody but the user knows these.
        assert sorted(set(said)) == ["citeAs", "license", "version"]
        assert not dataset.metadata.ctx.issues.errors
        records = list(dataset.records("rows"))
        assert [record["rows/position"] for record in records] == [1, 3, 4]
        assert [record["rows/key"] for record in records] == [b"r1", b"r3", b"r4"]
        assert records[2]["rows/reason"] == b"spam"
        assert records[0]["rows/column_7"] == b"'=text, 1\nmore"
        assert [record["rows/column_8"] for record in records] == [1, 3, 4]

    def test_it_describes_the_file_beside_it(self, session, tmp_path):
        session.export(tmp_path / "a.croissant.json")
        held = json.loads((tmp_path / "a.croissant.json").read_text(encoding="utf-8"))
        data = (tmp_path / "a.csv").read_bytes()
        (file,) = held["distribution"]
        assert (held["@type"], held["conformsTo"], held["name"]) == ("sc:Dataset", CONFORMS, "Spam")
        assert file["sha256"] == hashlib.sha256(data).hexdigest()
        assert (file["contentUrl"], file["contentSize"]) == ("a.csv", f"{len(data)} B")
        columns = [field["source"]["extract"]["column"] for field in held["recordSet"][0]["field"]]
        assert columns == data.decode().splitlines()[0].split(",")
        types = {field["name"]: field["dataType"] for field in held["recordSet"][0]["field"]}
        assert types["score"] == "sc:Float"
        assert types["column_8"] == "sc:Integer"

    @pytest.mark.parametrize("text", TEXTS)
    def test_any_column_name_has_an_identifier(self, text):
        held = metadata("a.csv", b"", {text: ["a"], "key": ["b"]}, title=text)
        first, second = held["recordSet"][0]["field"]
        assert (first["@id"], second["@id"]) == ("rows/column_0", "rows/key")
        assert held["name"] == (text.strip() or "a")
        assert json.loads(json.dumps(held)) == held

"""Manifests as files: written whole or not at all, and read whoever wrote them."""

from __future__ import annotations

import errno
import json
import os

import pytest

import unlearn_widgets as uw
from tests import manifests
from tests.manifests import make_session, mismatches
from tests.sessions import make_problem
from unlearn_widgets.manifest import ManifestError, read_manifest, reading
from unlearn_widgets.manifest.write import manifest_text


@pytest.fixture(scope="module")
def session():
    return make_session()


class TestWriting:
    def test_the_file_is_where_the_caller_says(self, session, tmp_path, monkeypatch):
        (tmp_path / "inner").mkdir()
        monkeypatch.chdir(tmp_path / "inner")
        session.save("../x.forget.json")
        assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["x.forget.json"]
        assert not list((tmp_path / "inner").iterdir())

    def test_titles_and_keys_never_become_paths(self, tmp_path):
        keys = [f"../../key{row}" for row in range(85)]
        session = uw.Session(
            make_problem(), {"id": keys}, key="id", map="pca", title="../../outside.forget.json"
        )
        session.select([3])
        (tmp_path / "a").mkdir()
        session.save(tmp_path / "a" / "x.forget.json")
        session.export(tmp_path / "a" / "set.croissant.json")
        assert sorted(path.name for path in tmp_path.rglob("*")) == [
            *("a", "set.croissant.json", "set.csv", "x.forget.json"),
        ]

    @pytest.mark.parametrize("name", ["x.json", "x.forget", ".forget.json", "x.forget.json.txt"])
    def test_another_suffix_is_refused_with_a_better_name(self, session, tmp_path, name):
        with pytest.raises(ValueError, match=r"a manifest is called \*\.forget\.json") as raised:
            session.save(tmp_path / name)
        assert str(raised.value).endswith(".forget.json'.")
        assert not list(tmp_path.iterdir())

    def test_missing_folders_and_folders_are_named(self, session, tmp_path):
        with pytest.raises(FileNotFoundError, match=r"the folder '.*no' does not exist"):
            session.save(tmp_path / "no" / "x.forget.json")
        (tmp_path / "x.forget.json").mkdir()
        with pytest.raises(IsADirectoryError, match="is a folder"):
            session.save(tmp_path / "x.forget.json")

    def test_links_and_modes_stay(self, session, tmp_path):
        session.save(tmp_path / "x.forget.json")
        (tmp_path / "x.forget.json").chmod(0o600)
        (tmp_path / "link.forget.json").symlink_to(tmp_path / "x.forget.json")
        session.save(tmp_path / "link.forget.json")
        assert (tmp_path / "link.forget.json").is_symlink()
        assert (tmp_path / "x.forget.json").stat().st_mode & 0o777 == 0o600

    @pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO])
    def test_what_stood_there_is_untouched_when_the_disk_refuses(
        self, session, tmp_path, monkeypatch, code
    ):
        path = tmp_path / "x.forget.json"
        session.save(path)
        before = path.read_bytes()

        def refuse(_descriptor):
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr(os, "fsync", refuse)
        with pytest.raises(OSError, match=r"cannot be written .* nothing was changed") as raised:
            session.save(path)
        assert raised.value.errno == code
        assert path.read_bytes() == before
        assert [one.name for one in tmp_path.iterdir()] == ["x.forget.json"]

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
    def test_a_read_only_folder_is_named(self, session, tmp_path):
        tmp_path.chmod(0o500)
        with pytest.raises(PermissionError, match="Check the folder's permissions"):
            session.save(tmp_path / "x.forget.json")
        tmp_path.chmod(0o700)

    def test_one_field_a_line_and_nothing_unseen(self, session, tmp_path):
        session.save(tmp_path / "x.forget.json")
        lines = (tmp_path / "x.forget.json").read_text(encoding="utf-8").splitlines()
        assert len(lines) == len(manifests.read(tmp_path / "x.forget.json")) + 2
        text = "a\u202eb\u2028\x7f\ufeffé"
        assert manifest_text({"t": text}) == '{\n  "t": "a\\u202eb\\u2028\\u007f\\ufeffé"\n}\n'

    def test_nothing_of_the_title_is_written_outside_json(self, tmp_path):
        session = uw.Session(make_problem(), map="pca", title='"}\n{"x": 1')
        session.save(tmp_path / "x.forget.json")
        assert manifests.read(tmp_path / "x.forget.json")["title"] == '"}\n{"x": 1'


HOSTILE = [
    (b"", "it is no JSON"),
    (b"{", "it is no JSON"),
    (b"\xff\xfe{}", "it is no UTF-8"),
    (b"\xef\xbb\xbf{}", "it is no JSON"),
    (b"[]", "expected a JSON object, got a list"),
    (b"null", "expected a JSON object, got null"),
    (b'"text"', "expected a JSON object, got a text"),
    (b'{"a": NaN}', "JSON has no NaN"),
    (b'{"a": -Infinity}', "JSON has no -Infinity"),
    (b'{"a": 1e999}', "too large"),
    (b'{"a": ' + b"9" * 5000 + b"}", "too large"),
    (b'{"a": 1, "a": 2}', "the name 'a' stands twice"),
    (b'{"a": {"b": 1, "b": 2}}', "the name 'b' stands twice"),
    (b'{"a": ' + b"[" * 100 + b"]" * 100 + b"}", "more than 64 levels"),
    (b'{"a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "more than 64 levels"),
    (b'{"a":' * 200_000 + b"1" + b"}" * 200_000, "more than 64 levels"),
]


class TestReading:
    @pytest.mark.parametrize(("data", "reason"), HOSTILE)
    def test_a_broken_file_is_one_check_that_does_not_fit(self, tmp_path, data, reason):
        path = tmp_path / "x.forget.json"
        path.write_bytes(data)
        report = uw.verify(path, X=[[1.0]], records={"id": []}, hmac_key="key")
        assert not report.ok
        (check,) = report.checks
        assert check["name"] == "readable"
        assert reason in check["note"]
        assert reason in str(report)
        with pytest.raises(ManifestError, match=r"x\.forget\.json"):
            uw.Session.load(path, make_problem())

    def test_a_file_that_is_not_there_or_a_folder(self, tmp_path):
        for path in (tmp_path / "no.forget.json", tmp_path, tmp_path / "nul\0.forget.json"):
            assert mismatches(uw.verify(path)) == {"readable"}
        with pytest.raises(TypeError):
            uw.verify(5)

    def test_a_file_that_is_too_large_is_not_read(self, tmp_path, monkeypatch):
        path = tmp_path / "x.forget.json"
        path.write_bytes(b'{"a": "' + b"x" * 1000 + b'"}')
        monkeypatch.setattr(reading, "LARGEST_FILE", 1000)
        with pytest.raises(ManifestError, match="this has more"):
            read_manifest(path)
        monkeypatch.setattr(reading, "LARGEST_FILE", 1009)
        assert read_manifest(path)["a"] == "x" * 1000

    @pytest.mark.parametrize(
        ("held", "named"),
        [
            ({}, {"format", "digest", "signoffs"}),
            ({"format": "unlearn-widgets/forget-manifest"}, {"format"}),
            ({"format": "unlearn-widgets/forget-manifest", "format_version": 2}, {"format"}),
            ({"format": "unlearn-widgets/forget-manifest", "format_version": 1}, {"schema"}),
            ({"format": [], "signoffs": {"a": 1}, "digests": 5}, {"format"}),
            ({"format": None, "signoffs": [None], "digest": []}, {"format"}),
        ],
    )
    def test_json_of_another_form_is_named_without_a_traceback(self, tmp_path, held, named):
        path = manifests.write(tmp_path / "x.forget.json", held)
        report = uw.verify(path, X=make_problem().X, records=manifests.records_of(), hmac_key="k")
        assert named <= mismatches(report)

    def test_a_newer_version_is_said(self, session, tmp_path):
        path = tmp_path / "x.forget.json"
        session.save(path)
        manifests.write(path, manifests.edited(manifests.read(path), "format_version", 2))
        assert "newer version of unlearn-widgets; update" in str(uw.verify(path))

    @pytest.mark.parametrize("value", [None, True, -1, 2**70, "text", [None], {"a": {}}])
    def test_any_field_may_hold_anything(self, session, tmp_path, value):
        path = tmp_path / "x.forget.json"
        session.save(path)
        whole = manifests.read(path)
        for name, held in whole.items():
            for part in (None, *(held if isinstance(held, dict) else ())):
                where = name if part is None else f"{name}.{part}"
                wrong = manifests.edited(whole, where, value)
                if json.dumps(wrong) == json.dumps(whole):
                    continue
                manifests.write(path, wrong)
                report = uw.verify(path, records=manifests.records_of(), hmac_key="key")
                assert not report.ok, where
                assert str(report)

    def test_half_characters_are_named(self, session, tmp_path):
        path = tmp_path / "x.forget.json"
        session.save(path)
        text = path.read_text(encoding="utf-8").replace('"title": "Spam"', '"title": "\\ud800"')
        path.write_text(text, encoding="utf-8")
        report = uw.verify(path)
        assert "digest" in mismatches(report)
        assert str(report).encode()

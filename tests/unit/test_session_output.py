from __future__ import annotations

import json

import numpy as np
import pytest

import unlearn_widgets as uw
from tests.sessions import box, make_problem, on_a_line
from unlearn_widgets.session.row_set import RowSet

SQUARE = [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]


@pytest.fixture
def problem():
    return make_problem()


@pytest.fixture
def session(problem):
    session = uw.Session(problem, map=on_a_line(problem))
    yield session
    session.close()


class TestNamedSets:
    def test_sets_are_kept_combined_and_told(self, session):
        session.select([1, 2, 3])
        session.sets["first"] = session.removed
        session.sets["second"] = [3, 4]
        assert session._status["sets"] == [{"name": "first", "n": 3}, {"name": "second", "n": 2}]
        session.select(session.sets["first"] & session.sets["second"])
        assert session.removed.tolist() == [3]
        session.select(session.sets["first"] ^ session.sets["second"])
        assert session.removed.tolist() == [1, 2, 4]
        del session.sets["first"]
        assert [one["name"] for one in session._status["sets"]] == ["second"]
        with pytest.raises(KeyError, match="no set 'first'"):
            session.sets["first"]


class TestOutput:
    @pytest.fixture
    def described(self, problem):
        records = {
            "id": [f"r{row}" for row in range(85)],
            "score": np.arange(85),
            "text": ["=1+1" if row == 2 else f"text {row}" for row in range(85)],
            "label": ["spam"] * 30 + ["ham"] * 55,
        }
        return uw.Session(problem, records, key="id", map=on_a_line(problem))

    def test_names_come_from_the_records(self, described):
        assert described._info["names"] == {"forget": "spam", "retain": "ham"}

    def test_the_frame_has_one_row_per_removed_row(self, described):
        described.retain_locked = False
        described.select([2, 40])
        frame = described.to_frame()
        assert tuple(frame.columns) == (
            *("position", "key", "domain", "score"),
            *("id", "record_score", "text", "label"),
        )
        columns = frame.to_dict()
        assert columns["position"] == [2, 40]
        assert columns["key"] == ["r2", "r40"]
        assert columns["domain"] == ["spam", "ham"]
        assert columns["score"] == described.problem.scores[[2, 40]].tolist()
        assert columns["record_score"] == [2, 40]

    def test_an_empty_frame_has_the_columns(self, described):
        assert len(described.to_frame()) == 0
        assert "text" in described.to_frame().columns

    @pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
    def test_export_writes_the_frame(self, described, tmp_path, suffix):
        described.select([1, 2])
        path = tmp_path / f"removed{suffix}"
        described.export(path)
        if suffix == ".csv":
            assert path.read_text(encoding="utf-8").splitlines()[2].split(",")[6] == "'=1+1"
        elif suffix == ".jsonl":
            rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            assert [row["key"] for row in rows] == ["r1", "r2"]
        else:
            import pyarrow.parquet as pq

            assert pq.read_table(path).column("position").to_pylist() == [1, 2]

    def test_the_code_reproduces_the_selection(self, described, problem):
        described.select_lasso(box(3, 12))
        described.select_rule("likelihood_ratio", 5, mode="add")
        described.retain_locked = False
        described.select([40, 41, 42], mode="add")
        described.retain_locked = True
        described.select_disc([5, 0], 1.5, mode="subtract")
        described.grow(3)
        other = uw.Session(problem, described.records.take(np.arange(85)), map=on_a_line(problem))
        scope = {"session": other}
        exec(described.as_code(), scope)
        assert np.array_equal(scope["removed"], described.removed)
        assert np.array_equal(other.removed, described.removed)

    def test_the_repr_counts(self, described):
        described.select([2, 3])
        assert repr(described) == "<Session: 2 of 30 removed>"
        described.retain_locked = False
        described.select([40], mode="add")
        assert repr(described) == "<Session: 2 of 30 removed, 1 retained>"
        assert described._repr_mimebundle_()[0]["text/plain"] == repr(described)


class TestBadInput:
    def test_unknown_keywords_name_the_closest(self, problem):
        with pytest.raises(TypeError, match=r"'record'\. Did you mean 'records'"):
            uw.Session(problem, record={})
        with pytest.raises(TypeError, match="takes no keyword 'keep'"):
            uw.Session(problem, keep="toxic.forgetset")

    def test_a_session_needs_a_problem(self):
        with pytest.raises(TypeError, match="problem: expected an UnlearningProblem, got ndarray"):
            uw.Session(np.zeros((3, 2)))

    @pytest.mark.parametrize("names", ["ab", ("a",), ("a", "b", "c")])
    def test_two_names_are_needed(self, problem, names):
        with pytest.raises(ValueError, match="names: expected the names"):
            uw.Session(problem, names=names)

    def test_names_are_strings(self, problem):
        with pytest.raises(TypeError, match="names: expected two strings"):
            uw.Session(problem, names=("spam", 3))
        with pytest.raises(TypeError, match="Did you mean 'forget'"):
            uw.Session(problem, names={"forgte": "spam"})
        with pytest.raises(TypeError, match="title: expected a string, got int"):
            uw.Session(problem, title=3)

    @pytest.mark.parametrize("text", ["title", "names"])
    def test_half_characters_are_refused_before_they_are_sent(self, problem, text):
        given = {"title": "\ud800", "names": ("spam", "\ud800")}[text]
        with pytest.raises(ValueError, match=f"{text}: must be valid Unicode"):
            uw.Session(problem, **{text: given})

    @pytest.mark.parametrize(
        ("act", "error", "words"),
        [
            (lambda s: s.select([85]), ValueError, r"rows: row positions must lie in 0\.\.84"),
            (lambda s: s.select([1, 1]), ValueError, "must not repeat"),
            (lambda s: s.select([True, False]), ValueError, "mask"),
            (lambda s: s.select([0.5]), TypeError, "rows"),
            (lambda s: s.select([1], mode="xor"), ValueError, "mode: must be one of"),
            (lambda s: s.select_lasso(np.empty((0, 2))), ValueError, "got 0"),
            (lambda s: s.select_lasso([[0, 0]]), ValueError, "got 1"),
            (lambda s: s.select_lasso([[0, 0], [1, 1]]), ValueError, "got 2"),
            (lambda s: s.select_lasso([[0, 0], [1, 1], [np.nan, 0]]), ValueError, "finite"),
            (lambda s: s.select_lasso(SQUARE, mode="plus"), ValueError, "mode"),
            (lambda s: s.select_disc([0, 0], -1), ValueError, "radius"),
            (lambda s: s.select_rule("best", 3), ValueError, "rule"),
            (lambda s: s.select_rule("random", 31), ValueError, r"budget.*31"),
            (lambda s: s.select_rule("random", 1.5), ValueError, r"budget.*1\.5"),
            (lambda s: s.redo(), IndexError, "redo"),
            (lambda s: s.search(3), TypeError, "search"),
            (lambda s: s.export("removed.xlsx"), ValueError, "suffix"),
            (lambda s: setattr(s, "removed", [-1]), ValueError, "rows"),
            (lambda s: setattr(s, "sets", {}), AttributeError, "no setter"),
            (
                lambda s: s.select(RowSet([1], 9)),
                ValueError,
                "the 85 rows of X, got one over 9",
            ),
            (lambda s: s.select([1], moode="add"), TypeError, "Session.select takes no keyword"),
            (lambda s: s.select_lasso(SQUARE, mod="add"), TypeError, "Did you mean 'mode'"),
            (lambda s: s.select_rule("random", budgt=3), TypeError, "Did you mean 'budget'"),
            (lambda s: s.grow(n=3), TypeError, "Session.grow takes no keyword 'n'"),
            (lambda s: s.search(txt="a"), TypeError, "Did you mean 'text'"),
            (lambda s: s.sets.update({"\ud800": [1]}), ValueError, "sets: must be valid Unicode"),
        ],
    )
    def test_each_has_its_error_and_nothing_is_lost(self, session, act, error, words):
        session.select([1, 2, 3])
        before = session.get_state()
        with pytest.raises(error, match=words):
            act(session)
        assert session.removed.tolist() == [1, 2, 3]
        assert session.get_state() == before
        assert not session.sets
        session.undo()
        assert session.removed.tolist() == []

    def test_growing_from_nothing_says_so(self, session):
        with pytest.raises(ValueError, match="nothing to grow from"):
            session.grow(3)

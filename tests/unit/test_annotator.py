"""The annotator's side in Python: what comes next, what a label does, the way back, refusals."""

from __future__ import annotations

import struct
import threading
import zlib

import numpy as np
import pytest

import unlearn_widgets as uw
from tests.comms import RecordingComm
from unlearn_widgets.records.images import Images, encode_png

N_FORGET, N_RETAIN = 14, 16
KEYS = [f"r{row}" for row in range(N_FORGET + N_RETAIN)]


@pytest.fixture
def make(tmp_path):
    """Return a function that shows an annotator of a session with a store."""
    made = []

    def make_(who="ana", store="day.forgetset", **keywords):
        domains = uw.datasets.make_gaussians(N_FORGET, N_RETAIN, shift=2.0, dim=3, random_state=0)
        problem = uw.UnlearningProblem(domains.X, domains.forget)
        records = {"id": KEYS, "text": [f"text of {key}" for key in KEYS]}
        path = None if store is None else tmp_path / store
        session = uw.Session(problem, records, key="id", map="pca", store=path, who=who)
        annotator = uw.Annotator(session, **keywords)
        made.append(annotator)
        return annotator, RecordingComm(annotator)

    yield make_
    for annotator in made:
        annotator._work._learner.wait()
        annotator.session._background.wait()
        annotator.close()
        annotator.session.close()


def fetch(comm, shown=None, have=(), n=8):
    reply, _ = comm.request("queue", shown=shown, have=list(have), n=n)
    assert reply["ok"], reply
    return [record["row"] for record in reply["records"]]


def give(comm, row, label, reason="", note=""):
    reply, _ = comm.request("label", row=row, label=label, reason=reason, note=note)
    return reply


def test_each_record_comes_once_until_all_are_labelled(make):
    annotator, comm = make()
    seen, shown = [], None
    waiting = fetch(comm)
    while waiting:
        row = waiting.pop(0)
        seen.append(row)
        assert give(comm, row, "remove" if row % 2 else "keep")["ok"]
        waiting += fetch(comm, row, waiting, 8 - len(waiting))
        shown = row
    assert sorted(seen) == list(range(N_FORGET))
    assert fetch(comm, shown) == []
    assert annotator._state["n_done"] == annotator._state["n_total"] == N_FORGET
    assert annotator.session.removed.tolist() == [row for row in range(N_FORGET) if row % 2]
    assert annotator._state["counts"] == {"remove": 7, "keep": 7, "unsure": 0}


def test_a_record_says_what_a_person_needs(make):
    annotator, comm = make()
    give(comm, 3, "remove", reason="spam", note="again")
    reply, buffers = comm.request("record", row=3)
    (record,) = reply["records"]
    assert record["key"] == "r3"
    assert (record["label"], record["removed"], record["domain"]) == ("remove", True, 2)
    assert record["fields"][1] == {"name": "text", "value": "text of r3", "truncated": False}
    assert (record["text"], record["image"], buffers) == ("text", None, [])
    assert annotator.session.why("r3").to_dict()["reason"] == ["spam"]


def test_undo_and_redo_give_back_what_was_before(make):
    annotator, comm = make()
    give(comm, 3, "remove")
    give(comm, 3, "keep")
    give(comm, 5, "remove")
    assert comm.request("undo")[0]["row"] == 5
    assert comm.request("undo")[0]["row"] == 3
    assert annotator.decisions == {"r3": "remove"}
    assert annotator.session.removed.tolist() == [3]
    assert comm.request("redo")[0]["row"] == 3
    assert annotator.decisions == {"r3": "keep"}
    assert annotator.session.removed.tolist() == []
    assert annotator._state["can_redo"]
    give(comm, 6, "unsure")
    assert not annotator._state["can_redo"]
    assert comm.request("redo")[0]["row"] is None


def test_another_kernel_goes_on_where_this_one_left_off(make):
    first, comm = make()
    rows = fetch(comm)
    for row in rows[:5]:
        give(comm, row, "remove")
    first.session.close()
    again, comm = make()
    assert again._state["n_done"] == 5
    assert again.decisions == first.decisions
    assert fetch(comm)[0] == rows[5]
    assert sorted(again.session.removed.tolist()) == sorted(rows[:5])


def test_two_people_label_for_themselves_and_see_one_selection(make):
    ana, one = make("ana")
    ben, two = make("ben")
    give(one, 3, "remove")
    ben.session._take_in()
    assert (ben.decisions, ben.session.removed.tolist()) == ({}, [3])
    assert ben._state["n_done"] == 0
    give(two, 3, "keep")
    ana.session._take_in()
    assert (ana.decisions, ana.session.removed.tolist()) == ({"r3": "remove"}, [])
    ana.order = "disagreement"
    assert fetch(one, have=[])[0] != 3
    conflicts = uw.ledger.conflicts(ana.session.store).to_dict()
    assert conflicts["key"] == ["r3"]
    _, three = make("cleo", settles=True)
    give(three, 3, "keep")
    assert uw.ledger.conflicts(ana.session.store).to_dict()["key"] == []


def test_labels_given_elsewhere_show_at_once(make):
    annotator, comm = make()
    annotator.session.annotate(["r1", "r2"], "keep")
    assert annotator._state["n_done"] == 2
    assert {1, 2}.isdisjoint(fetch(comm, n=20))
    assert any("_state" in update for update in comm.updates)


def test_a_model_learns_and_suggests_and_is_never_waited_for(make):
    annotator, comm = make(order="uncertainty")
    assert annotator._state["model"]["version"] == 0
    assert annotator._state["note"] is not None
    for row in range(6):
        give(comm, row, "remove" if row < 3 else "keep")
    annotator._work._learner.wait()
    annotator._refresh()
    model = annotator._state["model"]
    assert (model["n_labelled"], model["reason"]) == (6, None)
    assert 0.0 <= model["accuracy"] <= 1.0
    reply, _ = comm.request("record", row=9)
    assert reply["records"][0]["guess"] in ("remove", "keep")


def test_custom_labels_and_what_they_mean(make):
    annotator, comm = make(labels=["toxic", "fine", "other <b>language</b>"])
    assert annotator.labels == ["toxic", "fine", "other <b>language</b>"]
    give(comm, 2, "toxic")
    give(comm, 4, "other <b>language</b>")
    assert annotator.session.removed.tolist() == [2]
    give(comm, 2, "fine")
    assert annotator.session.removed.tolist() == []
    reply = give(comm, 2, "toxik")
    assert "Did you mean 'toxic'" in reply["error"]["message"]
    assert annotator.decisions == {"r2": "fine", "r4": "other <b>language</b>"}


def test_the_domain_job_builds_both_domains(make):
    annotator, comm = make(job="domain")
    assert annotator._state["n_total"] == len(KEYS)
    with pytest.raises(ValueError, match="a domain needs at least 2 rows"):
        annotator.domains()
    for row in range(4):
        give(comm, row, "unwanted" if row < 2 else "retained")
    give(comm, 9, "unsure")
    forget, retain = annotator.domains()
    assert np.flatnonzero(forget).tolist() == [0, 1]
    assert np.flatnonzero(retain).tolist() == [2, 3]
    assert len(annotator.session.removed) == 0
    problem = uw.UnlearningProblem(annotator.session.problem.X, forget, retain)
    assert (problem.n_forget, problem.n_retain) == (2, 2)


def test_a_lassoed_region_is_labelled_as_one_act(make):
    annotator, comm = make()
    assert annotator._state["region"] is None
    reply, _ = comm.request("region", label="remove")
    assert "Draw around some" in reply["error"]["message"]
    session = annotator.session
    low, high = session.positions.min(axis=0) - 1, session.positions.max(axis=0) + 1
    box = [[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]]
    session.select_lasso(box, mode="subtract")
    assert annotator._work.state()["region"] == {"n_forget": N_FORGET, "n_retain": 0}
    give(comm, 3, "keep")
    reply, _ = comm.request("region", label="remove")
    assert reply["n"] == N_FORGET
    assert len(session.removed) == N_FORGET
    comm.request("undo")
    assert annotator.decisions == {"r3": "keep"}
    assert session.removed.tolist() == []


def test_skipped_records_come_again_at_the_end(make):
    _, comm = make()
    first, second = fetch(comm, n=2)
    assert comm.request("skip", row=first)[0]["ok"]
    rest = fetch(comm, first, [second], 20)
    assert first not in rest
    for row in [second, *rest]:
        give(comm, row, "keep")
    assert fetch(comm, rest[-1]) == [first]


def test_what_is_refused_changes_nothing(make, monkeypatch):
    annotator, comm = make()
    give(comm, 1, "remove")
    before = annotator.decisions, annotator.session.removed.tolist(), annotator._state["n_done"]
    assert give(comm, 99, "remove")["error"]["type"] == "ValueError"
    assert give(comm, 20, "remove")["error"]["message"].startswith(
        "key: 'r20' is not in the forget"
    )
    log = annotator.session._recorder.log
    monkeypatch.setattr(log, "append", lambda *_a, **_k: (_ for _ in ()).throw(OSError("gone")))
    assert give(comm, 2, "remove")["error"] == {"type": "OSError", "message": "gone"}
    assert comm.request("undo")[0]["error"]["message"] == "gone"
    now = annotator.decisions, annotator.session.removed.tolist(), annotator._state["n_done"]
    assert now == before
    monkeypatch.undo()
    assert comm.request("undo")[0]["row"] == 1


@pytest.mark.parametrize(
    ("kind", "payload", "match"),
    [
        ("label", {"row": 1}, "the field 'label' is missing"),
        ("label", {"row": True, "label": "keep", "reason": "", "note": ""}, "integer"),
        ("label", {"row": 1, "label": 3, "reason": "", "note": ""}, "expected a string"),
        ("label", {"row": 1, "label": "keep", "reason": "x" * 10_001, "note": ""}, "10,000"),
        (
            "label",
            {"row": 1, "label": "keep", "reason": "", "note": "", "who": "x"},
            "unknown field",
        ),
        ("queue", {"shown": None, "have": list(range(500)), "n": 5}, "at most 200"),
        ("queue", {"shown": -1, "have": [], "n": 5}, "at least 0"),
        ("queue", {"shown": None, "have": [], "n": 1000}, "must be in 1..20"),
        ("gesture", {}, "unknown kind"),
        ("region", {"label": None}, "expected a string"),
    ],
)
def test_messages_are_checked(make, kind, payload, match):
    annotator, comm = make()
    reply, _ = comm.request(kind, **payload)
    assert not reply["ok"]
    assert match in reply["error"]["message"]
    assert annotator.decisions == {}


def test_browsers_change_what_is_theirs_only(make):
    annotator, comm = make()
    comm.receive({"method": "update", "state": {"order": "score", "blur": True, "labels": ["x"]}})
    assert (annotator.order, annotator.blur, annotator.labels[0]) == ("score", True, "remove")
    comm.receive({"method": "update", "state": {"order": "backwards", "_state": {}}})
    assert annotator.order == "score"
    assert annotator._state["n_total"] == N_FORGET
    scores = annotator.session.problem.scores
    assert fetch(comm, n=1) == [int(np.argmax(np.where(np.arange(len(KEYS)) < 14, scores, -9)))]


def test_bad_arguments(make):
    with pytest.raises(ValueError, match="order"):
        make(order="rundom")
    with pytest.raises(ValueError, match="job: must be one of"):
        make(job="removel")
    with pytest.raises(ValueError, match=r"2 to 9|at least 2"):
        make(labels=["one"])
    with pytest.raises(ValueError, match="images: expected one picture for each"):
        make(images=[None])
    with pytest.raises(TypeError, match="session: Annotator shows a Session"):
        uw.Annotator("session")


def test_the_map_can_show_the_newest_label_of_each_row(make):
    annotator, comm = make(job="domain")
    shown = RecordingComm(annotator.session)
    reply, (codes,) = shown.request("column", name="label:domain")
    assert reply["column"] == {"kind": "categorical", "labels": [], "counts": []}
    assert set(codes) == {255}
    give(comm, 3, "unwanted")
    give(comm, 20, "retained")
    give(comm, 3, "unsure")
    assert annotator.session._status["labels"] == {"domain": {"n": 2, "version": 3}}
    reply, (codes,) = shown.request("column", name="label:domain")
    labels = reply["column"]["labels"]
    assert [labels[codes[row]] for row in (3, 20)] == ["unsure", "retained"]
    assert codes[4] == 255
    give(comm, 3, None)
    give(comm, 20, None)
    assert annotator.session._status["labels"] == {}


class TestImages:
    def test_pixels_survive(self):
        rng = np.random.default_rng(0)
        for shape in ((5, 7), (5, 7, 1), (5, 7, 3), (5, 7, 4)):
            pixels = rng.integers(0, 256, shape, dtype=np.uint8)
            data = encode_png(pixels)
            width, height = struct.unpack(">II", data[16:24])
            assert (height, width) == shape[:2]
            start = data.index(b"IDAT") + 4
            (length,) = struct.unpack(">I", data[start - 8 : start - 4])
            raw = np.frombuffer(zlib.decompress(data[start : start + length]), dtype=np.uint8)
            lines = raw.reshape(height, -1)
            assert not lines[:, 0].any()
            assert np.array_equal(lines[:, 1:].ravel(), pixels.ravel())
        assert encode_png(np.ones((2, 2))) == encode_png(np.full((2, 2), 255, dtype=np.uint8))

    def test_files_stay_in_their_folder(self, tmp_path):
        folder = tmp_path / "pictures"
        folder.mkdir()
        (folder / "a.png").write_bytes(encode_png(np.zeros((2, 2))))
        (tmp_path / "secret.png").write_bytes(encode_png(np.zeros((2, 2))))
        (folder / "link.png").symlink_to(tmp_path / "secret.png")
        names = ["a.png", "../secret.png", "link.png", str(tmp_path / "secret.png"), None]
        images = Images(names, 5, folder)
        assert images.read(0).type == "image/png"
        assert images.read(4) is None
        for row in (1, 2, 3):
            with pytest.raises(ValueError, match="lies outside of"):
                images.read(row)
        with pytest.raises(ValueError, match="image_folder"):
            Images(names, 5).read(0)

    @pytest.mark.parametrize(
        ("data", "kind"),
        [
            (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
            (b"GIF89a....", "image/gif"),
            (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        ],
    )
    def test_pictures_are_known_by_their_bytes(self, data, kind):
        assert Images([data], 1).read(0).type == kind

    @pytest.mark.parametrize("data", [b"<svg onload=alert(1)>", b"", b"MZ\x90", b"RIFF0000WAVE"])
    def test_anything_else_is_refused(self, data):
        with pytest.raises(ValueError, match="no PNG, JPEG, GIF or WebP"):
            Images([data], 1).read(0)

    @pytest.mark.parametrize(
        "pixels", [np.zeros(3), np.zeros((2, 2, 2)), np.full((2, 2), 300), np.full((2, 2), np.nan)]
    )
    def test_what_is_no_picture_is_said(self, pixels):
        with pytest.raises(ValueError, match="images: expected"):
            encode_png(pixels)

    def test_bytes_travel_beside_the_record(self, make):
        pictures = np.zeros((len(KEYS), 3, 3), dtype=np.uint8)
        _, comm = make(images=pictures)
        reply, buffers = comm.request("queue", shown=None, have=[], n=2)
        assert [record["image"]["buffer"] for record in reply["records"]] == [0, 1]
        assert all(buffer == encode_png(pictures[0]) for buffer in buffers)


def test_no_thread_puts_back_what_it_read_before_a_label(make, monkeypatch):
    annotator, comm = make()
    lock, free = annotator.session._lock, []
    set_trait = annotator.set_trait

    def watched(name, value):
        def try_lock():
            free.append(lock.acquire(blocking=False))
            if free[-1]:
                lock.release()

        other = threading.Thread(target=try_lock)
        other.start()
        other.join()
        set_trait(name, value)

    monkeypatch.setattr(annotator, "set_trait", watched)
    give(comm, fetch(comm)[0], "remove")
    assert free
    assert not any(free)

"""The live sessions of a kernel, and what those who follow them are told."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from comm.base_comm import BaseComm

import unlearn_widgets as uw
from tests.injections import TEXTS
from unlearn_widgets.session import live as module
from unlearn_widgets.session.live import LIVE, LiveSessions

PROBLEM = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])


class Client(BaseComm):
    """A page with a comm of its own."""

    def __init__(self):
        self.sent = []
        super().__init__(target_name="page", primary=False)

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        del metadata, buffers, keys
        if msg_type == "comm_msg":
            self.sent.append(data)

    def ask(self, kind="sessions", **payload):
        return self.say({"v": 1, "id": f"page:{len(self.sent) + 1}", "kind": kind, **payload})

    def say(self, content):
        """Send anything and return the last answer."""
        self.sent.clear()
        self._msg_callback({"content": {"data": content}, "buffers": []})
        return self.sent[-1] if self.sent else None

    def news(self):
        return [told for told in self.sent if "ok" not in told]


@pytest.fixture
def live(monkeypatch):
    """Begin with no session, as a new kernel does."""
    fresh = LiveSessions()
    for room in ("state", "manifest"):
        monkeypatch.setattr(f"unlearn_widgets.session.{room}.LIVE", fresh)
    return fresh


@pytest.fixture
def client(live):
    live.prepare()
    page = Client()
    live._welcome(page, {})
    return page


@pytest.fixture
def session(live):
    return uw.Session(PROBLEM, title="Four rows")


def test_one_registry_for_the_kernel():
    assert module.LIVE is LIVE


def test_sessions_are_listed_until_they_are_closed(client, session):
    other = uw.Session(PROBLEM, title="Other")
    titles = [entry["title"] for entry in client.ask()["sessions"]]
    assert titles == ["Other", "Four rows"]
    identity = other.model_id
    other.close()
    assert {"v": 1, "kind": "closed", "session": identity} in client.sent
    assert [entry["title"] for entry in client.ask()["sessions"]] == ["Four rows"]
    assert session.rev == 0


def test_nothing_is_told_before_somebody_asks(client, session):
    session.select([3])
    assert client.sent == []


def test_a_change_is_told_once(client, session):
    client.ask()
    client.sent.clear()
    session.select([3])
    (told,) = client.news()
    assert told["session"]["effect"]["n_removed"] == 1
    client.sent.clear()
    session.select([3])
    session.retain_locked = True
    assert client.sent == []


def test_names_and_stores_are_told(client, live, tmp_path):
    stored = uw.Session(PROBLEM, names=("spam", "ham"), store=tmp_path / "a.forgetset", who="Dana")
    (entry,) = client.ask()["sessions"]
    assert entry["names"] == {"forget": "spam", "retain": "ham"}
    assert entry["store"] == {"name": "a.forgetset", "state": "stored"}
    stored.close()


def test_views_are_told_as_they_come_and_go(client, session):
    view = uw.Workbench(session)
    identity = view.model_id
    (entry,) = client.ask()["sessions"]
    assert entry["views"] == [identity]
    other = uw.Session(PROBLEM)
    view.session = other
    shown = {entry["n"]: entry["views"] for entry in client.ask()["sessions"]}
    assert sorted(shown.values()) == [[], [identity]]
    view.close()
    assert [entry["views"] for entry in client.ask()["sessions"]] == [[], []]


def test_a_manifest_is_told_until_something_happens(client, session, tmp_path):
    client.ask()
    client.sent.clear()
    session.select([3])
    session.save(tmp_path / "four.forget.json")
    told = client.news()[-1]["session"]["manifest"]
    assert told == {
        "name": "four.forget.json",
        "path": str(tmp_path / "four.forget.json"),
        "current": True,
    }
    session.annotate([2], "keep", reason="quoted")
    assert client.news()[-1]["session"]["manifest"]["current"] is False


def test_steps(client, session):
    session.select([3])
    identity = session.model_id
    assert client.ask("command", session=identity, name="undo")["rev"] == 2
    assert session.removed.tolist() == []
    assert client.ask("command", session=identity, name="redo")["rev"] == 3
    refused = client.ask("command", session=identity, name="redo")
    assert not refused["ok"]
    assert "redo" in refused["error"]["message"]


def save(client, session, name, *, replace=False):
    client.ask("save", session=session.model_id, name=name, replace=replace)
    session._background.wait()
    return client.sent[-1]


def test_a_manifest_is_saved_and_replaced(client, session, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert save(client, session, "a.forget.json")["saved"] is True
    assert save(client, session, "a.forget.json")["saved"] is True
    other = uw.Session(PROBLEM)
    before = (tmp_path / "a.forget.json").read_bytes()
    assert save(client, other, "a.forget.json")["saved"] is False
    assert (tmp_path / "a.forget.json").read_bytes() == before
    assert save(client, other, "a.forget.json", replace=True)["saved"] is True


def test_a_sign_off_is_not_lost(client, session, tmp_path, monkeypatch):
    from unlearn_widgets.manifest import add_signoff

    monkeypatch.chdir(tmp_path)
    save(client, session, "a.forget.json")
    add_signoff(tmp_path / "a.forget.json", "approved", who="Dana")
    refused = save(client, session, "a.forget.json", replace=True)
    assert refused["error"]["type"] == "FileExistsError"
    assert "Dana" in (tmp_path / "a.forget.json").read_text()


def test_a_link_that_leads_out_is_refused(client, session, tmp_path, monkeypatch):
    outside = tmp_path / "outside.forget.json"
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.forget.json").symlink_to(outside)
    monkeypatch.chdir(folder)
    refused = save(client, session, "a.forget.json", replace=True)
    assert "leads out" in refused["error"]["message"]
    assert not outside.exists()


NAMES = [
    *("", ".forget.json", "a.json", "a.forget.json.exe", "../a.forget.json", "/a.forget.json"),
    *("a/b.forget.json", "a\\b.forget.json", ".a.forget.json", "a\n.forget.json"),
    *("a\0.forget.json", "a" * 200 + ".forget.json", 7, None, ["a.forget.json"]),
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_leaves_the_folder_is_refused(client, session, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    refused = client.ask("save", session=session.model_id, name=name, replace=True)
    assert refused["ok"] is False
    session._background.wait()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_injected_names_no_session(client, session, name):
    refused = client.ask("command", session=name, name="undo")
    assert refused["ok"] is False


HOSTILE = [None, [], "undo", {}, {"id": "page:1"}, {"v": 2, "id": "page:1", "kind": "sessions"}]


@pytest.mark.parametrize("content", HOSTILE)
def test_hostile_messages_change_nothing(client, session, content):
    answer = client.say(content)
    assert answer is None or answer["ok"] is False
    assert session.rev == 0


def test_a_session_that_is_gone_says_so(client, session):
    client.ask()
    identity = session.model_id
    session.close()
    refused = client.ask("command", session=identity, name="undo")
    assert "no longer there" in refused["error"]["message"]


def test_what_is_told_last_holds_whoever_changes_the_session(client, session):
    client.ask()
    client.sent.clear()

    def choose():
        for _ in range(50):
            session.select([3], "add")
            session.select([3], "subtract")

    threads = [threading.Thread(target=choose) for _ in range(4)]
    for thread in threads:
        thread.start()
    asked = [client.ask() for _ in range(5)]
    for thread in threads:
        thread.join()
    assert all(answer["ok"] for answer in asked if "ok" in answer)
    session.select([2, 3])
    assert client.news()[-1]["session"]["rev"] == session.rev


def test_a_closed_session_is_collected_in_any_statement(live):
    session = uw.Session(PROBLEM)
    session.close()
    left, collected = weakref.ref(session), threading.Event()
    del session

    def collect():
        with live._lock:
            gc.collect()
        collected.set()

    threading.Thread(target=collect, daemon=True).start()
    assert collected.wait(30)
    assert left() is None


def test_a_client_that_left_is_told_nothing(client, session):
    client.ask()
    client._close_callback({})
    client.sent.clear()
    session.select([3])
    assert client.sent == []

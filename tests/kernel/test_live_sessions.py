"""What a page hears of the live sessions of a kernel, over the comm that a kernel keeps for it."""

from __future__ import annotations

import itertools
import json

import pytest

from tests.kernel.kernel import opened, real_kernel
from unlearn_widgets.wire.live_messages import TARGET

pytestmark = pytest.mark.kernel

IMPORT = "import unlearn_widgets as uw\n"
BUILD = """
problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
session = uw.Session(problem, title="Four rows")
"""


class Page:
    """A page that looks for sessions without having seen any of them opened."""

    def __init__(self, kernel, name="panel-1"):
        self.kernel = kernel
        self.name = name
        self._counter = itertools.count(1)

    def ask(self, kind, subshell=None, **payload):
        identity = f"{self.name}:{next(self._counter)}"
        content = {"v": 1, "id": identity, "kind": kind, **payload}
        self.kernel.send_to_comm(TARGET, content, subshell=subshell)
        return self.answer(identity)

    def answer(self, identity):
        return self.hear(lambda data: data.get("id") == identity)

    def hear(self, wanted):
        """Wait for something on the comm and return it."""

        def found(message):
            content = message["content"]
            return (
                message["msg_type"] == "comm_msg"
                and content["comm_id"] == TARGET
                and wanted(content["data"])
            )

        return self.kernel.until(found)[-1]["content"]["data"]


@pytest.fixture
def kernel(tmp_path):
    with real_kernel(str(tmp_path)) as running:
        yield running


@pytest.fixture
def page(kernel):
    kernel.run(IMPORT + BUILD)
    return Page(kernel)


def test_the_comm_is_there_from_the_first_session_on_and_nobody_is_told(kernel):
    kernel.run(IMPORT)
    assert kernel.comms(TARGET) == []
    published = kernel.run(BUILD)
    assert kernel.comms(TARGET) == [TARGET]
    targets = [m["content"]["target_name"] for m in published if m["msg_type"] == "comm_open"]
    assert TARGET not in targets


def test_sessions_are_listed_newest_first(page):
    page.kernel.run("second = uw.Session(problem, title='Second')\nview = uw.Workbench(second)")
    second, first = page.ask("sessions")["sessions"]
    assert (first["title"], second["title"]) == ("Four rows", "Second")
    assert first["n"] < second["n"]
    assert first["effect"] == page.kernel.value("session.effect.to_dict()")
    assert second["id"] == page.kernel.value("second.model_id")
    assert (first["views"], second["views"]) == ([], [page.kernel.value("view.model_id")])
    assert first["store"] == {"name": None, "state": "memory"}


def test_a_change_in_a_cell_is_told_once_someone_has_asked(page):
    before = page.kernel.run("session.select([3])")
    assert [m for m in before if m["content"].get("comm_id") == TARGET] == []
    page.ask("sessions")
    published = page.kernel.run("session.select([2])")
    told = [m for m in published if m["content"].get("comm_id") == TARGET]
    assert [m["content"]["data"]["kind"] for m in told] == ["changed"]
    entry = told[0]["content"]["data"]["session"]
    assert (entry["rev"], entry["effect"]["n_removed"]) == (2, 1)
    # People wait for the map first.
    own = [m for m in published if m["content"].get("comm_id") == entry["id"]]
    assert published.index(own[0]) < published.index(told[0])


def test_a_page_undoes_and_redoes(page):
    page.kernel.run("session.select([3])")
    (entry,) = page.ask("sessions")["sessions"]
    assert entry["undo_label"]
    assert page.ask("command", session=entry["id"], name="undo")["ok"]
    assert page.kernel.value("session.removed.tolist()") == []
    page.ask("command", session=entry["id"], name="redo")
    assert page.kernel.value("session.removed.tolist()") == [3]


def test_a_manifest_is_saved_in_the_folder_of_the_kernel(page, tmp_path):
    page.kernel.run("session.select([3])")
    (entry,) = page.ask("sessions")["sessions"]
    name, identity = "four.forget.json", entry["id"]
    saved = page.ask("save", session=identity, name=name, replace=False)
    assert saved["saved"], saved
    assert saved["path"] == str(tmp_path / name)
    assert json.loads((tmp_path / name).read_text())["counts"]["n_removed"] == 1
    (entry,) = page.ask("sessions")["sessions"]
    assert entry["manifest"] == {"name": name, "path": str(tmp_path / name), "current": True}
    page.kernel.run("session.select([2])")
    (entry,) = page.ask("sessions")["sessions"]
    assert entry["manifest"]["current"] is False


def test_another_file_is_replaced_only_when_told(page, tmp_path):
    place = tmp_path / "four.forget.json"
    place.write_text("{}")
    (entry,) = page.ask("sessions")["sessions"]
    given = {"session": entry["id"], "name": place.name}
    assert page.ask("save", **given, replace=False)["saved"] is False
    assert place.read_text() == "{}"
    assert page.ask("save", **given, replace=True)["saved"]
    # Its own file is its own.
    assert page.ask("save", **given, replace=False)["saved"]


def test_a_page_is_answered_while_a_cell_runs(page):
    subshell = page.kernel.create_subshell()
    page.kernel.run("import threading; gate = threading.Event()")
    running = page.kernel.start_cell("gate.wait(50); print(session.rev)")
    (entry,) = page.ask("sessions", subshell=subshell)["sessions"]
    refused = page.ask("command", subshell=subshell, session=entry["id"], name="undo")
    assert not refused["ok"]
    page.kernel.start_on(subshell, "gate.set()")
    page.kernel.until_idle(running)


def test_two_pages_hear_of_the_same_change(page):
    other = Page(page.kernel, "panel-2")
    page.ask("sessions")
    assert other.ask("sessions")["sessions"][0]["rev"] == 0
    page.kernel.start_cell("session.select([3])")
    assert other.hear(lambda data: data.get("kind") == "changed")["session"]["rev"] == 1


def test_a_page_that_closes_the_comm_takes_it_from_no_other(page):
    page.ask("sessions")
    page.kernel.close_comm(TARGET)
    assert page.kernel.comms(TARGET) == [TARGET]
    assert page.ask("sessions")["sessions"][0]["title"] == "Four rows"


def test_the_cell_that_made_a_session_is_known(kernel):
    kernel.run(IMPORT)
    kernel.run(BUILD, metadata={"cellId": "cell-7"})
    (entry,) = Page(kernel).ask("sessions")["sessions"]
    assert entry["cell"] == "cell-7"


def test_a_page_with_a_comm_of_its_own_is_served(page):
    mine = page.kernel.open_comm(TARGET)
    content = {"v": 1, "id": "other:1", "kind": "sessions"}
    page.kernel.send_to_comm(mine, content)
    published = page.kernel.until(
        lambda message: message["msg_type"] == "comm_msg" and message["content"]["comm_id"] == mine
    )
    assert published[-1]["content"]["data"]["sessions"][0]["title"] == "Four rows"


def test_sessions_are_opened_after_the_comm(kernel):
    identity, _ = opened(kernel.run(IMPORT + BUILD), "Session")
    (entry,) = Page(kernel).ask("sessions")["sessions"]
    assert entry["id"] == identity

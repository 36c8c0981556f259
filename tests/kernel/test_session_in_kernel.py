from __future__ import annotations

import itertools
import json

import numpy as np
import pytest

from tests.kernel.kernel import is_reply, opened, real_kernel, with_buffers
from unlearn_widgets.ledger import EventLog
from unlearn_widgets.wire.codecs import decode_bitset, encode_path

pytestmark = pytest.mark.kernel

BUILD = """
import threading
import numpy as np
import unlearn_widgets as uw

rng = np.random.default_rng(5)
X = rng.normal(size=(40, 3))
X[:15] += 1
problem = uw.UnlearningProblem(X, forget=np.arange(15))
records = {"text": [f"text {row} \\ud800" for row in range(40)]}
session = uw.Session(problem, records, map=np.column_stack([np.arange(40), np.zeros(40)]))
threads = []
session.observe(lambda change: threads.append(threading.current_thread().name), names=["removed"])
"""


class Browser:
    """One view of the session, as far as the kernel can tell."""

    def __init__(self, kernel, comm, state):
        self.kernel, self.comm, self.state = kernel, comm, state
        self._counter = itertools.count(1)

    def ask(self, kind, buffers=(), subshell=None, **payload):
        """Send a request and return its id."""
        identity = f"browser:{next(self._counter)}"
        content = {"v": 1, "id": identity, "kind": kind, **payload}
        data = {"method": "custom", "content": content}
        self.kernel.send_to_comm(self.comm, data, buffers, subshell)
        return identity

    def lasso(self, low, high, subshell=None, kind="gesture", mode="replace"):
        box = [[low - 0.5, -1], [high + 0.5, -1], [high + 0.5, 1], [low - 0.5, 1]]
        return self.ask(kind, [encode_path(box)], subshell, tool="lasso", mode=mode)

    def answer(self, identity):
        """Wait for a reply and return it with the messages published before."""
        published = self.kernel.until(lambda message: is_reply(message, identity))
        for message in published:
            if message["msg_type"] == "comm_msg":
                data = message["content"]["data"]
                if data["method"] == "update":
                    self.state.update(with_buffers(message, dict(data["state"])))
        return published[-1]["content"]["data"]["content"], published[:-1]


@pytest.fixture(scope="module")
def kernel(root):
    with real_kernel(str(root)) as kernel:
        yield kernel


@pytest.fixture
def browser(kernel):
    comm, state = opened(kernel.run(BUILD), "Session")
    return Browser(kernel, comm, state)


def removed(state):
    return np.flatnonzero(decode_bitset(state["_removed"], 40)).tolist()


def test_a_session_opens_with_all_its_state(browser):
    state = browser.state
    assert np.frombuffer(state["_positions"], "<f4").reshape(-1, 2)[:, 0].tolist() == [*range(40)]
    assert np.frombuffer(state["_domains"], np.uint8).tolist() == [2] * 15 + [1] * 25
    assert removed(state) == []
    assert (state["_rev"], state["_source"], state["_effect"]["rev"]) == (0, "python", 0)
    assert state["_info"]["n_rows"] == 40


def test_a_lasso_reaches_python_and_its_effect_the_browser(kernel, browser):
    reply, before = browser.answer(browser.lasso(3, 20))
    assert reply["ok"] is True
    assert (reply["rev"], reply["inside_forget"], reply["inside_retain"]) == (1, 12, 6)
    updates = [m for m in before if m["msg_type"] == "comm_msg"]
    assert len(updates) == 1
    assert removed(browser.state) == list(range(3, 15))
    assert browser.state["_source"] == "browser"
    assert kernel.value("session.removed.tolist()") == list(range(3, 15))
    fresh = kernel.value(
        "uw.UnlearningProblem(X, forget=np.arange(15)).effect(np.arange(3, 15)).to_dict()"
    )
    shown = browser.state["_effect"]["values"]
    assert set(shown) == set(fresh)
    for name, value in fresh.items():
        expected = pytest.approx(value, rel=1e-9) if isinstance(value, float) else value
        assert shown[name] == expected, name


def test_what_python_does_reaches_the_browser_in_one_message(kernel, browser):
    published = kernel.run("session.removed = [0, 7]; session.undo(); session.redo()")
    updates = [m for m in published if m["msg_type"] == "comm_msg"]
    states = [with_buffers(m, dict(m["content"]["data"]["state"])) for m in updates]
    assert [state["_rev"] for state in states] == [1, 2, 3]
    assert [removed(state) for state in states] == [[0, 7], [], [0, 7]]
    assert all(state["_effect"]["rev"] == state["_rev"] for state in states)


def test_requests_are_answered_while_a_cell_runs(kernel, browser):
    """Also after the cell itself has published, which ipykernel 7.4 takes for a change of shell."""
    subshell = kernel.create_subshell()
    cell = kernel.start_cell(
        "released = threading.Event()\n"
        "session.observe(lambda change: session.rev == 3 and released.set(), names=['rev'])\n"
        "session.select([1])\n"
        "print('running', flush=True)\n"
        f"print('released' if released.wait({30}) else 'held up')\n"
    )
    kernel.until(lambda m: m["msg_type"] == "stream" and "running" in m["content"]["text"])
    preview, seen = browser.answer(browser.lasso(0, 9, subshell, kind="preview"))
    assert preview["values"]["n_removed"] == 10
    reply, more = browser.answer(browser.lasso(0, 4, subshell))
    assert reply["rev"] == 2
    assert removed(browser.state) == [0, 1, 2, 3, 4]
    ended = [
        m
        for m in seen + more
        if m["parent_header"].get("msg_id") == cell and m["msg_type"] == "status"
    ]
    assert ended == []
    browser.lasso(0, 5, subshell)
    rest = kernel.until_idle(cell)
    printed = "".join(m["content"]["text"] for m in rest if m["msg_type"] == "stream")
    assert printed.strip() == "released"
    names = kernel.value("threads")
    assert names[0] == "MainThread"
    assert all("MainThread" not in name for name in names[1:])
    assert kernel.value("session.removed.tolist()") == [0, 1, 2, 3, 4, 5]


def test_a_cell_and_the_browser_change_one_session_at_once(kernel, browser):
    subshell = kernel.create_subshell()
    cell = kernel.start_cell(
        "for row in range(200):\n"
        "    session.select([row % 15], mode=('add', 'subtract')[row // 15 % 2])\n"
    )
    asked = [browser.lasso(5, 9, subshell, mode="replace") for _ in range(20)]
    busy = {cell, *asked}

    def done(message):
        data = message["content"].get("data", {})
        if message["msg_type"] == "comm_msg" and data.get("method") == "custom":
            assert data["content"]["ok"] is True
            busy.discard(data["content"]["id"])
        idle = message["content"].get("execution_state") == "idle"
        if idle and message["parent_header"].get("msg_id") == cell:
            busy.discard(cell)
        return not busy

    kernel.until(done)
    facts = kernel.value(
        "[session.rev, session._rev, session._effect['rev'], session.removed.tolist(), "
        "session.effect.alpha, uw.UnlearningProblem(X, forget=np.arange(15))"
        ".effect(session.removed).alpha]"
    )
    assert facts[0] == facts[1] == facts[2]
    assert facts[4] == pytest.approx(facts[5], rel=1e-9)


def test_text_that_is_no_unicode_is_answered(kernel, browser):
    kernel.run("session.select([0])")
    page = {"scope": "removed", "offset": 0, "limit": 5, "sort": "position"}
    reply, _ = browser.answer(browser.ask("records", **page))
    assert reply["rows"][0]["text"] == "text 0 ?"


def test_garbage_leaves_the_session_intact_and_prints_nothing(kernel, browser, root):
    kernel.run("session.select([2, 3])")
    path = root / "tests" / "protocol" / "messages.json"
    cases = json.loads(path.read_text(encoding="utf-8"))["requests"]["invalid"]
    subshell = kernel.create_subshell()
    for index, case in enumerate(cases):
        data = {"method": "custom", "content": case["message"]}
        buffers = [bytes.fromhex(buffer) for buffer in case["buffers"]]
        kernel.send_to_comm(browser.comm, data, buffers, subshell if index % 2 else None)
    for data in (
        None,
        [],
        "garbage",
        {},
        {"method": "explode"},
        {"method": "update", "state": {"_rev": 99, "_removed": "x"}, "buffer_paths": [["_info"]]},
        {"method": "update", "state": None},
        {
            "method": "custom",
            "content": {"v": 1, "id": "a:1", "kind": "search", "text": "x" * 10**6},
        },
    ):
        kernel.send_to_comm(browser.comm, data, [b"\xff" * 100])
    # Each shell answers in order, so all is answered when both have answered this.
    waiting = {browser.ask("record", row=0), browser.ask("record", subshell=subshell, row=0)}
    replies = []

    def all_answered(message):
        assert message["msg_type"] in ("comm_msg", "status")
        data = message["content"].get("data", {})
        if data.get("method") == "custom":
            replies.append(data["content"])
            waiting.discard(data["content"]["id"])
        return not waiting

    kernel.until(all_answered)
    refused = [reply for reply in replies if not reply["ok"]]
    assert len(refused) == sum(case["id"] is not None for case in cases) + 1
    assert len(replies) == len(refused) + 2
    assert kernel.value("[session.removed.tolist(), session.rev, session._rev]") == [[2, 3], 1, 1]


def test_brushing_goes_on_while_a_rule_ranks(kernel, browser):
    kernel.run(
        "finish = threading.Event()\n"
        "class Patient:\n"
        "    def fit(self, X, y, groups=None):\n"
        "        assert finish.wait(60)\n"
        "        self.order = np.flatnonzero(y)\n"
        "        return self\n"
        "    def rank(self):\n"
        "        return self.order\n"
        "(name,) = session.add_rules([Patient()])"
    )
    name = kernel.value("name")
    ranking = browser.ask("plan_rule", rule=name)
    reply, _ = browser.answer(browser.lasso(3, 9))
    assert reply["ok"] is True
    table, _ = browser.answer(browser.ask("rule_table", budget=4, alpha=0.1, epsilon=None))
    states = {row["rule"]: row["ready"] for row in table["rows"]}
    assert states[name] is False
    kernel.start_cell("finish.set()")
    ranked, _ = browser.answer(ranking)
    assert ranked["ok"] is True, ranked
    assert (ranked["rule"], ranked["series"][0]) == (name, "budget")
    table, _ = browser.answer(browser.ask("rule_table", budget=4, alpha=None, epsilon=None))
    assert {row["rule"]: row["ready"] for row in table["rows"]}[name] is True


def test_a_plan_and_the_diagnosis_arrive_from_their_threads(kernel, browser):
    plan, _ = browser.answer(browser.ask("plan"))
    assert plan["ok"] is True
    assert plan["divergence"] == pytest.approx(kernel.value("problem.divergence"))
    found, _ = browser.answer(browser.ask("diagnosis"))
    assert found["verdict"] == kernel.value("problem.diagnose().verdict")


def test_labels_are_taken_while_a_cell_runs_and_a_model_learns(kernel, browser, tmp_path):
    store = str(tmp_path / "day.forgetset")
    published = kernel.run(
        f"session = uw.Session(problem, map='pca', store={store!r}, who='ana')\n"
        "annotator = uw.Annotator(session)"
    )
    comm, state = opened(published, "Annotator")
    annotator = Browser(kernel, comm, state)
    subshell = kernel.create_subshell()
    kernel.start_cell(
        "released = threading.Event()\n"
        "done = lambda: len(annotator.decisions) == 6 and released.set()\n"
        "session.follow_events(done)\n"
        "print('running', flush=True)\n"
        "held_up = not released.wait(30)\n"
    )
    kernel.until(lambda m: m["msg_type"] == "stream" and "running" in m["content"]["text"])
    asked = annotator.ask("queue", subshell=subshell, shown=None, have=[], n=8)
    reply, _ = annotator.answer(asked)
    rows = [record["row"] for record in reply["records"]]
    for at, row in enumerate(rows[:6]):
        label = ("remove", "keep")[at % 2]
        payload = {"row": row, "label": label, "reason": "", "note": ""}
        reply, _ = annotator.answer(annotator.ask("label", subshell=subshell, **payload))
        assert reply["ok"], reply
    assert kernel.value("held_up") is False
    labels = {str(row): ("remove", "keep")[at % 2] for at, row in enumerate(rows[:6])}
    assert kernel.value("{str(key): label for key, label in annotator.decisions.items()}") == labels
    kernel.run("annotator._work._learner.wait(); annotator._refresh()")
    assert kernel.value("annotator._state['model']['n_labelled']") == 6
    with EventLog(store) as log:
        assert [event.kind for event in log.events()] == ["created", *["label"] * 6]

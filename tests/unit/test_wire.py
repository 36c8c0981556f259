from __future__ import annotations

import pytest
import traitlets as t

from tests.comms import RecordingComm
from unlearn_widgets.wire.subshells import answer_on_requested_subshell
from unlearn_widgets.wire.traits import Binary, GuardedWidget, Owned


class Sample(GuardedWidget):
    _esm = "export default {}"
    data = Binary()
    rev = t.Int(3).tag(sync=True)
    mode = t.Enum(("add", "subtract"), "add").tag(sync=True, browser=True)
    height = t.Int(5, min=1, max=9).tag(sync=True, browser=True)
    note = t.Unicode("mine")


@pytest.fixture
def widget():
    sample = Sample()
    sample.data = b"\x01\x02"
    yield sample
    sample.close()


def update(state, **more):
    return {"method": "update", "state": state, "buffer_paths": [], **more}


def test_the_browser_sets_what_is_its_own(widget):
    comm = RecordingComm(widget)
    comm.receive(update({"mode": "subtract", "height": 9}))
    assert (widget.mode, widget.height) == ("subtract", 9)


@pytest.mark.parametrize(
    "state",
    [
        {"rev": 99},
        {"data": None},
        {"data": {}},
        {"data": "text"},
        {"mode": "explode"},
        {"mode": ["add"]},
        {"height": 10},
        {"height": "5"},
        {"height": True, "rev": 1},
        {"_esm": "alert(1)"},
        {"_css": "* {display: none}"},
        {"_model_module": "elsewhere"},
        {"note": "theirs"},
        {"comm": None},
        {"keys": []},
        {"no_such_trait": 1},
        {"__class__": "x"},
    ],
    ids=str,
)
def test_the_browser_sets_nothing_else_and_gets_the_truth_back(widget, state):
    comm = RecordingComm(widget)
    before = {name: getattr(widget, name) for name in ("data", "rev", "mode", "height", "note")}
    esm, keys = widget._esm, list(widget.keys)
    comm.receive(update(state))
    assert {name: getattr(widget, name) for name in before} == before
    assert (widget._esm, widget.keys, widget.comm) == (esm, keys, comm)
    synced = {name for name in state if name in keys}
    assert {name for sent in comm.updates for name in sent} == synced
    for sent in comm.updates:
        assert all(sent[name] == getattr(widget, name) for name in sent)


def test_a_good_value_beside_a_bad_one_is_taken(widget):
    comm = RecordingComm(widget)
    comm.receive(update({"mode": "subtract", "height": 1000}))
    assert (widget.mode, widget.height) == ("subtract", 5)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "update",
        {},
        {"method": None},
        {"method": "explode"},
        {"method": "update"},
        {"method": "update", "state": None},
        {"method": "update", "state": [1]},
        {"method": "update", "state": {"mode": "add"}, "buffer_paths": [["rev", "x"], 7]},
        {"method": "custom"},
        {"method": "custom", "content": None},
        {"method": ["custom"], "content": {}},
    ],
    ids=str,
)
def test_malformed_messages_change_nothing(widget, data):
    comm = RecordingComm(widget)
    comm.receive(data, [b"\x00"])
    assert (widget.rev, widget.mode, widget.data) == (3, "add", b"\x01\x02")


def test_a_state_request_is_answered_with_everything(widget):
    comm = RecordingComm(widget)
    comm.receive({"method": "request_state"})
    assert comm.updates[0]["data"] == b"\x01\x02"
    assert comm.updates[0]["rev"] == 3


def test_binary_values_survive_the_way_up():
    from_browser = Binary().metadata["from_json"]
    assert from_browser(memoryview(b"\x05"), None) == b"\x05"


def test_an_owned_trait_has_one_owner():
    class Halves(t.HasTraits):
        half = 2
        whole = Owned(
            lambda self: 2 * self.half, lambda self, value: setattr(self, "half", value // 2)
        )
        double = Owned(lambda self: 4 * self.half)

    halves = Halves()
    halves.whole = 10
    assert (halves.half, halves.whole, halves.double) == (5, 10, 20)
    with pytest.raises(t.TraitError, match=r"Halves\.double is read-only"):
        halves.double = 1
    halves.double = halves.double
    assert halves.double == 20


def test_a_comm_without_routing_of_its_own_is_left_alone():
    class Plain:
        pass

    plain = Plain()
    answer_on_requested_subshell(plain)
    assert vars(plain) == {}

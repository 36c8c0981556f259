"""What the events say now: the last word of each annotator, the settled label, the selection."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.injections import TEXTS
from tests.labelling import label
from unlearn_widgets.ledger import (
    ERASED,
    Event,
    EventLog,
    conflicts,
    current_labels,
    erase,
    selection_of,
    settled_labels,
)

AT = "2026-01-01T00:00:00.000Z"


@pytest.fixture
def log(tmp_path):
    with EventLog(tmp_path / "day.forgetset") as log:
        yield log


def labels_of(log, job="removal"):
    found = current_labels(log.events(), job)
    return {key: {who: one.label for who, one in held.items()} for key, held in found.items()}


def test_an_empty_store_says_nothing(log):
    assert current_labels(log.events(), "removal") == {}
    assert settled_labels(log.events(), "removal") == {}
    assert selection_of(log.events()) == set()
    assert len(conflicts(log)) == 0
    assert conflicts(log).columns == ("key", "labels", "n_annotators", "last", "reasons")


def test_the_last_label_of_each_annotator_counts(log):
    label(log, "ana", [0, 1], "remove")
    label(log, "ben", [0], "keep")
    last = label(log, "ana", [0], "unsure", reason="a quote", note="ask Cleo")
    assert labels_of(log) == {0: {"ben": "keep", "ana": "unsure"}, 1: {"ana": "remove"}}
    decision = current_labels(log.events(), "removal")[0]["ana"]
    assert decision == ("unsure", last.seq, last.at, "a quote", "ask Cleo", False)
    assert current_labels(log.events(), "removal")[1]["ana"].reason is None


def test_repeating_a_label_changes_nothing_but_its_number(log):
    label(log, "ana", ["r"], "keep")
    again = label(log, "ana", ["r", "r"], "keep")
    assert labels_of(log) == {"r": {"ana": "keep"}}
    assert current_labels(log.events(), "removal")["r"]["ana"].seq == again.seq


def test_a_label_of_none_withdraws_ones_own(log):
    label(log, "ana", ["r", "s"], "remove")
    label(log, "ben", ["r"], "remove")
    label(log, "ana", ["r", "s", "never labelled"], None)
    assert labels_of(log) == {"r": {"ben": "remove"}}
    label(log, "ana", ["s"], "keep")
    assert labels_of(log)["s"] == {"ana": "keep"}


def test_each_job_is_its_own(log):
    label(log, "ana", [7], "remove")
    label(log, "ana", [7], "retained", job="domain")
    log.append("label", actor="ana", payload={"label": "keep"}, keys={"rows": [7]})
    assert labels_of(log) == {7: {"ana": "remove"}}
    assert labels_of(log, "domain") == {7: {"ana": "retained"}}
    assert labels_of(log, "tone") == {}


def test_numbers_and_their_digits_are_different_records(log):
    label(log, "ana", [5], "remove")
    label(log, "ana", ["5"], "keep")
    assert labels_of(log) == {5: {"ana": "remove"}, "5": {"ana": "keep"}}


def test_erased_records_and_people(log):
    label(log, "ana", ["a", "b"], "remove", note="n")
    label(log, "ben", ["a", "b"], "keep")
    label(log, "cleo", ["b"], "remove")
    label(log, None, ["b"], "unsure")
    erase(log, "a")
    erase(log, "ana")
    assert labels_of(log) == {
        "b": {ERASED: "remove", "ben": "keep", "cleo": "remove", None: "unsure"}
    }
    assert current_labels(log.events(), "removal")["b"][ERASED].note is ERASED
    erase(log, "cleo")
    assert set(labels_of(log)["b"]) == {ERASED, "ben", None}


def test_what_is_settled_stays_so_until_it_is_opened_again(log):
    label(log, "ana", [1, 2, 3], "remove")
    assert settled_labels(log.events(), "removal") == {1: "remove", 2: "remove", 3: "remove"}
    label(log, "ben", [1, 2], "keep")
    assert settled_labels(log.events(), "removal") == {1: None, 2: None, 3: "remove"}
    label(log, "cleo", [1, 9], "keep", settles=True)
    assert settled_labels(log.events(), "removal") == {1: "keep", 2: None, 3: "remove", 9: "keep"}
    label(log, "dora", [1], "remove")
    assert settled_labels(log.events(), "removal")[1] == "keep"
    label(log, "ana", [1], "unsure", settles=True)
    assert settled_labels(log.events(), "removal")[1] == "unsure"
    label(log, "cleo", [1], None, settles=True)
    assert settled_labels(log.events(), "removal")[1] is None
    assert settled_labels(log.events(), "domain") == {}


def test_conflicts_are_a_queue_with_the_newest_first(log):
    label(log, "ben", ["a"], "keep", reason="a quote")
    label(log, "ana", ["a", "b", "c"], "remove", reason="spam")
    label(log, "ben", ["c"], "remove")
    last = label(log, "ben", ["b"], "unsure")
    found = conflicts(log)
    assert found["key"] == ["b", "a"]
    assert found["labels"] == ["ana: remove, ben: unsure", "ana: remove, ben: keep"]
    assert found["reasons"] == ["ana: spam", "ana: spam, ben: a quote"]
    assert found["n_annotators"].tolist() == [2, 2]
    assert found["last"][0] == last.at
    label(log, "cleo", ["b"], "keep", settles=True)
    assert conflicts(log)["key"] == ["a"]
    label(log, "ben", ["a"], "remove")
    assert len(conflicts(log.path)) == 0


def test_people_without_a_name_are_shown_as_such(log):
    label(log, "ana", ["a"], "remove")
    label(log, None, ["a"], "keep")
    erase(log, "ana")
    assert conflicts(log)["labels"] == ["<erased>: remove, <not named>: keep"]


def test_an_unknown_job_is_named_with_the_nearest(log):
    label(log, "ana", ["a"], "warm", job="tone")
    assert len(conflicts(log, job="tone")) == 0
    with pytest.raises(ValueError, match=r"'domain', 'tone', got 'tome'. Did you mean 'tone'"):
        conflicts(log, job="tome")
    with pytest.raises(ValueError, match="job: must be one of"):
        conflicts(log, job=None)


def test_the_selection_is_what_was_chosen_and_not_released(log):
    log.append("selection", actor="ana", keys={"chosen": [1, 2, 3, "x"]})
    label(log, "ana", [1, 9], "remove")
    log.append("undo", actor="ana", payload={"of": 2}, keys={"released": [2, 3, 77]})
    log.append("redo", actor="ana", payload={"of": 2}, keys={"chosen": [3]})
    assert selection_of(log.events()) == {1, 3, "x"}
    erase(log, 3)
    assert selection_of(log.events()) == {1, "x"}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["ana", "ben", None]),
            st.frozensets(st.integers(0, 4)),
            st.sampled_from(["remove", "keep", None]),
        )
    )
)
def test_labels_are_those_of_a_table_that_is_written_over(decisions):
    events = [
        Event(
            number,
            AT,
            who,
            "label",
            {"job": "removal", "label": said},
            {"rows": tuple(sorted(rows))},
        )
        for number, (who, rows, said) in enumerate(decisions, start=2)
    ]
    table = {(row, who): said for who, rows, said in decisions for row in rows}
    expected = {cell: said for cell, said in table.items() if said is not None}
    found = current_labels(events, "removal")
    assert {
        (key, who): one.label for key, held in found.items() for who, one in held.items()
    } == expected
    assert all(found.values())


def test_sixty_injections_as_labels_reasons_keys_and_people(log):
    for text in TEXTS:
        label(log, text, [text], text, job=text, reason=text, note=text)
        label(log, "ben", [text], "keep", job=text)
    for text in TEXTS:
        held = current_labels(log.events(), text)[text]
        assert held[text][:1] + held[text][3:5] == (text, text, text)
        found = conflicts(log, job=text)
        assert found["key"] == [text]
        assert f"{text}: {text}" in found["labels"][0]
        assert found["reasons"] == [f"{text}: {text}"]

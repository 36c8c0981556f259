"""Label sets, the domains they make, and the pace of a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unlearn_widgets import UnlearningProblem
from unlearn_widgets.annotation import LabelSet, domains_from_labels, pace
from unlearn_widgets.ledger.vocabulary import JOBS

INJECTIONS = [
    "<script>alert(1)</script>",
    "'; DROP TABLE events; --",
    "=HYPERLINK(1)",
    "{{7*7}}",
    "../../etc/passwd",
    "\u202eevil",
    "remove\x00",
    "\r\nSet-Cookie: a",
    "${jndi:ldap://x}",
]


@pytest.mark.parametrize("job", list(JOBS))
def test_a_job_has_its_labels(job):
    labels = LabelSet(job)
    assert labels.labels == JOBS[job]
    assert (labels.unwanted, labels.opposite, *labels.open) == JOBS[job]


@pytest.mark.parametrize("text", INJECTIONS)
def test_any_text_is_just_a_label(text):
    labels = LabelSet("removal", [text, "other"])
    assert labels.unwanted == text
    assert labels.check(text) == text
    assert labels == LabelSet("removal", (text, "other"))


def test_nine_labels_of_a_hundred_characters():
    labels = [str(number) * 100 for number in range(9)]
    assert LabelSet("domain", iter(labels)).labels == tuple(labels)


@pytest.mark.parametrize(
    ("labels", "error", "said"),
    [
        (["one"], ValueError, "2 to 9 labels.*got 1"),
        ([str(number) for number in range(10)], ValueError, "got 10"),
        (["a", ""], ValueError, "label 2 must not be empty"),
        (["a", " \n"], ValueError, "label 2 must not be empty"),
        (["a", "x" * 101], ValueError, "at most 100 characters, got 101"),
        (["a", "\ud800"], ValueError, "valid Unicode"),
        (["a", "b", "a"], ValueError, "differ from each other"),
        (["a", "a "], ValueError, "differ from each other"),
        (["\u00e9", "e\u0301"], ValueError, "differ from each other"),
        (["a", 1], TypeError, "label 2 must be a text, got int"),
        ("ab", TypeError, "list of texts"),
        (3, TypeError, "list of texts"),
    ],
)
def test_labels_that_cannot_be_offered(labels, error, said):
    with pytest.raises(error, match=said):
        LabelSet("removal", labels)


def test_names_that_are_nearly_right():
    with pytest.raises(ValueError, match="Did you mean 'removal'"):
        LabelSet("removals")
    with pytest.raises(ValueError, match="Did you mean 'keep'"):
        LabelSet("removal").check("kepp")
    with pytest.raises(ValueError, match="label: must be one of"):
        LabelSet("removal").check(["keep"])


@given(st.lists(st.sampled_from(JOBS["domain"]), min_size=4, max_size=30))
def test_domains_are_the_rows_of_their_labels(kinds):
    labels = dict(enumerate(kinds, start=2))
    n = len(kinds) + 5
    wanted = {
        kind: [row for row, label in labels.items() if label == kind] for kind in JOBS["domain"]
    }
    if min(len(wanted["unwanted"]), len(wanted["retained"])) < 2:
        with pytest.raises(ValueError, match="at least 2 rows"):
            domains_from_labels(labels, n)
        return
    forget, retain = domains_from_labels(labels, n)
    assert np.flatnonzero(forget).tolist() == wanted["unwanted"]
    assert np.flatnonzero(retain).tolist() == wanted["retained"]
    X = np.random.default_rng(0).standard_normal((n, 1))
    assert UnlearningProblem(X, forget, retain).n_forget == len(wanted["unwanted"])


def test_what_is_missing_is_said():
    with pytest.raises(ValueError, match="Label 2 more rows as 'toxic' and 1 more row as 'fine'"):
        domains_from_labels({3: "fine"}, 4, LabelSet("domain", ["toxic", "fine"]))
    with pytest.raises(ValueError, match=r"for row 1\. Did you mean 'unwanted'"):
        domains_from_labels({1: "unwantd"}, 4)
    with pytest.raises(ValueError, match=r"positions must lie in 0\.\.3"):
        domains_from_labels({4: "unwanted"}, 4)
    with pytest.raises(TypeError, match="map rows to labels"):
        domains_from_labels(["unwanted"], 4)


def test_breaks_do_not_count():
    working = np.arange(20) * 5.0
    times = np.concatenate([working, working + 5000.0, working + 90000.0])
    found = pace(times, n_left=720)
    assert found.labels_per_hour == 720.0
    assert found.seconds_left == 3600.0
    assert (found.active_seconds, found.n_labels) == (285.0, 57)


def test_a_gap_of_two_minutes_is_work_and_a_longer_one_a_break():
    assert pace([0.0, 120.0]).labels_per_hour == 30.0
    assert pace([0.0, 120.5]).labels_per_hour is None


def test_only_the_recent_labels_count():
    slow, fast = np.arange(500) * 60.0, 40000.0 + np.arange(101) * 2.0
    assert pace([*slow, *fast]).labels_per_hour == 1800.0


def test_a_batch_is_one_act():
    assert pace([0.0, 4.0, *[8.0] * 500]).labels_per_hour == 900.0
    assert pace([0.0, 4.0, *np.linspace(8.0, 8.15, 500)]).labels_per_hour == 900.0


def test_nothing_is_known_before_the_second_label():
    for times in ([], [5.0], [5.0, 5.0]):
        found = pace(times, n_left=3)
        assert (found.labels_per_hour, found.seconds_left, found.n_labels) == (None, None, 0)
    assert pace([], n_left=0).seconds_left == 0.0


@given(st.lists(st.integers(0, 10**6), max_size=40), st.integers(0, 10**4), st.randoms())
def test_pace_does_not_depend_on_order_or_form(seconds, n_left, random):
    start = datetime(2026, 3, 1, tzinfo=UTC)
    moments = [start + timedelta(seconds=second) for second in seconds]
    mixed = [
        moment.isoformat() if random.random() < 0.5 else moment.timestamp() for moment in moments
    ]
    random.shuffle(mixed)
    assert pace(mixed, n_left) == pace([moment.timestamp() for moment in moments], n_left)


def test_zones_and_plain_times():
    assert pace(["2026-03-01T10:00:00", "2026-03-01T11:00:10+01:00"]).labels_per_hour == 360.0


@pytest.mark.parametrize(
    ("times", "error", "said"),
    [
        (["yesterday"], ValueError, "ISO 8601.*index 0"),
        ([0.0, np.nan], ValueError, "finite.*index 1"),
        ([True], TypeError, "bool"),
        ([None], TypeError, "NoneType"),
    ],
)
def test_times_that_are_none(times, error, said):
    with pytest.raises(error, match=said):
        pace(times)


def test_a_negative_number_left_is_refused():
    with pytest.raises(ValueError, match="n_left"):
        pace([], n_left=-1)

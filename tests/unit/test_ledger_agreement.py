"""Agreement is what the textbooks say, and says so where it is undefined."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import cohen_kappa_score

from tests.injections import TEXTS
from tests.labelling import label
from unlearn_widgets.ledger import EventLog, LedgerError, agreement, erase
from unlearn_widgets.ledger.kappa import bootstrap, cohen, fleiss, percent_agreement

# 30 patients, 6 psychiatrists each, 5 diagnoses: table 1 of Fleiss (1971), "Measuring nominal scale
# agreement among many raters", Psychological Bulletin 76, 378-382.
FLEISS_1971 = np.array(
    [
        *([0, 0, 0, 6, 0], [0, 3, 0, 0, 3], [0, 1, 4, 0, 1], [0, 0, 0, 0, 6], [0, 3, 0, 3, 0]),
        *([2, 0, 4, 0, 0], [0, 0, 4, 0, 2], [2, 0, 3, 1, 0], [2, 0, 0, 4, 0], [0, 0, 0, 0, 6]),
        *([1, 0, 0, 5, 0], [1, 1, 0, 4, 0], [0, 3, 3, 0, 0], [1, 0, 0, 5, 0], [0, 2, 0, 3, 1]),
        *([0, 0, 5, 0, 1], [3, 0, 0, 1, 2], [5, 1, 0, 0, 0], [0, 2, 0, 4, 0], [1, 0, 2, 0, 3]),
        *([0, 0, 0, 0, 6], [0, 1, 0, 5, 0], [0, 2, 0, 1, 3], [2, 0, 0, 4, 0], [1, 0, 0, 4, 1]),
        *([0, 5, 0, 1, 0], [4, 0, 0, 0, 2], [0, 2, 0, 4, 0], [1, 0, 5, 0, 0], [0, 0, 0, 0, 6]),
    ]
)


def one(counts):
    return np.ones((1, len(counts)))


def fleiss_as_published(counts):
    """Fleiss (1971), equations 3 to 7, for one number of raters n."""
    n_records, n = len(counts), counts[0].sum()
    shares = counts.sum(axis=0) / (n_records * n)
    observed = (np.square(counts).sum() - n_records * n) / (n_records * n * (n - 1))
    expected = np.square(shares).sum()
    return (observed - expected) / (1 - expected)


@pytest.fixture
def log(tmp_path):
    with EventLog(tmp_path / "day.forgetset") as log:
        yield log


def fill(log, *rows):
    """Label as people do: one text of letters for each of ana, ben, cleo; a dot is no label."""
    words = {"r": "remove", "k": "keep", "u": "unsure"}
    for who, row in zip(("ana", "ben", "cleo", "dora"), rows, strict=False):
        for key, letter in enumerate(row):
            if letter != ".":
                label(log, who, [key], words[letter])


def test_the_published_example():
    assert (FLEISS_1971.sum(axis=1) == 6).all()
    assert percent_agreement(FLEISS_1971) == pytest.approx(0.5556, abs=5e-5)
    assert fleiss(FLEISS_1971, one(FLEISS_1971))[0] == pytest.approx(0.430, abs=5e-4)


constant = st.integers(2, 6).flatmap(
    lambda n: st.lists(st.lists(st.integers(0, 3), min_size=n, max_size=n), min_size=1, max_size=12)
)


@given(constant)
def test_with_as_many_raters_for_each_record_it_is_the_published_formula(votes):
    counts = np.array([np.bincount(row, minlength=4) for row in votes])
    assume(np.count_nonzero(counts.sum(axis=0)) > 1)
    assert fleiss(counts, one(counts))[0] == pytest.approx(fleiss_as_published(counts), abs=1e-12)


def test_raters_may_differ_in_number():
    # Worked by hand: agreement 1, 1/3, 0; shares of the first label 1, 2/3, 1/2.
    counts = np.array([[4, 0], [2, 1], [1, 1]])
    share = (1 + 2 / 3 + 1 / 2) / 3
    expected = share**2 + (1 - share) ** 2
    assert percent_agreement(counts) == pytest.approx(4 / 9)
    assert fleiss(counts, one(counts))[0] == pytest.approx((4 / 9 - expected) / (1 - expected))


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=20))
def test_cohen_is_that_of_scikit_learn(votes):
    pairs = np.array(votes)
    found = cohen(pairs, 3, one(pairs))[0]
    if len(np.unique(pairs)) == 1:
        assert math.isnan(found)
    else:
        assert found == pytest.approx(cohen_kappa_score(*pairs.T), abs=1e-12)


@given(
    arrays(int, (5, 3), elements=st.integers(0, 4)).filter(
        lambda held: (held.sum(axis=1) > 1).all()
    ),
    arrays(int, 5, elements=st.integers(0, 3)).filter(any),
)
def test_a_weight_is_a_repetition(counts, weights):
    weighted = fleiss(counts, weights[None].astype(float))
    repeated = np.repeat(counts, weights, axis=0)
    np.testing.assert_allclose(weighted, fleiss(repeated, one(repeated)), atol=1e-12)


def test_samples_are_of_the_records():
    drawn = bootstrap(
        lambda weights: weights.sum(axis=1), np.array([3, 4]), 50, np.random.default_rng(0)
    )
    assert drawn.tolist() == [7.0] * 50
    assert (
        len(bootstrap(lambda weights: weights[:, 0], np.ones(10**6), 9, np.random.default_rng(0)))
        == 9
    )


def test_two_annotators_are_compared_by_cohen(log):
    fill(log, "rrkkur.k", "rkkkur.")
    found = agreement(log)
    first, second = list("rrkkur"), list("rkkkur")
    assert found.kappa == pytest.approx(cohen_kappa_score(first, second))
    assert found.raw == pytest.approx(5 / 6)
    assert (found.n_records, found.n_annotators, found.method) == (6, 2, "Cohen's kappa")
    assert found.labels == ("keep", "remove", "unsure")
    assert found.interval[0] <= found.kappa <= found.interval[1] == 1.0
    assert found.reason is None
    assert agreement(log.path) == found
    (row,) = found.pairs().rows()
    assert row == {
        "first": "ana",
        "second": "ben",
        "n_records": 6,
        "raw": found.raw,
        "kappa": pytest.approx(found.kappa),
    }
    assert "2 annotators agree on 83 % of 6 records. Cohen's kappa is 0.7" in str(found)


def test_more_annotators_are_compared_by_fleiss(log):
    fill(log, "rrkkurk..", "rkkkur.k.", ".kkrur..r")
    found = agreement(log)
    counts = np.array([[0, 2, 0], [2, 1, 0], [3, 0, 0], [2, 1, 0], [0, 0, 3], [0, 3, 0]])
    assert (found.n_records, found.n_annotators, found.method) == (6, 3, "Fleiss' kappa")
    assert found.kappa == pytest.approx(fleiss(counts, one(counts))[0])
    assert found.raw == pytest.approx((1 + 1 / 3 + 1 + 1 / 3 + 1 + 1) / 6)
    pairs = found.pairs()
    assert list(zip(pairs["first"], pairs["second"], pairs["n_records"], strict=True)) == [
        *(("ana", "ben", 6), ("ana", "cleo", 5), ("ben", "cleo", 5)),
    ]
    assert pairs["kappa"][1] == pytest.approx(cohen_kappa_score(list("rkkur"), list("kkrur")))
    assert "averaged over pairs. Fleiss' kappa is" in str(found)


def test_pairs_that_share_no_record_have_no_kappa(log):
    fill(log, "rk...", "rkkr.", "..kr.")
    found = agreement(log)
    assert found.pairs()["n_records"].tolist() == [2, 0, 2]
    assert math.isnan(found.pairs()["kappa"][1])
    assert math.isnan(found.pairs()["raw"][1])


def test_the_interval_is_seeded_and_narrows_with_more_records(log):
    fill(log, "rkrkrkrk" * 5, "rkrkrkrr" * 5)
    found = agreement(log)
    assert agreement(log) == found
    assert agreement(log, random_state=1).interval != found.interval
    assert found.n_resamples == 2000
    assert agreement(log, n_resamples=100).n_resamples == 100
    width = found.interval[1] - found.interval[0]
    # The standard error of kappa by Fleiss, Cohen and Everitt (1969) is near 0.11 here.
    assert 0.25 < width < 0.55
    for key in range(40, 400):
        for who in ("ana", "ben"):
            label(log, who, [key], "keep" if key % 2 or (who, key % 8) == ("ana", 6) else "remove")
    more = agreement(log)
    assert more.interval[1] - more.interval[0] < width / 2


def test_labels_can_be_ignored(log):
    fill(log, "rkuu", "rkru")
    assert agreement(log).n_records == 4
    found = agreement(log, ignore=("unsure",))
    assert (found.n_records, found.raw, found.kappa) == (2, 1.0, 1.0)
    assert found.labels == ("keep", "remove")
    with pytest.raises(TypeError, match=r'ignore: .* Write \("unsure",\)'):
        agreement(log, ignore="unsure")


@pytest.mark.parametrize("rows", [(), ("rk",), ("rk..", "..kr")])
def test_without_overlap_there_is_no_number(log, rows):
    fill(log, *rows)
    found = agreement(log)
    assert all(map(math.isnan, (found.raw, found.kappa, *found.interval)))
    assert (found.n_records, found.n_annotators, found.method) == (0, 0, "none")
    assert str(found) == found.reason
    assert "nothing to compare" in found.reason
    assert len(found.pairs()) == 0


@pytest.mark.parametrize("rows", [("rrr", "rrr"), ("rr.", "rrr", ".rr")])
def test_with_one_label_kappa_is_undefined_and_agreement_is_not(log, rows):
    fill(log, *rows)
    found = agreement(log)
    assert found.raw == 1.0
    assert all(map(math.isnan, (found.kappa, *found.interval)))
    assert "Every label is 'remove'" in found.reason
    assert str(found).startswith(f"{len(rows)} annotators agree on 100 % of 3 records")
    assert f". {found.reason} Labels: remove." in str(found)


def test_one_record_has_a_kappa_and_no_interval(log):
    fill(log, "r", "k")
    found = agreement(log)
    assert (found.raw, found.kappa) == (0.0, 0.0)
    assert math.isnan(found.interval[0])
    assert "at least two records" in found.reason
    assert "0 % of 1 record. Cohen's kappa is 0.00. An interval" in str(found)


def test_samples_of_one_label_do_not_count(log):
    fill(log, "rrrrrk", "rrrrrk")
    found = agreement(log)
    assert (found.kappa, found.interval) == (1.0, (1.0, 1.0))
    # Each sample misses the one record of the second label with probability (5 / 6)^6.
    assert found.n_resamples == pytest.approx(2000 * (1 - (5 / 6) ** 6), rel=0.05)


def test_who_settles_does_not_count_as_an_annotator(log):
    fill(log, "rkrk", "rkkr")
    before = agreement(log)
    label(log, "cleo", [2, 3], "remove", settles=True)
    label(log, "ana", [0], "keep", settles=True)
    assert agreement(log) == before


def test_erased_and_unnamed_annotators_count(log):
    fill(log, "rkrk", "rkrr")
    label(log, None, [0, 1], "keep")
    erase(log, "ana")
    found = agreement(log)
    assert found.n_annotators == 3
    assert {*found.pairs()["first"], *found.pairs()["second"]} == {"<erased>", "<not named>", "ben"}


def test_other_jobs_and_wrong_arguments(log, tmp_path):
    fill(log, "rk", "rk")
    assert agreement(log, job="domain").n_records == 0
    with pytest.raises(ValueError, match="Did you mean 'removal'"):
        agreement(log, job="removl")
    with pytest.raises(ValueError, match="n_resamples: must be an integer of at least 1"):
        agreement(log, n_resamples=0)
    with pytest.raises(TypeError, match="Did you mean 'ignore'"):
        agreement(log, ignor=("unsure",))
    with pytest.raises(LedgerError, match="there is no file"):
        agreement(tmp_path / "none.forgetset")
    with pytest.raises(TypeError, match="store: expected an EventLog or a path, got int"):
        agreement(5)


def test_sixty_injections_are_labels_like_others(log):
    for who in ("ana", "ben"):
        for text in TEXTS:
            label(log, who, [text], text)
    found = agreement(log)
    assert (found.kappa, found.n_records) == (1.0, 60)
    assert found.labels == tuple(sorted(TEXTS))

from __future__ import annotations

import csv
from importlib.resources import files

import numpy as np
import pytest

from unlearn_widgets.datasets import load_sms_spam, make_gaussians

DATA = files("unlearn_widgets.datasets") / "data"


@pytest.fixture(scope="module")
def sms():
    return load_sms_spam()


def test_sms_domains_are_the_labels(sms):
    labels = np.array(sms.records["label"])
    assert (labels[sms.forget] == "spam").all()
    assert (labels[sms.retain] == "ham").all()
    assert (len(sms.forget), len(sms.retain), len(labels)) == (567, 3955, 4522)
    assert not np.intersect1d(sms.forget, sms.retain).size


def test_sms_records_are_the_file_row_by_row(sms):
    with (DATA / "sms_spam.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(sms.records) == ["id", "label", "text"]
    for name, column in sms.records.items():
        assert column == [row[name] for row in rows]
    assert len(set(sms.records["id"])) == len(set(sms.records["text"])) == len(rows)
    assert sms.records["id"][0] == "sms-00000"


def test_sms_embeddings_are_the_stored_numbers(sms):
    with (DATA / "sms_spam_minilm_l6_v2.npy").open("rb") as file:
        stored = np.load(file, allow_pickle=False)
    assert sms.X.dtype == np.float32
    np.testing.assert_array_equal(sms.X.astype(np.float64), stored.astype(np.float64))
    np.testing.assert_allclose(np.linalg.norm(sms.X, axis=1), 1.0, atol=1e-3)


def test_sms_description_gives_credit_and_says_what_is_missing(sms):
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    for text in (sms.description, readme):
        for fact in ("CC BY 4.0", "Almeida", "10.24432/C5CC84", "87 %", "5,574", "4,522"):
            assert fact in text


def test_sms_readme_names_the_rows_that_hold_many_messages(sms):
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    many = [
        key
        for key, text in zip(sms.records["id"], sms.records["text"], strict=True)
        if "\t" in text
    ]
    assert len(many) == 8
    assert all(key in readme for key in many)


def test_each_load_is_independent():
    first = load_sms_spam()
    first.X[:] = 0
    first.records["text"].clear()
    second = load_sms_spam()
    assert second.X.any()
    assert len(second.records["text"]) == 4522


def test_gaussians_have_the_means_and_variances_they_promise():
    domains = make_gaussians(20_000, 30_000, shift=1.5, dim=4, random_state=1)
    forget, retain = domains.X[domains.forget], domains.X[domains.retain]
    np.testing.assert_allclose(forget.mean(axis=0), [1.5, 0, 0, 0], atol=0.03)
    np.testing.assert_allclose(retain.mean(axis=0), np.zeros(4), atol=0.03)
    for rows in (forget, retain):
        np.testing.assert_allclose(np.cov(rows.T), np.eye(4), atol=0.04)


def test_gaussians_rows_records_and_positions_agree():
    domains = make_gaussians(3, 12, random_state=0)
    assert domains.forget.tolist() == [0, 1, 2]
    assert domains.retain.tolist() == list(range(3, 15))
    assert domains.records["domain"] == ["forget"] * 3 + ["retain"] * 12
    assert domains.records["id"][0] == "row-00"
    assert len(set(domains.records["id"])) == 15
    assert domains.X.shape == (15, 2)
    assert "divergence 2 nats" in domains.description


def test_gaussians_follow_the_seed():
    a, b = (make_gaussians(5, 5, random_state=7).X for _ in range(2))
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, make_gaussians(5, 5, random_state=8).X)
    generator = np.random.default_rng(7)
    np.testing.assert_array_equal(a, make_gaussians(5, 5, random_state=generator).X)
    assert not np.array_equal(a, make_gaussians(5, 5, random_state=generator).X)


def test_shift_moves_the_forget_rows_only():
    near, far = (make_gaussians(5, 5, shift=s, dim=3, random_state=3) for s in (0.0, 4.0))
    moved = far.X - near.X
    np.testing.assert_allclose(moved[far.forget, 0], 4.0)
    moved[far.forget, 0] = 0.0
    assert not moved.any()


@pytest.mark.parametrize(
    ("keywords", "error", "message"),
    [
        ({"n_forget": 1}, ValueError, "n_forget"),
        ({"n_retain": 2.5}, (TypeError, ValueError), "n_retain"),
        ({"dim": 0}, ValueError, "dim"),
        ({"shift": float("nan")}, ValueError, "shift"),
        ({"shift": -1.0}, ValueError, "shift"),
        ({"shift": float("inf")}, ValueError, "shift"),
        ({"random_state": "seed"}, ValueError, "random_state"),
        ({"n_forgot": 3}, TypeError, "n_forget"),
    ],
    ids=["one row", "half a row", "no column", "nan", "negative", "infinite", "seed", "unknown"],
)
def test_gaussians_refuse(keywords, error, message):
    with pytest.raises(error, match=message):
        make_gaussians(**keywords)


def test_domains_unpack_and_show_sizes_only(sms):
    X, forget, retain, records, description = sms
    assert X is sms.X
    assert forget is sms.forget
    assert retain is sms.retain
    assert records is sms.records
    assert description is sms.description
    assert repr(sms).startswith("Domains(X: 4,522 x 384, forget: 567 rows, retain: 3,955 rows")
    with pytest.raises(AttributeError):
        sms.X = None

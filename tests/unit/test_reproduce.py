"""The reproduction in its small form: the report says what was measured."""

from __future__ import annotations

import doctest
import math
import re
from dataclasses import replace

import numpy as np
import pytest

from scripts import reproduce
from scripts.reproduction import verdicts, words
from scripts.reproduction.report import render
from scripts.reproduction.rules import INFLUENCE, KnownOrder, known_orders
from scripts.reproduction.settings import Settings, quick_settings
from scripts.reproduction.study import RECALL, Interval, Paper, Study
from scripts.reproduction.tables import HEADS, paper_table, rule_table, sms_section, target_words

SETTINGS = quick_settings()
NAMES = [
    *("Gaussians, low divergence", "Gaussians, high divergence"),
    *("Gaussian classes, low divergence", "Gaussian classes, high divergence"),
    "Gaussian classes, very high divergence",
    *("digits, 3 or not", "digits, ten classes"),
]


@pytest.fixture(scope="module")
def studies():
    return reproduce.measure(SETTINGS)


@pytest.fixture(scope="module")
def report(studies):
    return render(studies, SETTINGS, 'make reproduce ARGS="--quick"', 61.4)


def cells(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


def straight(name, low, high, paper=None, dim=2):
    """A study whose rules fall in straight lines, halved at half of where they end."""
    fractions = np.linspace(0.0, 1.0, 101)

    def falling(ends):
        return np.array([np.clip(1.0 - fractions / end, 0.0, None) for end in ends])

    return Study(
        name=name,
        n_forget=10,
        n_retain=20,
        dim=dim,
        divergence=1.0,
        metric=RECALL,
        fractions=fractions,
        values={
            "random": falling(high),
            "distance": falling(low),
            "Euclidean distance": falling(high),
        },
        paper=paper,
    )


def test_every_data_set_has_a_row_and_missing_files_say_so(studies):
    lines = paper_table(studies).splitlines()
    assert cells(lines[0]) == list(HEADS)
    rows = {cells(line)[0]: cells(line) for line in lines[2:]}
    assert list(rows) == [*NAMES, "Fashion-MNIST", "Jigsaw", "CIFAR-10"]
    assert {len(row) for row in rows.values()} == {len(HEADS)}
    for name, paper in [("Fashion-MNIST", "–"), ("Jigsaw", "100 / 85"), ("CIFAR-10", "80 / 50")]:  # noqa: RUF001
        assert rows[name][1] == "not run: files not given"
        assert rows[name][-1] == paper
    assert rows[NAMES[0]][-1] == "65 / 18"
    assert rows[NAMES[1]][-1] == "65 / 50"


def test_the_numbers_of_the_table_are_those_of_the_measurement(studies):
    rows = {cells(line)[0]: cells(line) for line in paper_table(studies).splitlines()}
    for study in studies:
        row = rows[study.name]
        assert row[5] == words.share_of(study.halved("random"))
        assert row[6] == words.share_of(study.halved("distance"))
        best, shares = row[8].split(": ")
        value = float(shares.split()[0])
        assert value == min(
            round(100 * study.halved(rule).value, 1) for rule in ("distance", "likelihood ratio")
        )
        assert best in study.values
        assert float(row[9]) == pytest.approx(100 - value, abs=0.11)


def test_real_data_agree_with_the_frame_of_the_curve(studies):
    for study in studies[-2:]:
        frame = list(study.curve.halving_budget().rows())
        assert len(frame) == len(SETTINGS.rules)
        for rule, row in zip(study.values, frame, strict=True):
            assert study.halved(rule) == (row["fraction"], row["low"], row["high"])
        lines = rule_table([study]).splitlines()[2:]
        shown = {cells(line)[0]: cells(line)[1] for line in lines}
        assert list(shown) == [*study.values, "full deletion", "metric left after full deletion"]
        for rule, row in zip(study.values, frame, strict=True):
            assert shown[rule].split()[0] == f"{100 * row['fraction']:.1f}"
        assert shown["full deletion"] == "100.0"
        assert shown["metric left after full deletion"] == "0.00"


def test_the_report_has_its_parts_and_no_place_of_this_machine(report):
    assert re.findall(r"^## (\d)", report, flags=re.MULTILINE) == list("12345")
    assert report.startswith("# Results\n\n")
    assert report.endswith("\n")
    assert 'Made by `make reproduce ARGS="--quick"` with Python 3.' in report
    assert "Seeds: 2, samples 0 to 1" in report
    assert "1 min 1 s in all" in report
    assert "Not measured in this run." in report
    assert str(reproduce.ROOT) not in report
    assert "nan" not in report.lower().replace("nans", "")
    assert "{" not in report.replace("{k}", "")
    for title in (verdicts.REPRODUCED, verdicts.REFUTED, verdicts.OPEN):
        assert f"### {title}\n" in report
    assert "population prediction: random 65.0 %" in report


def test_every_claim_stands_under_its_verdict(studies, report):
    found = list(verdicts.claims(studies))
    assert len(found) == len(studies) + 2
    parts = re.split(r"^### (.*)$", report, flags=re.MULTILINE)
    section = dict(zip(parts[1::2], parts[2::2], strict=True))
    for claim in found:
        assert f"- {claim.text}\n" in section[claim.verdict] + "\n"


def test_verdicts_follow_the_numbers():
    early = straight("early", (0.4, 0.5, 0.44), (0.8, 0.9, 0.84), Paper(42, 22))
    claims = list(verdicts.claims([early]))
    assert [claim.verdict for claim in claims] == [
        *(verdicts.REPRODUCED, verdicts.REPRODUCED),
        *(verdicts.OPEN, verdicts.REFUTED),
    ]
    assert "+20.1 points" in claims[0].text
    late = straight("late", (0.9, 0.95, 0.9), (0.8, 0.9, 0.84), dim=1)
    assert [claim.verdict for claim in verdicts.claims([late])] == [verdicts.REFUTED]
    mixed = straight("mixed", (0.5, 0.9), (0.9, 0.5), dim=1)
    assert [claim.verdict for claim in verdicts.claims([mixed])] == [verdicts.OPEN]
    assert verdicts.decided(Interval(-0.001, -0.002, -0.0005)) == verdicts.OPEN
    assert "the paper's rule (distance) is the best one" in verdicts.kit_words(early)


@pytest.mark.parametrize(
    ("ends", "met"), [((1.0, 1.0), "is met"), ((1.5, 1.5), "is NOT met")], ids=["met", "not met"]
)
def test_the_target_is_judged_by_the_numbers(ends, met):
    study = straight("SMS, embeddings, C = 10", (1.6, 1.6), (1.7, 1.7))
    influence = straight("", ends, ends).values["distance"]
    few = replace(study, values=study.values | {INFLUENCE: influence})
    assert met in target_words(few)
    text = "\n".join(sms_section([few]))
    assert f"{100 * few.halved(INFLUENCE).value:.1f}" in text


def test_known_orders_are_those_of_the_rules_and_are_looked_up_by_rows():
    rng = np.random.default_rng(0)
    X, forget = rng.normal(size=(30, 2)), np.arange(30) < 12
    folds = [np.arange(0, 30, 2), np.arange(1, 30, 2)]
    orders = known_orders(X, forget, folds, ["distance", "likelihood ratio"], 1)
    assert [order.name for order in orders] == ["distance", "likelihood ratio"]
    first, second = (orders[0].fit(X[fold], None).rank().tolist() for fold in folds)
    assert sorted(first) == sorted(second) == list(range(6))
    assert first != second
    with pytest.raises(KeyError):
        orders[0].fit(X, None)
    with pytest.raises(ValueError, match="must be fitted before it ranks"):
        KnownOrder("distance", {}).rank()


def test_a_data_set_of_files_is_measured(tmp_path):
    rng = np.random.default_rng(1)
    records = rng.integers(0, 256, size=(200, 3073)).astype(np.uint8)
    records[:, 0] = np.arange(200) % 10
    for number in range(1, 6):
        (tmp_path / f"data_batch_{number}.bin").write_bytes(records.tobytes())
    settings = replace(
        SETTINGS, cifar10=tmp_path, limit=60, budgets=(0.0, 1.0), rules=("random", "distance")
    )
    found = list(reproduce.file_studies("CIFAR-10", settings))
    assert [study.name for study in found] == ["CIFAR-10, forget or not", "CIFAR-10, ten classes"]
    assert "not run" not in paper_table(found).splitlines()[2]
    assert found[0].paper == Paper(80, 50)


def test_the_command_line_writes_where_it_is_told(tmp_path, monkeypatch, capsys, studies):
    monkeypatch.setattr(reproduce, "measure", lambda _: studies)
    monkeypatch.setattr(reproduce, "RESULTS", tmp_path / "results.md")
    reproduce.main(["--quick"])
    assert not list(tmp_path.iterdir())
    assert paper_table(studies) in capsys.readouterr().out
    reproduce.main(["--quick", "--output", str(tmp_path / "here.md")])
    assert (tmp_path / "here.md").read_text(encoding="utf-8").startswith("# Results")
    settings, path, command = reproduce.options_of(["--jigsaw", str(tmp_path)])
    assert settings == Settings(jigsaw=tmp_path)
    assert path == tmp_path / "results.md"
    assert command == 'make reproduce ARGS="--jigsaw PATH"'


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--cifar10", "nowhere"], "--cifar10: no file or folder 'nowhere'"),
        (["--jobs", "0"], "--jobs: must be at least 1, got 0"),
    ],
    ids=["no file", "no jobs"],
)
def test_bad_options_say_what_was_expected(arguments, message, capsys):
    with pytest.raises(SystemExit):
        reproduce.options_of(arguments)
    assert message in capsys.readouterr().err


def test_words():
    assert doctest.testmod(words).failed == 0
    assert words.share_of(Interval(0.5, math.nan, math.nan)) == "50.0"
    assert words.share_of(Interval(0.5, 0.25, math.nan)).endswith("never)")
    assert words.number(math.inf) == "∞"

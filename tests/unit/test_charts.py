from __future__ import annotations

import copy
import json
import math
import re
import struct
import sys
import xml.etree.ElementTree as ET
import zlib
from html.parser import HTMLParser

import altair as alt
import numpy as np
import pytest
import vl_convert

import unlearn_widgets as uw
from unlearn_widgets import charts
from unlearn_widgets.charts.offline import MIME_TYPE
from unlearn_widgets.charts.themes import MOST_RULES, THEMES, theme_of
from unlearn_widgets.planning import Plan
from unlearn_widgets.selection import (
    DistanceSelector,
    HerdingSelector,
    LikelihoodRatioSelector,
    NeighborSelector,
)

RULES = ("random", "distance", "likelihood_ratio")
LABELS = {"random": "random", "distance": "distance", "likelihood_ratio": "likelihood ratio"}
OF_A_PROBLEM = (charts.frontier, charts.removal_paths, charts.rule_table)
OF_A_SESSION = (*OF_A_PROBLEM, charts.effect_history)
CURVES = ("curves", "markers", "frontier", "floor")
NUMBERS = ("alpha", "epsilon", "forget_log_loss", "retain_log_loss")


@pytest.fixture(scope="module")
def domains():
    return uw.datasets.make_gaussians(60, 120, shift=2.0, dim=3, random_state=0)


@pytest.fixture(scope="module")
def problem(domains):
    return uw.UnlearningProblem(domains.X, domains.forget)


@pytest.fixture
def session(problem):
    return uw.Session(problem, names=("spam", "ham"))


@pytest.fixture(scope="module")
def frontier_spec(problem):
    return charts.frontier(problem).to_dict()


@pytest.fixture(scope="module")
def paths_spec(problem):
    return charts.removal_paths(problem).to_dict()


def marks(spec, data=None):
    """Return every mark that is drawn, whatever it is nested in, with the data it draws."""
    own = spec.get("data", data)
    inside = [part for key in ("layer", "hconcat", "vconcat") for part in spec.get(key, [])]
    found = [{**spec, "data": own}] if "mark" in spec else []
    return found + [mark for part in inside for mark in marks(part, own)]


def rows_of(spec, mark):
    return spec["datasets"][mark["data"]["name"]]


def inline_rows(spec):
    """Return the rows of all marks but the curves, each once."""
    names = {mark["data"]["name"] for mark in marks(spec)} - set(CURVES)
    return [row for name in sorted(names) for row in spec["datasets"][name]]


class Page(HTMLParser):
    """The elements of a page, scripts being no more than their text."""

    def __init__(self, path):
        super().__init__()
        self.elements = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def assert_needs_no_network(self):
        assert {tag for tag, _ in self.elements} <= {
            *("html", "head", "meta", "style", "title", "body", "div", "script"),
        }
        assert not [attrs for _, attrs in self.elements if {"src", "href"} & set(attrs)]


def words(spec):
    return [row["words"] for row in inline_rows(spec) if "words" in row]


def subtitle(spec):
    return " ".join(spec["title"]["subtitle"])


def curve(spec, rule, name):
    rows = [row for row in spec["datasets"]["curves"] if row["rule"] == rule]
    return np.array([row["n_removed"] for row in rows]), np.array([row[name] for row in rows])


def legend_of(spec, channel):
    return next(
        mark["encoding"][channel]["scale"] for mark in marks(spec) if channel in mark["encoding"]
    )


def pixels(png):
    """Decode an 8-bit PNG without interlacing into (height, width, channels)."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth, kind, *_, interlaced = struct.unpack(">IIBBBBB", png[16:29])
    assert (depth, interlaced) == (8, 0)
    channels = {2: 3, 6: 4}[kind]
    data, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += length + 12
    lines = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, 1 + width * channels)
    above = np.zeros(width * channels, np.uint8)
    image = np.empty((height, width * channels), np.uint8)
    for row, line in enumerate(lines):
        image[row] = above = _unfiltered(line[0], line[1:], above, channels)
    return image.reshape(height, width, channels)


def _unfiltered(method, line, above, step):
    if method == 0:
        return line
    if method == 2:
        return line + above
    out = bytearray(line)
    for k in range(len(out)):
        left = out[k - step] if k >= step else 0
        up, corner = int(above[k]), int(above[k - step]) if k >= step else 0
        if method == 1:
            guess = left
        elif method == 3:
            guess = (left + up) // 2
        else:
            near = {side: abs(left + up - corner - side) for side in (left, up, corner)}
            guess = min((left, up, corner), key=near.__getitem__)
        out[k] = (out[k] + guess) & 255
    return np.frombuffer(bytes(out), np.uint8)


# What is in the charts


@pytest.mark.parametrize("rule", RULES)
def test_measured_curves_are_the_tradeoff_of_the_problem(problem, paths_spec, frontier_spec, rule):
    budgets, alpha = curve(paths_spec, LABELS[rule], "alpha")
    frame = problem.tradeoff(rule, budgets)
    np.testing.assert_array_equal(budgets, np.arange(61))
    for number in NUMBERS:
        values = curve(paths_spec, LABELS[rule], number)[1]
        np.testing.assert_allclose(values, frame[number], rtol=1e-12, atol=1e-13)
    np.testing.assert_array_equal(curve(frontier_spec, LABELS[rule], "alpha")[1], alpha)
    floors = curve(paths_spec, LABELS[rule], "alpha_floor")[1]
    np.testing.assert_allclose(floors, frame["alpha_noise_floor"])


@pytest.mark.parametrize("rule", RULES)
def test_predicted_and_certified_curves_are_those_of_the_theory(problem, paths_spec, rule):
    counts = {"n_forget": 60, "n_retain": 120, "n_removed": np.arange(61), "dim": 3}
    predicted = uw.theory.removal_tradeoff(rule, **counts, divergence=problem.divergence)
    certified = uw.theory.certificate(
        rule, **counts, divergence=problem.divergence_unbiased, delta=0.05
    )
    for number, of_rule, bound in zip(("alpha", "epsilon"), predicted, certified, strict=True):
        values = curve(paths_spec, LABELS[rule], f"{number}_predicted_mean")[1]
        np.testing.assert_allclose(values, of_rule, rtol=1e-12)
        np.testing.assert_allclose(
            curve(paths_spec, LABELS[rule], f"{number}_certified")[1], bound, rtol=1e-12
        )
    loss = curve(paths_spec, LABELS[rule], "forget_log_loss_predicted")[1]
    entropy = Plan(problem).outlook.entropy_forget
    np.testing.assert_allclose(loss, entropy + predicted[0], rtol=1e-12)


@pytest.mark.parametrize("refit", ["mean", "covariance"])
def test_the_frontier_is_that_of_the_refit(problem, refit):
    spec = charts.frontier(problem, refit=refit).to_dict()
    expected = next(one for one in Plan(problem).outlook.frontiers() if one.refit == refit)
    rows = spec["datasets"]["frontier"]
    np.testing.assert_array_equal([row["epsilon"] for row in rows], expected.epsilon)
    np.testing.assert_array_equal([row["alpha"] for row in rows], expected.alpha)
    other = {"mean": "covariance", "covariance": "mean"}[refit]
    names = {name for row in spec["datasets"]["curves"] for name in row}
    assert f"alpha_predicted_{refit}" in names
    assert not [name for name in names if name.endswith(other)]
    assert f"with the {refit} refitted" in subtitle(spec)


def test_both_axes_of_the_plane_are_square_roots_in_nats(frontier_spec):
    curves = [mark for mark in marks(frontier_spec) if "order" in mark["encoding"]]
    assert len(curves) == 3
    for mark in curves:
        for axis in ("x", "y"):
            assert mark["encoding"][axis]["scale"]["type"] == "sqrt"
            assert "(nats)" in mark["encoding"][axis]["title"]


def test_the_stop_point_and_the_overshoot_are_where_the_divergence_is(problem, frontier_spec):
    stop = Plan(problem).outlook.stop
    at = [row for row in inline_rows(frontier_spec) if "n_removed" in row]
    assert at == [{"epsilon": 0.0, "alpha": problem.divergence, "n_removed": round(stop.removed)}]
    (region,) = [row for row in inline_rows(frontier_spec) if "region" in row]
    assert region["alpha"] == problem.divergence
    assert "overshoot" in region["region"]
    assert f"stop point of the likelihood ratio: {round(stop.removed)} rows" in words(frontier_spec)


def test_every_panel_of_the_paths_marks_the_stop_point(problem, paths_spec):
    removed = Plan(problem).outlook.stop.removed
    rules = [mark for mark in marks(paths_spec) if mark["mark"]["type"] == "rule"]
    assert len(rules) == 4
    assert {rows_of(paths_spec, mark)[0]["n_removed"] for mark in rules} == {removed}
    without = charts.removal_paths(problem, rules=["random"]).to_dict()
    assert not [mark for mark in marks(without) if mark["mark"]["type"] == "rule"]


def test_measured_predicted_and_certified_differ_by_dash_and_are_explained(paths_spec):
    scale = legend_of(paths_spec, "strokeDash")
    assert [name.split()[0] for name in scale["domain"]] == [
        *("measured", "predicted", "certified", "noise"),
    ]
    assert len({tuple(dash) for dash in scale["range"]}) == 4
    assert "plug-in divergence" in scale["domain"][1]
    assert "if the divergence were known" in scale["domain"][2]
    kinds = {
        mark["transform"][0]["calculate"].strip("'")
        for mark in marks(paths_spec)
        if "strokeDash" in mark["encoding"]
    }
    assert kinds == set(scale["domain"])


def test_rules_differ_by_colour_and_by_marker(paths_spec):
    for channel in ("color", "shape"):
        scale = legend_of(paths_spec, channel)
        assert scale["domain"] == list(LABELS.values())
        assert len(set(scale["range"])) == 3


def test_tooltips_carry_units_and_the_exact_columns(paths_spec):
    tooltips = [tip for mark in marks(paths_spec) for tip in mark["encoding"].get("tooltip", [])]
    assert {"alpha", "epsilon_predicted_mean", "alpha_certified"} <= {
        tip["field"] for tip in tooltips
    }
    for tip in tooltips:
        assert tip["field"] in {"rule", "n_removed"} or "(nats)" in tip["title"]


# The selection of a session


def test_a_session_adds_its_selection_with_its_certificate(session):
    assert "selection" not in " ".join(words(charts.frontier(session).to_dict()))
    session.select_rule("distance", 20)
    effect = session.effect
    spec = charts.frontier(session).to_dict()
    rows = inline_rows(spec)
    (here,) = [row for row in rows if "n_removed_forget" in row]
    assert (here["alpha"], here["epsilon"]) == (effect.alpha, effect.epsilon)
    assert here["n_removed_forget"] == 20
    (certified,) = [row for row in rows if "certified" in row.get("region", "")]
    assert certified["alpha"] == pytest.approx(max(certified["alpha"], effect.alpha_certified))
    assert certified["epsilon_end"] <= effect.epsilon_certified
    assert f"α at least {effect.alpha_certified:.3f}" in subtitle(spec)  # noqa: RUF001
    assert "60 spam rows, 120 ham rows" in subtitle(spec)
    paths = inline_rows(charts.removal_paths(session).to_dict())
    drawn = {
        name: row[name]
        for row in paths
        if row.get("n_removed") == 20
        for name in NUMBERS
        if name in row
    }
    assert drawn == {name: getattr(effect, name) for name in NUMBERS}


def test_a_certificate_inside_the_plane_is_drawn_at_its_corner():
    domains = uw.datasets.make_gaussians(4000, 4000, shift=3.0, dim=2, random_state=0)
    session = uw.Session(uw.UnlearningProblem(domains.X, domains.forget))
    session.select_rule("likelihood_ratio", 2000)
    effect = session.effect
    rows = inline_rows(charts.frontier(session, rules=["likelihood_ratio"]).to_dict())
    (certified,) = [row for row in rows if "certified" in row.get("region", "")]
    assert certified["alpha"] == effect.alpha_certified
    assert certified["epsilon_end"] == effect.epsilon_certified


def test_the_history_has_a_row_for_each_step_that_stands(session):
    session.select_rule("distance", 20)
    session.select_rule("random", 40)
    session.undo()
    left = np.setdiff1d(session.problem.forget_rows, session.removed)
    session.select(left[:1], mode="add")
    spec = charts.effect_history(session).to_dict()
    panels = [mark for mark in marks(spec) if "tooltip" in mark["encoding"]]
    rows = rows_of(spec, panels[0])
    steps = session._removal.history.steps
    assert [row["rev"] for row in rows] == [step.rev for step in steps] == [0, 1, 4]
    assert [row["label"] for row in rows] == [step.label for step in steps]
    for name in (*NUMBERS, "alpha_certified", "epsilon_certified"):
        assert [row[name] for row in rows] == [getattr(step.effect, name) for step in steps]
    (bars,) = [mark for mark in marks(spec) if mark["mark"]["type"] == "bar"]
    removed = [row["n"] for row in rows_of(spec, bars) if row["domain"] == "spam"]
    assert removed == [step.effect.n_removed_forget for step in steps]
    assert "2 steps, at revision 4" in subtitle(spec)
    assert all("label" in {tip["field"] for tip in mark["encoding"]["tooltip"]} for mark in panels)


def test_a_long_history_stays_readable(session):
    for row in session.problem.rank("random")[:40]:
        session.select([int(row)], mode="add")
    (bars,) = [
        mark
        for mark in marks(charts.effect_history(session).to_dict())
        if mark["mark"]["type"] == "bar"
    ]
    assert bars["encoding"]["x"]["axis"]["labels"] is False
    assert len(bars["encoding"]["x"]["scale"]["domain"]) == 41


# The table of rules


def test_the_table_says_what_each_rule_needs_and_reaches(problem):
    spec = charts.rule_table(problem, budget=0.5, alpha=1.2, epsilon=0.05).to_dict()
    rows = inline_rows(spec)
    plan = Plan(problem)
    for rule in RULES:
        found = [row for row in rows if row.get("rule") == LABELS[rule] and "needed" in row]
        needs = [plan.need(rule, alpha=1.2), plan.need(rule, epsilon=0.05)]
        bars = {(row["needed"], row["predicted"]) for row in found}
        assert bars == {(need.n, str(need.predicted)) for need in needs}
        assert {f"{need.n}  ({need.predicted})" for need in needs} <= {
            row["words"] for row in found
        }
    effect = problem.effect(problem.rank("distance")[:30])
    cells = [row for row in rows if row.get("rule") == "distance" and "number" in row]
    assert [row["words"] for row in cells[:2]] == [f"{effect.alpha:.3f}", f"{effect.epsilon:.3f}"]
    assert {row["n_removed"] for row in cells} == {30}


def test_the_default_targets_and_budget_are_those_of_the_plan(problem, session):
    plan = Plan(problem)
    target = plan.outlook.alpha_target
    least = min(plan.need(rule, alpha=target).n for rule in RULES)
    rows = inline_rows(charts.rule_table(problem).to_dict())
    assert {row["n_removed"] for row in rows if "number" in row} == {least}
    needed = {row["needed"] for row in rows if "needed" in row}
    assert needed >= {plan.need(rule, alpha=target).n for rule in RULES}
    session.select_rule("random", 11)
    rows = inline_rows(charts.rule_table(session).to_dict())
    assert {row["n_removed"] for row in rows if "number" in row} == {11}


def test_the_table_says_what_cannot_be_reached_and_why(problem):
    spec = charts.rule_table(problem, alpha=50.0).to_dict()
    found = [row for row in inline_rows(spec) if row.get("needed", 0) is None]
    assert len(found) == len({id(row) for row in found}) >= 3
    assert all(row["words"].startswith("cannot be reached") for row in found)
    for rule in RULES:
        reason = Plan(problem).need(rule, alpha=50.0).reason
        assert any(reason in line for line in words(spec))


def test_the_table_says_when_a_need_lies_past_the_stop_point(problem):
    alpha = float(problem.tradeoff("likelihood_ratio", [59])["alpha"][0])
    plan = Plan(problem)
    beyond = float(np.max(plan.curves("likelihood_ratio").measured["alpha"]))
    need = plan.need("likelihood_ratio", alpha=beyond)
    assert alpha <= beyond
    past = need.n > math.ceil(plan.outlook.stop.removed)
    text = " ".join(words(charts.rule_table(problem, alpha=beyond).to_dict()))
    assert ("past the stop point" in text) == past


def test_many_dimensions_bring_the_warning():
    domains = uw.datasets.make_gaussians(60, 120, shift=1.0, dim=40, random_state=0)
    problem = uw.UnlearningProblem(domains.X, domains.forget)
    warning = Plan(problem).outlook.warning()[1]
    table = charts.rule_table(problem).to_dict()
    assert warning in " ".join(words(table))
    assert warning in subtitle(charts.removal_paths(problem).to_dict())
    assert warning not in subtitle(charts.removal_paths(problem, rules=["random"]).to_dict())


# What has no proof, and what is infinite


@pytest.mark.parametrize(
    "keywords", [{"covariance": "refit"}, {"shrinkage": "ledoit-wolf"}], ids=["refit", "shrunk"]
)
def test_what_has_no_proof_is_left_out_with_the_reason(domains, keywords):
    problem = uw.UnlearningProblem(domains.X, domains.forget, **keywords)
    session = uw.Session(problem)
    session.select_rule("random", 10)
    reason = Plan(problem).outlook.prediction_reason
    for chart in (charts.frontier, charts.removal_paths, charts.rule_table):
        spec = chart(session).to_dict()
        assert reason in subtitle(spec)
        names = {name for row in spec.get("datasets", {}).get("curves", []) for name in row}
        assert not [name for name in names if "predicted" in name or "certified" in name]
    spec = charts.frontier(session).to_dict()
    assert spec["datasets"]["frontier"] == []
    assert not [row for row in inline_rows(spec) if "region" in row]
    assert [name.split()[0] for name in legend_of(spec, "strokeDash")["domain"]] == ["measured"]
    history = charts.effect_history(session).to_dict()
    assert session.effect.certificate_reason in subtitle(history)
    assert "certified bound" not in legend_of(history, "strokeDash")["domain"]


def test_infinite_numbers_are_left_out_and_never_drawn_as_zero(tmp_path):
    X = [[0.0, 1.0], [1.0, 1.0], [2.0, 1.0], [0.0, 5.0], [1.0, 5.0], [3.0, 5.0]]
    session = uw.Session(uw.UnlearningProblem(X, forget=[0, 1, 2]))
    session.select([1])
    assert math.isinf(session.effect.alpha)
    for chart in OF_A_SESSION:
        made = chart(session)
        spec = made.to_dict()
        assert "nfinite" in subtitle(spec)
        json.dumps(spec, allow_nan=False)
        assert not [
            row
            for row in inline_rows(spec)
            if "n_removed_forget" in row and "alpha" in row and row["alpha"] == 0
        ]
        charts.save(made, tmp_path / "chart.svg")
    spec = charts.frontier(session).to_dict()
    assert not [row for row in spec["datasets"]["curves"] if "alpha" in row]
    assert "Nothing to draw: the numbers are infinite." in words(spec)
    table = charts.rule_table(session, alpha=1.0).to_dict()
    assert "∞" in words(table)


def test_rules_without_a_prediction_are_measured_only(problem):
    rules = ["random", HerdingSelector()]
    spec = charts.removal_paths(problem, rules=rules).to_dict()
    rows = {row["rule"]: row for row in spec["datasets"]["curves"]}
    assert "alpha_predicted_mean" in rows["random"]
    assert set(rows["herding"]) == {
        *("rule", "n_removed", "point", *NUMBERS, "alpha_floor", "epsilon_floor"),
    }


def test_equal_labels_are_told_apart(problem):
    rules = ["distance", DistanceSelector(), LikelihoodRatioSelector(covariance="spherical")]
    spec = charts.frontier(problem, rules=rules).to_dict()
    assert legend_of(spec, "color")["domain"] == [
        *("distance", "DistanceSelector()", "likelihood ratio (covariance='spherical')"),
    ]


def test_rules_that_the_session_does_not_know_leave_its_plan_alone(session):
    before = list(session.plan.rules)
    charts.frontier(session, rules=["random", NeighborSelector(n_neighbors=3)])
    assert list(session.plan.rules) == before


def test_the_data_stay_small_whatever_the_problem():
    domains = uw.datasets.make_gaussians(3000, 3000, shift=2.0, dim=2, random_state=0)
    session = uw.Session(uw.UnlearningProblem(domains.X, domains.forget))
    session.select_rule("random", 100)
    for chart in OF_A_SESSION:
        spec = chart(session).to_dict()
        sizes = [len(rows) for rows in spec.get("datasets", {}).values()]
        assert max(sizes) <= 201 * 3
        assert len(inline_rows(spec)) < 200


# Themes


@pytest.mark.parametrize("theme", THEMES)
def test_each_chart_has_both_themes(session, theme, tmp_path):
    session.select_rule("likelihood_ratio", 25)
    ground = tuple(bytes.fromhex(theme_of(theme).background[1:]))
    for chart in OF_A_SESSION:
        made = chart(session, theme=theme)
        assert made.to_dict()["config"]["background"] == theme_of(theme).background
        charts.save(made, tmp_path / "chart.png", scale=1)
        image = pixels((tmp_path / "chart.png").read_bytes())[..., :3]
        assert tuple(image[0, 0]) == ground
        ink = (image != np.array(ground)).any(axis=2).mean()
        assert 0.01 < ink < 0.9
        assert len(np.unique(image.reshape(-1, 3), axis=0)) > 50


def test_nothing_of_altair_is_changed_for_others(problem):
    before = (alt.theme.active, alt.data_transformers.active, alt.renderers.active)
    charts.removal_paths(problem, theme="dark").to_dict()
    assert (alt.theme.active, alt.data_transformers.active, alt.renderers.active) == before
    plain = alt.Chart(alt.InlineData(values=[{"a": 1}])).mark_bar().encode(x="a:Q").to_dict()
    assert plain["config"].get("background") is None


def luminance(color):
    parts = [value / 255 for value in bytes.fromhex(color[1:])]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


@pytest.mark.parametrize("name", THEMES)
def test_colours_stand_out_from_the_ground(name):
    theme = theme_of(name)
    ground = luminance(theme.background)

    def contrast(color):
        low, high = sorted((ground, luminance(color)))
        return (high + 0.05) / (low + 0.05)

    for color in (theme.foreground, theme.muted, theme.remove, theme.warn):
        assert contrast(color) >= 4.5
    for color in (*theme.rules.values(), *theme.others, theme.forget, theme.retain, theme.accent):
        assert contrast(color) >= 3.0


# Shown and saved without a network


@pytest.mark.parametrize("chart", OF_A_SESSION)
def test_each_chart_is_saved_as_svg_html_and_json(session, chart, tmp_path):
    session.select_rule("distance", 20)
    made = chart(session)
    for save in (lambda path: charts.save(made, path), lambda path: made.save(str(path))):
        for suffix in ("svg", "html", "json"):
            save(tmp_path / f"chart.{suffix}")
        picture = ET.fromstring((tmp_path / "chart.svg").read_text(encoding="utf-8"))
        assert len(list(picture.iter("{http://www.w3.org/2000/svg}path"))) > 5
        page = (tmp_path / "chart.html").read_text(encoding="utf-8")
        assert "vegaEmbed(" in page
        Page(tmp_path / "chart.html").assert_needs_no_network()
        spec = json.loads((tmp_path / "chart.json").read_text(encoding="utf-8"))
        assert spec["title"] == made.to_dict()["title"]


def test_a_scale_multiplies_the_pixels(problem, tmp_path):
    made = charts.rule_table(problem)
    sizes = []
    for scale in (1, 2):
        charts.save(made, tmp_path / "chart.png", scale=scale)
        sizes.append(struct.unpack(">II", (tmp_path / "chart.png").read_bytes()[16:24]))
    assert sizes[1] == pytest.approx([2 * side for side in sizes[0]], abs=2)


@pytest.mark.parametrize("chart", OF_A_SESSION)
def test_a_notebook_shows_a_chart_without_a_network(session, chart):
    session.select_rule("distance", 20)
    bundle, metadata = chart(session)._repr_mimebundle_()
    assert set(bundle) == {MIME_TYPE, "image/png", "text/plain"}
    assert pixels(bundle["image/png"]).std() > 1
    spec = bundle[MIME_TYPE]
    assert spec["$schema"].endswith("/v5.json")
    # What JupyterLab 4.6 carries is Vega-Lite 5.6; the next one here is 5.8.
    before = copy.deepcopy(spec)
    old = vl_convert.vegalite_to_svg(spec, vl_version="5.8")
    new = vl_convert.vegalite_to_svg(chart(session).to_dict())
    assert spec == before
    count = [text.count("<path") for text in (old, new)]
    assert count[0] == count[1] > 5
    assert metadata[MIME_TYPE]["embed_options"]["actions"]["editor"] is False


def test_a_renderer_that_was_chosen_is_used(problem):
    with alt.renderers.enable("json"):
        bundle = charts.rule_table(problem)._repr_mimebundle_()
    assert "application/json" in (bundle[0] if isinstance(bundle, tuple) else bundle)


def test_without_vl_convert_the_extra_is_named(problem, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    made = charts.rule_table(problem)
    for suffix in ("png", "svg", "pdf", "html"):
        for save in (lambda path: charts.save(made, path), lambda path: made.save(str(path))):
            with pytest.raises(
                ImportError, match=re.escape('pip install "unlearn-widgets[report]"')
            ):
                save(tmp_path / f"chart.{suffix}")
    assert list(tmp_path.iterdir()) == []
    charts.save(made, tmp_path / "chart.json")
    bundle, _ = made._repr_mimebundle_()
    assert set(bundle) == {MIME_TYPE, "text/plain"}


@pytest.mark.parametrize(
    "names",
    [
        ("<script>alert(1)</script>", "</script><img src=x onerror=alert(2)>"),
        ("\"quoted\" 'names' {x} \U0001f642 \u2028 spam", "n" * 5000),
    ],
    ids=["markup", "long"],
)
def test_names_are_inert(problem, names, tmp_path):
    session = uw.Session(problem, names=names)
    session.sets[names[0]] = session.problem.rank("random")[:20]
    session.select(session.sets[names[0]])
    for chart in OF_A_SESSION:
        made = chart(session)
        charts.save(made, tmp_path / "chart.html")
        Page(tmp_path / "chart.html").assert_needs_no_network()
        charts.save(made, tmp_path / "chart.svg")
        picture = ET.fromstring((tmp_path / "chart.svg").read_text(encoding="utf-8"))
        assert not [node for node in picture.iter() if node.tag.endswith(("script", "img"))]
        assert max(len(line) for line in made.to_dict()["title"]["subtitle"]) < 200


# Bad input


@pytest.mark.parametrize("chart", OF_A_PROBLEM)
@pytest.mark.parametrize(
    ("keywords", "error", "text"),
    [
        ({"theme": "drak"}, ValueError, "theme: must be one of .* Did you mean 'dark'"),
        ({"rules": []}, ValueError, "at least one rule"),
        ({"rules": ["distanse"]}, ValueError, "Did you mean 'distance'"),
        ({"rules": "random"}, TypeError, "rules: must be a list"),
        ({"themes": "dark"}, TypeError, "takes no keyword 'themes'. Did you mean 'theme'"),
    ],
)
def test_bad_arguments(problem, session, chart, keywords, error, text):
    for obj in (problem, session):
        with pytest.raises(error, match=text):
            chart(obj, **keywords)


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (
            lambda p: charts.frontier(p.covariance_mode),
            TypeError,
            "obj: must be an UnlearningProblem or a Ses",
        ),
        (lambda p: charts.frontier(p, refit="men"), ValueError, "Did you mean 'mean'"),
        (charts.effect_history, TypeError, "session: must be a Session.*Session"),
        (lambda p: charts.rule_table(p, budget=61), ValueError, r"budget: must lie in 0\.\.60"),
        (lambda p: charts.rule_table(p, alpha=-1.0), ValueError, "alpha: must be at least 0"),
        (lambda p: charts.rule_table(p, epsilon=math.nan), ValueError, "epsilon: must not be NaN"),
    ],
)
def test_bad_arguments_of_one_chart(problem, make, error, text):
    with pytest.raises(error, match=text):
        make(problem)


def test_more_rules_than_can_be_told_apart_are_refused(problem):
    rules = [NeighborSelector(n_neighbors=k + 1) for k in range(MOST_RULES + 1)]
    with pytest.raises(ValueError, match=f"at most {MOST_RULES} rules apart, got 13"):
        charts.frontier(problem, rules=rules)


@pytest.mark.parametrize(
    ("name", "keywords", "error", "text"),
    [
        ("chart.bmp", {}, ValueError, r"path: the suffix .* got '\.bmp'"),
        ("chart", {}, ValueError, "the suffix chooses"),
        ("nowhere/chart.png", {}, FileNotFoundError, "does not exist"),
        ("folder.png", {}, IsADirectoryError, "is a folder"),
        ("chart.png", {"scale": 0}, ValueError, "scale: must be above 0"),
        ("chart.png", {"scale": -1}, ValueError, "scale: must be finite and at least 0"),
        ("chart.png", {"scales": 1}, TypeError, "Did you mean 'scale'"),
    ],
)
def test_bad_files(problem, tmp_path, name, keywords, error, text):
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(error, match=text):
        charts.save(charts.rule_table(problem), tmp_path / name, **keywords)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.png"]


def test_only_charts_are_saved(tmp_path):
    with pytest.raises(TypeError, match="chart: must be an Altair chart, got dict"):
        charts.save({}, tmp_path / "chart.json")

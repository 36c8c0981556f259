"""What outputs hold beside a widget: a card, a table and a picture, quick and without markup."""

from __future__ import annotations

import base64
import json
import struct
import time
import zlib

import numpy as np
import pytest

import unlearn_widgets as uw
from tests.injections import TEXTS
from tests.sessions import make_problem
from unlearn_widgets.session.card import MIME, MOST_POINTS, draw_map

VIEW = "application/vnd.jupyter.widget-view+json"


def large_session(n=100_000):
    rng = np.random.default_rng(0)
    problem = uw.UnlearningProblem(rng.normal(size=(n, 2)), forget=np.arange(n) < n // 3)
    session = uw.Session(problem, map=problem.X)
    session.select(np.arange(n // 10))
    return session


def pixels_of(png):
    data = base64.b64decode(png)
    width, height = struct.unpack(">II", data[16:24])
    start = data.index(b"IDAT") + 4
    (length,) = struct.unpack(">I", data[start - 8 : start - 4])
    rows = np.frombuffer(zlib.decompress(data[start : start + length]), dtype=np.uint8)
    return rows.reshape(height, 1 + 3 * width)[:, 1:].reshape(height, width, 3)


@pytest.mark.parametrize("view", [uw.ForgetMap, uw.RemovalReadout, uw.Workbench])
def test_a_view_shows_itself_first_and_a_card_beside_it(view):
    session = uw.Session(make_problem(), title="Spam")
    session.select([1, 2, 5])
    data, _ = view(session)._repr_mimebundle_()
    assert data[VIEW]["model_id"]
    assert data["text/plain"].startswith(f"<{view.__name__}")
    card = data[MIME]
    assert json.loads(json.dumps(card, allow_nan=False)) == card
    assert card["title"] == "Spam"
    assert card["effect"]["n_removed"] == 3
    assert card["effect"]["alpha"] == session.effect.alpha
    assert card["diagnosis"] is None
    assert "keys" not in card["removed"]
    assert f"{session.effect.alpha:.4g}" in data["text/html"]


def test_a_session_shows_its_card_and_a_verdict_that_is_known():
    session = uw.Session(make_problem())
    session.problem.diagnose()
    data, _ = session._repr_mimebundle_()
    assert data["text/plain"] == repr(session)
    assert data[MIME]["diagnosis"]["verdict"] == session.problem.diagnose().verdict
    assert VIEW not in data


def test_the_picture_shows_domains_and_rings():
    session = uw.Session(make_problem(), map="pca")
    colors = {tuple(color) for color in pixels_of(session.card()["image/png"]).reshape(-1, 3)}
    assert {(255, 255, 255), (213, 94, 0), (154, 163, 173)} <= colors
    assert (177, 0, 58) not in colors
    session.select([1])
    assert (177, 0, 58) in {
        tuple(color) for color in pixels_of(session.card()["image/png"]).reshape(-1, 3)
    }


def test_points_in_one_place_are_drawn_inside():
    problem = make_problem()
    session = uw.Session(problem, map=np.zeros((problem.n_rows, 2)))
    drawn = draw_map(session.map, problem.domain_codes, problem.domain_codes == 2)
    assert (drawn != 255).any()
    assert (drawn[[0, -1]] == 255).all()


@pytest.mark.parametrize("text", TEXTS)
def test_texts_are_escaped_in_the_table(text):
    if not text.strip():
        return
    names = (f"{text}1", f"{text}2")
    session = uw.Session(make_problem(), title=text, names=names)
    session.select([1])
    table = session.card()["text/html"]
    bare = table
    for mark in ("p", "strong", "table", "thead", "tbody", "tr", "th", "td"):
        bare = bare.replace(f"<{mark}>", "").replace(f"</{mark}>", "")
    assert "<" not in bare
    assert ">" not in bare


def test_many_rows_cost_little_time_and_space():
    session = large_session()
    session.card()
    times = []
    for _ in range(5):
        start = time.perf_counter()
        data = session.card()
        times.append(time.perf_counter() - start)
    assert session.problem.n_rows > MOST_POINTS
    assert data[MIME]["map"]["positions"] is None
    assert len(json.dumps(data)) < 300_000
    # Some 30 ms where nothing else runs.
    assert min(times) < 0.2

from __future__ import annotations

import numpy as np
import pytest
import traitlets as t

import unlearn_widgets as uw
from tests.comms import RecordingComm
from unlearn_widgets import bundle

VIEWS = [uw.ForgetMap, uw.RemovalReadout, uw.RecordTable, uw.BudgetPlanner, uw.Workbench]
X = np.random.default_rng(3).normal(size=(20, 3))


def name_of(view):
    return view.__name__


@pytest.fixture(autouse=True)
def built(tmp_path, monkeypatch):
    """A front end that is built, whether or not the real one is."""
    (tmp_path / "index.js").write_text("export default () => ({}); // ü", encoding="utf-8")
    (tmp_path / "index.css").write_text(".uw-root {}", encoding="utf-8")
    monkeypatch.setattr(bundle, "STATIC", tmp_path)
    bundle.read_bundle.cache_clear()
    yield tmp_path
    bundle.read_bundle.cache_clear()


@pytest.fixture
def session():
    session = uw.Session(uw.UnlearningProblem(X, forget=np.arange(8)), title="Twenty rows")
    yield session
    session.close()


@pytest.mark.parametrize(
    ("view", "kind"),
    [*zip(VIEWS, ("map", "readout", "records", "planner", "workbench"), strict=True)],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_view_names_its_kind_and_its_session(session, view, kind):
    state = view(session).get_state()
    assert state["_view"] == kind
    assert state["session"] == f"anywidget:{session.model_id}"
    assert state["_esm"].startswith("export default")
    assert state["_css"] == ".uw-root {}"


@pytest.mark.parametrize("view", VIEWS, ids=name_of)
def test_a_view_says_in_text_what_it_shows(session, view):
    session.select([1, 2, 3])
    shown = view(session)
    assert repr(shown) == f"<{view.__name__} of Session: 3 of 8 removed>"
    data, _ = shown._repr_mimebundle_()
    assert data["text/plain"] == repr(shown)
    widget = data["application/vnd.jupyter.widget-view+json"]
    assert widget["model_id"] == shown.model_id


@pytest.mark.parametrize("view", VIEWS, ids=name_of)
def test_a_view_shows_nothing_but_a_session(view):
    with pytest.raises(TypeError, match=f"session: {view.__name__} shows a Session, got int"):
        view(3)
    with pytest.raises(TypeError, match="session"):
        view()


@pytest.mark.parametrize("view", VIEWS, ids=name_of)
def test_unknown_keywords_are_refused(session, view):
    with pytest.raises(TypeError, match=f"{view.__name__} takes no keyword 'sesion'"):
        view(sesion=session)


def test_the_closest_keyword_is_named(session):
    with pytest.raises(TypeError, match=r"'colour_by'\. Did you mean 'color_by'"):
        uw.ForgetMap(session, colour_by="score")
    with pytest.raises(TypeError, match=r"'pagesize'\. Did you mean 'page_size'"):
        uw.RecordTable(session, pagesize=3)


@pytest.mark.parametrize(
    ("view", "traits"),
    [
        (uw.ForgetMap, {"tool": "wand"}),
        (uw.ForgetMap, {"mode": "xor"}),
        (uw.ForgetMap, {"color_by": 3}),
        (uw.ForgetMap, {"height": 10}),
        (uw.RecordTable, {"page_size": 0}),
        (uw.RecordTable, {"page_size": 201}),
        (uw.Workbench, {"title": 3}),
        (uw.Workbench, {"tool": None}),
    ],
    ids=str,
)
def test_traits_are_validated(session, view, traits):
    (name,) = traits
    with pytest.raises(ValueError, match=name):
        view(session, **traits)
    shown = view(session)
    before = getattr(shown, name)
    with pytest.raises(t.TraitError):
        setattr(shown, name, traits[name])
    assert getattr(shown, name) == before


def test_the_browser_may_choose_tool_and_mode_and_no_session(session):
    shown = uw.ForgetMap(session)
    comm = RecordingComm(shown)
    comm.receive({"method": "update", "state": {"tool": "brush", "mode": "add", "height": 600}})
    assert (shown.tool, shown.mode, shown.height) == ("brush", "add", 600)
    comm.receive({"method": "update", "state": {"session": "anywidget:other", "_view": "map2"}})
    assert shown.session is session
    assert shown._view == "map"
    assert comm.updates[-1] == {"session": f"anywidget:{session.model_id}", "_view": "map"}


@pytest.mark.parametrize("view", [uw.ForgetMap, uw.Workbench], ids=name_of)
def test_colours_are_columns_that_exist(view):
    problem = uw.UnlearningProblem(X, forget=np.arange(8))
    session = uw.Session(problem, {"length": np.arange(20)})
    for color in ("domain", "score", "label:removal", "label:domain", "length"):
        assert view(session, color_by=color).color_by == color
    with pytest.raises(ValueError, match=r"one of 'domain', 'score', .*'length'.* mean 'length'"):
        view(session, color_by="lenght")
    shown = view(session, color_by="length")
    with pytest.raises(t.TraitError, match="color_by: must be one of"):
        shown.color_by = "width"
    comm = RecordingComm(shown)
    comm.receive({"method": "update", "state": {"color_by": "width"}})
    assert comm.updates[-1] == {"color_by": "length"}
    shown.session = uw.Session(problem)
    assert shown.color_by == "domain"


def test_a_view_can_be_pointed_at_another_session(session):
    other = uw.Session(uw.UnlearningProblem(X, forget=np.arange(5)))
    shown = uw.RemovalReadout(session)
    shown.session = other
    assert repr(shown) == "<RemovalReadout of Session: 0 of 5 removed>"
    with pytest.raises((TypeError, t.TraitError)):
        shown.session = None
    assert shown.session is other


@pytest.mark.parametrize("view", VIEWS, ids=name_of)
def test_closing_a_view_leaves_nothing_on_the_session(session, view):
    def observers():
        return {
            name: {kind: list(found) for kind, found in kinds.items()}
            for name, kinds in session._trait_notifiers.items()
        }, list(session._msg_callbacks.callbacks)

    before = observers()
    shown = view(session)
    assert observers() == before
    shown.close()
    assert observers() == before
    session.select([1])
    assert session.removed.tolist() == [1]


def test_the_workbench_takes_the_title_of_the_session(session):
    assert uw.Workbench(session).title == "Twenty rows"
    assert uw.Workbench(session, title="Mine").title == "Mine"


def test_a_missing_bundle_names_the_command(session, built):
    (built / "index.js").unlink()
    with pytest.raises(bundle.BundleError, match=r"index\.js is missing.*make setup"):
        uw.ForgetMap(session)


def test_the_bundle_is_text_and_a_path_only_for_hot_reload(monkeypatch, built):
    monkeypatch.delenv("ANYWIDGET_HMR", raising=False)
    assert isinstance(bundle.bundle_file("index.js"), bundle.BundleFile)
    monkeypatch.setenv("ANYWIDGET_HMR", "1")
    assert bundle.bundle_file("index.js") == built / "index.js"
    (built / "index.js").unlink()
    assert isinstance(bundle.bundle_file("index.js"), bundle.BundleFile)


class TestExplore:
    def test_keywords_find_their_owner(self):
        records = {"id": [f"r{row}" for row in range(20)]}
        bench = uw.explore(
            X,
            np.arange(8),
            records,
            key="id",
            covariance="refit",
            title="All",
            tool="brush",
            retain_locked=False,
            names=("a", "b"),
        )
        assert isinstance(bench, uw.Workbench)
        session = bench.session
        assert (bench.title, session.title, bench.tool) == ("All", "All", "brush")
        assert session.problem.covariance == "refit"
        assert session.retain_locked is False
        session.select([3])
        assert session.removed_keys == ["r3"]

    def test_unknown_keywords_name_the_closest(self):
        with pytest.raises(TypeError, match=r"explore takes no keyword 'shrinkge'.*'shrinkage'"):
            uw.explore(X, np.arange(8), shrinkge=None)
        with pytest.raises(TypeError, match=r"'recrods'\. Did you mean 'records'"):
            uw.explore(X, np.arange(8), recrods={})
        with pytest.raises(TypeError, match="explore takes no keyword 'session'"):
            uw.explore(X, np.arange(8), session=None)

"""The queue loses and repeats nothing; each order is what a plain computation says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unlearn_widgets import UnlearningProblem
from unlearn_widgets.annotation import AnnotationQueue
from unlearn_widgets.annotation.coverage import FarthestFirst
from unlearn_widgets.annotation.effect_change import EffectChange
from unlearn_widgets.annotation.orders import CoverageOrder
from unlearn_widgets.datasets import make_gaussians


class FakeLearner:
    margins = None
    reason = "No row is labelled yet."


def problem_of(n=60, dim=3, seed=0, **keywords):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, dim)) * [1.0, 2.0, 0.5][:dim] + 4.0
    rows = rng.permutation(n)
    forget, retain = rows[: n // 3], rows[n // 3 : n - 4]
    X[forget] += 0.7
    return UnlearningProblem(X, forget, retain, **keywords)


@pytest.fixture(scope="module")
def problem():
    return problem_of()


@pytest.fixture(scope="module")
def points():
    return np.random.default_rng(5).standard_normal((60, 2))


def drain(queue, labelled=()):
    done, seen, after = set(labelled), [], None
    while (row := queue.next(done, after)) is not None:
        seen.append(row)
        done.add(row)
        after = row
    return seen


def test_random_is_seeded_and_covers_the_forget_domain(problem):
    first, same, other = (drain(AnnotationQueue(problem, random_state=seed)) for seed in (3, 3, 4))
    assert first == same != other
    assert sorted(first) == problem.forget_rows.tolist()


def test_score_is_the_highest_first(problem):
    rows = np.arange(0, 60, 2)
    order = drain(AnnotationQueue(problem, order="score", rows=rows))
    assert order == sorted(rows.tolist(), key=lambda row: -problem.scores[row])


def test_uncertainty_falls_back_to_scores_and_says_so(problem):
    queue = AnnotationQueue(problem, order="uncertainty", learner=FakeLearner())
    assert "log-likelihood ratio" in queue.note
    assert "No row is labelled yet." in queue.note
    expected = sorted(problem.forget_rows.tolist(), key=lambda row: abs(problem.scores[row]))
    assert drain(queue) == expected


def test_uncertainty_follows_a_newer_model_but_not_what_was_shown(problem):
    learner, rng = FakeLearner(), np.random.default_rng(1)
    queue = AnnotationQueue(problem, order="uncertainty", learner=learner)
    first = queue.next(set())
    second = queue.next(set(), first)
    learner.margins = rng.standard_normal(60)
    assert queue.upcoming(1, set(), first) == [second]
    assert queue.wait()
    assert queue.note is None
    assert queue.upcoming(1, set(), first) == [second]
    ranked = sorted(problem.forget_rows.tolist(), key=lambda row: abs(learner.margins[row]))
    rest = [row for row in ranked if row not in {first, second}]
    assert queue.upcoming(99, {first, second}, second) == rest
    learner.margins = None
    queue.upcoming(1, set())
    assert "No model" in queue.note


@pytest.mark.parametrize(
    "keywords",
    [
        {},
        {"covariance": np.diag([1.0, 4.0, 0.5])},
        {"shrinkage": "oas"},
        {"groups": np.arange(60) // 4},
        {"covariance": "refit"},
    ],
    ids=["shared", "known", "shrunk", "groups", "refit"],
)
@pytest.mark.parametrize("n_removed", [0, 1, 13, 40])
def test_change_of_alpha_is_what_the_problem_says(keywords, n_removed):
    problem = problem_of(**keywords)
    rng = np.random.default_rng(n_removed)
    removed = np.zeros(60, dtype=bool)
    removed[rng.permutation(60)[:n_removed]] = True
    rows = np.sort(rng.permutation(60)[:50])
    now = problem.effect(removed).alpha
    expected = [problem.effect(removed | (np.arange(60) == row)).alpha - now for row in rows]
    change = EffectChange(problem, rows)
    np.testing.assert_allclose(change.given(removed), expected, rtol=1e-8, atol=1e-12)
    assert change.note is None


def test_effect_order_follows_what_is_removed(problem):
    queue = AnnotationQueue(problem, order="effect")
    for removed in ([], problem.forget_rows[:6]):
        queue.refresh(removed)
        assert queue.wait()
        now = problem.effect(removed).alpha

        def change(row, removed=removed, now=now):
            return -abs(problem.effect([*removed, row]).alpha - now)

        left = sorted(set(problem.forget_rows.tolist()) - {int(row) for row in removed})
        assert queue.upcoming(len(left), set(removed)) == sorted(left, key=change)
        assert queue.note is None


def test_effects_that_cannot_be_computed_leave_the_order_and_say_so(problem, monkeypatch):
    def given(*_):
        raise MemoryError("no room")

    monkeypatch.setattr(EffectChange, "given", given)
    queue = AnnotationQueue(problem, order="effect")
    assert queue.wait()
    assert "not known (no room)" in queue.note
    assert drain(queue) == drain(AnnotationQueue(problem, order="score"))


def test_groups_cut_by_a_part_are_summed_whole(monkeypatch):
    monkeypatch.setattr("unlearn_widgets.statistics.CHUNK_BYTES", 3 * 8 * 5)
    problem = problem_of(groups=np.arange(60) % 3)
    change = EffectChange(problem, np.arange(60)).given(np.zeros(60, dtype=bool))
    now = problem.effect([]).alpha
    expected = [problem.effect([row]).alpha - now for row in range(60)]
    np.testing.assert_allclose(change, expected, rtol=1e-8, atol=1e-12)


def test_a_row_without_which_the_covariance_is_singular():
    X = np.random.default_rng(0).standard_normal((9, 2))
    problem = UnlearningProblem(X, np.arange(5), covariance="refit")
    for n_kept in range(5, 1, -1):
        removed = np.arange(9) >= n_kept
        now = problem.effect(removed).alpha
        after = np.array([problem.effect(removed | (np.arange(9) == row)).alpha for row in (0, 1)])
        expected = after - now if np.isfinite(now) else np.zeros(2)
        change = EffectChange(problem, np.array([0, 1])).given(removed)
        np.testing.assert_allclose(change, expected, rtol=1e-7)
    assert np.isinf(now)


def test_the_last_row_kept_has_no_effect():
    problem = UnlearningProblem([[2.0], [3.0], [0.0], [1.0]], [0, 1])
    change = EffectChange(problem, np.arange(4)).given(np.array([False, True, True, True]))
    assert change.tolist() == [0.0, 0.0, 0.0, 0.0]


def test_effect_says_what_it_leaves_out():
    both = problem_of(groups=np.arange(60) // 4, covariance="refit")
    assert "frozen" in EffectChange(both, both.forget_rows).note
    X = np.column_stack([np.arange(6.0), [1.0, 1, 1, 0, 0, 0]])
    apart = UnlearningProblem(X, [0, 1, 2])
    queue = AnnotationQueue(apart, order="effect")
    assert queue.wait()
    assert "infinite" in queue.note
    assert sorted(drain(queue)) == [0, 1, 2]


def check_farthest_first(points, order):
    assert sorted(order.tolist()) == list(range(len(points)))
    for i in range(1, len(order)):
        nearest = np.linalg.norm(points[:, None] - points[order[:i]], axis=2).min(axis=1)
        assert nearest[order[i]] == pytest.approx(nearest.max(), rel=1e-4, abs=1e-6)


@given(st.integers(1, 60), st.integers(0, 99), st.booleans())
def test_coverage_is_farthest_first(n, seed, coarse):
    points = np.random.default_rng(seed).standard_normal((n, 2)) * [3.0, 1.0]
    points = np.round(points) if coarse else points
    traversal = FarthestFirst(points)
    for goal in (1, n // 2, n):
        traversal.extend(goal)
    check_farthest_first(points, traversal.order)
    nearest_to_mean = np.linalg.norm(points - points.mean(axis=0), axis=1)
    assert nearest_to_mean[traversal.order[0]] == pytest.approx(nearest_to_mean.min(), abs=1e-5)


def test_coverage_of_the_queue(problem, points):
    queue = AnnotationQueue(problem, points, order="coverage")
    assert queue.wait()
    order = drain(queue)
    assert queue.note is None
    place = np.searchsorted(problem.forget_rows, order)
    check_farthest_first(points[problem.forget_rows], place)


def test_coverage_goes_on_with_any_row_while_it_is_behind(problem, points, monkeypatch):
    monkeypatch.setattr("unlearn_widgets.annotation.orders.AHEAD", 4)
    # A traversal that never comes further than its first rows.
    monkeypatch.setattr(CoverageOrder, "look_ahead", lambda *_: None)
    queue = AnnotationQueue(problem, points, order="coverage")
    order = queue._order
    order._wanted = 4
    order._extend()
    covered = order.ranking.tolist()
    assert [queue.next(set(covered[:i]), None) for i in range(3)] == covered[:3]
    assert queue.note is None
    assert queue.next(set(covered)) not in covered
    assert "still being covered" in queue.note
    assert sorted(drain(queue)) == problem.forget_rows.tolist()


def test_coverage_looks_ahead_of_what_is_labelled(monkeypatch):
    monkeypatch.setattr("unlearn_widgets.annotation.orders.AHEAD", 8)
    domains = make_gaussians(300, 100, shift=1.0, dim=2, random_state=0)
    problem = UnlearningProblem(domains.X, domains.forget)
    queue = AnnotationQueue(problem, domains.X, order="coverage")
    assert queue.wait()
    assert len(queue._order.ranking) == 8
    queue.next(set(problem.forget_rows[:100].tolist()))
    assert queue.wait()
    assert len(queue._order.ranking) == 108


@pytest.mark.parametrize("by_call", [False, True])
def test_disagreement_is_the_most_disputed_first(problem, by_call):
    disputed = np.random.default_rng(2).random(60)
    disputed[problem.forget_rows[3]] = np.nan
    queue = AnnotationQueue(
        problem, order="disagreement", disagreement=(lambda: disputed) if by_call else disputed
    )
    rows = problem.forget_rows.tolist()
    last = rows.pop(3)
    expected = [*sorted(rows, key=lambda row: -disputed[row]), last]
    assert queue.upcoming(99, set()) == expected
    disputed[:] = -disputed
    queue.refresh()
    expected = [*sorted(rows, key=lambda row: -disputed[row]), last] if by_call else expected
    assert queue.upcoming(99, set()) == expected


def test_skipped_rows_come_at_the_end_in_the_order_of_skipping(problem):
    queue = AnnotationQueue(problem, order="score")
    order = AnnotationQueue(problem, order="score").upcoming(99, set())
    a, b, c = order[:3]
    assert queue.next(set()) == a
    queue.skip(a)
    assert queue.next(set(), a) == b
    queue.skip(b)
    queue.skip(a)
    assert queue.next(set(), a) == c
    assert queue.upcoming(99, set(), c) == [*order[3:], b, a, c]
    assert queue.n_left(set()) == queue.n_total == len(order)
    labelled = set(order) - {a, b}
    assert queue.next(labelled, c) == b
    assert queue.next(labelled, b) == a
    assert queue.next(labelled, a) == b
    queue.skip(b)
    assert queue.next(labelled | {a}, b) == b


def test_rows_passed_without_a_label_come_again_in_turn(problem):
    queue = AnnotationQueue(problem, order="score")
    order = queue.upcoming(99, set())
    labelled = set(order[4:])
    after, seen = None, []
    for _ in range(9):
        after = queue.next(labelled, after)
        seen.append(after)
    assert seen == [*order[:4], *order[:4], order[0]]


def test_a_row_from_elsewhere_is_followed_by_new_rows(problem):
    queue = AnnotationQueue(problem, order="score")
    order = queue.upcoming(99, set())
    assert queue.next(set()) == order[0]
    outside = int(problem.retain_rows[0])
    assert queue.next({order[0]}, outside) == order[1]
    assert queue.next({order[0], order[1]}, order[7]) == order[2]
    assert outside not in queue.upcoming(99, set(), outside)


@pytest.mark.parametrize("kind", [set, list, "mask"])
def test_labelled_rows_may_be_a_set_or_a_mask(problem, kind):
    queue = AnnotationQueue(problem, order="score")
    order = queue.upcoming(99, [])
    first = order[:5]
    labelled = np.isin(np.arange(60), first) if kind == "mask" else kind(first)
    assert queue.next(labelled) == order[5]
    assert queue.n_left(labelled) == queue.n_total - 5


STEPS = st.lists(
    st.tuples(st.sampled_from(["label", "skip", "undo", "pass", "back", "model"]), st.integers(0)),
    max_size=60,
)


@pytest.mark.parametrize("order", ["random", "uncertainty", "effect", "coverage"])
@given(steps=STEPS)
def test_nothing_is_lost_or_repeated(order, steps):
    problem = UnlearningProblem(np.arange(14.0)[:, None] ** 1.5, np.arange(9))
    learner = FakeLearner()
    points = np.random.default_rng(0).random((14, 2))
    queue = AnnotationQueue(problem, points, order=order, learner=learner)
    labelled, history, after = [], [], None
    for kind, number in steps:
        if kind == "label" and after is not None and after not in labelled:
            labelled.append(after)
        elif kind == "skip" and after is not None:
            queue.skip(after)
        elif kind == "undo" and labelled:
            after = labelled.pop()
            continue
        elif kind == "back" and history:
            after = history[number % len(history)]
            continue
        elif kind == "model":
            learner.margins = np.random.default_rng(number % 2**32).standard_normal(14)
            queue.refresh([number % 14])
        coming = queue.upcoming(99, set(labelled), after)
        assert sorted(coming) == sorted(set(range(9)) - set(labelled))
        assert queue.n_left(set(labelled)) == len(coming)
        after = queue.next(set(labelled), after)
        assert (after is None) == (not coming)
        history += [] if after is None else [after]
    assert sorted(drain(queue, labelled)) == sorted(set(range(9)) - set(labelled))


@given(steps=STEPS)
def test_passing_on_shows_every_row(steps):
    problem = UnlearningProblem(np.arange(14.0)[:, None] ** 1.5, np.arange(9))
    queue = AnnotationQueue(problem)
    labelled, after = set(), None
    for kind, _ in steps:
        if after is not None and kind == "label":
            labelled.add(after)
        if after is not None and kind == "skip":
            queue.skip(after)
        after = queue.next(labelled, after)
    left, seen = queue.n_left(labelled), set()
    for _ in range(left):
        after = queue.next(labelled, after)
        seen.add(after)
    assert seen - {None} == set(range(9)) - labelled


@pytest.mark.parametrize(
    ("keywords", "said"),
    [
        ({"order": "uncertanty"}, "Did you mean 'uncertainty'"),
        ({"order": "coverage"}, "positions"),
        ({"order": "uncertainty"}, "learner"),
        ({"order": "disagreement"}, "disagreement"),
        ({"order": "disagreement", "disagreement": [1.0]}, "shape"),
        ({"order": "coverage", "positions": np.zeros((3, 2))}, "positions"),
        ({"order": "coverage", "positions": np.full((60, 2), np.nan)}, "finite"),
        ({"rows": [60]}, "rows"),
        ({"random_state": "x"}, "random_state"),
    ],
)
def test_what_cannot_be_ordered_is_refused(problem, keywords, said):
    with pytest.raises(ValueError, match=said):
        AnnotationQueue(problem, **keywords)


def test_calls_that_make_no_sense_are_refused(problem):
    queue = AnnotationQueue(problem)
    with pytest.raises(TypeError, match="disagreement"):
        AnnotationQueue(problem, order="disagreement", disagreement=["many"] * 60)
    with pytest.raises(ValueError, match="next"):
        queue.skip(int(problem.retain_rows[0]))
    with pytest.raises(ValueError, match="after"):
        queue.next(set(), 60)
    with pytest.raises(ValueError, match="n:"):
        queue.upcoming(-1, set())
    with pytest.raises(ValueError, match="labelled"):
        queue.next({99})
    with pytest.raises(TypeError, match="lables"):
        queue.next(lables=set())


def test_no_rows_at_all(problem):
    queue = AnnotationQueue(problem, np.zeros((60, 2)), order="coverage", rows=[])
    assert queue.next(set()) is None
    assert queue.n_left(set()) == queue.n_total == 0

from __future__ import annotations

import numpy as np
import pytest

from unlearn_widgets.problem import blocks, rows
from unlearn_widgets.problem.blocks import MapBlocks, morton_codes
from unlearn_widgets.problem.rows import KeptSums, WhitenedRows
from unlearn_widgets.problem.whitening import fit
from unlearn_widgets.statistics import FORGET, RETAIN, domain_codes

N, N_FORGET, DIM = 600, 250, 5


def whitened_rows(seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((N, DIM)) + 3.0
    forget, retain = np.split(rng.permutation(N)[:560], [N_FORGET])
    X[forget] += 0.5
    codes = domain_codes(N, forget, retain)
    return WhitenedRows(X, codes, fit(X, codes, "shared", None))


def direct(stored, removed, code):
    kept = stored.values[(stored.codes == code) & ~removed].astype(np.float64)
    return kept.sum(axis=0), kept.T @ kept


def check(stored, kept, removed):
    for code in (RETAIN, FORGET):
        total, scatter = direct(stored, removed, code)
        np.testing.assert_allclose(kept.sum(code), total, rtol=1e-9, atol=1e-9)
        if kept.scatters:
            np.testing.assert_allclose(kept.scatters[code], scatter, rtol=1e-9, atol=1e-9)
        assert kept.counts[code] == np.count_nonzero((stored.codes == code) & ~removed)


@pytest.mark.parametrize("second_moments", [False, True])
@pytest.mark.parametrize("arranged", [False, True])
def test_sums_follow_any_walk_of_removals(second_moments, arranged, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_ROWS", 8)
    monkeypatch.setattr(rows, "BLOCK_ROWS", 2)
    stored = whitened_rows()
    rng = np.random.default_rng(1)
    points = rng.standard_normal((N, 2))
    if arranged:
        stored.arrange(points)
    kept = KeptSums(stored, second_moments=second_moments)
    walk = [rng.random(N) < share for share in (0.1, 0.9, 0.5, 0.0, 0.97, 0.02)]
    walk += [points[:, 0] > cut for cut in (1.0, 0.9, -1.0, -1.1, 3.0)]
    walk += [stored.codes != RETAIN, stored.codes == RETAIN, np.zeros(N, dtype=bool)]
    for removed in walk:
        kept.update(removed)
        check(stored, kept, removed)


def test_a_small_change_touches_only_the_rows_that_changed(monkeypatch):
    stored = whitened_rows()
    kept = KeptSums(stored)
    removed = stored.codes == FORGET
    removed[np.flatnonzero(removed)[:100]] = False
    kept.update(removed)
    touched = []
    original = WhitenedRows.sum
    monkeypatch.setattr(
        WhitenedRows, "sum", lambda self, r: (touched.extend(r.tolist()), original(self, r))[1]
    )
    flipped = np.flatnonzero(stored.codes == FORGET)[[0, 99, 100, 249]]
    removed[flipped] ^= True
    kept.update(removed)
    assert sorted(touched) == flipped.tolist()
    check(stored, kept, removed)


def test_an_interrupted_update_does_not_spoil_the_next(monkeypatch):
    stored = whitened_rows()
    kept = KeptSums(stored)
    rng = np.random.default_rng(4)
    first = rng.random(N) < 0.4
    second, third = (first ^ (rng.random(N) < 0.05) for _ in range(2))
    kept.update(first)
    calls = []

    def interrupted(_self, _rows):
        calls.append(1)
        if len(calls) > 2:
            raise KeyboardInterrupt
        return np.zeros(DIM)

    with monkeypatch.context() as patch:
        patch.setattr(WhitenedRows, "sum", interrupted)
        with pytest.raises(KeyboardInterrupt):
            kept.update(second)
    kept.update(third)
    check(stored, kept, third)


def test_everything_is_summed_anew_after_many_updates(monkeypatch):
    monkeypatch.setattr(rows, "RECOMPUTE_AFTER", 5)
    stored = whitened_rows()
    kept = KeptSums(stored)
    removed = np.random.default_rng(0).random(N) < 0.3
    kept.update(removed)
    kept._sums[FORGET] += 1.0
    seen = []
    for row in np.flatnonzero(stored.codes == FORGET)[:4]:
        removed[row] ^= True
        kept.update(removed)
        seen.append(np.allclose(kept.sum(FORGET), direct(stored, removed, FORGET)[0]))
    assert seen == [False, False, False, True]


def test_removing_nothing_or_a_whole_domain_is_exact():
    stored = whitened_rows()
    kept = KeptSums(stored)
    assert (kept.sum(RETAIN) == 0.0).all()
    kept.update(stored.codes == FORGET)
    assert (kept.sum(FORGET) == 0.0).all()
    kept.update(np.zeros(N, dtype=bool))
    assert (kept.sum(FORGET) == stored.exact_totals[FORGET]).all()


def test_storage_is_float32_beyond_the_limit_and_sums_stay_float64(monkeypatch):
    double = whitened_rows()
    monkeypatch.setattr(rows, "STORAGE_LIMIT", 8 * N * DIM - 1)
    single = whitened_rows()
    assert (double.precision, single.precision) == ("float64", "float32")
    some = np.flatnonzero(np.random.default_rng(2).random(N) < 0.5)
    exact = single.values[some].astype(np.float64)
    assert single.sum(some).dtype == np.float64
    np.testing.assert_allclose(single.sum(some), exact.sum(0), rtol=1e-13)
    np.testing.assert_allclose(single.scatter(some), exact.T @ exact, rtol=1e-13)
    np.testing.assert_allclose(single.sum(some), double.sum(some), rtol=1e-6, atol=1e-5)
    assert (single.scores == double.scores).all()


def test_keeping_nothing_is_refused():
    stored = whitened_rows()
    kept = KeptSums(stored)
    with pytest.raises(ValueError, match="removed: all 560 rows of both domains"):
        kept.check(stored.codes > 0)
    removed = np.ones(N, dtype=bool)
    removed[np.flatnonzero(stored.codes == RETAIN)[0]] = False
    kept.check(removed)


def test_blocks_sum_a_brush_by_few_rows():
    values = np.random.default_rng(0).standard_normal((2000, 3))
    points = np.random.default_rng(1).random((2000, 2))
    touched = []

    def row_sum(some):
        touched.append(len(some))
        return values[some].sum(axis=0)

    blocks = MapBlocks(row_sum, np.argsort(morton_codes(points), kind="stable"))
    touched.clear()
    mask = points[:, 0] < 0.5
    got = blocks.sum(mask, limit=int(mask.sum()))
    np.testing.assert_allclose(got, values[mask].sum(axis=0), rtol=1e-10)
    assert sum(touched) < mask.sum() / 2
    scattered = np.random.default_rng(2).random(2000) < 0.3
    assert blocks.sum(scattered, limit=int(scattered.sum())) is None


def test_morton_order_interleaves_the_two_axes():
    axis = np.arange(4.0)
    grid = np.array([(x, y) for y in axis for x in axis])
    order = grid[np.argsort(morton_codes(grid))].astype(int).tolist()
    assert order[:8] == [[0, 0], [1, 0], [0, 1], [1, 1], [2, 0], [3, 0], [2, 1], [3, 1]]
    assert (morton_codes(np.ones((3, 2))) == 0).all()

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from unlearn_widgets.datasets.sampling import sample_rows


@given(st.integers(1, 60), st.integers(1, 60), st.integers(4, 130), st.integers(0, 5))
def test_a_sample_has_the_size_asked_for_and_both_domains_in_proportion(
    forget, retain, limit, seed
):
    mask = np.random.default_rng(seed).permutation(np.arange(forget + retain) < forget)
    rows = sample_rows(mask, limit, seed)
    n = len(mask)
    assert len(rows) == min(limit, n)
    assert (np.diff(rows) > 0).all()
    chosen = int(mask[rows].sum())
    assert chosen >= min(2, forget)
    assert len(rows) - chosen >= min(2, retain)
    fewest = min(forget, retain) * limit / n < 2
    assert fewest or abs(chosen - len(rows) * forget / n) <= 0.5


def test_without_a_limit_every_row_is_taken_in_order():
    np.testing.assert_array_equal(sample_rows(np.arange(9) < 3, None, 0), np.arange(9))

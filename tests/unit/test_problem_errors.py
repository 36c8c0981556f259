from __future__ import annotations

import re

import numpy as np
import pytest
from scipy import sparse

from unlearn_widgets.problem import UnlearningProblem

RNG = np.random.default_rng(0)
X = RNG.standard_normal((20, 3))
FORGET = np.arange(8)


def broken(row, value):
    result = X.copy()
    result[row, 1] = value
    return result


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"X": broken([3, 11], np.nan)}, "X: every value must be finite, but 2 of 20 rows"),
        ({"X": broken([3, 11], np.inf)}, "(rows 3, 11)"),
        ({"X": X[:, 0]}, "X.reshape(-1, 1)"),
        ({"X": X[:, :0]}, "with d of at least 1, got shape (20, 0)"),
        ({"X": X[None]}, "X: must have shape (n, d)"),
        ({"X": [[1.0, 2.0], [3.0]]}, "with rows of one length"),
        ({"X": np.ma.masked_equal(X, X[0, 0])}, "X: holds masked entries"),
        ({"forget": []}, "forget: the forget domain needs at least 2 rows, it is empty"),
        ({"forget": [4]}, "forget: the forget domain needs at least 2 rows, got 1"),
        ({"retain": []}, "retain: the retained domain needs at least 2 rows, it is empty"),
        ({"forget": np.arange(20)}, "retain: the retained domain needs at least 2 rows"),
        ({"retain": np.arange(6, 20)}, "must not overlap, but share rows 6, 7."),
        ({"forget": np.ones(19, bool)}, "forget: a mask must hold one entry for each of the 20"),
        ({"forget": [0, 25, 3]}, "forget: row positions must lie in 0..19, got 25 (at index 1)"),
        ({"forget": [0, -1]}, "forget: row positions must lie in 0..19, got -1 (at index 1)"),
        ({"forget": [0, 7, 7]}, "forget: row positions must not repeat, but row 7"),
        ({"X": np.ones((20, 3))}, "X: all rows of the forget domain are identical"),
        ({"covariance": "pooled"}, "covariance: must be one of 'shared', 'refit', got 'pooled'"),
        ({"covariance": np.eye(2)}, "covariance: must have shape (3, 3)"),
        ({"covariance": -np.eye(3)}, "but column 0 of X varies"),
        ({"covariance": np.ones((3, 3))}, "2 of its eigenvalues are zero or negative"),
        ({"covariance": np.triu(np.ones((3, 3)))}, "covariance: must be finite and symmetric"),
        ({"shrinkage": "ledoit"}, "Did you mean 'ledoit-wolf'?"),
        ({"shrinkage": "oas", "covariance": "refit"}, "shrinkage: 'oas' needs covariance='shared'"),
        ({"shrinkage": "oas", "covariance": np.eye(3)}, "got a known covariance"),
        ({"groups": ["a"] * 19}, "groups: must hold one label for each of the 20 rows"),
        ({"groups": ["a"] * 19 + [None]}, "groups: every row needs a label, but that of row 19"),
        ({"groups": [np.nan] + [1.0] * 19}, "groups: every row needs a label, but that of row 0"),
    ],
)
def test_bad_values_are_refused(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        UnlearningProblem(**({"X": X, "forget": FORGET} | arguments))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"X": X.astype(object)}, "X: must hold real numbers, got dtype object"),
        ({"X": X.astype(str)}, "X: must hold real numbers, got dtype <U"),
        ({"X": X.astype(complex)}, "X: must hold real numbers, got dtype complex128"),
        ({"forget": [0.0, 1.0]}, "forget: must be a (20,) bool mask or a list of row positions"),
        ({"forget": "spam"}, "forget: must be a (20,) bool mask or a list of row positions"),
        ({"forget": [[0, 1]]}, "forget: must be a (20,) bool mask or a list of row positions"),
        ({"covarience": "refit"}, "UnlearningProblem takes no keyword 'covarience'. Did you mean"),
    ],
)
def test_bad_types_are_refused(arguments, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        UnlearningProblem(**({"X": X, "forget": FORGET} | arguments))


def test_a_large_sparse_matrix_says_how_to_reduce_it():
    huge = sparse.csr_matrix((100_000, 5_000))
    with pytest.raises(ValueError, match=r"TruncatedSVD\(n_components=256\)"):
        UnlearningProblem(huge, [0, 1])


def test_bad_removals_leave_the_problem_as_it_was():
    problem = UnlearningProblem(X, FORGET)
    expected = problem.effect([1, 2])
    for removed, error, message in (
        ([1, 20], ValueError, "removed: row positions must lie in 0..19, got 20"),
        ([1, 1], ValueError, "removed: row positions must not repeat"),
        (np.zeros(5, bool), ValueError, "removed: a mask must hold one entry"),
        (np.ones(20, bool), ValueError, "removed: all 20 rows of both domains"),
        (["a"], TypeError, "removed: must be a (20,) bool mask"),
    ):
        with pytest.raises(error, match=re.escape(message)):
            problem.effect(removed)
        assert problem.effect([1, 2]) == expected


@pytest.mark.parametrize("delta", [0.0, 1.0, -1, "x", None, True, np.nan])
def test_delta_is_a_probability(delta):
    with pytest.raises(ValueError, match="delta: must lie strictly between 0 and 1"):
        UnlearningProblem(X, FORGET).effect([0], delta=delta)


def test_names_with_a_slip_get_a_suggestion():
    problem = UnlearningProblem(X, FORGET)
    with pytest.raises(ValueError, match="Did you mean 'likelihood_ratio'"):
        problem.rank("likelyhood_ratio")
    with pytest.raises(TypeError, match="rule: must be one of random, distance"):
        problem.rank(7)
    with pytest.raises(TypeError, match=r"effect takes no keyword 'detla'. Did you mean 'delta'"):
        problem.effect([0], detla=0.1)


@pytest.mark.parametrize(
    ("budgets", "error", "message"),
    [
        ([9], ValueError, "budgets: must lie in 0..8 rows of the forget domain, got 9"),
        ([-1], ValueError, "got -1"),
        ([1.5], ValueError, "must lie in [0, 1], got 1.5. Pass an int"),
        ([np.nan], ValueError, "got nan"),
        (["1"], TypeError, "budgets: must be an int (rows) or a float in [0, 1], got '1'"),
        ([True], TypeError, "got True"),
        (5, TypeError, "budgets: must be a list of ints or floats, got 5. Pass [5]."),
        ("5", TypeError, "budgets: must be a list of ints or floats, got '5'"),
    ],
)
def test_budgets_are_rows_or_shares(budgets, error, message):
    with pytest.raises(error, match=re.escape(message)):
        UnlearningProblem(X, FORGET).tradeoff("random", budgets)


@pytest.mark.parametrize("points", [np.zeros((19, 2)), np.full((20, 2), np.nan)])
def test_a_map_has_one_finite_point_for_each_row(points):
    with pytest.raises(ValueError, match=r"positions: must be finite and of shape \(20, 2\)"):
        UnlearningProblem(X, FORGET).arrange(points)


def test_labels_are_not_taken_for_row_positions():
    labels = np.isin(np.arange(20), FORGET)
    with pytest.raises(ValueError, match=r"forget: 20 zeros and ones.*Pass a bool mask"):
        UnlearningProblem(X, labels.astype(int))
    for mask in (labels.tolist(), labels.astype(object)):
        assert UnlearningProblem(X, mask).forget_rows.tolist() == list(FORGET)


def test_a_known_covariance_may_be_symmetric_up_to_rounding():
    known = np.eye(X.shape[1])
    known[0, 1] = 1e-17
    assert UnlearningProblem(X, FORGET, covariance=known).divergence > 0
    known[0, 1] = 1e-3
    with pytest.raises(ValueError, match="covariance: must be finite and symmetric"):
        UnlearningProblem(X, FORGET, covariance=known)


def test_none_is_a_shrinkage_but_no_covariance():
    with pytest.raises(ValueError, match="shrinkage: must be None or one of 'auto', 'ledoit-wolf'"):
        UnlearningProblem(X, FORGET, shrinkage="ledoit")
    with pytest.raises(TypeError, match=r"covariance: must be .shared., .refit. or a .* got None"):
        UnlearningProblem(X, FORGET, covariance=None)

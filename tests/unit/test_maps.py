"""The maps are finite, the same every time, and the discriminant map is the best rule."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from unlearn_widgets import UnlearningProblem, datasets
from unlearn_widgets.maps.discriminant import leading_directions
from unlearn_widgets.maps.layout import STACKED, MapLayout, layout


def gaussians(n: int = 300, d: int = 6, shift: float = 1.5, seed: int = 0) -> np.ndarray:
    X = np.random.default_rng(seed).normal(size=(n, d)) * np.arange(1, d + 1)
    X[: n // 3, 0] += shift
    return X


def problem(X: Any, n_forget: int | None = None, **options: Any) -> UnlearningProblem:
    n = len(X)
    return UnlearningProblem(X, forget=np.arange(n_forget or n // 3), **options)


def check(made: MapLayout, n: int) -> MapLayout:
    assert made.positions.shape == (n, 2)
    assert made.positions.dtype == np.float32
    assert made.positions.flags.c_contiguous
    assert not made.positions.flags.writeable
    assert np.isfinite(made.positions).all()
    assert made.x_label
    assert made.y_label
    return made


def test_a_vertical_cut_on_real_texts_is_the_likelihood_ratio_rule() -> None:
    sms = datasets.load_sms_spam()
    asked = UnlearningProblem(sms.X, sms.forget, sms.retain)
    made = check(layout(asked, names=("spam", "ham")), asked.n_rows)
    spam = asked.forget_rows
    right = spam[np.argsort(-made.positions[spam, 0], kind="stable")]
    best = asked.effect(asked.rank("likelihood_ratio")[:436]).alpha
    assert asked.effect(right[:436]).alpha == pytest.approx(best, rel=1e-3)
    assert made.x_ends == ("more like ham", "more like spam")
    assert made.x_label == "log-likelihood ratio, nats"
    assert made.aspect == "free"


def test_x_is_the_score_and_y_is_what_is_left_at_the_same_spread() -> None:
    X = gaussians()
    asked = problem(X)
    x, y = check(layout(asked), 300).positions.astype(float).T
    assert np.allclose(x, asked.scores, rtol=1e-6)
    assert abs(np.corrcoef(x, y)[0, 1]) < 1e-6
    assert y.std() == pytest.approx(x.std(), rel=1e-5)


def test_rescaling_the_columns_changes_nothing() -> None:
    X = gaussians()
    first = layout(problem(X)).positions
    again = layout(problem(X * np.logspace(-6, 6, 6) + 1e3)).positions
    assert np.allclose(first, again, atol=1e-3 * np.abs(first).max())


@pytest.mark.parametrize("name", ["discriminant", "pca"])
def test_the_same_input_gives_the_same_map(name: str) -> None:
    X = gaussians()
    assert np.array_equal(layout(problem(X), name).positions, layout(problem(X), name).positions)


def test_y_follows_the_largest_variation_left() -> None:
    random = np.random.default_rng(3)
    hidden = random.normal(size=900)
    X = random.normal(size=(900, 5)) * 0.3
    X[:, 1:4] += hidden[:, None]
    X[:300, 0] += 2
    y = layout(problem(X)).positions[:, 1]
    assert abs(np.corrcoef(hidden, y)[0, 1]) > 0.98


def test_few_rows_are_laid_out_under_a_shrunk_covariance() -> None:
    random = np.random.default_rng(4)
    train, test = (random.normal(size=(200, 60)) for _ in range(2))
    train[:80, 0] += 2
    test[:80, 0] += 2
    asked = problem(train, 80)
    made = check(layout(asked), 200)
    assert "shrunk covariance" in made.x_label
    x = made.positions[:, 0].astype(float)
    weights = np.linalg.lstsq(train - train.mean(axis=0), x - x.mean(), rcond=None)[0]
    plain = np.linalg.lstsq(
        train - train.mean(axis=0), asked.scores - asked.scores.mean(), rcond=None
    )[0]
    assert weights[0] / np.linalg.norm(weights) > plain[0] / np.linalg.norm(plain)


@pytest.mark.parametrize("options", [{"shrinkage": "oas"}, {"covariance": np.eye(60)}])
def test_a_covariance_that_was_chosen_is_the_one_shown(options: dict[str, Any]) -> None:
    X = np.random.default_rng(5).normal(size=(200, 60))
    asked = problem(X, 80, **options)
    made = layout(asked)
    assert np.allclose(made.positions[:, 0], asked.scores, rtol=1e-5)
    assert "shrunk" not in made.x_label


def test_fewer_rows_than_columns() -> None:
    check(layout(problem(np.random.default_rng(6).normal(size=(12, 50)), 4)), 12)
    check(layout(problem(np.random.default_rng(6).normal(size=(12, 50)), 4), "pca"), 12)


@pytest.mark.parametrize("columns", [40, 1200])
def test_the_leading_directions_are_found_in_few_and_in_many_columns(columns: int) -> None:
    random = np.random.default_rng(7)
    hidden = random.normal(size=(80, 2)) * [3, 2]
    X = hidden @ random.normal(size=(2, columns)) + random.normal(size=(80, columns)) * 0.1
    found = leading_directions(X, None, 2)
    standard = (X - X.mean(axis=0)) / X.std(axis=0)
    left, singular, _ = np.linalg.svd(standard, full_matrices=False)
    assert np.allclose(np.abs(found), np.abs(left[:, :2] * singular[:2]), rtol=1e-5, atol=1e-3)


def test_an_infinite_divergence_still_has_a_map_that_separates() -> None:
    X = np.random.default_rng(8).normal(size=(300, 4))
    X[:, 3] = np.arange(300) < 100
    asked = problem(X, 100)
    assert asked.divergence == np.inf
    made = check(layout(asked), 300)
    assert made.positions[:100, 0].min() > made.positions[100:, 0].max()


def test_constant_columns_and_duplicate_rows() -> None:
    X = np.repeat(gaussians(60), 5, axis=0)
    X[:, 2] = 7.25
    check(layout(problem(X)), 300)
    check(layout(problem(X), "pca"), 300)


@pytest.mark.parametrize("name", ["discriminant", "pca"])
def test_one_dimension_is_stacked(name: str) -> None:
    X = np.random.default_rng(9).normal(size=(200, 1))
    X[:50] += 3
    made = check(layout(problem(X, 50), name), 200)
    assert (made.y_label, made.aspect) == (STACKED, "free")
    x, y = made.positions.astype(float).T
    assert abs(np.corrcoef(x, X[:, 0])[0, 1]) > 1 - 1e-9
    assert np.ptp(y) < 1.01 * np.ptp(x)
    assert len(np.unique(made.positions, axis=0)) == 200


def test_equal_rows_do_not_hide_each_other_in_a_stack() -> None:
    X = np.repeat([[0.0], [1.0], [4.0]], [50, 40, 10], axis=0)
    made = check(layout(problem(X, 60)), 100)
    assert len(np.unique(made.positions, axis=0)) == 100


def test_domains_with_equal_means_show_their_variation() -> None:
    half = gaussians(100, 3, shift=0)
    X = np.concatenate([half, half])
    made = check(layout(problem(X, 100)), 200)
    assert "means of the domains are equal" in made.x_label
    assert made.x_ends is None
    assert made.positions[:, 0].std() > 0


def test_all_rows_identical() -> None:
    X = np.full((30, 4), 2.5)
    asked = problem(X, 10, covariance=np.eye(4))
    for name in ("discriminant", "pca"):
        made = check(layout(asked, name), 30)
        assert made.y_label == STACKED


def test_rows_of_neither_domain_have_a_place() -> None:
    X = gaussians()
    asked = UnlearningProblem(X, forget=range(100), retain=range(100, 250))
    check(layout(asked), 300)
    few = UnlearningProblem(X, forget=range(5), retain=range(5, 12))
    check(layout(few), 300)


def test_pca_is_that_of_scikit_learn() -> None:
    from sklearn.decomposition import PCA

    X = gaussians()
    made = layout(problem(X), "pca")
    expected = PCA(2, random_state=0).fit_transform(X)
    assert np.allclose(made.positions, expected, atol=1e-4)
    assert made.aspect == "equal"
    assert made.x_label.startswith("principal component 1 (")


@pytest.mark.parametrize("name", ["discriminant", "pca"])
@pytest.mark.parametrize("kind", [np.float16, np.float32, np.int64])
def test_any_number_type_and_large_offsets(name: str, kind: type) -> None:
    check(layout(problem((gaussians() * 100).astype(kind)), name), 300)
    check(layout(problem(gaussians() + 1e7), name), 300)


def test_given_positions() -> None:
    asked = problem(gaussians())
    given = np.random.default_rng(1).normal(size=(300, 2)).astype(np.float32)
    made = check(layout(asked, given), 300)
    assert np.array_equal(made.positions, given)
    assert (made.name, made.aspect) == ("custom", "equal")
    given[0] = 99
    assert made.positions[0, 0] != 99
    assert layout(asked, given * [1, 100]).aspect == "free"
    assert np.array_equal(layout(asked, pd.DataFrame(given)).positions, given)


class Halves:
    """Any object with fit_transform."""

    def fit_transform(self, X: np.ndarray) -> np.ndarray:
        assert X.dtype != np.float16
        return X[:, :2] / 2


def test_any_object_with_fit_transform() -> None:
    X = gaussians()
    made = check(layout(problem(X), Halves()), 300)
    assert made.name == "Halves"
    assert np.array_equal(made.positions, (X[:, :2] / 2).astype(np.float32))
    layout(problem(X.astype(np.float16)), Halves())


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        ("discriminat", ValueError, "map: must be one of .* Did you mean 'discriminant'"),
        (Halves, TypeError, r"got the class Halves. Pass Halves\(\)"),
        (None, TypeError, "or an object with fit_transform, got NoneType"),
        ([["a", "b"]] * 300, TypeError, "map: expected 'discriminant', 'pca', numbers of shape"),
        ([[1, 2], [3]], TypeError, "map: expected"),
        (np.zeros((299, 2)), ValueError, r"shape \(300, 2\), got shape \(299, 2\)"),
        (np.zeros((300, 3)), ValueError, r"got shape \(300, 3\)"),
        (np.full((300, 2), np.nan), ValueError, "finite in float32, got .* in row 0"),
        (np.full((300, 2), 1e300), ValueError, "finite in float32, got .* in row 0"),
    ],
)
def test_bad_maps(asked: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        layout(problem(gaussians()), asked)


def test_a_bad_transform_is_named() -> None:
    class Cube:
        def fit_transform(self, X: np.ndarray) -> np.ndarray:
            return X[:, :3]

    with pytest.raises(ValueError, match=r"map: Cube.fit_transform\(X\): expected one point"):
        layout(problem(gaussians()), Cube())


def test_directions_of_nothing() -> None:
    assert leading_directions(np.ones((9, 3)), None, 2).shape == (9, 0)
    line = np.arange(9.0)
    assert leading_directions(np.column_stack([line, -2 * line]), line, 1).shape == (9, 0)

"""Where each row lies on the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from unlearn_widgets.blas import single_thread
from unlearn_widgets.maps.discriminant import discriminant_scores, even_sample, leading_directions
from unlearn_widgets.problem.matrix import matrix
from unlearn_widgets.statistics import chunks, float_rows
from unlearn_widgets.validation import choice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unlearn_widgets.problem import UnlearningProblem

    Floats = NDArray[np.float64]
    Aspect = Literal["free", "equal"]

MAPS = ("discriminant", "pca")

STACKED = "rows at the same x, stacked (there is no second direction)"
_PCA_SAMPLE = 100_000
_NO_DIFFERENCE = 1e-9
_MOST_UNEQUAL = 5.0


@dataclass(frozen=True, eq=False)
class MapLayout:
    """Positions of the rows, and what the axes mean.

    Parameters
    ----------
    positions : ndarray of shape (n, 2), float32
        Read-only; the gestures of a session are decided on exactly these values.
    name : str
        Which map it is.
    x_label, y_label : str
        What the axes show.
    x_ends : tuple of str or None
        What the left and the right end of the x axis mean.
    aspect : {"free", "equal"}
        Whether both axes must share one scale.
    """

    positions: NDArray[np.float32]
    name: str
    x_label: str
    y_label: str
    x_ends: tuple[str, str] | None
    aspect: Aspect


def layout(
    problem: UnlearningProblem,
    map: Any = "discriminant",  # noqa: A002 - the public contract names it so
    names: tuple[str, str] = ("forget", "retain"),
) -> MapLayout:
    """Lay the rows of a problem out on a plane.

    Parameters
    ----------
    problem : UnlearningProblem
        The rows.
    map : {"discriminant", "pca"}, array-like of shape (n, 2), or object with ``fit_transform``
        "discriminant": x is the log-likelihood ratio in nats (section 2 of docs/theory.md), so a
        vertical cut is the likelihood-ratio rule; y is the largest variation left, at the same
        spread. With fewer than ten rows a dimension the ratio is taken under a shrunk covariance.
        "pca": the first two principal components. An array: as given. An object (UMAP, t-SNE,
        ...): what it makes of X. A layout made before: itself.
    names : tuple of str
        What the forget and the retained domain are called.

    Returns
    -------
    MapLayout
        The same for the same input. Where rows vary in one direction only, y stacks those at the
        same x.

    Raises
    ------
    ValueError
        For an unknown name, another shape than (n, 2), or positions not finite in float32.
    TypeError
        For a class in place of an object, or positions that are no numbers.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> X = [[2.0, 0.0], [3.0, 1.0], [4.0, 0.5], [-1.0, 1.0], [0.0, 0.0], [1.0, 0.5]]
    >>> made = layout(uw.UnlearningProblem(X, forget=[0, 1, 2]), "pca")
    >>> made.positions.shape, made.aspect
    ((6, 2), 'equal')
    """
    if isinstance(map, MapLayout):
        _given(map.positions, problem.n_rows, "map", map.name)
        return map
    if isinstance(map, str):
        make = _discriminant if choice("map", map, MAPS) == "discriminant" else _pca
        with single_thread():
            return make(problem, names)
    if not hasattr(map, "fit_transform"):
        return _given(map, problem.n_rows, "map", "custom")
    owner = map.__name__ if isinstance(map, type) else type(map).__name__
    if isinstance(map, type):
        raise TypeError(f"map: expected an object, got the class {owner}. Pass {owner}().")
    X = matrix("X", problem.X)
    positions = map.fit_transform(X.astype(np.float32) if X.dtype == np.float16 else X)
    return _given(positions, problem.n_rows, f"map: {owner}.fit_transform(X)", owner)


def _discriminant(problem: UnlearningProblem, names: tuple[str, str]) -> MapLayout:
    X = matrix("X", problem.X)
    x, shrunk = discriminant_scores(problem, X)
    forget, retain = names
    label = "log-likelihood ratio, nats"
    ends = f"more like {retain}", f"more like {forget}"
    if np.ptp(x) <= _NO_DIFFERENCE:
        axes = leading_directions(X, None, 2)
        label = "largest variation (the means of the domains are equal)"
        x, rest = (axes[:, 0], axes[:, 1:]) if axes.shape[1] else (x, axes)
        return _assembled("discriminant", x, rest, (label, "largest variation left"), None, "free")
    if shrunk:
        label += ", shrunk covariance"
    rest = leading_directions(X, x, 1)
    labels = label, "largest variation left"
    return _assembled("discriminant", x, rest, labels, ends, "free")


def _pca(problem: UnlearningProblem, _names: tuple[str, str]) -> MapLayout:
    from sklearn.decomposition import PCA

    X = matrix("X", problem.X)
    sample = even_sample(len(X), X.shape[1], _PCA_SAMPLE)
    model = PCA(min(2, len(sample), X.shape[1]), random_state=0)
    # Identical rows leave no variance to take shares of.
    with np.errstate(invalid="ignore"):
        model.fit(np.asarray(X[sample], dtype=np.float64))
    axes = np.empty((len(X), len(model.components_)))
    for part in chunks(*X.shape):
        axes[part] = (float_rows(X, part) - model.mean_) @ model.components_.T
    varies = model.explained_variance_ > 1e-12 * max(float(model.explained_variance_[0]), 1e-300)
    shares = np.nan_to_num(model.explained_variance_ratio_)
    labels = [
        f"principal component {i + 1} ({share:.0%} of variance)" for i, share in enumerate(shares)
    ]
    second = labels[1] if len(labels) > 1 else ""
    return _assembled(
        "pca", axes[:, 0], axes[:, 1:][:, varies[1:]], (labels[0], second), None, "equal"
    )


def _assembled(
    name: str,
    x: Floats,
    rest: Floats,
    labels: tuple[str, str],
    ends: tuple[str, str] | None,
    aspect: Aspect,
) -> MapLayout:
    x_label, y_label = labels
    if not rest.shape[1] or rest[:, 0].std() == 0.0:
        y, y_label, aspect = _stacked(x), STACKED, "free"
    else:
        y = rest[:, 0]
        if aspect == "free":
            y = y * (x.std() / y.std())
    positions = _as_positions(np.column_stack([x, y]), "map")
    return MapLayout(positions, name, x_label, y_label, ends, aspect)


def _stacked(x: Floats) -> Floats:
    """Pile the rows of each bin of x up on both sides of zero, in order of position."""
    n_bins = int(np.clip(2 * np.sqrt(len(x)), 20, 200))
    reach = float(np.ptp(x)) or 1.0
    bins = np.minimum((x - x.min()) / reach * n_bins, n_bins - 1).astype(np.int64)
    order = np.argsort(bins, kind="stable")
    sizes = np.bincount(bins, minlength=n_bins)
    rank = np.empty(len(x), dtype=np.int64)
    rank[order] = np.arange(len(x)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    side = np.where(rank % 2 == 1, 1, -1) * ((rank + 1) // 2)
    step = min(reach / n_bins, reach / 2 / max(1, int(sizes.max())))
    return np.asarray(side * step)


def _given(positions: Any, n_rows: int, owner: str, name: str) -> MapLayout:
    try:
        values = np.asarray(positions)
    except ValueError:
        values = np.empty(0, dtype=object)
    if values.dtype.kind not in "biuf":
        raise TypeError(
            f"{owner}: expected 'discriminant', 'pca', numbers of shape ({n_rows}, 2) or an object "
            f"with fit_transform, got {type(positions).__name__}."
        )
    if values.shape != (n_rows, 2):
        raise ValueError(
            f"{owner}: expected one point for each row of X, shape ({n_rows}, 2), got shape "
            f"{values.shape}."
        )
    rounded = _as_positions(values, owner)
    spread = np.ptp(rounded.astype(np.float64), axis=0) if n_rows else np.ones(2)
    # Two axes of different units would leave a thin line on equal scales.
    equal = spread.max() <= _MOST_UNEQUAL * spread.min()
    return MapLayout(rounded, name, "x", "y", None, "equal" if equal else "free")


def _as_positions(values: NDArray[Any], owner: str) -> NDArray[np.float32]:
    with np.errstate(over="ignore", invalid="ignore"):
        positions = np.ascontiguousarray(values, dtype=np.float32)
    finite = np.isfinite(positions).all(axis=1)
    if not finite.all():
        row = int(np.argmin(finite))
        raise ValueError(
            f"{owner}: map positions must be finite in float32, got {values[row].tolist()} in row "
            f"{row}."
        )
    if positions is values:
        positions = positions.copy()
    positions.setflags(write=False)
    return positions

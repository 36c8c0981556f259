"""Splits of the rows into training and held-out ones, which never cut a group."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from unlearn_widgets.statistics import FORGET, RETAIN
from unlearn_widgets.validation import count, row_positions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.validation import Positions

N_SPLITS, TEST_SIZE = 5, 0.3
# A training problem needs two rows in each domain, a score one.
LEAST_TRAIN, LEAST_TEST = 2, 1


class Split(NamedTuple):
    """Sorted positions, into the X of a problem, of training and of held-out rows."""

    train: Positions
    test: Positions


def make_splits(problem: UnlearningProblem, cv: Any, seed: int) -> list[Split]:
    """Split the rows of both domains; rows in neither are left out.

    Parameters
    ----------
    problem : UnlearningProblem
        Rows, domains and groups.
    cv : None, int, scikit-learn splitter, or iterable of (train, test)
        None: 5 random splits with 30 % held out, stratified by domain, and by whole groups when
        the problem has groups. An int: stratified folds. Pairs hold masks or positions over X.
    seed : int
        Seed of the splits made here.

    Raises
    ------
    ValueError
        For too few rows or groups, splits that overlap, that cut a group, or that leave a domain
        without rows.
    TypeError
        For anything else as `cv`.

    """
    members = np.flatnonzero(problem.domain_codes)
    forget = problem.domain_codes[members] == FORGET
    groups = None if problem.groups is None else np.asarray(problem.groups)[members]
    try:
        pairs = list(_pairs(problem.n_rows, members, forget, groups, cv, seed))
    except ValueError as error:
        if str(error).startswith("cv: "):
            raise
        message = (
            f"cv: the {np.count_nonzero(forget)} forget rows and {np.count_nonzero(~forget)} "
            f"retained rows cannot be split ({error}) Use fewer splits, more rows or more groups."
        )
        raise ValueError(message) from error
    if not pairs:
        raise ValueError("cv: must give at least one split, got none.")
    for number, split in enumerate(pairs):
        _check(problem, number, split)
    return pairs


def _pairs(
    n: int,
    members: Positions,
    forget: NDArray[np.bool_],
    groups: NDArray[Any] | None,
    cv: Any,
    seed: int,
) -> Iterable[Split]:
    from sklearn.model_selection import StratifiedShuffleSplit

    if cv is None:
        cv = StratifiedShuffleSplit(N_SPLITS, test_size=TEST_SIZE, random_state=seed)
        if groups is not None:
            return _split_groups(cv, members, forget, groups)
    elif isinstance(cv, int | np.integer):
        cv = _folds(count("cv", cv, 2), forget, groups, seed)
    if isinstance(cv, str) or not (hasattr(cv, "split") or isinstance(cv, Iterable)):
        message = (
            f"cv: must be None, a number of folds, a scikit-learn splitter or pairs of training "
            f"and held-out rows, got {cv!r}."
        )
        raise TypeError(message)
    if hasattr(cv, "split"):
        parts = cv.split(np.zeros((len(members), 1)), forget, groups)
        return [Split(np.sort(members[train]), np.sort(members[test])) for train, test in parts]
    kept = [[np.intersect1d(row_positions("cv", part, n), members) for part in pair] for pair in cv]
    if any(len(pair) != 2 for pair in kept):
        raise ValueError("cv: each split must be a pair of training and held-out rows.")
    return [Split(*pair) for pair in kept]


def _folds(k: int, forget: NDArray[np.bool_], groups: NDArray[Any] | None, seed: int) -> Any:
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    units = np.arange(len(forget)) if groups is None else groups
    what = "rows" if groups is None else "groups"
    fewest = min(len(np.unique(units[domain])) for domain in (forget, ~forget))
    if fewest < k:
        message = (
            f"cv: {k} folds need at least {k} {what} in each domain, but the smaller one has "
            f"{fewest}. Use fewer folds."
        )
        raise ValueError(message)
    kind = StratifiedKFold if groups is None else StratifiedGroupKFold
    return kind(k, shuffle=True, random_state=seed)


def _split_groups(
    cv: Any, members: Positions, forget: NDArray[np.bool_], groups: NDArray[Any]
) -> list[Split]:
    """Split groups as `cv` splits rows, stratified by whether they hold forget rows."""
    found, number = np.unique(groups, return_inverse=True)
    unwanted = np.bincount(number, weights=forget) > 0
    splits = []
    for train, test in cv.split(np.zeros((len(found), 1)), unwanted):
        parts = (members[np.isin(number, part)] for part in (train, test))
        splits.append(Split(*parts))
    return splits


def _check(problem: UnlearningProblem, number: int, split: Split) -> None:
    both = np.intersect1d(split.train, split.test)
    if both.size:
        message = (
            f"cv: split {number} has row {int(both[0])} in training and held out. "
            "Give each row to one side."
        )
        raise ValueError(message)
    for code, domain in ((FORGET, "forget"), (RETAIN, "retained")):
        sides = (("training", split.train, LEAST_TRAIN), ("held-out", split.test, LEAST_TEST))
        for side, rows, least in sides:
            size = int(np.count_nonzero(problem.domain_codes[rows] == code))
            if size < least:
                message = (
                    f"cv: split {number} has {size} {side} rows of the {domain} domain, at least "
                    f"{least} are needed. Use a stratified splitter, fewer splits or more rows."
                )
                raise ValueError(message)
    if problem.groups is not None:
        labels = np.asarray(problem.groups)
        shared = np.isin(labels[split.test], labels[split.train])
        if shared.any():
            label = labels[split.test][shared].tolist()[0]
            message = (
                f"cv: split {number} has group {label!r} in training and held out. Use None, or a "
                "splitter that keeps groups whole, such as StratifiedGroupKFold."
            )
            raise ValueError(message)

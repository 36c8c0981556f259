"""One removal checked by retraining: scores before and after, split by split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.evaluation.class_scores import fold_scores
from unlearn_widgets.evaluation.scores import METRICS, OK, HeldOut, Scores, retrain
from unlearn_widgets.evaluation.spread import mean_known, range_known
from unlearn_widgets.evaluation.study import plan_study
from unlearn_widgets.evaluation.ticks import ticking
from unlearn_widgets.frames import Frame
from unlearn_widgets.statistics import FORGET, RETAIN
from unlearn_widgets.validation import row_positions, strict_keywords

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from unlearn_widgets.evaluation.study import Study
    from unlearn_widgets.evaluation.ticks import Progress
    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.validation import Positions

SIDES = ("before", "after")


@dataclass(frozen=True, slots=True)
class CheckedSplit:
    """One split: what was measured before and after the removal, and what the closed form says.

    Attributes
    ----------
    before, after : Scores
        Of the model trained on all training rows, and on those kept.
    predicted : tuple of two dicts
        The closed form before and after; empty where it does not apply.
    n_removed : int
        Training rows removed.

    """

    before: Scores
    after: Scores
    predicted: tuple[dict[str, float], dict[str, float]]
    n_removed: int


@dataclass(frozen=True, slots=True)
class RetrainCheck:
    """What retraining measures for one removal.

    Attributes
    ----------
    splits : tuple of CheckedSplit
        The splits done.
    n_splits : int
        Splits wanted.
    n_removed_forget, n_removed_retain : int
        Rows of each domain removed, held-out ones included.
    model : str
        The estimator in one line.
    rev : int or None
        The revision of the session that the removal belongs to.

    """

    splits: tuple[CheckedSplit, ...]
    n_splits: int
    n_removed_forget: int
    n_removed_retain: int
    model: str
    rev: int | None = None

    @property
    def status(self) -> str:
        """Whether every split was measured, in words."""
        done = len(self.splits)
        word = "complete" if done == self.n_splits else "stopped"
        return f"{word}: {done} of {self.n_splits} splits"

    def to_frame(self) -> Frame:
        """Return one row per metric: means over splits, their range, the closed form, the status.

        Returns
        -------
        Frame
            ``metric, before, after``, each side's ``_low`` and ``_high``, ``predicted_before`` and
            ``predicted_after`` (NaN where the closed form does not apply), ``status``. Log-losses
            are in nats per row, the others are shares.

        """
        columns: dict[str, list[Any]] = {"metric": list(METRICS)}
        for side in SIDES:
            table = np.array([self._measured(metric, side) for metric in METRICS]).T
            low, high = range_known(table)
            columns[side] = mean_known(table).tolist()
            columns[f"{side}_low"], columns[f"{side}_high"] = low.tolist(), high.tolist()
        for number, side in enumerate(SIDES):
            expected = np.array([self._predicted(metric, number) for metric in METRICS]).T
            columns[f"predicted_{side}"] = mean_known(expected).tolist()
        columns["status"] = [self._status(metric) for metric in METRICS]
        return Frame(columns)

    def _measured(self, metric: str, side: str) -> list[float]:
        return [getattr(split, side).measured[metric] for split in self.splits] or [np.nan]

    def _predicted(self, metric: str, number: int) -> list[float]:
        name = f"class_{metric}"
        return [split.predicted[number].get(name, np.nan) for split in self.splits] or [np.nan]

    def _status(self, metric: str) -> str:
        found = [getattr(split, side).status[metric] for split in self.splits for side in SIDES]
        unusual = [status for status in dict.fromkeys(found) if status != OK]
        return "; ".join(unusual) or (OK if found else "not measured")

    def __str__(self) -> str:
        rows = self.to_frame().to_dict()
        found = {name: rows["metric"].index(name) for name in METRICS}
        at = found["forget_recall"]
        return (
            f"Recall on the forget domain {rows['before'][at]:.3f} -> {rows['after'][at]:.3f} "
            f"({self.status})"
        )


@strict_keywords
def retrain_check(
    problem: UnlearningProblem,
    removed: npt.ArrayLike,
    *,
    y: Any = None,
    X_model: Any = None,
    estimator: Any = None,
    cv: Any = None,
    random_state: int = 0,
    progress: Progress = True,
    should_stop: Callable[[], bool] | None = None,
) -> RetrainCheck:
    """Measure what removing some rows does: retrain with and without them, score held-out rows.

    On each split one copy of the estimator is fitted to all training rows and one to those that
    are not removed; both are scored on the same held-out rows of both domains.

    Parameters
    ----------
    problem : UnlearningProblem
        Rows, domains, covariance and groups.
    removed : array-like
        Positions, or a mask of shape (n,): the rows to remove, of either domain.
    y, X_model, estimator, cv
        As for `retrain_curve`.
    random_state : int, default 0
        Seed of splits and models: checks with one seed can be compared.
    progress : bool or callable
        Whether a bar counts the models fitted, or what to call with those done and their total:
        first with 0.
    should_stop : callable, optional
        Asked before each model; True ends the check with the splits done.

    Returns
    -------
    RetrainCheck
        Scores of every split; a model that fails is a status of its scores.

    Raises
    ------
    ValueError
        For positions out of range, one class in `y`, too few rows for the splits.
    TypeError
        For an estimator that is no classifier, and for unknown keywords.

    Notes
    -----
    Section 5 of docs/theory.md. Where the labels are the domains and the model sees the rows of
    the problem, the closed form of section 7 stands beside each number.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> domains = uw.datasets.make_gaussians(60, 120, shift=2.0, dim=2, random_state=0)
    >>> problem = uw.UnlearningProblem(domains.X, domains.forget)
    >>> check = retrain_check(problem, problem.forget_rows, progress=False)
    >>> check.to_frame().to_dict()["after"][0], check.status
    (0.0, 'complete: 5 of 5 splits')

    """
    gone = row_positions("removed", removed, problem.n_rows)
    codes = problem.domain_codes[gone]
    study = plan_study(
        problem,
        y=y,
        X_model=X_model,
        estimator=estimator,
        selectors=["random"],
        budgets=[],
        cv=cv,
        random_state=random_state,
        resume=None,
        quiet=True,
    )
    n_splits = len(study.design.splits)
    done: list[CheckedSplit] = []
    if callable(progress):
        progress(0, 2 * n_splits)
    with ticking(progress, 2 * n_splits, unit="model") as tick:
        for number in range(n_splits):
            scores = _scores(study, number, gone, tick, should_stop or (lambda: False))
            if scores is None:
                break
            train = study.design.splits[number].train
            within = np.flatnonzero(np.isin(train, gone))
            expected: tuple[dict[str, float], dict[str, float]] = {}, {}
            if study.design.closed_form and not np.any(codes == RETAIN):
                nothing = np.zeros(0, dtype=np.int64)
                before, after = fold_scores(study.fold(number), [nothing, within])
                expected = before, after
            done.append(CheckedSplit(*scores, expected, n_removed=len(within)))
    return RetrainCheck(
        splits=tuple(done),
        n_splits=n_splits,
        n_removed_forget=int(np.count_nonzero(codes == FORGET)),
        n_removed_retain=int(np.count_nonzero(codes == RETAIN)),
        model=study.design.model,
    )


def _scores(
    study: Study,
    number: int,
    removed: Positions,
    tick: Callable[[], object],
    stop: Callable[[], bool],
) -> tuple[Scores, Scores] | None:
    """Return what is measured before and after on one split, or None when told to stop."""
    train, test = study.design.splits[number]
    domain = study.rows.codes[test]
    held_out = HeldOut(test[domain == FORGET], test[domain == RETAIN])
    kept = np.setdiff1d(train, removed, assume_unique=True)
    found = []
    for rows in (train, kept):
        if stop():
            return None
        found.append(retrain(study.estimator, study.X_model, study.y, rows, held_out))
        tick()
    before, after = found
    return before, after

"""Retraining at every budget of every rule, on several splits."""

from __future__ import annotations

import contextlib
import importlib
import warnings
from concurrent.futures import BrokenExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.evaluation.cell import Cell, make_cell
from unlearn_widgets.evaluation.fold import RankedFold, rank_fold
from unlearn_widgets.evaluation.result import RetrainCurve
from unlearn_widgets.evaluation.scores import HeldOut, Scores, failed, retrain
from unlearn_widgets.evaluation.study import SELECTORS, Study, plan_study
from unlearn_widgets.evaluation.ticks import ticking
from unlearn_widgets.statistics import FORGET, RETAIN
from unlearn_widgets.validation import strict_keywords

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from unlearn_widgets.evaluation.design import Key
    from unlearn_widgets.evaluation.ticks import Progress
    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.randomness import RandomState
    from unlearn_widgets.validation import Positions


@strict_keywords
def retrain_curve(
    problem: UnlearningProblem,
    *,
    y: Any = None,
    X_model: Any = None,
    estimator: Any = None,
    selectors: Iterable[Any] = SELECTORS,
    budgets: Iterable[float] | None = None,
    cv: Any = None,
    n_jobs: int | None = 1,
    random_state: RandomState = None,
    progress: Progress = True,
    should_stop: Callable[[], bool] | None = None,
    resume: RetrainCurve | None = None,
) -> RetrainCurve:
    """Measure forgetting: remove rows by rule, retrain, score held-out rows of both domains.

    On each split the rules see the training rows only, the first rows of their ranking are removed
    at each budget, a copy of the estimator is fitted to the rest and scored on the held-out rows.
    Beside it stands what a problem of the same training rows predicts for the same removal.

    Parameters
    ----------
    problem : UnlearningProblem
        Rows, domains, covariance and groups. Rows in neither domain are left out.
    y : (n,) array-like, optional
        Labels that the model learns. Default: 1 for the forget domain and 0 for the retained one.
        "forget_recall" is the accuracy on held-out forget rows.
    X_model : array-like of n rows, sparse matrix, data frame or list, optional
        What the model sees, such as TF-IDF, pixels or the texts themselves for a pipeline. The
        rules see the rows of the problem. Default: the same.
    estimator : scikit-learn classifier, optional
        Default: ``LogisticRegression(C=10, max_iter=2000)``. Missing random states are set.
    selectors : list of str or selector
        "random", "distance", "likelihood_ratio" (by the covariance of the problem), "influence",
        or objects of `unlearn_widgets.selection`.
    budgets : list of int or float, optional
        Rows, or shares of the forget rows trained on. Default: every 5 %. 0, 0.5 % and 100 % are
        always measured.
    cv : int, scikit-learn splitter or iterable of (train, test), optional
        Default: ``StratifiedShuffleSplit(5, test_size=0.3, random_state=random_state)`` on the
        domains; on whole groups when the problem has groups, stratified by whether they hold
        forget rows. No split may cut a group.
    n_jobs : int or None
        Worker processes, as in joblib, which comes with scikit-learn; -1 for all cores.
    random_state : int, numpy Generator, numpy RandomState or None
        Seed of splits, random removal and models. An int gives the same numbers for every `n_jobs`.
    progress : bool or callable
        Whether a bar counts the cells, or what to call with the cells done and their total.
    should_stop : callable, optional
        Asked before each cell, for example ``threading.Event().is_set``; True ends the run.
    resume : RetrainCurve, optional
        A result to continue: its splits and seed are used (`cv` and `random_state` have no say),
        its cells are kept, failed ones measured anew, rules and budgets may be added.

    Returns
    -------
    RetrainCurve
        What was measured. When the run was stopped, interrupted or a worker died, a valid result
        of the cells done, whose `status` says so.

    Raises
    ------
    ValueError
        For lengths that do not agree, one class in `y`, unknown names, budgets out of range, splits
        that leave a domain without rows or cut a group, or a `resume` of something else.
    TypeError
        For an estimator that is no classifier, and for unknown keywords.

    Notes
    -----
    Section 5 of docs/theory.md: a predicted number is a prediction, only retraining measures. A
    model that fails, does not converge or has no probabilities is a status of its cells. BLAS runs
    on one thread in each process, so that results do not depend on `n_jobs`.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> domains = uw.datasets.make_gaussians(60, 120, shift=2.0, dim=2, random_state=0)
    >>> result = retrain_curve(
    ...     uw.UnlearningProblem(domains.X, domains.forget),
    ...     selectors=["likelihood_ratio"],
    ...     budgets=[0.5],
    ...     random_state=0,
    ...     progress=False,
    ... )
    >>> result.status
    'complete: 20 of 20 cells'
    >>> result.halving_budget().columns
    ('rule', 'fraction', 'low', 'high')

    """
    workers = _jobs(n_jobs)
    study = plan_study(
        problem,
        y=y,
        X_model=X_model,
        estimator=estimator,
        selectors=selectors,
        budgets=budgets,
        cv=cv,
        random_state=random_state,
        resume=resume,
        quiet=progress is not True or workers > 1,
    )
    cells: dict[Key, Cell] = {} if resume is None else resume.usable_cells()
    wanted = {key for key in study.design.cell_keys() if key not in cells}
    stop, reason = _Latch(should_stop), ""
    with ticking(progress, len(wanted), unit="cell") as tick:
        try:
            with contextlib.closing(_measure(study, wanted, workers, stop)) as run:
                for cell in run:
                    cells[cell.key] = cell
                    tick()
        except KeyboardInterrupt:
            reason = "interrupted"
        except BrokenExecutor as error:
            text = " ".join(str(error).split())
            reason = f"a worker process died, {type(error).__name__}: {text}"
    return RetrainCurve(study.design, cells, reason or ("stopped" if stop.closed else ""))


def _measure(study: Study, wanted: set[Key], n_jobs: int, stop: _Latch) -> Generator[Cell]:
    """Yield cells split by split; a removal that several rules share is measured once."""
    design = study.design
    for split in range(len(design.splits)):
        names = [name for name in design.rules if any(key[:2] == (name, split) for key in wanted)]
        folds: dict[str, RankedFold | Scores] = {}
        for (_, name), fold in _parallel(_rank, study, [(split, n) for n in names], n_jobs, stop):
            folds[name] = fold
        same: dict[bytes, list[Cell]] = {}
        removals: dict[bytes, Positions] = {}
        for step, level in enumerate(design.levels):
            for name, fold in folds.items():
                if (name, split, repr(level)) not in wanted:
                    continue
                if isinstance(fold, Scores):
                    yield make_cell(design, name, split, step, None, fold)
                    continue
                key = fold.removed[step].tobytes()
                removals[key] = fold.removed[step]
                same.setdefault(key, []).append(make_cell(design, name, split, step, fold, None))
        tasks = [(split, removed) for removed in removals.values()]
        for (_, removed), scores in _parallel(_retrain, study, tasks, n_jobs, stop):
            for cell in same[removed.tobytes()]:
                yield replace(cell, measured=scores.measured, status=scores.status)
        if stop.closed:
            return


def _rank(study: Study, task: tuple[int, str]) -> RankedFold | Scores:
    split, name = task
    try:
        return rank_fold(study, split, name)
    except Exception as error:  # noqa: BLE001 - whatever a rule raises is the status of its cells
        return failed(error)


def _retrain(study: Study, task: tuple[int, Positions]) -> Scores:
    split, removed = task
    train, test = study.design.splits[split]
    domain = study.rows.codes[test]
    held_out = HeldOut(test[domain == FORGET], test[domain == RETAIN])
    kept = np.setdiff1d(train, removed, assume_unique=True)
    return retrain(study.estimator, study.X_model, study.y, kept, held_out)


def _numbered(work: Callable[..., Any], study: Study, number: int, task: Any) -> tuple[int, Any]:
    return number, work(study, task)


def _parallel(
    work: Callable[..., Any], study: Study, tasks: list[Any], n_jobs: int, stop: _Latch
) -> Iterator[tuple[Any, Any]]:
    """Yield (task, result) as results come, until told to stop."""
    from sklearn.utils.parallel import Parallel, delayed

    if n_jobs == 1:
        for task in tasks:
            if stop():
                return
            yield task, work(study, task)
        return
    if not tasks or stop():
        return
    pool = Parallel(n_jobs=n_jobs, return_as="generator_unordered")
    run = pool(delayed(_numbered)(work, study, number, task) for number, task in enumerate(tasks))
    try:
        for number, result in run:
            yield tasks[number], result
            if stop():
                return
    finally:
        with warnings.catch_warnings():
            # joblib warns of results that nobody takes, which is what stopping means.
            warnings.simplefilter("ignore")
            run.close()


class _Latch:
    """A question whose first yes is final."""

    def __init__(self, ask: Callable[[], bool] | None) -> None:
        self._ask = ask
        self.closed = False

    def __call__(self) -> bool:
        self.closed = self.closed or (self._ask is not None and self._ask())
        return self.closed


def _jobs(n_jobs: int | None) -> int:
    if n_jobs is not None and (isinstance(n_jobs, bool) or not isinstance(n_jobs, int)):
        raise TypeError(f"n_jobs: must be an int or None, got {n_jobs!r}. -1 stands for all cores.")
    if n_jobs == 0:
        raise ValueError("n_jobs: must not be 0. Use 1 for this process, -1 for all cores.")
    # joblib ships no types; it comes with scikit-learn.
    joblib: Any = importlib.import_module("joblib")
    return int(joblib.effective_n_jobs(n_jobs))

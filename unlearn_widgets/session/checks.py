"""What is chosen, checked by retraining: in a cell, or beside the brushing when a view asks."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import traitlets as t

from unlearn_widgets.evaluation.check import RetrainCheck, retrain_check
from unlearn_widgets.evaluation.ticks import ticking
from unlearn_widgets.session.choices import SessionChoices
from unlearn_widgets.validation import strict_keywords
from unlearn_widgets.wire.codecs import encode_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from unlearn_widgets.evaluation.ticks import Progress

_NOTHING: dict[str, Any] = {"running": None, "result": None, "error": None}


class SessionChecks(SessionChoices):
    """Checks by retraining, one at a time; what they measured keeps the `rev` it belongs to."""

    _check = t.Dict(_NOTHING).tag(sync=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._checked_with: dict[str, Any] = {}
        self._last_check: RetrainCheck | None = None
        self._cancelled: threading.Event | None = None
        super().__init__(*args, **kwargs)

    @property
    def last_check(self) -> RetrainCheck | None:
        """What was last measured by retraining, or None. Its `rev` says for which selection."""
        return self._last_check

    @strict_keywords
    def check_by_retraining(
        self,
        estimator: Any = None,
        y: Any = None,
        X_model: Any = None,
        cv: Any = None,
        random_state: int = 0,
        progress: Progress = True,
    ) -> RetrainCheck:
        """Measure what removing the chosen rows does: retrain with and without them.

        The views show progress and result, and can cancel. What is passed here is also used when a
        view asks for the next check.

        Parameters
        ----------
        estimator : scikit-learn classifier, optional
            Default: ``LogisticRegression(C=10, max_iter=2000)``.
        y : (n_rows,) array-like, optional
            Labels that the model learns. Default: the domains.
        X_model : array-like of n_rows rows, optional
            What the model sees. Default: the rows of the problem.
        cv : int, scikit-learn splitter or iterable of (train, test), optional
            Default: 5 random splits with 30 % held out, stratified by domain.
        random_state : int, default 0
            Seed of splits and models.
        progress : bool or callable
            Whether a bar counts the models fitted, or what to call with those done and their total.

        Returns
        -------
        RetrainCheck
            Scores on held-out rows before and after; its `rev` is that of the selection measured.

        Raises
        ------
        RuntimeError
            If a check is running already.
        ValueError, TypeError
            As for `unlearn_widgets.evaluation.retrain_check`.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> domains = uw.datasets.make_gaussians(60, 120, shift=2.0, dim=2, random_state=0)
        >>> session = uw.Session(uw.UnlearningProblem(domains.X, domains.forget))
        >>> session.select_rule("likelihood_ratio", 0.5)
        >>> check = session.check_by_retraining(progress=False)
        >>> check.rev, check.n_removed_forget, check.status
        (1, 30, 'complete: 5 of 5 splits')
        """
        settings = {
            "estimator": estimator,
            "y": y,
            "X_model": X_model,
            "cv": cv,
            "random_state": random_state,
        }
        with self._checking() as (stop, removed, rev):
            check = self._retrain(removed, rev, stop, progress, settings)
            self._checked_with = settings
            return check

    def cancel_check(self) -> None:
        """End a check that is running, with the splits that are done. Nothing happens without one.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> uw.Session(problem).cancel_check()
        """
        with self._lock:
            if self._cancelled is not None:
                self._cancelled.set()

    def _check_beside(self) -> None:
        """Check what is chosen now on a thread of its own, with the settings used last."""
        finish = contextlib.ExitStack()
        stop, removed, rev = finish.enter_context(self._checking())

        def job() -> None:
            # Whatever fails is shown by the views; there is no cell to raise in.
            with contextlib.suppress(Exception), finish:
                self._retrain(removed, rev, stop, False, self._checked_with)  # noqa: FBT003

        self._background.start(job)

    @contextlib.contextmanager
    def _checking(self) -> Iterator[tuple[threading.Event, NDArray[Any], int]]:
        with self._lock:
            if self._cancelled is not None:
                raise RuntimeError(
                    "check: retraining is running already. Wait for it, or call cancel_check()."
                )
            stop = self._cancelled = threading.Event()
            removed, rev = self.removed, self.rev
            self._tell_check(running={"rev": rev, "done": 0, "total": None}, error=None)
        error: str | None = None
        try:
            yield stop, removed, rev
        except Exception as failure:
            error = str(failure) or type(failure).__name__
            raise
        finally:
            with self._lock:
                self._cancelled = None
                self._tell_check(running=None, error=error)

    def _retrain(
        self,
        removed: NDArray[Any],
        rev: int,
        stop: threading.Event,
        progress: Progress,
        settings: dict[str, Any],
    ) -> RetrainCheck:
        with contextlib.ExitStack() as bar:
            tick: Callable[[], object] = lambda: None  # noqa: E731 - until the total is known

            def count(done: int, total: int) -> None:
                nonlocal tick
                self._tell_check(running={"rev": rev, "done": done, "total": total})
                if done:
                    tick()
                else:
                    tick = bar.enter_context(ticking(progress, total, unit="model"))

            measured = retrain_check(
                self.problem, removed, **settings, progress=count, should_stop=stop.is_set
            )
        check = replace(measured, rev=rev)
        with self._lock:
            if check.splits:
                self._last_check = check
                self._tell_check(result=_encoded(check))
        return check

    def _tell_check(self, **changed: Any) -> None:
        with self._lock:
            self.set_trait("_check", {**self._check, **changed})


def _encoded(check: RetrainCheck) -> dict[str, Any]:
    table = check.to_frame().to_dict()
    names = [name for name in table if name not in ("metric", "status")]
    lines = [
        {
            "metric": metric,
            "status": table["status"][at],
            "values": encode_values({name: table[name][at] for name in names}),
        }
        for at, metric in enumerate(table["metric"])
    ]
    return {
        "rev": check.rev,
        "model": check.model,
        "n_splits": check.n_splits,
        "n_done": len(check.splits),
        "n_removed_forget": check.n_removed_forget,
        "n_removed_retain": check.n_removed_retain,
        "metrics": lines,
    }

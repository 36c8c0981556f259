"""Work beside the person who labels: one job at a time, and only the newest waits."""

from __future__ import annotations

import contextvars
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class NewestWins:
    """Run jobs on a daemon thread; a job that waits is dropped when a newer one comes.

    Each job runs in the context it was started from, where a host looks for the cell that output
    belongs to. A job handles its own failures; one that does not is reported as for any thread.

    Examples
    --------
    >>> done = []
    >>> worker = NewestWins()
    >>> worker.start(lambda: done.append(True))
    >>> worker.wait()
    True
    >>> done
    [True]

    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: Callable[[], object] | None = None
        self._running = False

    def start(self, job: Callable[[], object]) -> None:
        """Run a job when the one that runs is done, instead of any that waits.

        Parameters
        ----------
        job : callable
            Takes nothing; what it returns is ignored.

        """
        context = contextvars.copy_context()
        with self._changed:
            self._waiting = lambda: context.run(job)
            if self._running:
                return
            self._running = True
        threading.Thread(target=self._work, name="unlearn-widgets-annotation", daemon=True).start()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until nothing runs or waits.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait at most. Default: as long as it takes.

        Returns
        -------
        bool
            Whether everything is done.

        """
        with self._changed:
            return self._changed.wait_for(lambda: not self._running, timeout)

    def _work(self) -> None:
        while (job := self._next()) is not None:
            try:
                job()
            except Exception:  # noqa: BLE001 - the next job must not pay for it
                failure = (*sys.exc_info(), threading.current_thread())
                threading.excepthook(threading.ExceptHookArgs(failure))

    def _next(self) -> Callable[[], object] | None:
        with self._changed:
            job, self._waiting = self._waiting, None
            if job is None:
                self._running = False
                self._changed.notify_all()
            return job

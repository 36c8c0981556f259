"""Work that takes long, done beside the requests that must be answered at once."""

from __future__ import annotations

import contextvars
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Background:
    """Jobs on daemon threads, each in the context it was started from.

    The context holds the message that is being answered: a host looks there for the cell, or the
    browser, that the answer belongs to.

    Examples
    --------
    >>> done = []
    >>> background = Background()
    >>> background.start(lambda: done.append(True))
    >>> background.wait()
    >>> done
    [True]
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[threading.Thread] = set()

    def start(self, job: Callable[[], object]) -> None:
        """Run a job beside everything else; it must handle its own failures."""
        context = contextvars.copy_context()
        thread = threading.Thread(
            target=lambda: self._run(context, job), name="unlearn-widgets", daemon=True
        )
        with self._lock:
            self._running.add(thread)
        thread.start()

    def wait(self) -> None:
        """Wait until every job that was started is done."""
        with self._lock:
            running = list(self._running)
        for thread in running:
            thread.join()

    def _run(self, context: contextvars.Context, job: Callable[[], object]) -> None:
        try:
            context.run(job)
        finally:
            with self._lock:
                self._running.discard(threading.current_thread())

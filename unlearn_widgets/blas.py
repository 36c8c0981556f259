"""Keep BLAS on one thread while the kit computes."""

from __future__ import annotations

import contextlib
import functools
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_lock = threading.Lock()
_active: list[Any] = []
_depth = 0


@functools.cache
def _controller() -> Any:
    # scipy brings a BLAS of its own, which a controller only knows when it is loaded already.
    import scipy.linalg  # noqa: F401
    from threadpoolctl import ThreadpoolController

    # Building one scans the loaded libraries and takes milliseconds, so it is built once.
    return ThreadpoolController()


@contextlib.contextmanager
def single_thread() -> Iterator[None]:
    """Limit BLAS to one thread; safe when several threads enter at once.

    Two BLAS threads stall small products and eigendecompositions on machines with few cores: 6 ms
    can become 500 ms, and a problem of 4,522 x 384 takes ten times as long to build.
    The limit belongs to the process, so the first to enter sets it and the last to leave lifts it.
    """
    global _depth  # noqa: PLW0603
    with _lock:
        if _depth == 0:
            _active.append(_controller().limit(limits=1, user_api="blas"))
        _depth += 1
    try:
        yield
    finally:
        with _lock:
            _depth -= 1
            if _depth == 0:
                _active.pop().restore_original_limits()

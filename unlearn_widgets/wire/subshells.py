"""Requests are answered on the kernel subshell that the browser chose, even while a cell runs."""

from __future__ import annotations

from typing import Any


def answer_on_requested_subshell(comm: Any) -> None:
    """Keep a running cell from holding back the requests that arrive on `comm`.

    ipykernel 7.4 sends every message of a comm to the shell that last published on it
    (``BaseComm._reply_subshell_for``), whatever subshell the browser asked for: one change made in
    a cell, and all requests queue behind that cell and those after it. That routing serves code
    that awaits an answer of the browser inside a cell, which a session never does.

    Examples
    --------
    >>> class Comm:
    ...     _reply_subshell_ids = {"map-1:7": None}
    ...     def _reply_subshell_for(self, data, requested):
    ...         return None
    >>> comm = Comm()
    >>> answer_on_requested_subshell(comm)
    >>> comm._reply_subshell_for({}, "subshell-1")
    'subshell-1'
    """
    if not hasattr(comm, "_reply_subshell_for"):
        return
    # One entry per reply is kept there, and would be for as long as the kernel runs.
    remembered = getattr(comm, "_reply_subshell_ids", {})

    def requested_subshell(_data: Any, requested: str | None) -> str | None:
        remembered.clear()
        return requested

    comm._reply_subshell_for = requested_subshell  # noqa: SLF001

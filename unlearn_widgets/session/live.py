"""The live sessions of this kernel, for hosts that list them beside the notebook.

They are told on one comm, which is registered without a word: who does not look for its name never
hears of it, and what the kernel sends on it reaches every page that shows this kernel.
"""

# ruff: noqa: SLF001 - this module is the inside of a session, seen from the kernel

from __future__ import annotations

import contextlib
import sys
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

import comm

from unlearn_widgets.session.live_answers import answer, entry
from unlearn_widgets.wire.live_messages import LIVE_KINDS, TARGET
from unlearn_widgets.wire.messages import error_reply, ok_reply, parse_request, readable_id
from unlearn_widgets.wire.subshells import answer_on_requested_subshell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comm.base_comm import BaseComm

    from unlearn_widgets.session.session import Session

    Message = dict[str, Any]


class Listed(NamedTuple):
    """A session, its number in this kernel, and the cell that made it."""

    session: Session
    n: int
    cell: str | None


class LiveSessions:
    """The sessions whose comm is open, and those who follow them.

    The lock guards the table alone: no session is asked anything while it is held, so that it can
    be taken inside the lock of a session.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listed: dict[str, Listed] = {}
        self._told: dict[str, Message] = {}
        self._count = 0
        self._channel: BaseComm | None = None
        self._clients: set[BaseComm] = set()
        self._asked = False

    def prepare(self) -> None:
        """Register the comm before the first session opens, whose opening pages wait for."""
        with self._lock:
            if self._channel is not None:
                return
            self._channel = self._make_channel()
        comm.get_comm_manager().register_target(TARGET, self._welcome)

    def add(self, session: Session, identity: str | None) -> None:
        """List a session whose comm is open."""
        if identity is None:
            return
        with self._lock:
            self._count += 1
            self._listed[identity] = Listed(session, self._count, current_cell())
        self.changed(session, identity)

    def discard(self, identity: str | None) -> None:
        """List a session no longer."""
        # A closed session is closed again when it is collected, which may be in any statement,
        # also of the thread that holds the lock.
        if identity is None:
            return
        with self._lock:
            if self._listed.pop(identity, None) is None:
                return
            self._told.pop(identity, None)
            asked = self._asked
        if asked:
            self._tell({"kind": "closed", "session": identity})

    def changed(self, session: Session, identity: str | None) -> None:
        """Tell of a session what was not told yet, if anybody has asked."""
        if not self._asked or identity is None:
            return
        listed = self._listed.get(identity)
        if listed is None:
            return
        # In the lock of the session, so that what was told last is what holds.
        with session._lock:
            told = _entry(identity, listed)
            with self._lock:
                if identity not in self._listed or self._told.get(identity) == told:
                    return
                self._told[identity] = told
            self._tell({"kind": "changed", "session": told})

    def entries(self) -> list[Message]:
        """Return what there is to tell of every session, newest first."""
        with self._lock:
            self._asked = True
            listed = list(self._listed.items())
        told = [_entry(*one) for one in listed]
        return sorted(told, key=lambda one: -one["n"])

    def find(self, identity: str) -> Session:
        """Return a live session.

        Raises
        ------
        LookupError
            If it was closed, or never was in this kernel.
        """
        with self._lock:
            listed = self._listed.get(identity)
        if listed is None:
            raise LookupError(
                "This session is no longer there: it was closed, or the kernel was restarted. "
                "Run the cell that makes it again."
            )
        return listed.session

    def _make_channel(self) -> BaseComm:
        channel = comm.create_comm(target_name=TARGET, comm_id=TARGET, primary=False)
        comm.get_comm_manager().register_comm(channel)
        self._serve(channel)
        channel.on_close(self._reopen)
        return channel

    def _reopen(self, _message: Message) -> None:
        # One page that leaves must not hide the sessions from the others.
        with self._lock:
            self._channel = self._make_channel()

    def _welcome(self, client: BaseComm, _message: Message) -> None:
        """Serve a page that has opened a comm of its own."""
        with self._lock:
            self._clients.add(client)
        self._serve(client)

        def leave(_message: Message) -> None:
            with self._lock:
                self._clients.discard(client)

        client.on_close(leave)

    def _serve(self, client: BaseComm) -> None:
        answer_on_requested_subshell(client)
        client.on_msg(lambda message: self._hear(client, message))

    def _tell(self, news: Message) -> None:
        with self._lock:
            followers = [self._channel, *self._clients]
        for follower in followers:
            if follower is not None:
                follower.send({"v": 1, **news})

    def _hear(self, client: BaseComm, message: Message) -> None:
        content = message.get("content", {}).get("data")
        with _failures_told(client, content):
            request = parse_request(content, message.get("buffers") or (), LIVE_KINDS)
            if request.kind == "nudge":
                return
            if request.kind == "sessions":
                client.send(ok_reply(request, {"sessions": self.entries()}))
                return
            session = self.find(request.payload["session"])

            def respond() -> None:
                with _failures_told(client, content):
                    client.send(ok_reply(request, answer(session, request)))

            # Writing a large manifest takes seconds, in which brushing goes on.
            if request.kind == "save":
                session._background.start(respond)
            else:
                respond()


def _entry(identity: str, listed: Listed) -> Message:
    return {"id": identity, "n": listed.n, "cell": listed.cell, **entry(listed.session)}


@contextlib.contextmanager
def _failures_told(client: BaseComm, content: Any) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001 - a page must hear of every failure
        identity = readable_id(content)
        if identity is not None:
            client.send(error_reply(identity, content.get("kind"), error, LIVE_KINDS))


def current_cell() -> str | None:
    """Return the id of the notebook cell that runs, where the host says it."""
    ipython = sys.modules.get("IPython")
    try:
        kernel: Any = ipython.get_ipython().kernel  # type: ignore[union-attr]
        cell = kernel.get_parent("shell")["metadata"]["cellId"]
    except Exception:  # noqa: BLE001 - hosts differ, and none owes an answer
        return None
    return cell if isinstance(cell, str) else None


LIVE = LiveSessions()

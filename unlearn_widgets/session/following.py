"""A session and its store over time: what others record, what is still to be compared, closing."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any

from unlearn_widgets.ledger import DamagedLedgerError, EventLog, LedgerError
from unlearn_widgets.session.opening import compare, fingerprints, lost_keys
from unlearn_widgets.session.remembered import SessionRemembered

if TYPE_CHECKING:
    from pathlib import Path

    from unlearn_widgets.session.opening import Opened

# Seconds from one look at the store to the next; a look costs some microseconds.
_INTERVAL = 0.5


class SessionStore(SessionRemembered):
    """What a session shows of its store, and how it follows it."""

    def __init__(self, *args: Any, opened: Opened) -> None:
        self._closing = threading.Event()
        self._notices = list(opened.notices)
        self._uncompared = opened.unchecked
        super().__init__(*args, opened.recorder)
        lost = lost_keys(opened.recorder.unknown_keys, self.records.keys)
        if lost is not None:
            self._notices.append(lost)
            self._publish()
        if opened.unchecked:
            self._background.start(self._compare_data)
        if opened.recorder.durable:
            follower = threading.Thread(
                target=_follow,
                args=(weakref.ref(self), self._closing),
                name="unlearn-widgets store",
                daemon=True,
            )
            follower.start()

    @property
    def store(self) -> Path | None:
        """The file in which everything is recorded, or None."""
        log = self._recorder.log
        return log.path if isinstance(log, EventLog) else None

    @property
    def who(self) -> str | None:
        """Who acts."""
        return self._recorder.who

    @property
    def notices(self) -> tuple[str, ...]:
        """What does not fit between the store and the data, in sentences."""
        return tuple(self._notices)

    def close(self) -> None:
        """Close the widget and the store."""
        super().close()
        # A session that was refused is closed as well, by the widget's finaliser.
        if "_recorder" in self.__dict__:
            self._closing.set()
            with self._lock:
                self._recorder.log.close()

    def _committed_state(self) -> dict[str, Any]:
        state = super()._committed_state()
        state["_status"]["store"] = self._store_state()
        return state

    def _store_state(self) -> dict[str, Any]:
        log = self._recorder.log
        stored = isinstance(log, EventLog)
        word = "memory"
        if isinstance(log, EventLog):
            word = "checking" if self._uncompared else "stored" if log.writable else "read-only"
        return {
            "name": log.path.name if isinstance(log, EventLog) else None,
            "state": word,
            "who": self.who if stored else None,
            "notices": list(self._notices),
        }

    def _compare_data(self) -> None:
        """Compare the data with those that the store was begun with, beside everything else."""
        log = self._recorder.log
        own = fingerprints(self.problem, self.records)
        with self._lock:
            if self._closing.is_set() or not isinstance(log, EventLog):
                return
            differing = compare(log, own, self.who)
            self._uncompared = False
            self._notices += differing
            if differing:
                self._recorder.distrust_effects()
            self._recorder.catch_up(self._sets)
            self._publish()

    def _look(self) -> None:
        """Take in what others have recorded since the last look."""
        with self._lock:
            if self._closing.is_set() or not self._recorder.log.changed():
                return
            try:
                self._take_in()
            except DamagedLedgerError as error:
                self._notices.append(str(error))
                self._publish()


def _follow(session: weakref.ref[SessionStore], closing: threading.Event) -> None:
    while not closing.wait(_INTERVAL):
        alive = session()
        if alive is None:
            return
        try:
            alive._look()  # noqa: SLF001 - the loop must not keep the session alive
        except LedgerError:
            # The next change, which somebody waits for, says what is wrong.
            return
        del alive

"""The committed state of a session: one lock, one message per change, one word to observers."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets as t

from unlearn_widgets.ledger import vocabulary as kinds
from unlearn_widgets.session.background import Background
from unlearn_widgets.session.live import LIVE
from unlearn_widgets.session.row_set import NamedSets
from unlearn_widgets.wire.codecs import encode_float32, encode_uint8, encode_values
from unlearn_widgets.wire.subshells import answer_on_requested_subshell
from unlearn_widgets.wire.traits import Binary, GuardedWidget, Owned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import ArrayLike, NDArray

    from unlearn_widgets.session.history import Step
    from unlearn_widgets.session.recorder import Recorder
    from unlearn_widgets.session.removal import Removal
    from unlearn_widgets.session.row_set import RowSet

    Mask = NDArray[np.bool_]


class ObserverError(RuntimeError):
    """An observer of a session failed while a view was being answered; the change itself stands."""


class SessionState(GuardedWidget):
    """What a session shows to its views and tells to its observers.

    Parameters
    ----------
    removal : Removal
        The rows chosen for removal.
    positions : array-like of shape (n_rows, 2)
        Map coordinates.
    info : dict
        What does not change while the session lives, ready for JSON.
    recorder : Recorder
        Where every change is recorded before it is shown.
    """

    _esm = "export default { initialize() {} };"

    _positions = Binary()
    _domains = Binary()
    _removed = Binary()
    _rev = t.Int(0).tag(sync=True)
    _source = t.Unicode("python").tag(sync=True)
    _effect = t.Dict().tag(sync=True)
    _info = t.Dict().tag(sync=True)
    _status = t.Dict().tag(sync=True)

    removed = Owned(
        lambda self: self._removal.positions, lambda self, rows: self.select(rows, "replace")
    )
    effect = Owned(lambda self: self._removal.effect)
    rev = Owned(lambda self: self._removal.rev)
    retain_locked = Owned(
        lambda self: self._removal.retain_locked, lambda self, locked: self._lock_retain(locked)
    )

    def __init__(
        self, removal: Removal, positions: ArrayLike, info: dict[str, Any], recorder: Recorder
    ) -> None:
        self._lock = threading.RLock()
        self._background = Background()
        self._acting = "python"
        self._gesture: dict[str, Any] | None = None
        self._views: dict[str, None] = {}
        self._removal = removal
        problem = removal.problem
        self._recorder = recorder
        self._followers: list[Callable[[], object]] = []
        self._sets = NamedSets(problem.n_rows, on_change=self._publish, record=self._record_set)
        recorder.catch_up(self._sets)
        super().__init__(
            _positions=encode_float32(positions),
            _domains=encode_uint8(problem.domain_codes),
            _info=info,
            **self._committed_state(),
        )

    @property
    def sets(self) -> NamedSets:
        """Selections kept by name; the values have ``| & - ^``."""
        return self._sets

    def open(self) -> None:
        """Open the comm to the browser, and list the session among the live ones."""
        LIVE.prepare()
        super().open()
        answer_on_requested_subshell(self.comm)
        LIVE.add(self, self.comm_id)

    def close(self) -> None:
        """Close the comm to the browser."""
        LIVE.discard(self.comm_id)
        super().close()

    def shown_by(self, view: str) -> None:
        """Note that the view with this model id shows the session."""
        with self._lock:
            self._views[view] = None
        LIVE.changed(self, self.comm_id)

    def hidden_by(self, view: str) -> None:
        """Note that it does so no longer."""
        with self._lock:
            self._views.pop(view, None)
        LIVE.changed(self, self.comm_id)

    def _lock_retain(self, locked: bool) -> None:
        with self._lock:
            old = self._removal.retain_locked
            self._removal.retain_locked = flag("retain_locked", locked)
            self._publish()
            if old != locked:
                self._tell({"retain_locked": old})

    @contextlib.contextmanager
    def _acting_as(self, source: str) -> Iterator[None]:
        with self._lock:
            before, self._acting = self._acting, source
            try:
                yield
            finally:
                self._acting = before

    @contextlib.contextmanager
    def _committing(self, record: Callable[[Mask], object] | None = None) -> Iterator[None]:
        """Make what happens in the block one change: recorded, then shown, then told.

        `record` writes the event, given the mask before; unless told otherwise a change of the
        selection is recorded as the step that it is.
        """
        with self._lock:
            old = {"removed": self.removed, "effect": self.effect, "rev": self.rev}
            with self._recorder.recording(self._sets):
                mask, rev = self._removal.mask, self.rev
                yield
                if record is not None:
                    record(mask)
                elif rev != self.rev:
                    self._recorder.record_step(mask)
            self._show_change(old)

    @contextlib.contextmanager
    def _as_one_step(self) -> Iterator[None]:
        """Record all or nothing of several changes."""
        with self._lock:
            try:
                with self._recorder.recording(self._sets):
                    yield
            except BaseException:
                self._publish(whole=True)
                raise

    def _take_in(self) -> None:
        """Show what others have recorded in the same store."""
        with self._lock:
            old = {"removed": self.removed, "effect": self.effect, "rev": self.rev}
            if self._recorder.catch_up(self._sets):
                self._gesture = None
                self._show_change(old)

    def follow_events(self, follower: Callable[[], object]) -> None:
        """Call something after every event, be it of this session or of another one."""
        self._followers.append(follower)

    def unfollow_events(self, follower: Callable[[], object]) -> None:
        """Call it no longer."""
        if follower in self._followers:
            self._followers.remove(follower)

    def _show_change(self, old: dict[str, Any]) -> None:
        changed = old["rev"] != self.rev
        self._publish(whole=changed)
        for follower in tuple(self._followers):
            follower()
        if changed:
            self._tell(old)

    def _record_set(self, name: str, rows: RowSet | None) -> None:
        recorder = self._recorder
        held = [] if rows is None else [recorder.key(row) for row in rows.positions.tolist()]
        with self._lock, recorder.recording(self._sets):
            recorder.record(
                kinds.SET,
                self._removal.mask,
                payload={"op": "delete" if rows is None else "save"},
                keys={kinds.ROWS: held},
                words={"name": name},
            )

    def _publish(self, *, whole: bool = False) -> None:
        with self._lock, self.hold_sync():
            state = self._committed_state()
            for name, value in state.items():
                self.set_trait(name, value)
            if whole:
                # A commit is one message that stands by itself, unchanged values included.
                self._states_to_send.update(state)
        # After the views, which people wait for.
        LIVE.changed(self, self.comm_id)

    def _tell(self, old: dict[str, Any]) -> None:
        source = self._acting
        try:
            # What an observer does is done by Python, not by the view that set it off.
            with self._acting_as("python"), contextlib.ExitStack() as observers:
                for name in reversed(old):
                    change = {"name": name, "old": old[name], "new": getattr(self, name)}
                    observers.callback(
                        self.notify_change, t.Bunch(change, owner=self, type="change")
                    )
        except Exception as error:
            if source == "python":
                raise
            raise ObserverError(
                f"The change was made (rev {self.rev}), but an observer of this session failed: "
                f"{type(error).__name__}: {error}"
            ) from error

    def _committed_state(self) -> dict[str, Any]:
        removal, history = self._removal, self._removal.history
        return {
            "_removed": removal.bits,
            "_rev": removal.rev,
            "_source": removal.source,
            "_effect": {"rev": removal.rev, "values": encode_values(removal.effect.to_dict())},
            "_status": {
                "can_undo": history.can_undo,
                "can_redo": history.can_redo,
                "undo_label": history.undo_label or None,
                "redo_label": history.redo_label or None,
                "retain_locked": removal.retain_locked,
                "sets": [{"name": name, "n": len(rows)} for name, rows in self.sets.items()],
                "gesture": self._gesture,
                "rule": _rule_of(history.current),
                "labels": self._recorder.decisions.summary(),
            },
        }


def _rule_of(step: Step) -> dict[str, Any] | None:
    """Return the rule whose ranking the chosen rows begin, if a rule chose them."""
    if step.kind != "rule" or step.mode != "replace":
        return None
    return {"name": step.detail["rule"], "budget": step.detail["budget"]}


def flag(name: str, value: Any) -> bool:
    """Return `value` if it is True or False.

    Raises
    ------
    TypeError
        For anything else.
    """
    if isinstance(value, bool | np.bool_):
        return bool(value)
    raise TypeError(f"{name}: expected True or False, got {value!r}.")

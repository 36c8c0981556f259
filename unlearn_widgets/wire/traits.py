"""Traits of the wire, and who may set them.

A trait says by its tag whether the browser may set it: ``.tag(sync=True, browser=True)``. All
others belong to Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anywidget
import traitlets as t

if TYPE_CHECKING:
    from collections.abc import Callable


def _from_browser(value: Any, _widget: object) -> bytes:
    # Binary values arrive as memoryview, which Bytes refuses, and ipywidgets then drops the whole
    # update without a word.
    return bytes(value)


class Binary(t.Bytes):
    """Bytes that travel as a binary buffer, set by Python only.

    Examples
    --------
    >>> Binary().metadata["sync"]
    True
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(b"", **kwargs)
        self.tag(sync=True, from_json=_from_browser, echo_update=False)


class Owned(t.TraitType[Any, Any]):
    """A public trait whose value another object owns.

    Parameters
    ----------
    read : callable
        Takes the widget, returns the value.
    write : callable, optional
        Takes the widget and a new value. Without it the trait is read-only.

    Examples
    --------
    >>> class Doubled(t.HasTraits):
    ...     half = 2
    ...     whole = Owned(lambda self: 2 * self.half)
    >>> Doubled().whole
    4
    """

    def __init__(
        self, read: Callable[[Any], Any], write: Callable[[Any, Any], None] | None = None
    ) -> None:
        super().__init__()
        self._read = read
        self._write = write

    def get(self, obj: t.HasTraits, cls: type[Any] | None = None) -> Any:  # noqa: ARG002
        """Return the owner's value."""
        return self._read(obj)

    def set(self, obj: t.HasTraits, value: Any) -> None:
        """Hand the value to the owner, which notifies the observers."""
        # hold_trait_notifications() sets every changed trait to its own value at the end.
        if value is self._read(obj):
            return
        if self._write is None:
            raise t.TraitError(f"{type(obj).__name__}.{self.name} is read-only.")
        self._write(obj, value)


class GuardedWidget(anywidget.AnyWidget):
    """A widget whose front end may change what is tagged ``browser=True``, and nothing else.

    A message that is malformed, an update of a trait that Python owns and a value that a trait
    refuses leave the widget as it was; the true values are sent back, so that the view heals.
    """

    @property
    def comm_id(self) -> str | None:
        """The id of the comm to the browser, None while it is closed."""
        return None if self.comm is None else self.comm.comm_id

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take an update from the browser."""
        accepted: dict[str, Any] = {}
        refused: list[str] = []
        for name, value in sync_data.items():
            if self._takes(name, value):
                accepted[name] = value
            elif name in self.keys:
                refused.append(name)
        if accepted:
            super().set_state(accepted)
        if refused:
            self.send_state(refused)

    def _takes(self, name: str, value: Any) -> bool:
        trait = self.traits().get(name)
        if trait is None or not trait.metadata.get("browser", False):
            return False
        # To Python True is an integer, and traitlets lets it pass for one.
        if isinstance(value, bool) and not isinstance(trait, t.Bool):
            return False
        try:
            trait._validate(self, value)  # noqa: SLF001
        except t.TraitError:
            return False
        return True

    def _handle_msg(self, msg: dict[str, Any]) -> None:
        content = msg.get("content")
        data = content.get("data") if isinstance(content, dict) else None
        if not isinstance(data, dict):
            return
        match data.get("method"):
            case "update" if isinstance(data.get("state"), dict):
                # None of the traits a browser may set is binary, so buffers are left alone.
                self.set_state(data["state"])
            case "request_state":
                self.send_state()
            case "custom" if "content" in data:
                self._handle_custom_msg(data["content"], msg.get("buffers") or [])

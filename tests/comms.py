"""A comm that keeps what it is asked to send, and the messages a browser sends."""

from __future__ import annotations

import itertools
from typing import Any

from comm.base_comm import BaseComm

from unlearn_widgets.wire.codecs import encode_path


class RecordingComm(BaseComm):
    """Take the place of the comm of a widget and record what the kernel would send.

    Parameters
    ----------
    widget : ipywidgets.Widget
        Whose messages to record from now on.
    """

    def __init__(self, widget: Any) -> None:
        self.sent: list[tuple[dict[str, Any], list[bytes]]] = []
        self._counter = itertools.count(1)
        super().__init__(target_name="jupyter.widget")
        self.sent.clear()
        widget.comm = self

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        del msg_type, metadata, keys
        self.sent.append((data, [bytes(buffer) for buffer in buffers or []]))

    @property
    def updates(self) -> list[dict[str, Any]]:
        """The trait updates sent so far, binary values in their places."""
        updates = []
        for data, buffers in self.sent:
            if data.get("method") == "update":
                state = dict(data["state"])
                for path, buffer in zip(data["buffer_paths"], buffers, strict=True):
                    state[path[0]] = buffer
                updates.append(state)
        return updates

    @property
    def replies(self) -> list[tuple[dict[str, Any], list[bytes]]]:
        """The custom messages sent so far, with their buffers."""
        return [
            (data["content"], buffers)
            for data, buffers in self.sent
            if data.get("method") == "custom"
        ]

    def receive(self, data: Any, buffers: Any = ()) -> None:
        """Hand the widget a message as it comes from the browser."""
        views = [memoryview(bytes(buffer)) for buffer in buffers]
        self.handle_msg({"content": {"comm_id": self.comm_id, "data": data}, "buffers": views})

    def custom(self, content: Any, buffers: Any = ()) -> None:
        """Hand the widget a custom message."""
        self.receive({"method": "custom", "content": content}, buffers)

    def request(self, kind: str, buffers: Any = (), view: str = "view", **payload: Any) -> Any:
        """Ask for something and return the reply with its buffers."""
        identity = f"{view}:{next(self._counter)}"
        self.custom({"v": 1, "id": identity, "kind": kind, **payload}, buffers)
        reply, binary = self.replies[-1]
        assert reply["id"] == identity
        return reply, binary

    def gesture(self, tool: str, path: Any, mode: str = "replace", **shape: Any) -> Any:
        """Make a gesture as a map does, and return the reply."""
        kind = shape.pop("kind", "gesture")
        return self.request(kind, [encode_path(path)], tool=tool, mode=mode, **shape)[0]

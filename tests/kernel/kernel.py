"""A real kernel, spoken to as JupyterLab does."""

from __future__ import annotations

import contextlib
import json
import queue
import time
from typing import TYPE_CHECKING, Any

from jupyter_client.manager import KernelManager

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Message = dict[str, Any]

TIMEOUT = 60.0


class Kernel:
    """One ipykernel process and its channels; every wait is bounded."""

    def __init__(self, manager: KernelManager) -> None:
        self._client = manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=TIMEOUT)

    def stop(self) -> None:
        self._client.stop_channels()

    def start_cell(self, code: str) -> str:
        """Run a cell and return its id without waiting for its end."""
        return self._client.execute(code)

    def run(self, code: str, metadata: Message | None = None) -> list[Message]:
        """Run a cell to its end and return what it published."""
        if metadata is None:
            return self.until_idle(self.start_cell(code))
        content = {"code": code, "silent": False, "store_history": False}
        return self.until_idle(self._send("execute_request", content, metadata=metadata))

    def value(self, expression: str) -> Any:
        """Return the value of an expression that JSON can hold."""
        published = self.run(f"import json; print(json.dumps({expression}))")
        (text,) = (m["content"]["text"] for m in published if m["msg_type"] == "stream")
        return json.loads(text)

    def until(self, wanted: Callable[[Message], bool]) -> list[Message]:
        """Return everything published up to and with the first message that is wanted."""
        end = time.monotonic() + TIMEOUT
        seen: list[Message] = []
        while not seen or not wanted(seen[-1]):
            try:
                seen.append(self._client.get_iopub_msg(timeout=end - time.monotonic()))
            except (queue.Empty, ValueError) as error:
                kinds = [message["msg_type"] for message in seen]
                raise TimeoutError(f"The kernel published only {kinds}.") from error
            if seen[-1]["msg_type"] == "error":
                raise RuntimeError("\n".join(seen[-1]["content"]["traceback"]))
        return seen

    def until_idle(self, request: str) -> list[Message]:
        return self.until(
            lambda message: (
                message["msg_type"] == "status"
                and message["content"]["execution_state"] == "idle"
                and message["parent_header"].get("msg_id") == request
            )
        )

    def create_subshell(self) -> str:
        message = self._client.session.msg("create_subshell_request", {})
        self._client.control_channel.send(message)
        reply = self._client.get_control_msg(timeout=TIMEOUT)
        assert reply["content"]["status"] == "ok", reply["content"]
        return reply["content"]["subshell_id"]

    def start_on(self, subshell: str, code: str) -> str:
        """Run code on a subshell while a cell is running, and return its id."""
        content = {"code": code, "silent": False, "store_history": False}
        return self._send("execute_request", content, subshell=subshell)

    def comms(self, target: str) -> list[str]:
        """Return the ids of the comms of a target."""
        request = self._send("comm_info_request", {"target_name": target})
        while True:
            reply = self._client.get_shell_msg(timeout=TIMEOUT)
            if reply["parent_header"].get("msg_id") == request:
                return list(reply["content"]["comms"])

    def open_comm(self, target: str) -> str:
        """Open a comm to a target, as a page does, and return its id."""
        identity = f"of-a-page-{target}"
        content = {"comm_id": identity, "target_name": target, "data": {}}
        self.until_idle(self._send("comm_open", content))
        return identity

    def close_comm(self, comm: str) -> None:
        """Close a comm, as a page does that leaves."""
        self.until_idle(self._send("comm_close", {"comm_id": comm, "data": {}}))

    def _send(
        self,
        kind: str,
        content: Message,
        metadata: Message | None = None,
        subshell: str | None = None,
    ) -> str:
        message = self._client.session.msg(kind, content, metadata=metadata)
        if subshell is not None:
            message["header"]["subshell_id"] = subshell
        self._client.shell_channel.send(message)
        return message["header"]["msg_id"]

    def send_to_comm(
        self, comm: str, data: Any, buffers: Any = (), subshell: str | None = None
    ) -> str:
        """Send a message of the browser to a comm and return its id."""
        message = self._client.session.msg("comm_msg", {"comm_id": comm, "data": data})
        message["buffers"] = list(buffers)
        if subshell is not None:
            message["header"]["subshell_id"] = subshell
        self._client.shell_channel.send(message)
        return message["header"]["msg_id"]


def opened(published: list[Message], view_name: str) -> tuple[str, dict[str, Any]]:
    """Return id and state of the comm that a widget of that class opened."""
    for message in published:
        if message["msg_type"] == "comm_open":
            state = dict(message["content"]["data"]["state"])
            if state.get("_anywidget_id", "").endswith(f".{view_name}"):
                return message["content"]["comm_id"], with_buffers(message, state)
    raise AssertionError(f"No {view_name} was opened.")


def with_buffers(message: Message, state: dict[str, Any]) -> dict[str, Any]:
    """Put the binary values of a message into their places."""
    paths = message["content"]["data"].get("buffer_paths", [])
    for (name,), buffer in zip(paths, message["buffers"], strict=True):
        state[name] = bytes(buffer)
    return state


def is_reply(message: Message, identity: str) -> bool:
    data = message["content"].get("data", {})
    return (
        message["msg_type"] == "comm_msg"
        and data.get("method") == "custom"
        and data["content"].get("id") == identity
    )


@contextlib.contextmanager
def real_kernel(folder: str) -> Iterator[Kernel]:
    """Start a kernel whose working directory is `folder`, and stop it at the end."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(cwd=folder)
    try:
        kernel = Kernel(manager)
        try:
            yield kernel
        finally:
            kernel.stop()
    finally:
        manager.shutdown_kernel(now=True)

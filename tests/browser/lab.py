"""A JupyterLab server of our own: 127.0.0.1 only, nobody else's settings, stopped at the end."""

from __future__ import annotations

import os
import re
import secrets
import socket
import subprocess
import sys
import threading

READY = re.compile(r"Jupyter Server [\d.]+ is running at")
# They would bring in other code or other settings than those of the Python that is asked for.
FOREIGN = {"ANYWIDGET_HMR", "JUPYTER_CONFIG_PATH", "JUPYTER_PATH", "PYTHONHOME", "PYTHONPATH"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Lab:
    """JupyterLab over one folder of notebooks, with its own configuration and runtime folders.

    `python` says whose JupyterLab, and `program` may be "notebook" for Notebook 7.
    """

    def __init__(
        self, folder, scratch, environment=None, python=sys.executable, program="jupyterlab"
    ):
        self.folder = folder
        self.port = free_port()
        self.token = secrets.token_hex(16)
        self.log = []
        self._ready = threading.Event()
        own = {
            "IPYTHONDIR": scratch / "ipython",
            "JUPYTER_CONFIG_DIR": scratch / "config",
            "JUPYTER_DATA_DIR": scratch / "data",
            "JUPYTER_RUNTIME_DIR": scratch / "runtime",
            "JUPYTERLAB_SETTINGS_DIR": scratch / "settings",
            "JUPYTERLAB_WORKSPACES_DIR": scratch / "workspaces",
        }
        # JupyterLab's question whether to fetch news would lie above the views.
        notification = own["JUPYTERLAB_SETTINGS_DIR"] / "@jupyterlab" / "apputils-extension"
        notification.mkdir(parents=True)
        (notification / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
        command = [
            *(str(python), "-m", program, "--no-browser", "--expose-app-in-browser"),
            *(["--allow-root"] if os.geteuid() == 0 else []),
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={folder}",
            f"--IdentityProvider.token={self.token}",
            "--LabApp.news_url=None",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ]
        inherited = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        self.environment = inherited | {name: str(path) for name, path in own.items()}
        self._process = subprocess.Popen(
            command,
            env=self.environment | (environment or {}),
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._ready.wait(timeout=90) or self._process.poll() is not None:
            self.stop()
            message = "JupyterLab did not start:\n" + "".join(self.log[-40:])
            raise RuntimeError(message)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def _read(self):
        for line in self._process.stdout:
            self.log.append(line)
            if READY.search(line):
                self._ready.set()
        self._ready.set()

    def stop(self):
        """Stop the server, which stops its kernels."""
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        self._process.stdout.close()

"""The built wheel, and environments that hold it and nothing of the source tree."""

from __future__ import annotations

import subprocess
import sys
import venv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

EXTENSION = "share/jupyter/labextensions/unlearn-widgets"


def build_archives(root: Path, out: Path) -> Path:
    """Build wheel and source archive into a folder, and return the path of the wheel."""
    # --no-isolation: the build tools are the ones of this environment, fetched once.
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out)]
    finished = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    (wheel,) = out.glob("*.whl")
    return wheel


def make_environment(home: Path, *requirements: str) -> Path:
    """Make an environment with these packages, and return the path of its Python."""
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, *requirements], check=True)
    return python

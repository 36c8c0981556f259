"""Find a Chromium for the browser tests, and say where it came from.

In order: a browser on PATH, the one that Playwright downloaded earlier, and, for root on Debian or
Ubuntu, the ``chromium`` package.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def on_path() -> str | None:
    """Return the first Chromium or Chrome on PATH."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def from_playwright() -> str | None:
    """Return the browser that ``playwright install chromium`` has downloaded, if it is there."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


def from_debian() -> str | None:
    """Install Debian's package when that is possible without asking anyone."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    print("No Chromium found: installing Debian's package with apt-get.", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
        finished = subprocess.run(
            command, env=environment, check=False, stdout=subprocess.DEVNULL, stderr=sys.stderr
        )
        if finished.returncode:
            return None
    return on_path()


def find_chromium() -> tuple[str, str]:
    """Return the program and one phrase that says where it came from.

    Raises
    ------
    SystemExit
        If none of the three ways leads to a browser; the message says what to install.
    """
    for source, find in (
        ("found on PATH", on_path),
        ("downloaded by Playwright", from_playwright),
        ("installed from Debian's package", from_debian),
    ):
        if path := find():
            return path, source
    message = (
        "No Chromium was found: install Chromium or Google Chrome so that it is on PATH, or run "
        f"'{sys.executable} -m playwright install chromium', then run make test again."
    )
    raise SystemExit(message)


if __name__ == "__main__":
    program, origin = find_chromium()
    version = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=False
    ).stdout.strip()
    print(f"{program} ({version or 'unknown version'}), {origin}")

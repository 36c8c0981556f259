"""Run every check of the project in order and stop at the first that fails."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SLOW = ("tests/package", "tests/notebooks", "tests/browser", "tests/extension")


class Step(NamedTuple):
    """One check: what it is called and the program that does it."""

    name: str
    command: list[str]
    slow: bool = False


def pytest(*arguments: str) -> list[str]:
    """Return the command that runs pytest quietly with these arguments."""
    return [sys.executable, "-m", "pytest", "-q", *arguments]


def npx(*arguments: str) -> list[str]:
    """Return the command of a front-end tool that is installed already."""
    return ["npx", "--no-install", *arguments]


STEPS = [
    Step("Python format (ruff format)", [str(BIN / "ruff"), "format", "--check", "."]),
    Step("Python lint (ruff check)", [str(BIN / "ruff"), "check", "."]),
    Step("Python types (mypy --strict)", [str(BIN / "mypy")]),
    Step("TypeScript types (tsc --strict)", npx("tsc", "--noEmit")),
    Step("TypeScript lint (eslint)", npx("eslint", ".", "--max-warnings", "0")),
    Step("TypeScript format (prettier)", npx("prettier", "--check", ".")),
    Step("TypeScript unit tests (vitest)", npx("vitest", "run", "--reporter=dot")),
    Step(
        "Python unit, property, protocol, kernel and doc tests (pytest)",
        pytest(*(f"--ignore={folder}" for folder in SLOW)),
    ),
    Step("Wheel in an empty environment (pytest)", pytest("tests/package"), slow=True),
    Step("Notebooks, executed (pytest)", pytest("tests/notebooks"), slow=True),
    Step("Chromium", [sys.executable, "scripts/find_chromium.py"], slow=True),
    Step("JupyterLab in Chromium (pytest)", pytest("tests/browser"), slow=True),
    Step(
        "JupyterLab extension from an installed wheel (pytest)",
        pytest("tests/extension"),
        slow=True,
    ),
]


def main() -> int:
    """Run the steps and return the exit code of the gate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--fast", action="store_true", help="leave out the wheel, the notebooks and the browser"
    )
    options = parser.parse_args()
    steps = [step for step in STEPS if not (options.fast and step.slow)]
    left_out = len(STEPS) - len(steps)
    start = time.monotonic()
    for number, step in enumerate(steps, 1):
        print(f"\n== {number}/{len(steps)} {step.name}", flush=True)
        began = time.monotonic()
        code = subprocess.run(step.command, cwd=ROOT, check=False).returncode
        if code:
            print(f"\nFAILED: {step.name} (exit code {code}): {' '.join(step.command)}")
            return code if code > 0 else 1
        print(f"-- passed in {time.monotonic() - began:.1f} s", flush=True)
    minutes, seconds = divmod(round(time.monotonic() - start), 60)
    tail = f"; {left_out} slow steps were left out" if left_out else ""
    print(f"\nPASSED: all {len(steps)} steps in {minutes} min {seconds} s{tail}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

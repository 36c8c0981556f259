"""Build the front-end bundle before a wheel, an sdist or an editable install is made."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "unlearn_widgets" / "static"
LABEXTENSION = ROOT / "unlearn_widgets" / "labextension"
STAMP = STATIC / ".built-from"
OLDEST_NODE = (20, 19)
ENTRIES = ("index", "annotator", "page")
SCHEMA = "unlearn_widgets/manifest/schema.json"
# The extension carries the tutorial.
TUTORIAL = "notebooks/01_brush.ipynb"
SOURCES = ("package.json", "package-lock.json", "tsconfig.json", "js", SCHEMA, TUTORIAL)


def source_digest() -> str:
    """Return a digest of everything that the bundle is made from.

    File times say nothing after a clone or an unpacked archive, so contents are compared.
    """
    digest = hashlib.sha256()
    for name in SOURCES:
        path = ROOT / name
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            inside = file.relative_to(ROOT)
            if file.is_file() and inside.parts[:2] != ("js", "tests"):
                digest.update(inside.as_posix().encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def is_current() -> bool:
    """Tell whether the bundle in the package was built from the present sources."""
    built = all(
        (STATIC / f"{entry}{end}").is_file() for entry in ENTRIES for end in (".js", ".css")
    )
    built = built and (LABEXTENSION / "install.json").is_file()
    return built and STAMP.is_file() and STAMP.read_text() == source_digest()


def require_node() -> None:
    """Stop with one sentence when Node.js or npm is missing or too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    question = ("-p", "process.versions.node")
    found = subprocess.run([node, *question], capture_output=True, check=False) if node else None
    version = tuple(map(int, re.findall(rb"\d+", found.stdout)[:2])) if found else ()
    if npm and version >= OLDEST_NODE:
        return
    oldest = ".".join(map(str, OLDEST_NODE))
    missing = "an older one" if npm and found else f"no {'npm' if node else 'node'}"
    message = (
        f"unlearn-widgets is built with Node.js {oldest} or newer, and {missing} was found on "
        f"PATH: install Node.js {oldest} or newer (it brings npm), then run the command again."
    )
    raise SystemExit(message)


def run(*command: str) -> None:
    """Run a program in the repository and turn its failure into one sentence."""
    finished = subprocess.run(command, cwd=ROOT, check=False)
    if finished.returncode:
        message = f"unlearn-widgets: {' '.join(command)!r} failed with {finished.returncode}."
        raise SystemExit(message)


def build_bundle(_target_name: str = "wheel", _version: str = "standard") -> None:
    """Build widgets and JupyterLab extension when one is missing or older than its sources."""
    if is_current():
        return
    require_node()
    if not (ROOT / "node_modules").is_dir():
        # Not `npm ci`: some versions refuse a lock file with packages for other platforms.
        run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund")
    run("npm", "run", "--silent", "build")
    STAMP.write_text(source_digest())


def link_extension() -> None:
    """Let JupyterLab of this environment find the extension where it is built."""
    place = Path(sys.prefix, "share", "jupyter", "labextensions", "unlearn-widgets")
    if place.is_symlink() and place.resolve() == LABEXTENSION:
        return
    if place.is_dir() and not place.is_symlink():
        # An editable install copies what was built before it.
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(LABEXTENSION, target_is_directory=True)


if __name__ == "__main__":
    build_bundle()
    link_extension()

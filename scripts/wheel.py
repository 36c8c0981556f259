"""Build the wheel and the source archive into ``dist`` when their sources have changed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMP = ROOT / ".make" / "wheel"
SOURCES = ("pyproject.toml", "package.json", "README.md", "LICENSE", "scripts", "js")


def source_digest() -> str:
    """Return a digest of everything that goes into the two archives."""
    digest = hashlib.sha256()
    for name in (*SOURCES, "unlearn_widgets"):
        path = ROOT / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(file.relative_to(ROOT).as_posix().encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def main() -> None:
    """Build both archives, or say that they are current."""
    dist = ROOT / "dist"
    built = sorted(dist.glob("*.whl")) + sorted(dist.glob("*.tar.gz"))
    if len(built) == 2 and STAMP.is_file() and STAMP.read_text() == source_digest():
        print("Nothing has changed since these were built:")
    else:
        for old in built:
            old.unlink()
        subprocess.run([sys.executable, "-m", "build", "--outdir", str(dist)], cwd=ROOT, check=True)
        STAMP.parent.mkdir(exist_ok=True)
        STAMP.write_text(source_digest())
        built = sorted(dist.glob("*.whl")) + sorted(dist.glob("*.tar.gz"))
    for archive in built:
        print(f"  {archive.relative_to(ROOT)}  {archive.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()

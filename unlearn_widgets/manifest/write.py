"""A manifest as a file: it appears whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unlearn_widgets.exports import replace_file

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SUFFIX", "manifest_text", "place_of", "write_manifest"]

SUFFIX = ".forget.json"

# Marks that nobody sees, or that turn the order of what is read.
_UNSEEN = re.compile("[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def place_of(path: str | os.PathLike[str]) -> Path:
    """Return the file that a path means.

    Parameters
    ----------
    path : path-like
        Ends in ``.forget.json``; ``~`` is expanded.

    Returns
    -------
    Path
        The place, links followed.

    Raises
    ------
    ValueError
        For another suffix.
    FileNotFoundError
        If the folder does not exist.
    IsADirectoryError
        If the path is a folder.

    Examples
    --------
    >>> place_of("spam.json")
    Traceback (most recent call last):
        ...
    ValueError: path: a manifest is called *.forget.json, got 'spam.json'. Call it
    'spam.forget.json'.
    """
    target = Path(path).expanduser()
    if not target.name.endswith(SUFFIX) or target.name == SUFFIX:
        better = f"{target.name.removesuffix('.json').removesuffix('.forget') or 'set'}{SUFFIX}"
        raise ValueError(
            f"path: a manifest is called *{SUFFIX}, got {target.name!r}. Call it {better!r}."
        )
    if target.is_dir():
        raise IsADirectoryError(f"path: expected a file name, but {str(target)!r} is a folder.")
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"path: the folder {str(target.parent)!r} does not exist. Create it first."
        )
    # A link keeps pointing at the file.
    return target.resolve()


def manifest_text(manifest: Mapping[str, Any]) -> str:
    r"""Return a manifest as JSON, one field a line.

    Parameters
    ----------
    manifest : mapping
        What JSON holds.

    Returns
    -------
    str
        Marks that nobody would see are escaped.

    Examples
    --------
    >>> print(manifest_text({"title": "a\u202eb", "counts": {"n_rows": 3}}))
    {
      "title": "a\u202eb",
      "counts": {"n_rows": 3}
    }
    <BLANKLINE>
    """
    lines = [
        f"  {json.dumps(name, ensure_ascii=False)}: "
        f"{json.dumps(held, ensure_ascii=False, allow_nan=False)}"
        for name, held in manifest.items()
    ]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def write_manifest(place: Path, manifest: Mapping[str, Any]) -> None:
    """Write a manifest to a file, which is replaced as a whole or not at all.

    Parameters
    ----------
    place : Path
        As `place_of` returns it.
    manifest : mapping
        What JSON holds.

    Raises
    ------
    OSError
        If it cannot be written; what stood there before is untouched.
    """
    data = manifest_text(manifest).encode()

    def write(part: Path) -> None:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileNotFoundError):
            part.chmod(place.stat().st_mode & 0o777)

    try:
        replace_file(place, write)
    except OSError as error:
        message = (
            f"path: {str(place)!r} cannot be written ({error.strerror or error}), and nothing was "
            "changed. Check the folder's permissions and the space left, or choose another place."
        )
        raise type(error)(error.errno, message) from error
    _sync_folder(place.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable where folders can be synchronised."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

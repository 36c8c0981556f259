"""Files and folders that a user names: found as they are, or an error that says what is missing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeAlias

from unlearn_widgets.columns import type_name

PathLike: TypeAlias = "str | os.PathLike[str]"


def given_path(name: str, value: object, expected: str) -> Path:
    """Return the path of something that exists, else say what was expected there.

    Parameters
    ----------
    name : str
        The argument, for error messages.
    value : path-like
        What the user gave; ``~`` stands for the home folder.
    expected : str
        What should be there.

    Raises
    ------
    TypeError
        If `value` is no path.
    FileNotFoundError
        If nothing is there.

    Examples
    --------
    >>> given_path("path", "no-such-folder", "the folder with the four IDX files")
    Traceback (most recent call last):
        ...
    FileNotFoundError: path: must be the folder with the four IDX files, but there is nothing at
    'no-such-folder'. Nothing is downloaded: give the place where the data lie.
    """
    if not isinstance(value, str | os.PathLike):
        raise TypeError(f"{name}: must be {expected}, got {type_name(value)}. Pass a path.")
    text = os.fspath(value)
    if not isinstance(text, str) or not text or "\0" in text:
        raise TypeError(f"{name}: must be {expected}, got {text!r}. Pass a path.")
    path = Path(text).expanduser()
    if not path.exists():
        raise FileNotFoundError(
            f"{name}: must be {expected}, but there is nothing at {text!r}. Nothing is "
            "downloaded: give the place where the data lie."
        )
    return path


def given_folder(name: str, value: object, expected: str) -> Path:
    """Return the path of a folder that exists; see `given_path`.

    Raises
    ------
    NotADirectoryError
        If there is a file.

    """
    path = given_path(name, value, expected)
    if not path.is_dir():
        raise NotADirectoryError(
            f"{name}: must be {expected}, but {str(path)!r} is a file. Unpack it if it is an "
            "archive, and pass the folder."
        )
    return path


def file_in(folder: Path, *names: str) -> Path:
    """Return the first of these files that is in the folder.

    Raises
    ------
    FileNotFoundError
        If none is; the message lists what is there instead.

    """
    for name in names:
        if (folder / name).is_file():
            return folder / name
    there = sorted(path.name for path in folder.iterdir())
    listed = ", ".join(map(repr, there[:8])) + (" and more" if len(there) > 8 else "")
    raise FileNotFoundError(
        f"path: the folder {str(folder)!r} must hold {' or '.join(map(repr, names))}; it holds "
        f"{listed or 'nothing'}. Pass the folder the data set was unpacked into."
    )

"""The built front end, as views and standalone pages read it."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import Any

STATIC = Path(__file__).resolve().parent / "static"


class BundleError(RuntimeError):
    """The front end has not been built."""


@functools.cache
def read_bundle(name: str) -> str:
    """Return a file of the bundle as text, read once.

    Parameters
    ----------
    name : str
        "index.js", "annotator.css", "page.js" and the like.

    Raises
    ------
    BundleError
        If it is missing.
    """
    try:
        return (STATIC / name).read_text(encoding="utf-8")
    except OSError as error:
        raise BundleError(
            f"unlearn_widgets: the front end is not built, {STATIC / name} is missing. "
            "Run `make setup` in the clone, or install the package with `pip install .`"
        ) from error


class BundleFile:
    """A class attribute that reads a file of the bundle when the first view is made."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, view: object, owner: type | None = None) -> Any:
        return read_bundle(self._name)


def bundle_file(name: str) -> Any:
    """Return what `_esm` or `_css` of a view is.

    A path only under ``ANYWIDGET_HMR=1``: anywidget then watches it, which keeps closed widgets
    alive.
    """
    if os.environ.get("ANYWIDGET_HMR") == "1" and (STATIC / name).is_file():
        return STATIC / name
    return BundleFile(name)

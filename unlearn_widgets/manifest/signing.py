"""A sign-off added to a manifest on disk, as the review page adds one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unlearn_widgets.ledger.recording import now
from unlearn_widgets.manifest.digest import secret, sign_off
from unlearn_widgets.manifest.reading import ManifestError, read_manifest
from unlearn_widgets.manifest.shape import shape_problems
from unlearn_widgets.manifest.write import place_of, write_manifest
from unlearn_widgets.validation import strict_keywords, valid_text

if TYPE_CHECKING:
    import os

__all__ = ["add_signoff"]


@strict_keywords
def add_signoff(
    path: str | os.PathLike[str],
    decision: str,
    *,
    who: str | None,
    note: str | None = None,
    hmac_key: bytes | str | None = None,
) -> None:
    """Add a sign-off to a manifest on disk; everything else in it stays as it is.

    Parameters
    ----------
    path : path-like
        A ``*.forget.json``.
    decision : str
        Such as "approved" or "rejected".
    who : str or None
        Who signs.
    note : str, optional
        Anything to add.
    hmac_key : bytes or str, optional
        Seal the sign-off with a key.

    Raises
    ------
    ManifestError
        If the file is no manifest.
    OSError
        If it cannot be written; it is untouched then.
    TypeError, ValueError
        For a decision that is empty, or texts that are none.

    Examples
    --------
    >>> import pathlib, tempfile, unlearn_widgets as uw
    >>> session = uw.Session(uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3]))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "spam.forget.json")
    ...     session.save(path)
    ...     add_signoff(path, "approved", who="ben")
    ...     uw.verify(path).ok
    True
    """
    for name, text in (("decision", decision), ("who", who), ("note", note)):
        if text is not None:
            if not isinstance(text, str):
                raise TypeError(f"{name}: expected a text, got {type(text).__name__}.")
            valid_text(name, text)
    if not decision or not decision.strip():
        raise ValueError("decision: expected a word such as 'approved', got nothing.")
    key = secret(hmac_key)
    place = place_of(path)
    manifest = read_manifest(place)
    problems = shape_problems(manifest)
    if problems:
        raise ManifestError(f"{str(place)!r} is no manifest that can be signed: {problems[0]}")
    before = manifest["signoffs"]
    said = {
        "decision": decision,
        "who": who,
        "at": now(),
        "note": note,
        "signed": manifest["digest"],
        "previous": before[-1]["digest"] if before else None,
    }
    write_manifest(place, {**manifest, "signoffs": [*before, sign_off(said, key)]})

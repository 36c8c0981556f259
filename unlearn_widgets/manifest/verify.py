"""Everything that a manifest says, computed again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unlearn_widgets.manifest import checks as own
from unlearn_widgets.manifest import data_checks as data
from unlearn_widgets.manifest.digest import secret
from unlearn_widgets.manifest.reading import ManifestError, read_manifest
from unlearn_widgets.manifest.report import Checks, VerifyReport
from unlearn_widgets.validation import strict_keywords

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from unlearn_widgets.ledger import EventLog

__all__ = ["verify"]


@strict_keywords
def verify(
    path: str | os.PathLike[str],
    *,
    X: Any = None,
    records: Any = None,
    hmac_key: bytes | str | None = None,
    store: EventLog | str | os.PathLike[str] | None = None,
    covariance: Any = None,
    groups: Any = None,
) -> VerifyReport:
    """Check a manifest against itself, and against whatever of its data is at hand.

    Parameters
    ----------
    path : path-like
        A ``*.forget.json``, whoever wrote it.
    X : (n, d) array-like, optional
        The embeddings: their fingerprint, every number of the effect and the diagnosis are
        computed again.
    records : table, optional
        The records: their fingerprint, and the keys of the removed rows.
    hmac_key : bytes or str, optional
        The key that it was saved with. Without it an edit shows only while whoever made it has not
        computed the digests again.
    store : EventLog or path-like, optional
        The store behind it. Default: the one of that id in the folder of the manifest.
    covariance : (d, d) array-like, optional
        The known covariance, if the problem was made with one.
    groups : (n,) array-like, optional
        The groups, if the problem was made with some.

    Returns
    -------
    VerifyReport
        Every check by name; a file that cannot be read is a check that does not fit.

    Raises
    ------
    TypeError
        For a path or key that is none.
    ValueError
        For an empty key.

    Examples
    --------
    >>> import pathlib, tempfile, unlearn_widgets as uw
    >>> X = [[2.0], [3.0], [4.0], [-1.0], [0.0], [1.0]]
    >>> session = uw.Session(uw.UnlearningProblem(X, forget=[0, 1, 2]))
    >>> session.select([2])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "spam.forget.json")
    ...     session.save(path)
    ...     whole = uw.verify(path, X=X)
    ...     _ = path.write_text(path.read_text().replace('"n_removed": 1', '"n_removed": 2'))
    ...     edited = uw.verify(path)
    >>> whole.ok, [check["name"] for check in edited.checks if check["status"] == "mismatch"]
    (True, ['digest', 'digest.counts', 'digest.effect', 'digest.history', 'counts'])
    """
    key = secret(hmac_key)
    found = Checks()
    try:
        manifest = read_manifest(path)
    except ManifestError as error:
        return _unreadable(str(error))
    found.add("readable", "ok", None, None)
    known = own.check_form(found, manifest)
    found.attempt("digest", lambda: own.check_seals(found, manifest, key))
    found.attempt("signoffs", lambda: own.check_signoffs(found, manifest, key))
    if known:
        _check_content(found, manifest, key=key, X=X, records=records, given=(covariance, groups))
        place = store
        if place is None:
            place = data.stores_beside(path, _text(manifest.get("chain"), "store"))
        found.attempt("store", lambda: data.check_store(found, manifest, place))
    return VerifyReport(all(check["status"] != "mismatch" for check in found), list(found))


def _check_content(
    found: Checks,
    manifest: Mapping[str, Any],
    *,
    key: bytes | None,
    X: Any,
    records: Any,
    given: tuple[Any, Any],
) -> None:
    for name, check in (
        ("counts", own.check_counts),
        ("keys", own.check_keys),
        ("domains", own.check_domains),
        ("map", own.check_map),
        ("texts", own.check_texts),
    ):
        found.attempt(name, lambda check=check: check(found, manifest))  # type: ignore[misc]
    found.attempt("X", lambda: data.check_X(found, manifest, X, *given))
    found.attempt("records", lambda: data.check_records(found, manifest, records, key))


def _unreadable(reason: str) -> VerifyReport:
    found = Checks()
    found.add("readable", "mismatch", None, None, reason)
    return VerifyReport(ok=False, checks=list(found))


def _text(value: Any, name: str) -> str | None:
    held = value.get(name) if isinstance(value, dict) else None
    return held if isinstance(held, str) else None

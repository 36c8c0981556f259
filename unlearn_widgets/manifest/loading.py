"""What a manifest says about a problem: the rows chosen, the decisions, what does not fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.ledger.fingerprint import fingerprint_array
from unlearn_widgets.manifest.build import FORMAT, VERSION
from unlearn_widgets.manifest.checks import check_seals, removed_rows
from unlearn_widgets.manifest.keys import decode_key, decode_positions, encode_key
from unlearn_widgets.manifest.reading import ManifestError
from unlearn_widgets.manifest.report import Checks
from unlearn_widgets.manifest.shape import shape_problems
from unlearn_widgets.maps.layout import MapLayout
from unlearn_widgets.problem.matrix import matrix
from unlearn_widgets.records import Records

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from unlearn_widgets.problem import UnlearningProblem

__all__ = ["Loaded", "loaded"]


@dataclass(frozen=True)
class Loaded:
    """A manifest as it applies to a problem.

    Attributes
    ----------
    keywords : dict
        What a session is made with.
    rows : ndarray of shape (n_rows,), bool
        The rows removed.
    decisions : list of dict
        ``job, label, actor, at, reason, note, keys`` of what people decided.
    digest : str
        The digest of the manifest.
    notices : list of str
        What does not fit, in sentences.
    """

    keywords: dict[str, Any]
    rows: NDArray[np.bool_]
    decisions: list[dict[str, Any]]
    digest: str
    notices: list[str]


def loaded(
    manifest: Mapping[str, Any],
    problem: UnlearningProblem,
    keywords: Mapping[str, Any],
    key: bytes | None = None,
) -> Loaded:
    """Return what a manifest says about a problem.

    Parameters
    ----------
    manifest : mapping
        As it was read.
    problem : UnlearningProblem
        The rows.
    keywords : mapping
        What a session is to be made with; the manifest supplies the rest.
    key : bytes, optional
        The key of a manifest that holds keyed hashes.

    Returns
    -------
    Loaded
        Rows are found by key where records with keys are given, else by position.

    Raises
    ------
    ManifestError
        If it is no manifest, of a newer version, or the rows cannot be found.
    """
    _refuse_other(manifest)
    given = _session_keywords(manifest, problem, keywords)
    records = Records(given.get("records"), given.get("key"), problem.n_rows, problem.domain_codes)
    sealed = Checks()
    check_seals(sealed, manifest, key)
    notices = [
        f"{check['name']}: {check['note']}" for check in sealed if check["status"] == "mismatch"
    ]
    stated, got = manifest["fingerprints"]["X"], fingerprint_array(matrix("X", problem.X))
    if stated != got:
        notices.append(f"X: the embeddings differ (expected {stated}, got {got}).")
    row_of = _row_of(manifest, records, problem.n_rows, key)
    rows = np.zeros(problem.n_rows, dtype=np.bool_)
    found = [row_of[one] for one in map(_name, manifest["removed"]["keys"]) if one in row_of]
    rows[found] = True
    lost = len(manifest["removed"]["keys"]) - len(found)
    if lost:
        notices.append(f"keys: {lost:,} removed records stand in no record now.")
    return Loaded(
        keywords=given,
        rows=rows,
        decisions=_decisions(manifest, records, row_of),
        digest=str(manifest["digest"]),
        notices=notices,
    )


def _refuse_other(manifest: Mapping[str, Any]) -> None:
    stated = manifest.get("format"), manifest.get("format_version")
    if stated != (FORMAT, VERSION):
        raise ManifestError(
            f"format: expected {FORMAT!r} of version {VERSION}, got {stated[0]!r:.80} of version "
            f"{stated[1]!r:.20}. Check the file, or update unlearn-widgets."
        )
    problems = shape_problems(manifest)
    if problems:
        raise ManifestError(f"{problems[0]} Check the file with unlearn_widgets.verify.")


def _session_keywords(
    manifest: Mapping[str, Any], problem: UnlearningProblem, keywords: Mapping[str, Any]
) -> dict[str, Any]:
    removed, domains = manifest["removed"], manifest["domains"]
    given = {
        "title": manifest["title"],
        "names": tuple(domains[name]["name"] for name in ("forget", "retain")),
        "retain_locked": manifest["retain_locked"],
        **keywords,
    }
    if given.get("records") is not None:
        given.setdefault("key", removed["key_column"])
    if "map" not in given and manifest["counts"]["n_rows"] == problem.n_rows:
        layout = _layout(manifest["map"], problem.n_rows)
        if layout is not None:
            given["map"] = layout
    return given


def _layout(held: Mapping[str, Any], n_rows: int) -> MapLayout | None:
    if held["positions"] is None:
        return None
    try:
        positions = decode_positions(held["positions"], n_rows)
    except ValueError as error:
        raise ManifestError(f"map.positions: {error}") from error
    if not np.isfinite(positions).all():
        raise ManifestError("map.positions: every position must be finite.")
    positions.setflags(write=False)
    ends = held["x_ends"]
    return MapLayout(
        positions,
        held["name"],
        held["x_label"],
        held["y_label"],
        None if ends is None else (ends[0], ends[1]),
        held["aspect"],
    )


def _row_of(
    manifest: Mapping[str, Any], records: Records, n_rows: int, key: bytes | None
) -> dict[Any, int]:
    """Return the row behind each key as it stands in the manifest."""
    removed = manifest["removed"]
    hashed = removed["key_hash"] is not None
    named = records.key_name is not None or removed["key_column"] is None
    if named and (key is not None or not hashed):
        secret = key if hashed else None
        return {_name(encode_key(one, secret)): at for at, one in enumerate(records.keys)}
    if manifest["counts"]["n_rows"] != n_rows:
        how = "hmac_key" if hashed else "records with the column " + repr(removed["key_column"])
        raise ManifestError(
            f"n_rows: the manifest is about {manifest['counts']['n_rows']:,} rows, the problem has "
            f"{n_rows:,}. Pass {how}, so that rows are found by key."
        )
    try:
        rows = np.flatnonzero(removed_rows(manifest)).tolist()
    except ValueError as error:
        raise ManifestError(f"removed.rows: {error}") from error
    pairs = zip(map(_name, removed["keys"]), rows, strict=False)
    return dict(pairs)


def _decisions(
    manifest: Mapping[str, Any], records: Records, row_of: Mapping[Any, int]
) -> list[dict[str, Any]]:
    found = []
    for said in manifest["decisions"]:
        rows = [row_of[one] for one in map(_name, said["keys"]) if one in row_of]
        if rows:
            found.append({**said, "keys": [records.keys[row] for row in rows]})
    return found


def _name(held: Any) -> Any:
    """Return a key of a manifest as something that tells 5 from "5" and from true."""
    value = held if isinstance(held, str) else decode_key(held)
    return type(value) is bool, value

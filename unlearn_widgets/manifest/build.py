"""A manifest from what a session knows: a plain mapping, ready for JSON."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.ledger.fingerprint import (
    fingerprint_array,
    fingerprint_columns,
    fingerprint_keys,
)
from unlearn_widgets.manifest.digest import seal, sign_off
from unlearn_widgets.manifest.history import decisions_of, history_of, standing_signatures
from unlearn_widgets.manifest.keys import HASHED, encode_key, encode_rows, to_text
from unlearn_widgets.problem.matrix import matrix
from unlearn_widgets.records.cells import as_text
from unlearn_widgets.statistics import FORGET, RETAIN
from unlearn_widgets.wire.codecs import encode_float32, encode_values

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from unlearn_widgets.ledger import Event, Head
    from unlearn_widgets.maps.layout import MapLayout
    from unlearn_widgets.problem import Effect, UnlearningProblem
    from unlearn_widgets.records import Records

__all__ = [
    "FORMAT",
    "VERSION",
    "Parts",
    "build",
    "fingerprint_covariance",
    "fingerprint_groups",
    "software",
]

FORMAT = "unlearn-widgets/forget-manifest"
VERSION = 1
STATEMENT = (
    "This file is evidence of what was removed and of what the removal was predicted to do. It is "
    "no proof that a model has forgotten anything: only measuring the model shows that. The "
    "digests and the chain of events, which need no key, show every edit that does not rebuild "
    "them. They do not show that whoever can write the files has rebuilt all of them; for that, "
    "check the file with the hmac_key it was saved with, or compare its digest and the head of "
    "the chain with a copy that was kept elsewhere."
)
NO_STORE = (
    "There was no store: the history was kept in the memory of one kernel, and no chain of events "
    "stands behind this file."
)
STORED = (
    "The head stands for all events before it. Compare it with the store, or with a head that was "
    "kept elsewhere."
)
_PACKAGES = ("unlearn-widgets", "numpy", "scipy", "scikit-learn")


@dataclass(frozen=True)
class Parts:
    """What a manifest is made of.

    Parameters
    ----------
    problem : UnlearningProblem
        The rows and their domains.
    records : Records
        Where keys and texts stand.
    layout : MapLayout
        Where the rows lie.
    names : mapping of str to str
        What the domains "forget" and "retain" are called.
    title : str
        The title of the session.
    retain_locked : bool
        Whether rows of the retained domain were kept out of every selection.
    removed : ndarray of shape (n_rows,), bool
        The rows removed.
    effect : Effect
        What removing them is predicted to do.
    method : mapping
        How they were chosen.
    events : sequence of Event
        What was done.
    tell : callable
        Tells an event in plain words.
    store : tuple of str and Head, or None
        The id of the store and its last event.
    saved_at : str
        UTC time.
    saved_by : str or None
        Who saves.
    """

    problem: UnlearningProblem
    records: Records
    layout: MapLayout
    names: Mapping[str, str]
    title: str
    retain_locked: bool
    removed: NDArray[np.bool_]
    effect: Effect
    method: Mapping[str, Any]
    events: Sequence[Event]
    tell: Callable[[Event], Mapping[str, Any]]
    store: tuple[str, Head] | None
    saved_at: str
    saved_by: str | None


def build(
    parts: Parts,
    *,
    include_map: bool = True,
    include_text: bool = False,
    key: bytes | None = None,
) -> dict[str, Any]:
    """Return the manifest of a selection, sealed by its digests.

    Parameters
    ----------
    parts : Parts
        What a session knows.
    include_map : bool, default True
        Whether the map positions of all rows go with it.
    include_text : bool, default False
        Whether the texts of the removed records go with it.
    key : bytes, optional
        Write keyed hashes in place of record keys, and an HMAC over the whole.

    Returns
    -------
    dict
        See docs/manifest.md.

    Raises
    ------
    TypeError, ValueError
        For record keys that JSON cannot hold, such as dates, and `include_text` without texts.
    """
    keys = [parts.records.keys[row] for row in np.flatnonzero(parts.removed).tolist()]
    history = history_of(parts.events, parts.tell)
    actors = {entry["actor"] for entry in history} | {parts.saved_by}

    def encode(value: Any) -> Any:
        return encode_key(value, key)

    said = {
        "format": FORMAT,
        "format_version": VERSION,
        "statement": STATEMENT,
        "title": parts.title,
        "saved_at": parts.saved_at,
        "saved_by": parts.saved_by,
        "software": software(),
        "counts": _counts(parts),
        "domains": _domains(parts),
        "removed": {
            "key_column": parts.records.key_name,
            "key_hash": None if key is None else HASHED,
            "keys": [encode(one) for one in keys],
            "rows": encode_rows(parts.removed),
        },
        "retain_locked": parts.retain_locked,
        "method": dict(parts.method),
        "effect": encode_values(parts.effect.to_dict()),
        "diagnosis": _diagnosis(parts.problem),
        "problem": _problem(parts.problem),
        "decisions": decisions_of(parts.events, keys, encode),
        "history": history,
        "actors": sorted(actor for actor in actors if actor is not None),
        "map": _map(parts.layout, include_map),
        "texts": _texts(parts) if include_text else None,
        "fingerprints": _fingerprints(parts),
        "chain": _chain(parts.store),
    }
    sealed = seal(said, key)
    previous = None
    for signature in standing_signatures(parts.events):
        signed = {**signature, "signed": sealed["digest"], "previous": previous}
        sealed["signoffs"].append(sign_off(signed, key))
        previous = sealed["signoffs"][-1]["digest"]
    return sealed


def fingerprint_covariance(covariance: Any) -> str | None:
    """Return the digest of a known covariance, None where it is estimated.

    Examples
    --------
    >>> fingerprint_covariance("shared") is None
    True
    """
    if isinstance(covariance, str):
        return None
    return fingerprint_array(np.asarray(covariance, dtype=np.float64))


def fingerprint_groups(groups: Any) -> str | None:
    """Return the digest of the labels of groups, None where there are none.

    Examples
    --------
    >>> fingerprint_groups(None) is None
    True
    """
    if groups is None:
        return None
    return fingerprint_columns({"groups": np.asarray(groups).tolist()})


def software() -> dict[str, str]:
    """Return the versions of what computes the numbers.

    Examples
    --------
    >>> sorted(software())
    ['numpy', 'python', 'scikit-learn', 'scipy', 'unlearn-widgets']
    """
    versions = {name: version(name) for name in _PACKAGES}
    return {"python": platform.python_version(), **versions}


def _counts(parts: Parts) -> dict[str, int]:
    effect = parts.effect
    return {
        "n_rows": parts.problem.n_rows,
        "n_forget": effect.n_forget,
        "n_retain": effect.n_retain,
        "n_removed": effect.n_removed,
        "n_removed_forget": effect.n_removed_forget,
        "n_removed_retain": effect.n_removed_retain,
    }


def _domains(parts: Parts) -> dict[str, Any]:
    codes = parts.problem.domain_codes
    return {
        name: {"name": parts.names[name], "rows": encode_rows(codes == code)}
        for name, code in (("forget", FORGET), ("retain", RETAIN))
    }


def _diagnosis(problem: UnlearningProblem) -> dict[str, Any]:
    diagnosis = problem.diagnose()
    return {"verdict": diagnosis.verdict, "reasons": list(diagnosis.reasons)}


def _problem(problem: UnlearningProblem) -> dict[str, Any]:
    return encode_values(
        {
            "dim": problem.dim,
            "dim_effective": problem.dim_effective,
            "divergence": problem.divergence,
            "covariance": problem.covariance_mode,
            "shrinkage": problem.shrinkage,
            "shrinkage_used": problem.shrinkage_used,
        }
    )


def _map(layout: MapLayout, include: bool) -> dict[str, Any]:
    return {
        "name": layout.name,
        "x_label": layout.x_label,
        "y_label": layout.y_label,
        "x_ends": list(layout.x_ends) if layout.x_ends else None,
        "aspect": layout.aspect,
        "positions": to_text(encode_float32(layout.positions)) if include else None,
    }


def _texts(parts: Parts) -> dict[str, Any]:
    column = parts.records.text_column
    if column is None:
        raise ValueError(
            "include_text: the records have no column of texts. Leave it out, or give the session "
            "records with one."
        )
    values = parts.records.take(np.flatnonzero(parts.removed))[column]
    return {"column": column, "values": [as_text(value) for value in values]}


def _fingerprints(parts: Parts) -> dict[str, str | None]:
    problem, records = parts.problem, parts.records
    return {
        "X": fingerprint_array(matrix("X", problem.X)),
        "domains": fingerprint_array(problem.domain_codes),
        "keys": fingerprint_keys(records.keys),
        "records": fingerprint_columns(records.table) if records.table else None,
        "map": fingerprint_array(parts.layout.positions),
        "covariance": fingerprint_covariance(problem.covariance),
        "groups": fingerprint_groups(problem.groups),
    }


def _chain(store: tuple[str, Head] | None) -> dict[str, Any]:
    if store is None:
        return {"store": None, "seq": None, "hash": None, "statement": NO_STORE}
    identity, head = store
    return {"store": identity, "seq": head.seq, "hash": head.hash, "statement": STORED}

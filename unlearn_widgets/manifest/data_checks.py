"""Checks of a manifest against the data, and against the store behind it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.ledger import ERASED, LedgerError, canonical_json, selection_of
from unlearn_widgets.ledger.chain import Chain
from unlearn_widgets.ledger.fingerprint import (
    fingerprint_array,
    fingerprint_columns,
    fingerprint_keys,
)
from unlearn_widgets.ledger.opening import reading
from unlearn_widgets.ledger.snapshot import snapshot
from unlearn_widgets.manifest.build import fingerprint_covariance, fingerprint_groups, software
from unlearn_widgets.manifest.checks import domain_codes_of, removed_rows
from unlearn_widgets.manifest.keys import encode_key
from unlearn_widgets.problem import UnlearningProblem
from unlearn_widgets.problem.effect import FIELDS
from unlearn_widgets.problem.matrix import matrix
from unlearn_widgets.records import Records
from unlearn_widgets.statistics import FORGET, RETAIN
from unlearn_widgets.wire.codecs import decode_values, encode_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from os import PathLike

    from numpy.typing import NDArray

    from unlearn_widgets.ledger import Event, EventLog
    from unlearn_widgets.manifest.report import Checks

    Manifest = Mapping[str, Any]

__all__ = ["check_X", "check_records", "check_store", "stores_beside"]

TOLERANCE = 1e-9
# Sums in another order differ by this share of the largest number beside them.
_ROUNDING = 1e-13
_MOST_STORES = 100
_NO_X = "Pass X, the embeddings."
_NO_RECORDS = "Pass records, the table of the session."


def check_X(checks: Checks, manifest: Manifest, X: Any, covariance: Any, groups: Any) -> None:
    """Check the embeddings, and everything that is computed from them."""
    stated = manifest["fingerprints"]["X"]
    _check_given(checks, "groups", manifest, groups, fingerprint_groups)
    known = _check_given(checks, "covariance", manifest, covariance, fingerprint_covariance)
    if X is None:
        for name in ("X", "effect", "problem", "diagnosis"):
            checks.leave(name, _NO_X, stated if name == "X" else None)
        return
    rows = matrix("X", X)
    codes = domain_codes_of(manifest)
    if len(rows) != len(codes):
        raise ValueError(f"X has {len(rows):,} rows, the manifest is about {len(codes):,}.")
    checks.compare("X", stated, fingerprint_array(rows))
    if not known:
        for name in ("effect", "problem", "diagnosis"):
            checks.leave(name, "The covariance was given: pass covariance.")
        return
    checks.attempt("problem", lambda: _check_numbers(checks, manifest, rows, codes, covariance))


def check_records(checks: Checks, manifest: Manifest, records: Any, key: bytes | None) -> None:
    """Check the records, their keys, the keys of the removed rows, and the texts."""
    prints, held = manifest["fingerprints"], manifest["removed"]
    if records is None:
        checks.leave("records", _NO_RECORDS, prints["records"])
        if held["key_column"] is not None:
            checks.leave("record keys", _NO_RECORDS, prints["keys"])
        return
    codes = domain_codes_of(manifest)
    table = Records(records, None, len(codes), codes)
    checks.compare("records", prints["records"], fingerprint_columns(table.table))
    table = Records(records, held["key_column"], len(codes), codes)
    rows = np.flatnonzero(removed_rows(manifest))
    _check_removed_keys(checks, manifest, table, rows, key)
    texts = manifest["texts"]
    if texts is not None:
        values = table.take(rows).get(texts["column"])
        got = None if values is None else ["" if one is None else str(one) for one in values]
        differing = _first_difference(texts["values"], got or [])
        checks.differ("record texts", differing)


def check_store(
    checks: Checks, manifest: Manifest, store: EventLog | str | PathLike[str] | None
) -> None:
    """Check that the events up to the head stand in the store, and chose the removed rows."""
    chain = manifest["chain"]
    if chain["store"] is None:
        checks.leave("store", "The history was kept in memory; there is no store to compare with.")
        return
    stated = {"store": chain["store"], "seq": chain["seq"], "hash": chain["hash"]}
    if store is None:
        checks.leave("store", "Pass store, the file in which the events stand.", stated)
        return
    try:
        found = snapshot(store, whole=True)
    except LedgerError as error:
        checks.add("store", "mismatch", stated, None, str(error))
        return
    until = [event for event in found.events if event.seq <= chain["seq"]]
    last = until[-1] if until else None
    got = {
        "store": found.store_id,
        "seq": last.seq if last else None,
        "hash": last.hash if last else None,
    }
    more = len(found.events) - len(until)
    note = f"The store goes on for {more:,} events after the manifest." if more else ""
    checks.compare("store", stated, got, note)
    if got == stated:
        _check_store_keys(checks, manifest, until, found.events)


def stores_beside(path: str | PathLike[str], identity: str | None) -> Path | None:
    """Return the store of an id that lies in the folder of a file, or None."""
    if identity is None:
        return None
    folder = Path(path).expanduser().parent
    for place in sorted(folder.glob("*.forgetset"))[:_MOST_STORES]:
        try:
            with reading(place) as opened:
                first = Chain(opened.connection).page(0, 1).events
            if first and first[0].payload.get("store") == identity:
                return place
        except (LedgerError, OSError):
            continue
    return None


def _check_given(
    checks: Checks, name: str, manifest: Manifest, given: Any, fingerprint: Any
) -> bool:
    """Check an argument of the problem that only its fingerprint is known of."""
    stated = manifest["fingerprints"][name]
    if stated is None:
        if given is not None:
            checks.compare(name, None, fingerprint(given))
        return True
    if given is None:
        checks.leave(name, f"Pass {name}, as the problem was made with.", stated)
        return False
    checks.compare(name, stated, fingerprint(given))
    return True


def _check_numbers(
    checks: Checks,
    manifest: Manifest,
    rows: NDArray[Any],
    codes: NDArray[np.uint8],
    covariance: Any,
) -> None:
    given = manifest["problem"]
    problem = UnlearningProblem(
        rows,
        forget=codes == FORGET,
        retain=codes == RETAIN,
        covariance=covariance if given["covariance"] == "known" else given["covariance"],
        shrinkage=given["shrinkage"],
    )
    checks.attempt("effect", lambda: _check_effect(checks, manifest, problem))
    _check_problem(checks, manifest, problem)
    checks.attempt("diagnosis", lambda: _check_diagnosis(checks, manifest, problem))


def _check_effect(checks: Checks, manifest: Manifest, problem: UnlearningProblem) -> None:
    stated = decode_values(manifest["effect"])
    found = problem.effect(removed_rows(manifest), delta=stated["delta"]).to_dict()
    scale = max(
        [1.0, *(abs(v) for v in found.values() if isinstance(v, float) and math.isfinite(v))]
    )
    differing = {
        name: (manifest["effect"].get(name), encode_values({name: found[name]})[name])
        for name in FIELDS
        if not _is_close(stated.get(name), found[name], scale)
    }
    checks.differ("effect", differing, "Computed again from X.")


def _check_problem(checks: Checks, manifest: Manifest, problem: UnlearningProblem) -> None:
    stated = decode_values(manifest["problem"])
    found = {
        "dim": problem.dim,
        "dim_effective": problem.dim_effective,
        "divergence": problem.divergence,
        "shrinkage_used": problem.shrinkage_used,
    }
    differing = {
        name: (manifest["problem"].get(name), encode_values({name: value})[name])
        for name, value in found.items()
        if not _is_close(stated.get(name), value, 1.0)
    }
    checks.differ("problem", differing)


def _check_diagnosis(checks: Checks, manifest: Manifest, problem: UnlearningProblem) -> None:
    stated, found = manifest["diagnosis"], problem.diagnose()
    got = {"verdict": found.verdict, "reasons": list(found.reasons)}
    differing = {name: (stated[name], held) for name, held in got.items() if stated[name] != held}
    if differing.keys() == {"reasons"} and manifest["software"] != software():
        checks.leave(
            "diagnosis", "The verdict fits; other software may give its reasons otherwise."
        )
        return
    checks.differ("diagnosis", differing)


def _check_removed_keys(
    checks: Checks, manifest: Manifest, table: Records, rows: Any, key: bytes | None
) -> None:
    held = manifest["removed"]
    checks.compare("record keys", manifest["fingerprints"]["keys"], fingerprint_keys(table.keys))
    if held["key_hash"] is not None and key is None:
        checks.leave("removed keys", "The keys are keyed hashes: pass hmac_key.")
        return
    secret = key if held["key_hash"] is not None else None
    got = [encode_key(table.keys[row], secret) for row in rows.tolist()]
    checks.differ("removed keys", _first_difference(held["keys"], got))


def _check_store_keys(
    checks: Checks, manifest: Manifest, until: Sequence[Event], events: Sequence[Event]
) -> None:
    """Compare the removed rows with those that the events chose, as far as keys still stand."""
    held = manifest["removed"]
    if held["key_hash"] is not None:
        checks.leave("store keys", "The manifest holds keyed hashes only.")
        return
    got = {canonical_json(encode_key(key)) for key in selection_of(until)}
    stated = {canonical_json(key) for key in held["keys"]}
    gone = sum(ERASED in keys for event in until for keys in event.keys.values())
    if not gone:
        lost, more = len(stated - got), len(got - stated)
        differing = {
            name: (0, n) for name, n in (("not in the store", lost), ("only there", more)) if n
        }
        checks.differ("store keys", differing)
        return
    stones = [event.seq for event in events if event.kind == "erased"]
    note = (
        f"Records or people were erased from the store on request (events {stones}); "
        f"{len(stated & got):,} of {len(stated):,} keys still stand in it."
    )
    if got <= stated:
        checks.leave("store keys", note)
    else:
        checks.add("store keys", "mismatch", 0, len(got - stated), note)


def _is_close(stated: Any, found: Any, scale: float) -> bool:
    if isinstance(found, float) and isinstance(stated, int | float):
        return math.isclose(stated, found, rel_tol=TOLERANCE, abs_tol=_ROUNDING * scale)
    return type(stated) is type(found) and bool(stated == found)


def _first_difference(stated: list[Any], got: list[Any]) -> dict[str, tuple[Any, Any]]:
    if len(stated) != len(got):
        return {"n": (len(stated), len(got))}
    for index, (one, other) in enumerate(zip(stated, got, strict=True)):
        if one != other or type(one) is not type(other):
            return {f"[{index}]": (one, other)}
    return {}

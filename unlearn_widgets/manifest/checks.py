"""Checks of a manifest against itself: what needs neither data nor store."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.ledger.canonical import canonical_json, sha256_hex
from unlearn_widgets.ledger.fingerprint import fingerprint_array, fingerprint_keys
from unlearn_widgets.manifest.build import FORMAT, VERSION
from unlearn_widgets.manifest.digest import SEALS, canonical_fields, content, hmac_hex, sign_off
from unlearn_widgets.manifest.keys import decode_positions, decode_rows
from unlearn_widgets.manifest.shape import schema, shape_problems
from unlearn_widgets.statistics import FORGET, RETAIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from unlearn_widgets.manifest.report import Checks

    Mask = NDArray[np.bool_]
    Manifest = Mapping[str, Any]

__all__ = [
    "check_counts",
    "check_domains",
    "check_form",
    "check_keys",
    "check_map",
    "check_seals",
    "check_signoffs",
    "check_texts",
    "domain_codes_of",
    "removed_rows",
]

COUNTS = ("n_forget", "n_retain", "n_removed", "n_removed_forget", "n_removed_retain")
_NO_KEY = "Pass the hmac_key that it was saved with."


def check_form(checks: Checks, manifest: Manifest) -> bool:
    """Check format, version and form; return whether this version can be read on."""
    stated = {name: manifest.get(name) for name in ("format", "format_version")}
    readable = {"format": FORMAT, "format_version": VERSION}
    note = "What this version of unlearn-widgets reads"
    version = stated["format_version"]
    if stated["format"] == FORMAT and isinstance(version, int) and version > VERSION:
        note = "It was written by a newer version of unlearn-widgets; update to check all of it"
    if stated != readable:
        checks.add("format", "mismatch", stated, readable, f"{note}.")
        return False
    checks.compare("format", stated, readable)
    problems = shape_problems(manifest)
    note = "It does not have the form that schema.json describes." if problems else ""
    checks.add("schema", "mismatch" if problems else "ok", None, problems or None, note)
    unknown = sorted(manifest.keys() - schema()["properties"].keys())
    if unknown:
        note = f"This version knows nothing of {', '.join(unknown)}; they are kept as they are."
        checks.leave("unknown fields", note)
    return True


def check_seals(checks: Checks, manifest: Manifest, key: bytes | None) -> None:
    """Check the digest of each field and of all of them, and the HMAC."""
    fields = canonical_fields(manifest)
    data = content(fields)
    note = "Something was edited after it was saved."
    stated = manifest.get("digest")
    got = sha256_hex(data)
    checks.compare("digest", stated, got, "" if got == stated else note)
    digests = manifest.get("digests")
    digests = digests if isinstance(digests, dict) else {}
    # Only the edits: that everything fits is said once, by the digest.
    for name in sorted({*fields, *digests} - {"digests", *SEALS}):
        expected = digests.get(name)
        found = sha256_hex(fields[name]) if name in fields else None
        if found != expected:
            checks.add(f"digest.{name}", "mismatch", expected, found, _edited(expected, found))
    _check_hmac(checks, "hmac", manifest.get("hmac"), data, key)


def check_signoffs(checks: Checks, manifest: Manifest, key: bytes | None) -> None:
    """Check each sign-off: its own digest, what it signed, and which one it follows."""
    previous = None
    for number, held in enumerate(manifest["signoffs"], 1):
        name = f"signoff {number}"
        own = sign_off(held)
        differing = {
            part: (held.get(part), expected)
            for part, expected in (
                ("digest", own["digest"]),
                ("signed", manifest["digest"]),
                ("previous", previous),
            )
            if held.get(part) != expected
        }
        note = " ".join(_SIGNED[part] for part in differing)
        checks.differ(name, differing, note)
        body = {part: said for part, said in held.items() if part not in ("digest", "hmac")}
        if held.get("hmac") is not None or (key is not None and "event" in held):
            data = canonical_json(body)
            _check_hmac(checks, f"{name} hmac", held.get("hmac"), data, key)
        elif key is not None:
            checks.leave(f"{name} hmac", "It was signed without a key, as in a browser.")
        previous = held.get("digest")


def check_counts(checks: Checks, manifest: Manifest) -> None:
    """Check every count against the rows that are marked."""
    counts = manifest["counts"]
    codes, removed = domain_codes_of(manifest), removed_rows(manifest)
    got = {
        "n_rows": len(codes),
        "n_forget": int(np.count_nonzero(codes == FORGET)),
        "n_retain": int(np.count_nonzero(codes == RETAIN)),
        "n_removed": int(np.count_nonzero(removed)),
        "n_removed_forget": int(np.count_nonzero(removed & (codes == FORGET))),
        "n_removed_retain": int(np.count_nonzero(removed & (codes == RETAIN))),
    }
    differing = {
        f"counts.{name}": (counts[name], held) for name, held in got.items() if counts[name] != held
    }
    effect = manifest["effect"]
    differing |= {
        f"effect.{name}": (effect[name], got[name]) for name in COUNTS if effect[name] != got[name]
    }
    checks.differ("counts", differing, "Counted in the rows that the manifest marks.")


def check_keys(checks: Checks, manifest: Manifest) -> None:
    """Check that there is one key for each removed row, and none twice."""
    held = manifest["removed"]
    keys = [canonical_json(key) for key in held["keys"]]
    removed = removed_rows(manifest)
    wrong: dict[str, tuple[Any, Any]] = {}
    if len(keys) != np.count_nonzero(removed):
        wrong["n_keys"] = (len(keys), int(np.count_nonzero(removed)))
    if len(set(keys)) != len(keys):
        wrong["n_distinct"] = (len(keys), len(set(keys)))
    if held["key_column"] is None and held["key_hash"] is None:
        positions = np.flatnonzero(removed).tolist()
        if held["keys"] != positions:
            pairs = zip(held["keys"], positions, strict=False)
            wrong["keys"] = next(((a, b) for a, b in pairs if a != b), (None, None))
        whole = fingerprint_keys(range(len(removed)))
        if manifest["fingerprints"]["keys"] != whole:
            wrong["fingerprints.keys"] = (manifest["fingerprints"]["keys"], whole)
    known = set(keys)
    strangers = sum(
        canonical_json(key) not in known for said in manifest["decisions"] for key in said["keys"]
    )
    if strangers:
        wrong["decisions"] = (0, strangers)
    checks.differ("keys", wrong, "One for each row that is marked as removed, each once.")


def check_domains(checks: Checks, manifest: Manifest) -> None:
    """Check that domains do not overlap, hold the removed rows, and are those fingerprinted."""
    codes, removed = domain_codes_of(manifest), removed_rows(manifest)
    forget, retain = _domain_masks(manifest)
    wrong: dict[str, tuple[Any, Any]] = {}
    both = int(np.count_nonzero(forget & retain))
    if both:
        wrong["rows in both domains"] = (0, both)
    outside = int(np.count_nonzero(removed & (codes == 0)))
    if outside:
        wrong["removed rows of neither domain"] = (0, outside)
    if manifest["retain_locked"] and np.any(removed & (codes == RETAIN)):
        locked = int(np.count_nonzero(removed & (codes == RETAIN)))
        wrong["removed rows of the locked domain"] = (0, locked)
    stated, got = manifest["fingerprints"]["domains"], fingerprint_array(codes)
    if stated != got:
        wrong["fingerprints.domains"] = (stated, got)
    checks.differ("domains", wrong)


def check_map(checks: Checks, manifest: Manifest) -> None:
    """Check that there is a position for each row, and that they are those fingerprinted."""
    text = manifest["map"]["positions"]
    if text is None:
        checks.leave("map", "It was saved without the map.", manifest["fingerprints"]["map"])
        return
    positions = decode_positions(text, manifest["counts"]["n_rows"])
    checks.compare("map", manifest["fingerprints"]["map"], fingerprint_array(positions))


def check_texts(checks: Checks, manifest: Manifest) -> None:
    """Check that there is one text for each key, where texts were saved."""
    texts = manifest["texts"]
    if texts is not None:
        checks.compare("texts", len(texts["values"]), len(manifest["removed"]["keys"]))


def domain_codes_of(manifest: Manifest) -> NDArray[np.uint8]:
    """Return the domain of each row: 0 neither, 1 retain, 2 forget.

    Raises
    ------
    ValueError
        If the rows of a domain cannot be read.
    """
    forget, retain = _domain_masks(manifest)
    codes = np.zeros(len(forget), dtype=np.uint8)
    codes[retain] = RETAIN
    codes[forget] = FORGET
    return codes


def removed_rows(manifest: Manifest) -> Mask:
    """Return the removed rows as a mask.

    Raises
    ------
    ValueError
        If they cannot be read.
    """
    return decode_rows(manifest["removed"]["rows"], manifest["counts"]["n_rows"])


def _domain_masks(manifest: Manifest) -> tuple[Mask, Mask]:
    n = manifest["counts"]["n_rows"]
    forget, retain = (manifest["domains"][name]["rows"] for name in ("forget", "retain"))
    return decode_rows(forget, n), decode_rows(retain, n)


def _check_hmac(checks: Checks, name: str, stated: Any, data: bytes, key: bytes | None) -> None:
    if key is None:
        if stated is not None:
            checks.leave(name, _NO_KEY)
        return
    got = hmac_hex(key, data)
    if stated is None:
        checks.add(name, "mismatch", None, got, "It was saved without this key, or lost its HMAC.")
        return
    same = isinstance(stated, str) and hmac.compare_digest(stated.encode(), got.encode())
    note = "" if same else "It was edited, or saved with another key."
    checks.add(name, "ok" if same else "mismatch", stated, got, note)


def _edited(expected: str | None, found: str | None) -> str:
    if found is None:
        return "This field was taken out."
    return "This field was put in." if expected is None else "This field was edited."


_SIGNED = {
    "digest": "The sign-off was edited.",
    "signed": "It signed another content than this.",
    "previous": "A sign-off before it was taken out or put in, or their order was changed.",
}

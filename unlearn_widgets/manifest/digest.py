"""The digests of a manifest: of each field, of all of them, of each sign-off."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any

from unlearn_widgets.ledger.canonical import canonical_json, sha256_hex

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["canonical_fields", "content", "hmac_hex", "seal", "secret", "sign_off"]

# What seals the content is no part of it.
SEALS = frozenset(("digest", "hmac", "signoffs"))
_OWN_SEALS = frozenset(("digest", "hmac"))


def secret(key: object) -> bytes | None:
    """Return a key as bytes; a text stands for its UTF-8.

    Parameters
    ----------
    key : bytes, str or None
        The argument ``hmac_key``.

    Returns
    -------
    bytes or None
        None for None.

    Raises
    ------
    TypeError
        For another type.
    ValueError
        For an empty key.

    Examples
    --------
    >>> secret("team key")
    b'team key'
    """
    if key is None:
        return None
    if not isinstance(key, str | bytes | bytearray):
        raise TypeError(f"hmac_key: expected bytes or a text, got {type(key).__name__}.")
    held = key.encode() if isinstance(key, str) else bytes(key)
    if not held:
        raise ValueError("hmac_key: an empty key protects nothing. Pass secrets.token_bytes(32).")
    return held


def hmac_hex(key: bytes, data: bytes) -> str:
    """Return HMAC-SHA256 as 64 hexadecimal digits.

    Examples
    --------
    >>> hmac_hex(b"key", b"")[:16]
    '5d5d139563c95b59'
    """
    return hmac.new(key, data, hashlib.sha256).hexdigest()


def canonical_fields(manifest: Mapping[str, Any]) -> dict[str, bytes]:
    r"""Return the canonical JSON of each field that the digest covers.

    Parameters
    ----------
    manifest : mapping
        A manifest; `SEALS` are left out.

    Raises
    ------
    ValueError, TypeError
        If canonical JSON cannot hold a value.

    Examples
    --------
    >>> canonical_fields({"title": "é", "digest": "…"})
    {'title': b'"\xc3\xa9"'}
    """
    return {
        name: canonical_json(value, name) for name, value in manifest.items() if name not in SEALS
    }


def content(fields: Mapping[str, bytes]) -> bytes:
    """Return the canonical JSON of all fields together.

    Parameters
    ----------
    fields : mapping of str to bytes
        As `canonical_fields` returns them.

    Examples
    --------
    >>> content({"b": b"1", "a": b"[]"})
    b'{"a":[],"b":1}'
    """
    # RFC 8785 sorts by UTF-16 code units, as JavaScript does.
    names = sorted(fields, key=lambda name: name.encode("utf-16-be"))
    return b"{" + b",".join(canonical_json(name) + b":" + fields[name] for name in names) + b"}"


def seal(manifest: Mapping[str, Any], key: bytes | None = None) -> dict[str, Any]:
    """Return a manifest with the digest of each field and of all of them.

    Parameters
    ----------
    manifest : mapping
        What it says; digests in it are replaced, sign-offs are kept at the end.
    key : bytes, optional
        For an HMAC-SHA256 over the same bytes as the digest.

    Returns
    -------
    dict
        With ``digests``, ``digest``, ``hmac`` (None without a key) and ``signoffs``.

    Examples
    --------
    >>> sealed = seal({"title": "spam"})
    >>> sealed["digests"]["title"] == sha256_hex(b'"spam"'), sealed["hmac"]
    (True, None)
    """
    said = {name: held for name, held in manifest.items() if name not in {*SEALS, "digests"}}
    fields = canonical_fields(said)
    digests = {name: sha256_hex(text) for name, text in fields.items()}
    data = content({**fields, "digests": canonical_json(digests)})
    return {
        **said,
        "digests": digests,
        "digest": sha256_hex(data),
        "hmac": None if key is None else hmac_hex(key, data),
        "signoffs": list(manifest.get("signoffs", ())),
    }


def sign_off(said: Mapping[str, Any], key: bytes | None = None) -> dict[str, Any]:
    """Return a sign-off with its own digest.

    Parameters
    ----------
    said : mapping
        ``decision, who, at, note``, ``signed`` (the digest of the manifest), ``previous`` (the
        digest of the sign-off before, None for the first); digests of its own are replaced.
    key : bytes, optional
        For an HMAC-SHA256 over the same bytes.

    Examples
    --------
    >>> list(sign_off({"decision": "approved", "signed": "…"}))
    ['decision', 'signed', 'digest', 'hmac']
    """
    body = {name: held for name, held in said.items() if name not in _OWN_SEALS}
    data = canonical_json(body, "signoff")
    sealed = None if key is None else hmac_hex(key, data)
    return {**body, "digest": sha256_hex(data), "hmac": sealed}

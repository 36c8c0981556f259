import { canonicalJson, type Json, type JsonObject } from "./canonical";
import { sha256Hex } from "./sha256";

/** What seals the content of a manifest is no part of it. */
export const SEALS: ReadonlySet<string> = new Set(["digest", "hmac", "signoffs"]);

/** Digests of a manifest as they follow from what it says. */
export interface Seals {
  /** The SHA-256 of each field but `digests` and the seals. */
  readonly digests: ReadonlyMap<string, string>;
  /** The SHA-256 of all fields but the seals, with the digests that stand in the file. */
  readonly digest: string;
}

/**
 * Compute the digests of a manifest, the twin of `manifest/digest.py`. Throws a RangeError when
 * canonical JSON cannot hold a value.
 */
export function sealsOf(manifest: JsonObject): Seals {
  const digests = new Map<string, string>();
  const members: string[] = [];
  for (const name of Object.keys(manifest).sort()) {
    if (SEALS.has(name)) continue;
    const text = canonicalJson(manifest[name] ?? null, name);
    members.push(`${canonicalJson(name)}:${text}`);
    if (name !== "digests") digests.set(name, sha256Hex(text));
  }
  return { digests, digest: sha256Hex(`{${members.join(",")}}`) };
}

/** The digest of a sign-off: of all that it says but its own `digest` and `hmac`. */
export function signoffDigest(signoff: JsonObject): string {
  const said = Object.entries(signoff).filter(([name]) => name !== "digest" && name !== "hmac");
  return sha256Hex(canonicalJson(Object.fromEntries(said), "signoff"));
}

/** What somebody says who signs. */
export interface Decision {
  readonly decision: string;
  readonly who: string | null;
  readonly note: string | null;
  /** UTC, as `Date.prototype.toISOString` writes it. */
  readonly at: string;
}

/**
 * The sign-offs of a manifest with one more, as `manifest/signing.py` adds one. The manifest has
 * been checked to have a digest and a list of sign-offs.
 */
export function withSignoff(manifest: JsonObject, said: Decision): JsonObject {
  const before = manifest.signoffs as readonly JsonObject[];
  const body = {
    decision: said.decision,
    who: said.who,
    at: said.at,
    note: said.note,
    signed: manifest.digest as Json,
    previous: before.at(-1)?.digest ?? null,
  };
  const signed = { ...body, digest: signoffDigest(body), hmac: null };
  return { ...manifest, signoffs: [...before, signed] };
}

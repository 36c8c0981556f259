import { isObject, type JsonObject } from "../../core/canonical";
import { SEALS, sealsOf, signoffDigest } from "../../core/manifest";
import type { Checks, Difference } from "./checks";

/** Check the digest of each field and of all of them; an HMAC takes its key. */
export function checkSeals(checks: Checks, manifest: JsonObject): void {
  const found = sealsOf(manifest);
  const note = "Something was edited after it was saved.";
  checks.compare("digest", manifest.digest, found.digest, note);
  const stated = isObject(manifest.digests) ? manifest.digests : {};
  const names = new Set([...found.digests.keys(), ...Object.keys(stated)]);
  for (const name of [...names].sort()) {
    if (name === "digests" || SEALS.has(name)) continue;
    const said = Object.hasOwn(stated, name) ? stated[name] : undefined;
    const got = found.digests.get(name);
    if (said !== got) checks.add(`digest.${name}`, "mismatch", edited(said, got));
  }
  leaveHmac(checks, "hmac", manifest.hmac);
}

/** Check each sign-off: its own digest, what it signed, and which one it follows. */
export function checkSignoffs(checks: Checks, manifest: JsonObject): void {
  const { signoffs } = manifest;
  if (!Array.isArray(signoffs)) throw new RangeError("there is no list of sign-offs.");
  let previous: unknown = null;
  for (const [index, held] of (signoffs as readonly unknown[]).entries()) {
    const name = `signoff ${index + 1}`;
    if (!isObject(held)) throw new RangeError(`${name} is no sign-off.`);
    const expected = { digest: signoffDigest(held), signed: manifest.digest, previous };
    const wrong = (["digest", "signed", "previous"] as const).filter(
      (part) => (held[part] ?? null) !== (expected[part] ?? null),
    );
    const differing = wrong.map((part): Difference => [part, held[part], expected[part]]);
    checks.differ(name, differing, wrong.map((part) => SIGNED[part]).join(" "));
    leaveHmac(checks, `${name} hmac`, held.hmac);
    previous = held.digest;
  }
}

function leaveHmac(checks: Checks, name: string, stated: unknown): void {
  if (stated === null || stated === undefined) return;
  checks.add(name, "not_checked", "It takes the key that the manifest was saved with.");
}

function edited(stated: unknown, found: string | undefined): string {
  if (found === undefined) return "This field was taken out.";
  return stated === undefined ? "This field was put in." : "This field was edited.";
}

const SIGNED = {
  digest: "The sign-off was edited.",
  signed: "It signed another content than this.",
  previous: "A sign-off before it was taken out or put in, or their order was changed.",
} as const;

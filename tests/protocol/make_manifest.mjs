// Writes manifest.json anew: a small manifest with what its digests must be, computed with nothing
// but JSON.stringify and Node's own crypto. Run: node tests/protocol/make_manifest.mjs

import { createHash, createHmac } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const PLACE = new URL("manifest.json", import.meta.url);
const KEY = "shared test key";
const SEALS = ["digests", "digest", "hmac", "signoffs"];

/** RFC 8785: names by UTF-16 code units, numbers and texts as JavaScript writes them. */
function canonical(value) {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(",")}]`;
  }
  if (value !== null && typeof value === "object") {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

function digest(value) {
  return createHash("sha256").update(canonical(value)).digest("hex");
}

const { manifest } = JSON.parse(readFileSync(PLACE, "utf8"));
const said = Object.fromEntries(Object.entries(manifest).filter(([name]) => !SEALS.includes(name)));
said.digests = Object.fromEntries(Object.entries(said).map(([name, held]) => [name, digest(held)]));
const whole = digest(said);
const hmac = createHmac("sha256", KEY).update(canonical(said)).digest("hex");

const signoffs = [];
for (const [who, note] of [
  ["Ana Müller", "as agreed €"],
  ["ben", null],
]) {
  const body = {
    decision: "approved",
    who,
    at: "2026-01-02T03:04:05.678Z",
    note,
    signed: whole,
    previous: signoffs.at(-1)?.digest ?? null,
  };
  signoffs.push({ ...body, digest: digest(body), hmac: null });
}

const cases = {
  about: "Both languages must find these digests, and accept this manifest.",
  hmac_key: KEY,
  digests: said.digests,
  digest: whole,
  hmac,
  signoff_digests: signoffs.map((signed) => signed.digest),
  manifest: { ...said, digest: whole, hmac, signoffs },
};
writeFileSync(PLACE, `${JSON.stringify(cases, null, 2)}\n`);

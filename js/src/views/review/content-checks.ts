import { canonicalJson, type Json, type JsonObject } from "../../core/canonical";
import { sha256Hex } from "../../core/sha256";
import type { Checks, Difference } from "./checks";
import { at, listAt, positionsOf, rowCount, type Rows, rowsOf } from "./rows";

/** Check every count against the rows that are marked. */
export function checkCounts(checks: Checks, manifest: JsonObject): void {
  const { n, codes, removed } = rowsOf(manifest);
  const got = { n_rows: n, ...counted(codes, removed) };
  const differing: Difference[] = [];
  for (const part of ["counts", "effect"]) {
    for (const [name, found] of Object.entries(got)) {
      if (part === "effect" && name === "n_rows") continue;
      const stated = at(manifest, part, name);
      if (stated !== found) differing.push([`${part}.${name}`, stated, found]);
    }
  }
  checks.differ("counts", differing, "Counted in the rows that the manifest marks.");
}

/** Check that there is one key for each removed row, and none twice. */
export function checkKeys(checks: Checks, manifest: JsonObject): void {
  const { n, removed } = rowsOf(manifest);
  const held = listAt(manifest, "removed", "keys");
  const keys = held.map((key) => canonicalJson(key as Json));
  const known = new Set(keys);
  const wrong: Difference[] = [];
  if (keys.length !== removed.count()) wrong.push(["keys", keys.length, removed.count()]);
  if (known.size !== keys.length) wrong.push(["distinct keys", keys.length, known.size]);
  const column = at(manifest, "removed", "key_column");
  if (column === null && at(manifest, "removed", "key_hash") === null) {
    const rows = [...removed.indices()];
    const first = rows.findIndex((row, index) => held[index] !== row);
    if (first >= 0 && rows.length === keys.length) {
      wrong.push([`key ${first + 1}`, held[first], rows[first]]);
    }
    const stated = at(manifest, "fingerprints", "keys");
    const found = positionsFingerprint(n);
    if (stated !== found) wrong.push(["fingerprints.keys", stated, found]);
  }
  let strangers = 0;
  for (const decision of listAt(manifest, "decisions")) {
    for (const key of listAt(decision, "keys")) {
      if (!known.has(canonicalJson(key as Json))) strangers++;
    }
  }
  if (strangers > 0) wrong.push(["decisions on records that are not removed", 0, strangers]);
  checks.differ("keys", wrong, "One for each row that is marked as removed, each once.");
}

/** Check that domains do not overlap, hold the removed rows, and are those fingerprinted. */
export function checkDomains(checks: Checks, manifest: JsonObject): void {
  const { n, forget, retain, removed, codes } = rowsOf(manifest);
  const wrong: Difference[] = [];
  const both = forget.countAnd(retain);
  if (both > 0) wrong.push(["rows in both domains", 0, both]);
  const outside = removed.andNot(forget.or(retain)).count();
  if (outside > 0) wrong.push(["removed rows of neither domain", 0, outside]);
  const { n_removed_retain: locked } = counted(codes, removed);
  if (manifest.retain_locked === true && locked > 0) {
    wrong.push(["removed rows of the locked domain", 0, locked]);
  }
  const stated = at(manifest, "fingerprints", "domains");
  const found = `uint8[${n}] sha256:${sha256Hex(codes)}`;
  if (stated !== found) wrong.push(["fingerprints.domains", stated, found]);
  checks.differ("domains", wrong);
}

/** Check that there is a position for each row, and that they are those fingerprinted. */
export function checkMap(checks: Checks, manifest: JsonObject): void {
  const n = rowCount(manifest);
  const positions = positionsOf(manifest, n);
  if (positions === null) {
    checks.add("map", "not_checked", "It was saved without the map.");
    return;
  }
  const bytes = new Uint8Array(positions.buffer);
  const found = `float32[${n},2] sha256:${sha256Hex(bytes)}`;
  checks.compare("map", at(manifest, "fingerprints", "map"), found);
}

/** Check that there is one text for each key, where texts were saved. */
export function checkTexts(checks: Checks, manifest: JsonObject): void {
  if (manifest.texts === null || manifest.texts === undefined) return;
  const texts = listAt(manifest, "texts", "values").length;
  checks.compare("texts", texts, listAt(manifest, "removed", "keys").length);
}

function counted(codes: Uint8Array, removed: Rows["removed"]) {
  const inDomain = [0, 0, 0];
  const removedIn = [0, 0, 0];
  for (const code of codes) inDomain[code]!++;
  removed.forEach((row) => removedIn[codes[row]!]!++);
  return {
    n_forget: inDomain[2]!,
    n_retain: inDomain[1]!,
    n_removed: removed.count(),
    n_removed_forget: removedIn[2]!,
    n_removed_retain: removedIn[1]!,
  };
}

/** The fingerprint of keys that are positions: each on a line of its own. */
function positionsFingerprint(n: number): string {
  let text = "";
  for (let row = 0; row < n; row++) text += `${row}\n`;
  return `sha256:${sha256Hex(text)}`;
}

// Writes canonical.json. The expected texts come from JavaScript's own JSON.stringify, whose numbers and escapes
// RFC 8785 prescribes, with keys in the order of their UTF-16 code units, which is how JavaScript sorts strings.

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const place = new URL("canonical.json", import.meta.url);

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return new Sorted(Object.keys(value).sort(), value);
}

// Objects list keys that look like numbers first, whatever their order, so that texts are joined by hand.
class Sorted {
  constructor(keys, value) {
    this.members = keys.map((key) => [key, sorted(value[key])]);
  }
}

function write(value) {
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  if (!(value instanceof Sorted)) return JSON.stringify(value);
  return `{${value.members.map(([key, held]) => `${JSON.stringify(key)}:${write(held)}`).join(",")}}`;
}

const cases = JSON.parse(readFileSync(place, "utf8"));
for (const one of cases.valid) {
  one.canonical = write(sorted(JSON.parse(one.json)));
  one.sha256 = createHash("sha256").update(one.canonical, "utf8").digest("hex");
}
writeFileSync(place, `${JSON.stringify(cases, null, 2)}\n`);

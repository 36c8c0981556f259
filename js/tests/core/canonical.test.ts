import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { canonicalJson, type Json } from "../../src/core/canonical";
import { sha256Hex } from "../../src/core/sha256";
import cases from "../../../tests/protocol/canonical.json";

describe("canonical JSON and its hash are the same in both languages", () => {
  test.each(cases.valid)("$json", ({ json, canonical, sha256 }) => {
    const text = canonicalJson(JSON.parse(json) as Json);
    expect(text).toBe(canonical);
    expect(sha256Hex(text)).toBe(sha256);
  });

  test.each(cases.invalid)("%s is refused", (json) => {
    expect(() => canonicalJson(JSON.parse(json) as Json)).toThrow(/^value/);
  });
});

test("the hash takes bytes too, of any length around its block", () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 7) & 255);
    expect(sha256Hex(bytes)).toBe(createHash("sha256").update(bytes).digest("hex"));
  }
});

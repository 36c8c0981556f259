import { describe, expect, test } from "vitest";
import type { Json } from "../../../src/core/canonical";
import { checkManifest } from "../../../src/views/review/checks";
import { edited, MANIFEST } from "./fixture";
import shared from "../../../../tests/protocol/checks.json";

function mismatches(manifest: Parameters<typeof checkManifest>[0]): string[] {
  const checks = checkManifest(manifest);
  return checks
    .filter(({ status }) => status === "mismatch")
    .map(({ name }) => name)
    .sort();
}

test("a manifest as it was saved fits", () => {
  const checks = checkManifest(MANIFEST);
  expect(mismatches(MANIFEST)).toEqual([]);
  const names = checks.filter(({ status }) => status === "ok").map(({ name }) => name);
  expect(names).toEqual([
    ...["readable", "format", "schema", "digest", "signoff 1", "signoff 2"],
    ...["counts", "keys", "domains", "map"],
  ]);
  const open = checks.filter(({ status }) => status === "not_checked").map(({ name }) => name);
  expect(open).toEqual(["hmac", "X", "effect", "diagnosis", "records", "store"]);
});

interface Case {
  readonly way: readonly (string | number)[];
  readonly value?: Json;
  readonly mismatches: readonly string[];
}

describe("an edit is named as Python names it", () => {
  test.each(shared.cases as unknown as readonly Case[])("$way: $value", (one) => {
    expect(mismatches(edited(one.way, one.value))).toEqual(one.mismatches);
  });
});

test("fields of later versions are said to be unknown", () => {
  const found = checkManifest(edited(["later"], 1)).find(({ name }) => name === "unknown fields");
  expect(found?.status).toBe("not_checked");
  expect(found?.note).toContain("later");
});

test("nothing that JSON holds makes the checks throw", () => {
  const values: Json[] = [null, -1, 1e300, "x", [[null]], { a: { b: [] } }];
  for (const field of Object.keys(MANIFEST)) {
    for (const value of values) {
      expect(() => checkManifest(edited([field], value))).not.toThrow();
      for (const inner of Object.keys(Object(MANIFEST[field]) as object)) {
        if (typeof MANIFEST[field] === "string") continue;
        expect(() => checkManifest(edited([field, inner], value))).not.toThrow();
      }
    }
  }
  expect(() => checkManifest({})).not.toThrow();
}, 30_000);

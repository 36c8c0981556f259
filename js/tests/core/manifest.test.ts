import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/core/canonical";
import { sealsOf, signoffDigest, withSignoff } from "../../src/core/manifest";
import cases from "../../../tests/protocol/manifest.json";

const manifest: JsonObject & { readonly signoffs: readonly JsonObject[] } = cases.manifest;

describe("digests are those that Python finds", () => {
  test("of the fields and of all of them", () => {
    const found = sealsOf(manifest);
    expect(Object.fromEntries(found.digests)).toEqual(cases.digests);
    expect(found.digest).toBe(cases.digest);
  });

  test("of sign-offs", () => {
    expect(manifest.signoffs.map(signoffDigest)).toEqual(cases.signoff_digests);
  });

  test("also of fields that look like numbers or like the prototype", () => {
    const twin = JSON.parse('{"10":1,"9":2,"__proto__":3,"signoffs":[]}') as JsonObject;
    expect([...sealsOf(twin).digests.keys()]).toEqual(["10", "9", "__proto__"]);
  });
});

test("a sign-off that is added is the one that Python would add", () => {
  const [first, second] = manifest.signoffs;
  const unsigned = { ...manifest, signoffs: [] };
  const sign = (before: JsonObject, said: JsonObject): JsonObject =>
    withSignoff(before, {
      decision: said.decision as string,
      who: said.who as string,
      note: said.note as string | null,
      at: said.at as string,
    });
  expect(sign(sign(unsigned, first!), second!)).toEqual(manifest);
  expect(unsigned.signoffs).toEqual([]);
});

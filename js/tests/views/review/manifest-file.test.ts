import { describe, expect, test } from "vitest";
import { scanJson } from "../../../src/core/json-text";
import { sealsOf } from "../../../src/core/manifest";
import { checkManifest } from "../../../src/views/review/checks";
import { LARGEST, readManifest, signedText } from "../../../src/views/review/manifest-file";
import { edited, MANIFEST } from "./fixture";
import type { Json, JsonObject } from "../../../src/core/canonical";

const SAID = { decision: "approved", who: "Dana", note: "a\u202eb", at: "2026-01-02T03:04:05.678Z" };

function manifestOf(text: string): JsonObject {
  const { manifest, problem } = readManifest(text);
  if (manifest === null) throw new Error(problem);
  return manifest;
}

describe("what is no manifest is refused in words", () => {
  test.each([
    ["", "empty"],
    ["  \n", "empty"],
    ["no", "no JSON"],
    ["[1]", "no JSON object"],
    ["null", "no JSON object"],
    ['"{"', "no JSON object"],
    ['{"a":1', "no JSON"],
    ['{"a":1,"b":{"c":1,"\\u0063":2}}', "twice"],
    ["[".repeat(100_000), "deep"],
    [`{"a":${'{"a":'.repeat(64)}1${"}".repeat(64)}}`, "deep"],
    [" ".repeat(LARGEST + 1), "64 MB"],
  ])("%.20s", (text, words) => {
    const { manifest, problem } = readManifest(text);
    expect(manifest).toBeNull();
    expect(problem).toContain(words);
  });
});

test("the scan finds what stands where", () => {
  const text = '{ "a" : [1, {"b": "}"}] , "\\"c\\\\": "x,y" ,"d":{}, "e": 1.50 }';
  const { spans, depth, twice } = scanJson(text, 64);
  const found = Object.fromEntries([...spans].map(([name, [a, b]]) => [name, text.slice(a, b)]));
  expect(found).toEqual({ a: '[1, {"b": "}"}]', '"c\\': '"x,y"', d: "{}", e: "1.50" });
  expect([depth, twice]).toEqual([3, null]);
});

describe("a sign-off changes nothing else", () => {
  test.each([[[]], [MANIFEST.signoffs as Json[]]])("after %#", (signoffs) => {
    const held = edited(["signoffs"], signoffs);
    for (const space of [0, 1]) {
      const text = JSON.stringify(held, null, space);
      const signed = signedText(text, held, SAID);
      const { signoffs: after, ...rest } = manifestOf(signed);
      const { signoffs: before, ...same } = held;
      expect(rest).toEqual(same);
      expect((after as Json[]).slice(0, -1)).toEqual(before);
      expect(checkManifest(manifestOf(signed)).some(({ status }) => status === "mismatch")).toBe(false);
    }
  });

  test("not even numbers that this language rounds, and names that it sorts", () => {
    const odd = '"later": {"10": 1.0, "9": 12345678901234567890, "__proto__": -0.0, "n": 1E3}';
    const plain = JSON.stringify(MANIFEST, null, 1);
    const text = `${plain.slice(0, -2)},\n ${odd}\n}\n`;
    const signed = signedText(text, manifestOf(text), SAID);
    const [start] = scanJson(text, 64).spans.get("signoffs")!;
    expect(signed.slice(0, start)).toBe(text.slice(0, start));
    expect(signed.endsWith(`,\n ${odd}\n}\n`)).toBe(true);
    expect(sealsOf(manifestOf(signed))).toEqual(sealsOf(manifestOf(text)));
  });

  test("and marks that nobody sees are escaped in it", () => {
    const signed = signedText(JSON.stringify(MANIFEST), MANIFEST, SAID);
    expect(signed).toContain("a\\u202eb");
    expect((manifestOf(signed).signoffs as JsonObject[]).at(-1)?.note).toBe(SAID.note);
  });
});

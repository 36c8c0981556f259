// @vitest-environment node
import { describe, expect, test } from "vitest";
import { combine, eligibleRows } from "../../src/core/algebra";
import { Bitset } from "../../src/core/bitset";
import { randomFrom } from "../random";

describe("Bitset", () => {
  test("row i is bit (i & 7) of byte (i >> 3)", () => {
    const set = Bitset.of(20, [0, 9, 19]);
    expect([...set.bytes]).toEqual([0b1, 0b10, 0b1000]);
    expect([...set.indices()]).toEqual([0, 9, 19]);
    expect(set.has(0)).toBe(true);
    expect(set.has(1)).toBe(false);
    expect(set.has(400)).toBe(false);
  });

  test("wire bytes are copied", () => {
    const bytes = Uint8Array.of(0xff, 1);
    const set = Bitset.fromBytes(bytes, 9);
    bytes[0] = 0;
    expect([...set.bytes]).toEqual([0xff, 1]);
    expect(set.count()).toBe(9);
    expect(set.equals(Bitset.from(9, () => true))).toBe(true);
  });

  test("bytes that do not fit the rows and rows outside are refused", () => {
    expect(() => Bitset.fromBytes(new Uint8Array(2), 17)).toThrow("17 rows need 3 bytes, got 2");
    expect(() => new Bitset(8).set(8, true)).toThrow("rows lie in 0..7, got 8");
    expect(() => new Bitset(8).or(new Bitset(9))).toThrow("range over 8 rows, got 9");
  });

  test("set algebra and counts agree with row by row logic", () => {
    const random = randomFrom(7);
    for (const n of [0, 1, 7, 8, 9, 31, 32, 33, 257]) {
      const a = Bitset.from(n, () => random() < 0.4);
      const b = Bitset.from(n, () => random() < 0.6);
      const rows = Array.from({ length: n }, (_, row) => row);
      const where = (test: (row: number) => boolean): number[] => rows.filter(test);
      expect([...a.and(b).indices()]).toEqual(where((i) => a.has(i) && b.has(i)));
      expect([...a.or(b).indices()]).toEqual(where((i) => a.has(i) || b.has(i)));
      expect([...a.andNot(b).indices()]).toEqual(where((i) => a.has(i) && !b.has(i)));
      expect([...a.xor(b).indices()]).toEqual(where((i) => a.has(i) !== b.has(i)));
      expect(a.count()).toBe(where((i) => a.has(i)).length);
      expect(a.countAnd(b)).toBe(a.and(b).count());
    }
  });

  test("a clone is independent", () => {
    const set = Bitset.of(9, [0]);
    const copy = set.clone();
    copy.set(0, false);
    copy.set(8, true);
    expect([...set.indices()]).toEqual([0]);
    expect([...copy.indices()]).toEqual([8]);
  });
});

describe("combine", () => {
  const domains = Uint8Array.of(0, 1, 2, 2, 2, 1);
  const old = Bitset.of(6, [1, 2, 3]);
  const inside = Bitset.of(6, [0, 1, 3, 4, 5]);

  test.each([
    ["replace", [1, 3, 4]],
    ["add", [1, 2, 3, 4]],
    ["subtract", [1, 2]],
    ["intersect", [1, 3]],
  ] as const)("%s changes only forget rows while the retained are locked", (mode, rows) => {
    expect([...combine(mode, old, inside, eligibleRows(domains, true)).indices()]).toEqual(rows);
  });

  test.each([
    ["replace", [1, 3, 4, 5]],
    ["add", [1, 2, 3, 4, 5]],
    ["subtract", [2]],
    ["intersect", [1, 3]],
  ] as const)("%s reaches retained rows, never those of neither domain, when open", (mode, rows) => {
    expect([...combine(mode, old, inside, eligibleRows(domains, false)).indices()]).toEqual(rows);
  });
});

// @vitest-environment node
import { describe, expect, test } from "vitest";
import shared from "../../../tests/protocol/gaussian.json";
import { Bitset } from "../../src/core/bitset";
import { GaussianUpdate, randomEquivalent, type GaussianConstants } from "../../src/core/gaussian";
import { decodeNumbers } from "../../src/wire/codecs";

const cases = shared.cases.map(({ forget, retain, constants, rows, X, ...rest }) => {
  const domains = new Uint8Array(X.length);
  for (const row of retain) domains[row] = 1;
  for (const row of forget) domains[row] = 2;
  const known = decodeNumbers(constants) as unknown as GaussianConstants;
  return { ...rest, domains, update: new GaussianUpdate(known, Float64Array.from(rows), domains) };
});

/** Agreement to 1e-9 of the size; where a sum cancels to nothing, what is left of it is rounding. */
function agree(got: unknown, wanted: unknown): boolean {
  if (typeof got !== "number" || typeof wanted !== "number") return got === wanted;
  return got === wanted || Math.abs(got - wanted) <= Math.max(1e-9 * Math.abs(wanted), 1e-24);
}

describe("the cases shared with Python", () => {
  test.each(cases)("$name", ({ update, domains, removals }) => {
    for (const { name, removed, effect } of removals) {
      const got = update.effect(Bitset.of(domains.length, removed));
      const wanted = decodeNumbers(effect);
      expect(Object.keys(got).sort()).toEqual(Object.keys(wanted).sort());
      for (const [number, value] of Object.entries(wanted)) {
        const mine = got[number as keyof typeof got];
        expect(agree(mine, value), `${name}: ${number} is ${String(mine)}`).toBe(true);
      }
    }
  });

  test("removing every row is refused in words", () => {
    const { update, domains } = cases[0]!;
    const all = Bitset.from(domains.length, (row) => domains[row]! > 0);
    expect(() => update.effect(all)).toThrow("all 25 rows of both domains would be removed");
  });

  test("rows of another number are refused", () => {
    const { constants, rows } = shared.cases[0]!;
    const known = decodeNumbers(constants) as unknown as GaussianConstants;
    const short = Float64Array.from(rows.slice(1));
    expect(() => new GaussianUpdate(known, short, cases[0]!.domains)).toThrow(RangeError);
  });
});

test("a random equivalent is the first number of removals that reaches alpha", () => {
  expect(randomEquivalent(1, 2, 1000, 1000)).toBe(586);
  expect(randomEquivalent(0, 0, 5, 5)).toBe(0);
  expect(randomEquivalent(2.1, 2, 1000, 1000)).toBeNull();
  expect(randomEquivalent(Infinity, Infinity, 1000, 1000)).toBeNull();
});

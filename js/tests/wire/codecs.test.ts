// @vitest-environment node
import { describe, expect, test } from "vitest";
import shared from "../../../tests/protocol/codecs.json";
import { Bitset } from "../../src/core/bitset";
import { fromHex, toHex } from "../hex";
import {
  decodeNumber,
  decodeNumbers,
  toBuffer,
  toFloat32,
  toFloat64,
  toUint8,
} from "../../src/wire/codecs";

const values = Float32Array.of(1.5, -2, 3e38, 0.1);

/** The same bytes in the middle of a larger buffer. */
function offsetBy(bytes: number): DataView {
  const padded = new Uint8Array(values.byteLength + bytes + 5);
  padded.set(new Uint8Array(values.buffer), bytes);
  return new DataView(padded.buffer, bytes, values.byteLength);
}

describe("binary values", () => {
  test.each([
    ["typed array", values],
    ["ArrayBuffer", values.buffer],
    ["DataView", new DataView(values.buffer)],
    ["DataView with an offset", offsetBy(8)],
    ["misaligned DataView", offsetBy(3)],
    ["bytes", new Uint8Array(values.buffer)],
  ])("from a %s", (_, binary) => {
    expect([...toFloat32(binary)]).toEqual([...values]);
    expect([...toUint8(binary)]).toEqual([...new Uint8Array(values.buffer)]);
  });

  test("aligned values are not copied, misaligned ones are", () => {
    const aligned = offsetBy(8);
    const misaligned = offsetBy(3);
    expect(toFloat32(aligned).buffer).toBe(aligned.buffer);
    expect(toFloat32(misaligned).buffer).not.toBe(misaligned.buffer);
  });

  test("a path comes back as it was sent", () => {
    const path = Float64Array.of(0.1, -1e300, 5e-324, 7);
    const part = path.subarray(1, 3);
    expect([...toFloat64(toBuffer(part))]).toEqual([-1e300, 5e-324]);
    expect(toBuffer(part).byteLength).toBe(16);
    expect(toBuffer(path)).toBe(path.buffer);
  });

  test("anything else is refused by name", () => {
    expect(() => toUint8(null)).toThrow("Expected binary data from the kernel, got null");
    expect(() => toUint8({})).toThrow("got an object (0 keys)");
    expect(() => toFloat32(new Uint8Array(6))).toThrow("4-byte values from the kernel, got 6 bytes");
  });
});

describe("numbers", () => {
  test("non-finite ones are spelled", () => {
    expect(["inf", "-inf", "nan", 3, -0.5].map(decodeNumber)).toEqual([Infinity, -Infinity, NaN, 3, -0.5]);
    expect(() => decodeNumber("three")).toThrow("Expected a number, got string");
    expect(() => decodeNumber(null)).toThrow("Expected a number, got null");
  });

  test("words and missing values in a record stay as they are", () => {
    const record = { alpha: "inf", covariance: "shared", reason: null, n: 0 };
    expect(decodeNumbers(record)).toEqual({ alpha: Infinity, covariance: "shared", reason: null, n: 0 });
  });
});

describe("the cases shared with Python", () => {
  test.each(shared.numbers.valid)("number $wire", ({ wire, float64 }) => {
    const bytes = new DataView(new ArrayBuffer(8));
    bytes.setFloat64(0, decodeNumber(wire));
    expect(toHex(bytes)).toBe(float64);
  });

  test.each(shared.numbers.invalid.map((wire) => [wire]))("no number: %j", (wire) => {
    expect(() => decodeNumber(wire)).toThrow(TypeError);
  });

  test.each(shared.bitsets.valid)("bitset of $n rows $hex", ({ n, rows, hex }) => {
    const set = Bitset.fromBytes(toUint8(fromHex(hex)), n);
    expect([...set.indices()]).toEqual(rows);
    expect(toHex(Bitset.of(n, rows).bytes)).toBe(hex);
  });

  test.each(shared.bitsets.invalid)("no bitset of $n rows: $reason", ({ n, hex }) => {
    expect(() => Bitset.fromBytes(toUint8(fromHex(hex)), n)).toThrow(RangeError);
  });

  test.each(shared.float32)("float32 $hex", ({ values: numbers, hex }) => {
    expect([...toFloat32(fromHex(hex))]).toEqual((numbers as unknown[]).map(decodeNumber));
  });

  test.each(shared.paths.valid)("path $hex", ({ path, hex }) => {
    expect(toHex(new DataView(toBuffer(Float64Array.from(path.flat()))))).toBe(hex);
    expect([...toFloat64(fromHex(hex))]).toEqual(path.flat());
  });
});

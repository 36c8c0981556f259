import { describe, expect, it } from "vitest";
import {
  changeText,
  count,
  dataValue,
  fixed,
  negligible,
  percent,
  plural,
  quantity,
} from "../../src/core/format";

describe("dataValue", () => {
  it.each([0.1 + 0.2, 1e-310, -755.6412345678901, 2 ** 53, 1e21])("parses back to %d", (value) => {
    expect(Number(dataValue(value))).toBe(value);
  });

  it("spells what is not finite as Python reads it", () => {
    expect([Infinity, -Infinity, NaN, null].map(dataValue)).toEqual(["inf", "-inf", "nan", "nan"]);
  });

  it("keeps the sign of zero", () => {
    expect(Object.is(Number(dataValue(-0)), -0)).toBe(true);
  });
});

describe("numbers for reading", () => {
  it("uses a true minus sign and separates thousands", () => {
    expect(fixed(-1234567.891, 2)).toBe("\u22121,234,567.89");
    expect(count(3955)).toBe("3,955");
  });

  it("never shows a negative zero", () => {
    expect(fixed(-0.0001, 2)).toBe("0.00");
  });

  it("goes to powers of ten where digits would not fit", () => {
    expect(fixed(-2.5e12, 3)).toBe("\u22122.50×10¹²");
    expect(quantity(3e-9)).toBe("3.0×10⁻⁹");
  });

  it("says infinite values by their sign", () => {
    expect(fixed(Infinity, 3)).toBe("∞");
    expect(fixed(-Infinity, 3)).toBe("\u2212∞");
    expect(fixed(NaN, 3)).toBe("undefined");
  });

  it("rounds no share to none or all of it", () => {
    expect(percent(0)).toBe("0\u202f%");
    expect(percent(1)).toBe("100\u202f%");
    expect(percent(0.0001)).toBe("<0.1\u202f%");
    expect(percent(0.9999)).toBe(">99.9\u202f%");
    expect(percent(436 / 567)).toBe("76.9\u202f%");
  });

  it("counts one row in the singular", () => {
    expect([plural(1, "row"), plural(1204, "row")]).toEqual(["1 row", "1,204 rows"]);
  });
});

describe("changeText", () => {
  it("gives before, after and change the same decimals", () => {
    expect(changeText(11.833, 14.857)).toEqual({
      before: "11.833",
      after: "14.857",
      change: "+3.024",
    });
    expect(changeText(-755.64, -752.62)).toEqual({
      before: "\u2212755.64",
      after: "\u2212752.62",
      change: "+3.02",
    });
  });

  it("adds the decimals a small change needs to be seen", () => {
    expect(changeText(11.833, 11.8321)).toEqual({
      before: "11.8330",
      after: "11.8321",
      change: "\u22120.00090",
    });
  });

  it("keeps large values short beside a small change", () => {
    expect(changeText(-755.64, -755.6391)).toEqual({
      before: "\u2212755.640",
      after: "\u2212755.639",
      change: "+0.00090",
    });
  });

  it("takes the rounding of float64 for no change", () => {
    expect(changeText(-755.64, -755.64 + 2e-13).change).toBe("0.00");
    expect(negligible(0, 1e-9)).toBe(false);
    expect(negligible(1, Infinity)).toBe(false);
  });

  it("shows a change below any decimals as a power of ten, never as zero", () => {
    expect(changeText(1, 1 + 4e-10).change).toBe("+4.00×10⁻¹⁰");
    expect(changeText(1 + 4e-10, 1).change).toBe("\u22124.00×10⁻¹⁰");
  });

  it("copes with infinite values", () => {
    expect(changeText(3, Infinity)).toEqual({ before: "3.000", after: "∞", change: "+∞" });
    expect(changeText(Infinity, Infinity).change).toBe("no change");
  });

  it("shows no sign where nothing changed", () => {
    expect(changeText(2, 2).change).toBe("0.000");
  });
});

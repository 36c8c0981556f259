// @vitest-environment node
import { describe, expect, test } from "vitest";
import {
  categoricalColors,
  domainColors,
  packColor,
  packColumn,
  plotTheme,
  sequentialColor,
  sequentialColors,
} from "../../src/core/palette";

type RGB = readonly [number, number, number];

function linear(color: string): RGB {
  const packed = packColor(color);
  return [packed & 255, (packed >> 8) & 255, (packed >> 16) & 255].map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as RGB;
}

/** Viénot, Brettel and Mollon (1999): linear colours as a dichromat sees them. */
const SEEN: Readonly<Record<string, (rgb: RGB) => RGB>> = {
  normal: (rgb) => rgb,
  protanopia: ([r, g, b]) => [0.11238 * r + 0.88762 * g, 0.11238 * r + 0.88762 * g, 0.00401 * r - 0.00401 * g + b],
  deuteranopia: ([r, g, b]) => [0.29275 * r + 0.70725 * g, 0.29275 * r + 0.70725 * g, -0.02234 * r + 0.02234 * g + b],
};

function luminance([r, g, b]: RGB): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(linear(a)), luminance(linear(b))].sort((x, y) => y - x);
  return (high! + 0.05) / (low! + 0.05);
}

/** Distance in CIE L*a*b* as seen with one kind of vision. */
function difference(a: string, b: string, vision: (rgb: RGB) => RGB): number {
  const lab = (color: string): RGB => {
    const [r, g, b] = vision(linear(color));
    const f = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
    const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
    const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
    const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
  };
  const [p, q] = [lab(a), lab(b)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

describe.each(["light", "dark"] as const)("%s theme", (name) => {
  const theme = plotTheme(name);

  test.each(Object.keys(SEEN))("domains and marks differ with %s vision", (vision) => {
    const [, retain, forget] = domainColors(theme);
    const shown = [retain, forget, theme.preview, theme.background];
    for (const [i, a] of shown.entries()) {
      for (const b of shown.slice(i + 1)) expect(difference(a, b, SEEN[vision]!)).toBeGreaterThan(20);
    }
  });

  test.each(Object.keys(SEEN))("the first five labels differ with %s vision", (vision) => {
    const labels = categoricalColors(name).slice(0, 5);
    for (const [i, a] of labels.entries()) {
      for (const b of labels.slice(i + 1)) expect(difference(a, b, SEEN[vision]!)).toBeGreaterThan(10);
    }
  });

  test("what carries meaning stands out from the background", () => {
    for (const color of [theme.forget, theme.removed, theme.preview]) {
      expect(contrast(color, theme.background)).toBeGreaterThan(3);
    }
  });

  test("twelve labels have twelve colours", () => {
    expect(new Set(categoricalColors(name)).size).toBe(12);
  });

  test("the sequential scale rises in lightness only", () => {
    const levels = sequentialColors(20, name).map((color) => luminance(linear(color)));
    expect(levels).toEqual([...levels].sort((a, b) => a - b));
    expect(levels.at(-1)! - levels[0]!).toBeGreaterThan(0.4);
  });
});

test("a colour is packed as the bytes r, g, b, 255", () => {
  expect([...new Uint8Array(Uint32Array.of(packColor("#0b6bcb")).buffer)]).toEqual([11, 107, 203, 255]);
  expect(() => packColor("red")).toThrow("expected #rrggbb, got red");
});

describe("packColumn", () => {
  const theme = plotTheme("light");

  test("numbers run from the first to the last colour, missing ones apart", () => {
    const values = Float32Array.of(-2, 0, 2, NaN, 9);
    const colors = packColumn({ kind: "numeric", values, min: -2, max: 2 }, theme);
    const at = (t: number): number => packColor(sequentialColor(t, "light"));
    expect([...colors]).toEqual([at(0), at(128 / 255), at(1), packColor(theme.missing), at(1)]);
  });

  test("a constant column has one colour", () => {
    const values = Float32Array.of(4, 4, NaN);
    const colors = packColumn({ kind: "numeric", values, min: 4, max: 4 }, theme);
    expect(colors[0]).toBe(colors[1]);
    expect(colors[2]).toBe(packColor(theme.missing));
  });

  test("labels take their colours in order, 255 is missing", () => {
    const codes = Uint8Array.of(0, 11, 255);
    const column = { kind: "categorical", codes, labels: [], counts: [] } as const;
    const palette = categoricalColors("light").map(packColor);
    expect([...packColumn(column, theme)]).toEqual([palette[0], palette[11], packColor(theme.missing)]);
  });
});

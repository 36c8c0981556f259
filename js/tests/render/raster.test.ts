// @vitest-environment node
import { describe, expect, test } from "vitest";
import { Bitset } from "../../src/core/bitset";
import { Camera } from "../../src/core/camera";
import { packColor, plotTheme } from "../../src/core/palette";
import { drawOrder, MAX_REACH, pointMetrics } from "../../src/render/metrics";
import { Raster } from "../../src/render/raster";
import type { PointStyle } from "../../src/render/renderer";
import { Scene } from "../../src/render/scene";
import { disc, makeSprites, ring, stamp } from "../../src/render/sprites";

const theme = plotTheme("light");
const BACKGROUND = packColor(theme.background);
const CAMERA = new Camera(10, 10, 0, 100, 100, 100);

interface Painted {
  readonly scene: Scene;
  readonly raster: Raster;
  /** The pixel at a map position. */
  at(x: number, y: number): number;
  again(): void;
}

/** Points on a surface of 100 x 100 CSS pixels that shows 0..10 on both axes. */
function paint(points: number[], style: Partial<PointStyle> = {}, dpr = 1): Painted {
  const n = points.length / 2;
  const scene = new Scene();
  scene.resize(100, 100, dpr);
  scene.setPoints(Float32Array.from(points));
  scene.setStyle({ domains: new Uint8Array(n).fill(2), removed: new Bitset(n), theme, ...style });
  scene.setCamera(CAMERA);
  const raster = new Raster();
  raster.resize(scene);
  const again = (): void => {
    raster.paint(scene);
    scene.clean();
  };
  again();
  const at = (x: number, y: number): number => {
    const column = Math.floor(x * 10 * dpr) + raster.margin;
    const line = Math.floor((100 - y * 10) * dpr) + raster.margin;
    return raster.pixels[line * raster.stride + column]!;
  };
  return { scene, raster, at, again };
}

/** Number of visible pixels that are not background. */
function ink({ raster }: Painted): number {
  const { margin, width, height, stride, pixels } = raster;
  let count = 0;
  for (let line = margin; line < margin + height; line++) {
    for (let column = margin; column < margin + width; column++) {
      if (pixels[line * stride + column] !== BACKGROUND) count++;
    }
  }
  return count;
}

function channelsOf(pixel: number): number[] {
  return [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
}

/** Whether a pixel is closer to one colour than to another. */
function nearer(pixel: number, color: string, other: string): boolean {
  const distance = (to: string): number =>
    Math.hypot(...channelsOf(packColor(to)).map((c, k) => c - channelsOf(pixel)[k]!));
  return distance(color) < distance(other);
}

describe("dots", () => {
  test.each([1, 2])("are drawn where their map position is, at dpr %i", (dpr) => {
    const painted = paint([5, 5, 2, 8], {}, dpr);
    expect(nearer(painted.at(5, 5), theme.forget, theme.background)).toBe(true);
    expect(nearer(painted.at(2, 8), theme.forget, theme.background)).toBe(true);
    expect(painted.at(8, 2)).toBe(BACKGROUND);
  });

  test("are round, and twice as wide at dpr 2", () => {
    const once = ink(paint([5, 5]));
    const twice = ink(paint([5, 5], {}, 2));
    expect(twice / once).toBeGreaterThan(2.5);
    expect(twice / once).toBeLessThan(4.5);
  });

  test("at the border and far outside neither fail nor wrap around", () => {
    const painted = paint([0, 0, 10, 10, 0, 10, 10, 0, -900, 5, 5, 1e30, 5, -1e30]);
    expect(painted.at(0.05, 0.05)).not.toBe(BACKGROUND);
    expect(painted.at(9.95, 9.95)).not.toBe(BACKGROUND);
    expect(painted.at(5, 5)).toBe(BACKGROUND);
  });

  test("of the forget domain lie above the retained ones", () => {
    const [forget, retained] = [2, 1];
    const painted = paint([5, 5, 5, 5], { domains: Uint8Array.of(forget, retained) });
    expect(nearer(painted.at(5, 5), theme.forget, theme.retain)).toBe(true);
  });

  test("take the colour of their column", () => {
    const colors = Uint32Array.of(packColor("#0072b2"), packColor("#009e73"));
    const painted = paint([3, 3, 7, 7], { colors });
    expect(nearer(painted.at(3, 3), "#0072b2", "#009e73")).toBe(true);
    expect(nearer(painted.at(7, 7), "#009e73", "#0072b2")).toBe(true);
  });

  test("that are not visible leave no ink, with or without marks", () => {
    const all = Bitset.of(2, [0, 1]);
    const painted = paint([3, 3, 7, 7], { visible: Bitset.of(2, [1]), removed: all, hits: all });
    expect(painted.at(3, 3)).toBe(BACKGROUND);
    expect(painted.at(7, 7)).not.toBe(BACKGROUND);
  });
});

describe("marks", () => {
  const { ringRadius, haloRadius } = pointMetrics(
    2,
    { xmin: 3, xmax: 7, ymin: 3, ymax: 7 },
    CAMERA,
    false,
  );
  const points = [3, 3, 7, 7];
  const onRing = (painted: Painted, x: number, y: number): number =>
    painted.at(x + ringRadius / 10, y);

  test("a removed row has a ring around its dot", () => {
    const painted = paint(points, { removed: Bitset.of(2, [0]) });
    expect(nearer(onRing(painted, 3, 3), theme.removed, theme.background)).toBe(true);
    expect(nearer(painted.at(3, 3), theme.forget, theme.removed)).toBe(true);
    expect(onRing(painted, 7, 7)).toBe(BACKGROUND);
  });

  test("a row that the gesture takes in has a ring of its own colour", () => {
    const painted = paint(points, { removed: Bitset.of(2, [0]) });
    painted.scene.setPreview(Bitset.of(2, [0, 1]));
    painted.again();
    expect(nearer(onRing(painted, 7, 7), theme.preview, theme.removed)).toBe(true);
    expect(nearer(onRing(painted, 3, 3), theme.removed, theme.preview)).toBe(true);
  });

  test("a row that the gesture lets go fades, and comes back when it ends", () => {
    const painted = paint(points, { removed: Bitset.of(2, [0]) });
    const before = onRing(painted, 3, 3);
    painted.scene.setPreview(new Bitset(2));
    painted.again();
    expect(nearer(onRing(painted, 3, 3), theme.background, theme.removed)).toBe(true);
    expect(onRing(painted, 3, 3)).not.toBe(BACKGROUND);
    painted.scene.setPreview(null);
    painted.again();
    expect(onRing(painted, 3, 3)).toBe(before);
  });

  test("a search hit has a halo outside the ring", () => {
    const hits = Bitset.of(2, [0]);
    const painted = paint(points, { removed: hits, hits });
    expect(nearer(painted.at(3 + haloRadius / 10, 3), theme.hit, theme.background)).toBe(true);
    expect(nearer(onRing(painted, 3, 3), theme.removed, theme.hit)).toBe(true);
  });

  test("leave no trace when they are taken back", () => {
    const plain = paint(points);
    const marked = paint(points, { removed: Bitset.of(2, [0, 1]), hits: Bitset.of(2, [1]) });
    expect(ink(marked)).toBeGreaterThan(ink(plain));
    marked.scene.setStyle({ removed: new Bitset(2), hits: null });
    marked.again();
    expect(marked.raster.pixels).toEqual(plain.raster.pixels);
  });
});

describe("metrics", () => {
  const bounds = { xmin: 0, xmax: 10, ymin: 0, ymax: 10 };

  test("dots shrink with their number and grow with the zoom", () => {
    const radius = (n: number, camera: Camera): number => pointMetrics(n, bounds, camera, false).radius[2];
    expect(radius(100_000, CAMERA)).toBeLessThan(radius(4500, CAMERA));
    expect(radius(100_000, CAMERA.zoomAt(50, 50, 4))).toBeGreaterThan(radius(100_000, CAMERA));
  });

  test.each([0, 1, 500, 1e5, 1e6, 1e8])("every mark of %i points fits the margin", (n) => {
    for (const factor of [1e-3, 1, 1e3]) {
      const camera = CAMERA.zoomAt(50, 50, factor);
      const { radius, haloRadius, haloWidth } = pointMetrics(n, bounds, camera, true);
      expect(haloRadius + haloWidth / 2 + 1.5).toBeLessThan(MAX_REACH);
      expect(Math.min(...radius)).toBeGreaterThan(0.5);
    }
  });

  test("all points at one place have finite sizes", () => {
    const point = { xmin: 3, xmax: 3, ymin: 3, ymax: 3 };
    const { radius, ringRadius } = pointMetrics(1000, point, CAMERA, false);
    expect([...radius, ringRadius].every(Number.isFinite)).toBe(true);
  });

  test("rows are drawn by domain, unknown codes as neither", () => {
    const { rows, starts } = drawOrder(Uint8Array.of(2, 1, 0, 2, 1, 7));
    expect([...rows]).toEqual([2, 5, 1, 4, 0, 3]);
    expect(starts).toEqual([0, 2, 4, 6]);
  });
});

describe("sprites", () => {
  test("an opaque stamp is the colour, a faint one lies between", () => {
    const pixels = new Uint32Array(25).fill(BACKGROUND);
    const centre = { offsets: Int32Array.of(0), weights: Int32Array.of(256) };
    stamp(pixels, 12, centre, packColor("#d55e00"));
    expect(pixels[12]).toBe(packColor("#d55e00"));
    stamp(pixels, 13, { ...centre, weights: Int32Array.of(128) }, packColor("#000000"));
    expect(channelsOf(pixels[13]!)).toEqual([127, 127, 127]);
    expect(pixels[13]! >>> 24).toBe(255);
  });

  test("cover as much as their shape, in every phase", () => {
    const area = (weights: Int32Array): number => weights.reduce((sum, w) => sum + w, 0) / 256;
    for (const { weights } of makeSprites(disc(3, 1), 4, 100)) {
      expect(area(weights)).toBeCloseTo(Math.PI * 9, 0);
    }
    for (const { weights } of makeSprites(ring(5, 2, 1), 7, 100)) {
      expect(Math.abs(area(weights) - Math.PI * (36 - 16))).toBeLessThan(2);
    }
  });
});

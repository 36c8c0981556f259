// @vitest-environment node
import { describe, expect, test } from "vitest";
import { boundsOf, Camera } from "../../src/core/camera";

const BOUNDS = { xmin: -3, xmax: 5, ymin: 10, ymax: 12 };
const FLUSH = { left: 0, right: 0, top: 0, bottom: 0 };

describe("Camera", () => {
  test("shows the bounds edge to edge, y upwards", () => {
    const camera = Camera.fit(BOUNDS, 800, 400, "free", FLUSH);
    expect(camera.domain()).toEqual([-3, 5, 10, 12]);
    expect(camera.toPixel(-3, 12)).toEqual([0, 0]);
    expect(camera.toPixel(5, 10)).toEqual([800, 400]);
  });

  test("keeps one scale for both axes when asked, centred", () => {
    const camera = Camera.fit(BOUNDS, 800, 400, "equal", FLUSH);
    expect(camera.kx).toBe(camera.ky);
    expect(camera.domain()).toEqual([-3, 5, 9, 13]);
  });

  test("keeps room free at the edges", () => {
    const insets = { left: 50, right: 30, top: 20, bottom: 40 };
    const camera = Camera.fit(BOUNDS, 800, 400, "free", insets);
    expect(camera.toPixel(-3, 12)).toEqual([50, 20]);
    expect(camera.toPixel(5, 10)).toEqual([770, 360]);
  });

  test("zooms about a pixel and comes back", () => {
    const camera = Camera.fit(BOUNDS, 800, 400);
    const [x, y] = camera.toMap(200, 100);
    const near = camera.zoomAt(200, 100, 4);
    expect(near.toPixel(x, y)[0]).toBeCloseTo(200, 9);
    expect(near.toPixel(x, y)[1]).toBeCloseTo(100, 9);
    expect(near.kx).toBe(4 * camera.kx);
    expect(near.zoomAt(200, 100, 0.25).toPixel(5, 10)[0]).toBeCloseTo(camera.toPixel(5, 10)[0], 9);
  });

  test("the points follow the pointer when panned", () => {
    const camera = Camera.fit(BOUNDS, 800, 400);
    const [px, py] = camera.toPixel(1, 11);
    expect(camera.pan(30, -20).toPixel(1, 11)).toEqual([px + 30, py - 20]);
  });

  test("keeps scale and centre when resized", () => {
    const camera = Camera.fit(BOUNDS, 800, 400, "free", FLUSH).resize(400, 200);
    expect(camera.toPixel(1, 11)).toEqual([200, 100]);
    expect(camera.domain()).toEqual([-1, 3, 10.5, 11.5]);
  });

  test("one point, and points on a line, still give a finite camera", () => {
    for (const points of [
      [0, 0],
      [1e6, 5],
      [2, 2, 2, 9],
    ]) {
      const camera = Camera.fit(boundsOf(Float32Array.from(points)), 640, 480);
      const [px, py] = camera.toPixel(points[0]!, points[1]!);
      expect(Number.isFinite(camera.kx) && Number.isFinite(camera.ky)).toBe(true);
      expect(px).toBeCloseTo(320, 3);
      expect(py).toBeGreaterThan(0);
      expect(py).toBeLessThan(480);
    }
  });

  test("equality is by what is shown", () => {
    const camera = Camera.fit(BOUNDS, 800, 400);
    expect(camera.equals(Camera.fit(BOUNDS, 800, 400))).toBe(true);
    expect(camera.equals(camera.pan(1, 0))).toBe(false);
  });
});

test("no points have the unit square as their extent", () => {
  expect(boundsOf(new Float32Array(0))).toEqual({ xmin: -0.5, xmax: 0.5, ymin: -0.5, ymax: 0.5 });
});

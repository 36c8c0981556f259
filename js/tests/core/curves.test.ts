// @vitest-environment node
import { describe, expect, test } from "vitest";
import { curvePath, extent, linearAxis, rootAxis, snap, stepOf } from "../../src/core/curves";

describe("axes", () => {
  test("a linear axis maps both ways", () => {
    const axis = linearAxis([0, 10], 100, 0);
    expect(axis(0)).toBe(100);
    expect(axis.invert(50)).toBe(5);
  });

  test("on a root axis the frontier is a line", () => {
    const x = rootAxis([0, 4], 0, 200);
    const y = rootAxis([0, 9], 300, 0);
    const frontier = [0, 0.25, 1, 4].map((epsilon) => [
      x(epsilon),
      y((Math.sqrt(1) + Math.sqrt(epsilon)) ** 2),
    ]);
    const slopes = frontier.slice(1).map(([px, py], i) => {
      const [qx, qy] = frontier[i]!;
      return (py! - qy!) / (px! - qx!);
    });
    for (const slope of slopes) expect(slope).toBeCloseTo(slopes[0]!, 9);
  });
});

describe("curves", () => {
  test("what is not finite leaves a gap, never a broken path", () => {
    const axis = linearAxis([0, 3], 0, 3);
    const path = curvePath([0, 1, 2, 3], [0, Infinity, NaN, 3], axis, axis);
    expect(path).toMatch(/^M0,0Z?M3,3Z?$/);
  });

  test("the extent passes over what is not finite", () => {
    expect(extent([[1, NaN, 3], undefined, [Infinity, -2]])).toEqual([-2, 3]);
    expect(extent([[NaN], undefined])).toBeNull();
  });
});

test("targets move in round steps", () => {
  const step = stepOf([11.5, 15.7]);
  expect([0.01, 0.02, 0.05, 0.1]).toContain(step);
  const snapped = snap(13.7001234, step);
  expect(Math.abs(snapped - 13.7001234)).toBeLessThanOrEqual(step / 2 + 1e-12);
  expect(String(snapped).length).toBeLessThan(6);
});

// @vitest-environment node
import { describe, expect, test } from "vitest";
import cases from "../../../tests/protocol/geometry.json";
import { Bitset } from "../../src/core/bitset";
import { DiscTrail, LassoTrail, PointIndex } from "../../src/core/geometry";
import { gridPoints, randomFrom, wildPath } from "../random";

interface Case {
  readonly name: string;
  readonly tool: string;
  readonly points: number[];
  readonly path: number[][];
  readonly radius?: [number, number];
  readonly rows: number[];
}

const shared = (cases.cases as unknown as Case[]).filter(({ tool }) => tool !== "click");

/** The published formula, one point and one edge at a time. */
function literalLasso(positions: Float32Array, path: Float64Array): Bitset {
  const m = path.length / 2;
  return Bitset.from(positions.length / 2, (row) => {
    const x = positions[2 * row]!;
    const y = positions[2 * row + 1]!;
    let inside = false;
    for (let i = 0; i < m; i++) {
      const j = (i + 1) % m;
      const [xi, yi] = [path[2 * i]!, path[2 * i + 1]!];
      const [xj, yj] = [path[2 * j]!, path[2 * j + 1]!];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    }
    return inside;
  });
}

describe("the cases shared with Python", () => {
  test.each(shared)("$name", ({ tool, points, path, radius, rows }) => {
    const index = new PointIndex(Float32Array.from(points));
    const flat = Float64Array.from(path.flat());
    const inside =
      tool === "lasso"
        ? index.lasso(flat)
        : tool === "rectangle"
          ? index.rectangle(flat)
          : index.disc(flat, radius!);
    expect([...inside.indices()]).toEqual(rows);
  });

  test("cover every tool with a path", () => {
    expect(new Set(shared.map(({ tool }) => tool))).toEqual(
      new Set(["lasso", "rectangle", "brush"]),
    );
  });
});

describe("lasso", () => {
  test.each([1, 2, 3, 4, 5, 6])("equals the literal formula, case %i", (seed) => {
    const random = randomFrom(seed);
    const positions = gridPoints(300, random);
    const index = new PointIndex(positions);
    for (const m of [3, 4, 7, 30, 200]) {
      const path = wildPath(m, random);
      expect(index.lasso(path).equals(literalLasso(positions, path))).toBe(true);
    }
  });

  test("fewer than three vertices hold no row", () => {
    const index = new PointIndex(Float32Array.of(0, 0, 1, 1));
    expect(index.lasso(Float64Array.of()).count()).toBe(0);
    expect(index.lasso(Float64Array.of(-1, -1, 2, 2)).count()).toBe(0);
  });

  test("100,000 vertices", () => {
    const random = randomFrom(11);
    const positions = gridPoints(40, random);
    const path = wildPath(100_000, random);
    expect(new PointIndex(positions).lasso(path).equals(literalLasso(positions, path))).toBe(true);
  });
});

describe("a growing lasso", () => {
  test.each([21, 22, 23, 24])("equals a lasso from scratch after every vertex, case %i", (seed) => {
    const random = randomFrom(seed);
    const index = new PointIndex(gridPoints(200, random));
    const path = wildPath(60, random);
    const trail = new LassoTrail(index);
    const reused = new Bitset(200);
    for (let m = 1; m <= 60; m++) {
      trail.push(path[2 * m - 2]!, path[2 * m - 1]!);
      const scratch = index.lasso(path.subarray(0, 2 * m));
      expect(trail.mask().equals(scratch)).toBe(true);
      expect(trail.mask(reused)).toBe(reused);
      expect(reused.equals(scratch)).toBe(true);
    }
  });

  test("holds no row before its third vertex, whatever the reused set held", () => {
    const trail = new LassoTrail(new PointIndex(Float32Array.of(0, 0)));
    const reused = Bitset.of(1, [0]);
    trail.push(-1, -1);
    trail.push(1, -1);
    expect(trail.mask(reused).count()).toBe(0);
    trail.push(0, 2);
    expect([...trail.mask(reused).indices()]).toEqual([0]);
  });
});

describe("a moving brush", () => {
  test.each([31, 32, 33])("equals the discs one by one, case %i", (seed) => {
    const random = randomFrom(seed);
    const positions = gridPoints(300, random);
    const index = new PointIndex(positions);
    const path = wildPath(25, random);
    const radius = [0.25 + random(), 0.25 + random()] as const;
    const trail = new DiscTrail(index, radius);
    for (let k = 0; k < path.length; k += 2) trail.push(path[k]!, path[k + 1]!);
    const literal = Bitset.from(300, (row) => {
      for (let k = 0; k < path.length; k += 2) {
        const across = (positions[2 * row]! - path[k]!) / radius[0];
        const along = (positions[2 * row + 1]! - path[k + 1]!) / radius[1];
        if (across * across + along * along <= 1) return true;
      }
      return false;
    });
    expect(trail.mask().equals(literal)).toBe(true);
    expect(index.disc(path, radius).equals(literal)).toBe(true);
  });
});

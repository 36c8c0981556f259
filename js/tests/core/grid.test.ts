// @vitest-environment node
import { describe, expect, test } from "vitest";
import { type Direction, GridIndex } from "../../src/core/grid";
import { gridPoints, randomFrom } from "../random";

const DIRECTIONS: readonly Direction[] = ["left", "right", "up", "down"];

describe("nearest", () => {
  test.each([1, 2, 3])("equals a scan of every row, case %i", (seed) => {
    const random = randomFrom(seed);
    const positions = gridPoints(500, random);
    const grid = new GridIndex(positions);
    const [kx, ky] = [20 + 60 * random(), 20 + 60 * random()];
    for (let k = 0; k < 200; k++) {
      const x = random() * 9 - 4.5;
      const y = random() * 9 - 4.5;
      let best = 12 * 12;
      let row: number | null = null;
      for (let i = 0; i < 500; i++) {
        const dx = (positions[2 * i]! - x) * kx;
        const dy = (positions[2 * i + 1]! - y) * ky;
        if (dx * dx + dy * dy <= best) [best, row] = [dx * dx + dy * dy, i];
      }
      expect(grid.nearest(x, y, kx, ky, 12)).toBe(row);
    }
  });

  test("row 0 is a row, and nothing is near nothing", () => {
    expect(new GridIndex(Float32Array.of(1, 1)).nearest(1, 1, 10, 10, 4)).toBe(0);
    expect(new GridIndex(Float32Array.of()).nearest(0, 0, 10, 10, 4)).toBeNull();
    expect(new GridIndex(Float32Array.of(1, 1)).nearest(50, 1, 10, 10, 4)).toBeNull();
  });

  test("rows that are not accepted are passed over", () => {
    const grid = new GridIndex(Float32Array.of(0, 0, 0.1, 0));
    expect(grid.nearest(0, 0, 10, 10, 4)).toBe(0);
    expect(grid.nearest(0, 0, 10, 10, 4, (row) => row !== 0)).toBe(1);
  });
});

describe("toward", () => {
  test.each([5, 6])("equals a scan of every row, case %i", (seed) => {
    const random = randomFrom(seed);
    const positions = Float32Array.from({ length: 400 }, () => random() * 10);
    const grid = new GridIndex(positions);
    for (let row = 0; row < 200; row++) {
      for (const direction of DIRECTIONS) {
        let best = Infinity;
        let expected: number | null = null;
        for (let i = 0; i < 200; i++) {
          const dx = (positions[2 * i]! - positions[2 * row]!) * 30;
          const dy = (positions[2 * i + 1]! - positions[2 * row + 1]!) * 50;
          const along = { left: -dx, right: dx, up: dy, down: -dy }[direction];
          const across = direction === "left" || direction === "right" ? dy : dx;
          if (along <= 0 || Math.abs(across) > along) continue;
          const cost = along + 2 * Math.abs(across);
          if (cost < best) [best, expected] = [cost, i];
        }
        expect(grid.toward(row, direction, 30, 50)).toBe(expected);
      }
    }
  });

  test("a cross is walked by its arms, and stops at their ends", () => {
    const grid = new GridIndex(Float32Array.of(0, 0, 1, 0, -1, 0, 0, 1, 0, -1));
    expect(DIRECTIONS.map((direction) => grid.toward(0, direction, 10, 10))).toEqual([2, 1, 3, 4]);
    expect(grid.toward(1, "right", 10, 10)).toBeNull();
    expect(grid.toward(1, "left", 10, 10)).toBe(0);
  });

  test("every row of a pile is reached, there and back", () => {
    const grid = new GridIndex(Float32Array.of(0, 0, 1, 0, 1, 0, 1, 0, 2, 0));
    const walk = (from: number, direction: Direction): number[] => {
      const rows = [];
      let row: number | null = from;
      while ((row = grid.toward(row, direction, 10, 10)) !== null) rows.push(row);
      return rows;
    };
    expect(walk(0, "right")).toEqual([1, 2, 3, 4]);
    expect(walk(4, "left")).toEqual([3, 2, 1, 0]);
  });

  test("all points at one place are still walked one by one", () => {
    const grid = new GridIndex(new Float32Array(8).fill(3));
    expect(grid.toward(0, "up", 10, 10)).toBe(1);
    expect(grid.toward(3, "up", 10, 10)).toBeNull();
    expect(grid.toward(3, "down", 10, 10)).toBe(2);
  });
});

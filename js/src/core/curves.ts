import { scaleLinear, scalePow } from "d3-scale";
import { line } from "d3-shape";

/** A mapping of values to pixels that can be asked for round values and turned around. */
export interface Axis {
  (value: number): number;
  invert(pixel: number): number;
  ticks(count: number): number[];
  domain(): number[];
}

/** Inner edges of a plot in pixels. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The smallest and largest finite value of some series, or null when there is none. */
export function extent(
  series: readonly (ArrayLike<number> | undefined)[],
): [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (const values of series) {
    if (values === undefined) continue;
    for (const value of Array.from(values)) {
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low > high ? null : [low, high];
}

/** A linear axis; a domain without length is widened so that it maps to the middle. */
export function linearAxis([low, high]: readonly [number, number], from: number, to: number): Axis {
  const pad = high > low ? 0 : Math.max(1e-6, 0.1 * Math.abs(high));
  return scaleLinear([low - pad, high + pad], [from, to]);
}

/** A square-root axis from 0: frontiers and paths are straight lines on it. */
export function rootAxis(low: number, high: number, from: number, to: number): Axis {
  return scalePow([low, high > low ? high : low + 1], [from, to]).exponent(0.5);
}

/** An SVG path through the finite points, with gaps where a value is not finite. */
export function curvePath(xs: ArrayLike<number>, ys: ArrayLike<number>, x: Axis, y: Axis): string {
  const finite = line<number>()
    .defined((i) => Number.isFinite(xs[i]!) && Number.isFinite(ys[i]!))
    .x((i) => round(x(xs[i]!)))
    .y((i) => round(y(ys[i]!)));
  return finite(Array.from({ length: Math.min(xs.length, ys.length) }, (_, i) => i)) ?? "";
}

/** Values of a curve read off at a budget, between two of its points. */
export function valueAt(xs: ArrayLike<number>, ys: ArrayLike<number>, at: number): number {
  let i = 1;
  while (i < xs.length - 1 && xs[i]! < at) i++;
  const [x0, x1] = [xs[i - 1]!, xs[i]!];
  if (!(x1 > x0)) return ys[i - 1]!;
  const share = Math.min(1, Math.max(0, (at - x0) / (x1 - x0)));
  return ys[i - 1]! + share * (ys[i]! - ys[i - 1]!);
}

/** A step that moves a target by about a hundredth of an axis, to a round value. */
export function stepOf([low, high]: readonly [number, number]): number {
  const rough = Math.max(1e-9, (high - low) / 100);
  return 10 ** Math.floor(Math.log10(rough) + 0.3);
}

/** A value rounded to a step, without the digits that float64 adds. */
export function snap(value: number, step: number): number {
  const decimals = Math.max(0, Math.min(12, -Math.floor(Math.log10(step))));
  return Number((Math.round(value / step) * step).toFixed(decimals));
}

function round(pixel: number): number {
  return Math.round(pixel * 100) / 100;
}

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

/** Smallest and largest value. */
export type Range = readonly [low: number, high: number];

/** The smallest and largest finite value of some series, or null when there is none. */
export function extent(series: readonly (Iterable<number> | undefined)[]): Range | null {
  let low = Infinity;
  let high = -Infinity;
  for (const values of series) {
    for (const value of values ?? []) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low > high ? null : [low, high];
}

/** A linear axis; a range without length is widened so that it maps to the middle. */
export function linearAxis([low, high]: Range, from: number, to: number): Axis {
  const pad = high > low ? 0 : Math.max(1e-6, 0.1 * Math.abs(high));
  return scaleLinear([low - pad, high + pad], [from, to]);
}

/** A square-root axis of nonnegative values: frontiers and paths are straight lines on it. */
export function rootAxis([low, high]: Range, from: number, to: number): Axis {
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

/** Round values about `apart` pixels from each other with their texts, each with room for its own. */
export function labelledTicks(
  axis: Axis,
  pixels: number,
  apart: number,
  roomFor: (text: string) => number,
): [number, string][] {
  const ticks = axis.ticks(Math.max(2, Math.floor(pixels / apart)));
  const step = ticks.length > 1 ? ticks[1]! - ticks[0]! : Math.abs(ticks[0] ?? 1);
  const decimals = Math.min(12, Math.max(0, -Math.floor(Math.log10(step || 1) + 1e-9)));
  const kept: [number, string][] = [];
  for (const tick of ticks) {
    const text = tickText(tick, decimals);
    const last = kept.at(-1);
    if (last !== undefined && Math.abs(axis(tick) - axis(last[0])) < roomFor(text)) continue;
    kept.push([tick, text]);
  }
  return kept;
}

function tickText(value: number, decimals: number): string {
  if (decimals > 5 && value !== 0) return value.toExponential(0).replace("-", "\u2212");
  if (Math.abs(value) >= 1e5) return value.toExponential(1).replace("e+", "e");
  return value.toFixed(Math.min(5, decimals)).replace("-", "\u2212");
}

/** A step that moves a target by about a hundredth of an axis, a power of ten. */
export function stepOf([low, high]: Range): number {
  const rough = Math.max(1e-9, (high - low) / 100);
  return 10 ** Math.floor(Math.log10(rough) + 0.3);
}

/** A value rounded to a step that is a power of ten, without the digits that float64 adds. */
export function snap(value: number, step: number): number {
  const decimals = Math.max(0, Math.min(12, -Math.floor(Math.log10(step) + 1e-9)));
  return Number((Math.round(value / step) * step).toFixed(decimals));
}

/** A value moved into a range. */
export function clamp(value: number, [low, high]: Range): number {
  return Math.min(high, Math.max(low, value));
}

function round(pixel: number): number {
  return Math.round(pixel * 100) / 100;
}

import type { Bounds, Camera } from "../core/camera";

/** Sizes in CSS pixels and opacities of everything a renderer draws; alike for both backends. */
export interface PointMetrics {
  /** Radius of the dots by domain code: neither, retain, forget. */
  readonly radius: readonly [neither: number, retain: number, forget: number];
  readonly opacity: readonly [neither: number, retain: number, forget: number];
  /** Middle radius and width of the ring around a row to be removed. */
  readonly ringRadius: number;
  readonly ringWidth: number;
  /** Middle radius and width of the halo of a search hit. */
  readonly haloRadius: number;
  readonly haloWidth: number;
}

/** Half the side of the square that holds any mark, in CSS pixels. */
export const MAX_REACH = 12;

// 4,500 points on 800 x 450 pixels are drawn as in print; denser maps get smaller, fainter points.
const EASY_DENSITY = 4500 / (800 * 450);
const EASY_RADIUS = 2.6;

/** Metrics for `n` points within `bounds` under a camera; with colours all domains weigh the same. */
export function pointMetrics(
  n: number,
  bounds: Bounds,
  camera: Camera,
  coloured: boolean,
): PointMetrics {
  const crowding = density(n, bounds, camera) / EASY_DENSITY;
  const r = between(EASY_RADIUS * crowding ** -0.2, 0.75, 4);
  const faint = between(crowding ** -0.15, 0.6, 1.6);
  const ringWidth = Math.max(1, 0.46 * r);
  const ringRadius = Math.max(1.54 * r, r + 0.5 + ringWidth / 2);
  const haloWidth = ringWidth;
  return {
    radius: coloured ? [r, r, r] : [0.7 * r, 0.77 * r, r],
    opacity: coloured ? [0.5 * faint, 0.6 * faint, 0.85] : [0.4 * faint, 0.42 * faint, 0.85],
    ringRadius,
    ringWidth,
    haloRadius: ringRadius + ringWidth / 2 + 0.5 + haloWidth / 2,
    haloWidth,
  };
}

/** Rows in drawing order: neither, retain, then forget on top, each in row order. */
export function drawOrder(domains: Uint8Array): { rows: Uint32Array; starts: number[] } {
  const starts = [0, 0, 0, 0];
  for (const code of domains) starts[passOf(code) + 1]!++;
  for (let pass = 1; pass < 4; pass++) starts[pass]! += starts[pass - 1]!;
  const next = starts.slice();
  const rows = new Uint32Array(domains.length);
  for (let row = 0; row < domains.length; row++) rows[next[passOf(domains[row]!)]!++] = row;
  return { rows, starts };
}

function passOf(code: number): number {
  return code > 2 ? 0 : code;
}

/** Points per CSS pixel, if they were spread evenly over their extent. */
function density(n: number, bounds: Bounds, camera: Camera): number {
  const width = (bounds.xmax - bounds.xmin) * camera.kx;
  const height = (bounds.ymax - bounds.ymin) * camera.ky;
  const surface = Math.max(1, camera.width * camera.height);
  return Math.max(1, n) / Math.max(surface, width * height || 0);
}

function between(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

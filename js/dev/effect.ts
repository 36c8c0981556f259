import type { Bitset } from "../src/core/bitset";
import type { EffectValues } from "../src/wire/messages";
import type { PageData } from "./data";

type Vector = readonly [number, number];

/** Number and coordinate sums of some rows. */
export interface Sums {
  n: number;
  x: number;
  y: number;
}

/** Gaussian facts of the two full domains, with one pooled covariance. */
export interface DomainFit {
  readonly forget: Sums;
  readonly retain: Sums;
  /** Inverse of the pooled covariance: xx, xy, yy. */
  readonly inverse: readonly [number, number, number];
  readonly entropy: number;
  readonly divergence: number;
}

/** Dimensions of the page's rows. */
export const DIM = 2;

/** Chance that a certificate of the page fails. */
export const DELTA = 0.05;

function mean(sums: Sums): Vector {
  return [sums.x / sums.n, sums.y / sums.n];
}

function half(fit: Pick<DomainFit, "inverse">, a: Vector, b: Vector): number {
  const [dx, dy] = [a[0] - b[0], a[1] - b[1]];
  const [xx, xy, yy] = fit.inverse;
  return 0.5 * (xx * dx * dx + 2 * xy * dx * dy + yy * dy * dy);
}

/** Fits both domains of the page's rows. */
export function fitDomains({ positions, domains, n }: PageData): DomainFit {
  const forget: Sums = { n: 0, x: 0, y: 0 };
  const retain: Sums = { n: 0, x: 0, y: 0 };
  for (let row = 0; row < n; row += 1) {
    const sums = domains[row] === 2 ? forget : domains[row] === 1 ? retain : null;
    if (sums === null) continue;
    sums.n += 1;
    sums.x += positions[2 * row]!;
    sums.y += positions[2 * row + 1]!;
  }
  const centres = [null, mean(retain), mean(forget)] as const;
  let [xx, xy, yy] = [0, 0, 0];
  for (let row = 0; row < n; row += 1) {
    const centre = centres[domains[row] as 0 | 1 | 2];
    if (centre === null) continue;
    const dx = positions[2 * row]! - centre[0];
    const dy = positions[2 * row + 1]! - centre[1];
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  const nu = forget.n + retain.n - 2;
  [xx, xy, yy] = [xx / nu, xy / nu, yy / nu];
  const determinant = xx * yy - xy * xy;
  const inverse = [yy / determinant, -xy / determinant, xx / determinant] as const;
  return {
    forget,
    retain,
    inverse,
    entropy: 0.5 * Math.log((2 * Math.PI * Math.E) ** DIM * determinant),
    divergence: half({ inverse }, mean(forget), mean(retain)),
  };
}

/** The score of a row: log p1(x)/p2(x) under the pooled covariance. */
export function scores(data: PageData, fit: DomainFit): Float32Array {
  const [m1, m2] = [mean(fit.forget), mean(fit.retain)];
  return Float32Array.from({ length: data.n }, (_, row) => {
    const x: Vector = [data.positions[2 * row]!, data.positions[2 * row + 1]!];
    return half(fit, x, m2) - half(fit, x, m1);
  });
}

/** Half the squared distance of each row to the retained mean, under the pooled covariance. */
export function distances(data: PageData, fit: DomainFit): Float32Array {
  const centre = mean(fit.retain);
  return Float32Array.from({ length: data.n }, (_, row) =>
    half(fit, [data.positions[2 * row]!, data.positions[2 * row + 1]!], centre),
  );
}

/** Removal and preservation without the rows that were taken. */
export function divergences(
  fit: DomainFit,
  taken: { readonly forget: Sums; readonly retain: Sums },
): { alpha: number; epsilon: number } {
  const { forget, retain } = fit;
  const after = mean({
    n: forget.n - taken.forget.n + retain.n - taken.retain.n,
    x: forget.x - taken.forget.x + retain.x - taken.retain.x,
    y: forget.y - taken.forget.y + retain.y - taken.retain.y,
  });
  return { alpha: half(fit, after, mean(forget)), epsilon: half(fit, after, mean(retain)) };
}

/** The effect of removing rows, computed as the kernel does under a shared covariance. */
export function effectOf(data: PageData, fit: DomainFit, removed: Bitset): EffectValues {
  const taken = { forget: { n: 0, x: 0, y: 0 }, retain: { n: 0, x: 0, y: 0 } };
  for (const row of removed.indices()) {
    const sums = data.domains[row] === 2 ? taken.forget : taken.retain;
    sums.n += 1;
    sums.x += data.positions[2 * row]!;
    sums.y += data.positions[2 * row + 1]!;
  }
  const { forget, retain, entropy, divergence } = fit;
  const none: Sums = { n: 0, x: 0, y: 0 };
  const before = divergences(fit, { forget: none, retain: none });
  const { alpha, epsilon } = divergences(fit, taken);
  const total = forget.n - taken.forget.n + retain.n - taken.retain.n;
  const share = (forget.n - taken.forget.n) / total;
  const nu = forget.n + retain.n - 2;
  const tau = Math.sqrt(DIM / nu) + Math.sqrt((2 * Math.log(4 / DELTA)) / nu);
  const chi2 = -2 * Math.log(DELTA / 4);
  const low = (1 - tau) * Math.sqrt(2 * alpha) - Math.sqrt(chi2 / forget.n);
  const high = (1 + tau) * Math.sqrt(2 * epsilon) + Math.sqrt(chi2 / retain.n);
  return {
    n_forget: forget.n,
    n_retain: retain.n,
    n_removed: taken.forget.n + taken.retain.n,
    n_removed_forget: taken.forget.n,
    n_removed_retain: taken.retain.n,
    removed_fraction: taken.forget.n / forget.n,
    alpha,
    epsilon,
    forget_log_loss: entropy + alpha,
    retain_log_loss: entropy + epsilon,
    alpha_before: before.alpha,
    epsilon_before: before.epsilon,
    forget_log_loss_before: entropy + before.alpha,
    retain_log_loss_before: entropy + before.epsilon,
    alpha_noise_floor: (DIM / 2) * (1 / total + (1 - 2 * share) / forget.n),
    epsilon_noise_floor: (DIM / 2) * (1 / total + (2 * share - 1) / retain.n),
    alpha_certified: 0.5 * Math.max(0, low) ** 2,
    epsilon_certified: 0.5 * high ** 2,
    certificate_reason: null,
    delta: DELTA,
    covariance: "shared",
    shrinkage_used: null,
    dim_effective: DIM,
    precision: "float64",
    frontier_alpha: (Math.sqrt(divergence) + Math.sqrt(epsilon)) ** 2,
    random_equivalent: taken.retain.n > 0 ? null : randomEquivalent(fit, alpha),
  };
}

function randomEquivalent({ forget, retain, divergence }: DomainFit, alpha: number): number | null {
  if (alpha > divergence * (1 + 1e-12)) return null;
  for (let f = 0; f <= forget.n; f += 1) {
    const w = (forget.n - f) / (forget.n - f + retain.n);
    if ((1 - w) ** 2 * divergence >= alpha * (1 - 1e-12)) return f;
  }
  return forget.n;
}

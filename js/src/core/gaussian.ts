import type { EffectValues } from "../wire/messages";
import type { Bitset } from "./bitset";

/** What is constant in the effects of one problem; numbers as unlearn_widgets/problem/portable.py gives them. */
export interface GaussianConstants {
  readonly n_forget: number;
  readonly n_retain: number;
  readonly dim: number;
  /** Whitened mean of the forget domain; that of the retained domain is zero. */
  readonly target: readonly number[];
  /** Whether the means differ only inside the span of the covariance; if not, KL is infinite. */
  readonly in_span: boolean;
  /** Entropy of either domain, nats. */
  readonly entropy: number;
  /** Plug-in divergence k, nats. */
  readonly divergence: number;
  readonly delta: number;
  /** Factors of the two distances and the chi-square quantile of the post-hoc certificate. */
  readonly certificate: {
    readonly low: number;
    readonly high: number;
    readonly radius: number;
  } | null;
  readonly certificate_reason: string | null;
  readonly has_frontier: boolean;
  readonly covariance: string;
  readonly shrinkage_used: string | null;
  readonly precision: string;
}

const RETAIN = 1;
const FORGET = 2;

interface Kept {
  /** Rows kept of the forget and of the retained domain. */
  readonly forget: number;
  readonly retain: number;
  /** Whitened mean of all of them. */
  readonly mean: Float64Array;
}

/**
 * The effect of removing any rows under a shared or known covariance: the twin of MeanRefit and
 * Prediction in unlearn_widgets/problem (docs/theory.md, sections 1, 3 and 4). A refitted covariance
 * has no twin.
 */
export class GaussianUpdate {
  private readonly target: Float64Array;
  private readonly totals: readonly [
    neither: Float64Array,
    retain: Float64Array,
    forget: Float64Array,
  ];
  private readonly before: { readonly alpha: number; readonly epsilon: number };

  /** `rows` holds the whitened coordinates of one row after another; codes are 0, 1 retain, 2 forget. */
  constructor(
    private readonly constants: GaussianConstants,
    private readonly rows: Float64Array,
    private readonly domains: Uint8Array,
  ) {
    const { dim, target } = constants;
    if (rows.length !== dim * domains.length || target.length !== dim) {
      throw new RangeError(
        `GaussianUpdate: ${domains.length} rows of ${dim} dimensions need ${dim * domains.length} numbers, got ${rows.length}.`,
      );
    }
    this.target = Float64Array.from(target);
    this.totals = [new Float64Array(dim), new Float64Array(dim), new Float64Array(dim)];
    for (let row = 0; row < domains.length; row++) this.add(this.totals[domains[row]!]!, row);
    const { n_forget: forget, n_retain: retain } = constants;
    const mean = this.target.map((value) => (forget * value) / (forget + retain));
    this.before = this.divergences({ forget, retain, mean });
  }

  /** Throws an Error when no row would be kept. Rows of neither domain are ignored. */
  effect(removed: Bitset): EffectValues {
    const { constants, before } = this;
    const { n_forget: n1, n_retain: n2, dim, entropy } = constants;
    const kept = this.kept(removed);
    const { alpha, epsilon } = this.divergences(kept);
    const total = kept.forget + kept.retain;
    const lean = (2 * kept.forget) / total - 1;
    return {
      n_forget: n1,
      n_retain: n2,
      n_removed: n1 + n2 - total,
      n_removed_forget: n1 - kept.forget,
      n_removed_retain: n2 - kept.retain,
      removed_fraction: (n1 - kept.forget) / n1,
      alpha,
      epsilon,
      forget_log_loss: entropy + alpha,
      retain_log_loss: entropy + epsilon,
      alpha_before: before.alpha,
      epsilon_before: before.epsilon,
      forget_log_loss_before: entropy + before.alpha,
      retain_log_loss_before: entropy + before.epsilon,
      alpha_noise_floor: (dim / 2) * (1 / total - lean / n1),
      epsilon_noise_floor: (dim / 2) * (1 / total + lean / n2),
      ...certified(alpha, epsilon, constants),
      certificate_reason: constants.certificate_reason,
      delta: constants.delta,
      covariance: constants.covariance,
      shrinkage_used: constants.shrinkage_used,
      dim_effective: dim,
      precision: constants.precision,
      frontier_alpha: constants.has_frontier
        ? (Math.sqrt(constants.divergence) + Math.sqrt(epsilon)) ** 2
        : null,
      random_equivalent:
        kept.retain === n2 ? randomEquivalent(alpha, constants.divergence, n1, n2) : null,
    };
  }

  private divergences({ forget, retain, mean }: Kept): { alpha: number; epsilon: number } {
    const { target } = this;
    const inside = this.constants.in_span;
    let [near, far] = [0, 0];
    for (let i = 0; i < mean.length; i++) {
      near += mean[i]! ** 2;
      far += (mean[i]! - target[i]!) ** 2;
    }
    return {
      alpha: inside || retain === 0 ? 0.5 * far : Infinity,
      epsilon: inside || forget === 0 ? 0.5 * near : Infinity,
    };
  }

  private kept(removed: Bitset): Kept {
    const { n_forget: n1, n_retain: n2, dim } = this.constants;
    const forget = n1 - this.removedOf(removed, FORGET);
    const retain = n2 - this.removedOf(removed, RETAIN);
    const total = forget + retain;
    if (total === 0) {
      throw new Error(
        `removed: all ${n1 + n2} rows of both domains would be removed. Keep at least one row.`,
      );
    }
    // Whole domains have the means they are defined by, free of the rounding of a sum.
    if (retain === 0 && forget === n1) return { forget, retain, mean: this.target };
    const mean = new Float64Array(dim);
    if (forget === n1) this.target.forEach((value, i) => (mean[i]! += n1 * value));
    else this.sumKept(mean, removed, FORGET, 2 * forget < n1);
    if (retain < n2) this.sumKept(mean, removed, RETAIN, 2 * retain < n2);
    return { forget, retain, mean: mean.map((sum) => sum / total) };
  }

  private removedOf(removed: Bitset, code: number): number {
    let n = 0;
    removed.forEach((row) => {
      if (this.domains[row] === code) n += 1;
    });
    return n;
  }

  /** Adds the rows kept of a domain: one by one when they are few, else all less those removed. */
  private sumKept(sum: Float64Array, removed: Bitset, code: number, few: boolean): void {
    const part = new Float64Array(sum.length);
    for (let row = 0; row < this.domains.length; row++) {
      if (this.domains[row] === code && removed.has(row) !== few) this.add(part, row);
    }
    const whole = this.totals[code]!;
    for (let i = 0; i < sum.length; i++) sum[i]! += few ? part[i]! : whole[i]! - part[i]!;
  }

  private add(sum: Float64Array, row: number): void {
    const at = row * sum.length;
    for (let i = 0; i < sum.length; i++) sum[i]! += this.rows[at + i]!;
  }
}

function certified(
  alpha: number,
  epsilon: number,
  { certificate, n_forget, n_retain }: GaussianConstants,
): Pick<EffectValues, "alpha_certified" | "epsilon_certified"> {
  if (certificate === null) return { alpha_certified: null, epsilon_certified: null };
  const { low, high, radius } = certificate;
  const far = low * Math.sqrt(2 * alpha) - Math.sqrt(radius / n_forget);
  const near = high * Math.sqrt(2 * epsilon) + Math.sqrt(radius / n_retain);
  return { alpha_certified: 0.5 * Math.max(0, far) ** 2, epsilon_certified: 0.5 * near ** 2 };
}

/** The smallest number of random removals whose (1 - w)^2 k reaches `alpha`; null when none does. */
export function randomEquivalent(alpha: number, k: number, n1: number, n2: number): number | null {
  const goal = alpha * (1 - 1e-12);
  if (!Number.isFinite(alpha) || goal > k) return null;
  const reached = (f: number): boolean => {
    const others = n2 / (n1 - f + n2);
    return others * others * k >= goal;
  };
  if (reached(0)) return 0;
  const left = n2 * Math.sqrt(k / goal);
  let f = Math.min(n1, Math.max(0, Math.ceil(n1 + n2 - left) - 1));
  while (f < n1 && !reached(f)) f += 1;
  return f;
}

import { DELTA, DIM } from "./effect";

/** Counts and divergence on which predictions for the page's two domains rest. */
export interface Setting {
  readonly n1: number;
  readonly n2: number;
  readonly k: number;
}

/** Removal and preservation, nats. */
export type Pair = readonly [alpha: number, epsilon: number];

/** What a rule does to the kept share q of a domain: mean, and variance across and along. */
interface Kept {
  readonly rho: number;
  readonly across: number;
  readonly along: number;
}

function density(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}

/** Phi(z), by the series for small and the continued fraction for large arguments. */
function normal(z: number): number {
  if (z > 3) return 1 - normal(-z);
  if (z < -3) {
    let fraction = -z;
    for (let i = 60; i > 0; i -= 1) fraction = -z + i / fraction;
    return density(z) / fraction;
  }
  let [term, sum] = [z, z];
  for (let i = 1; i < 120; i += 1) {
    term *= (z * z) / (2 * i + 1);
    sum += term;
  }
  return 0.5 + density(z) * sum;
}

function bisect(f: (x: number) => number, wanted: number, low: number, high: number): number {
  for (let i = 0; i < 80; i += 1) {
    const middle = 0.5 * (low + high);
    if (f(middle) < wanted) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}

function poisson(rate: number, terms: number): Float64Array {
  const weights = new Float64Array(terms);
  let log = -rate;
  for (let i = 0; i < terms; i += 1) {
    weights[i] = Math.exp(log);
    log += Math.log(rate) - Math.log(i + 1);
  }
  return weights;
}

/** Noncentral chi-square cdf with an even number of degrees of freedom and noncentrality 2k. */
function noncentral(degrees: number, k: number, c: number): number {
  const terms = Math.ceil(Math.max(k, c / 2) + 12 * Math.sqrt(Math.max(k, c / 2)) + 40);
  const outer = poisson(k, terms);
  const tail = poisson(c / 2, 2 * terms);
  for (let i = tail.length - 2; i >= 0; i -= 1) tail[i]! += tail[i + 1]!;
  return outer.reduce((sum, weight, j) => sum + weight * tail[degrees / 2 + j]!, 0);
}

/** Shrinkage of the kept mean and variance by a rule that keeps the share q. */
function kept(rule: string, q: number, k: number): Kept {
  if (rule === "random" || q >= 1 || q <= 0) return { rho: 1, across: 1, along: 1 };
  const gap = Math.sqrt(2 * k);
  if (rule === "distance") {
    const c = bisect((x) => noncentral(DIM, k, x), q, 1e-9, 2 * (k + 30) + 16 * gap);
    const r2 = noncentral(DIM + 2, k, c) / q;
    const r4 = noncentral(DIM + 4, k, c) / q;
    return { rho: r2, across: r2, along: r2 + (r4 - r2 * r2) * 2 * k };
  }
  const z = bisect(normal, q, -12, 12);
  const h = density(z) / q;
  return { rho: 1 - h / gap, across: 1, along: 1 - z * h - h * h };
}

/** Population prediction of a rule that removes f rows, refitting the mean alone or all. */
export function predicted(rule: string, f: number, setting: Setting, all: boolean): Pair {
  const { n1, n2, k } = setting;
  const w = (n1 - f) / (n1 - f + n2);
  const { rho, across, along } = kept(rule, 1 - f / n1, k);
  if (!all) return [(1 - w * rho) ** 2 * k, (w * rho) ** 2 * k];
  const gap = Math.sqrt(2 * k);
  const a = w * across + 1 - w;
  const b = w * along + 1 - w + w * (1 - w) * (rho * gap) ** 2;
  const divergence = (o: number): number =>
    0.5 * ((DIM - 1) * (1 / a + Math.log(a)) + 1 / b + (o * o) / b + Math.log(b) - DIM);
  return [divergence((1 - w * rho) * gap), divergence(w * rho * gap)];
}

/** A-priori bounds of a rule that removes f rows; the kept mass is bounded as by Massart (1990). */
export function certified(rule: string, f: number, setting: Setting): Pair {
  const { n1, n2, k } = setting;
  const [nk, total] = [n1 - f, n1 - f + n2];
  const w = nk / total;
  const gap = Math.sqrt(2 * k);
  const bound = (low: number, high: number): Pair => [0.5 * Math.max(0, low) ** 2, 0.5 * high ** 2];
  if (rule === "random") {
    const z = bisect(normal, 1 - DELTA / 2, -12, 12);
    const spread = Math.sqrt(DIM) + Math.sqrt(2 * Math.log(2 / DELTA));
    return bound((1 - w) * gap - z / Math.sqrt(total), w * gap + spread / Math.sqrt(total));
  }
  const t = Math.sqrt((2 * Math.log(4 / DELTA)) / total);
  const slack = f === 0 ? 0 : Math.sqrt(Math.log(8 / DELTA) / (2 * n1));
  const q = nk / n1;
  const [few, many] = [q - slack, q + slack].map((share) => Math.min(1, Math.max(1e-6, share)));
  const [least, most] = [kept(rule, few!, k).rho, kept(rule, many!, k).rho];
  const far = Math.max(Math.abs(least), Math.abs(most));
  return bound((1 - w * most) * gap - t, Math.sqrt((w * far * gap) ** 2 + DIM / total) + t);
}

/** Forget rows that the likelihood ratio removes until the edited mean meets the retained one. */
export function stopPoint({ n1, k }: Setting): number {
  const q = bisect((share) => -(1 - kept("likelihood_ratio", share, k).rho), -1, 1e-12, 1);
  return n1 * (1 - q);
}

/** The most removal for each preservation, at `points` places. */
export function frontier(k: number, all: boolean, points = 121): Pair[] {
  const most = all ? 0.5 * (Math.sqrt(1 + 2 / k) - 1) : 1;
  return Array.from({ length: points }, (_, i): Pair => {
    const share = i / (points - 1);
    if (!all) return [k * (1 + share) ** 2, k * share * share];
    const t = 0.995 * share * most;
    const s = 1 - 2 * t * (1 + t) * k;
    const divergence = (o: number): number => 0.5 * ((1 + 2 * o * o * k) / s - 1 + Math.log(s));
    return [divergence(1 + t), divergence(t)];
  });
}

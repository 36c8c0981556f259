import type { Need, RuleTableQuery } from "../src/wire/messages";
import type { PageData } from "./data";
import { DELTA, DIM, distances, divergences, type DomainFit } from "./effect";
import { certified, frontier, predicted, stopPoint, type Pair, type Setting } from "./theory";

interface Answer {
  readonly fields: object;
  readonly buffers?: readonly ArrayBufferView[];
}

interface Path {
  readonly order: Uint32Array;
  /** Removal and preservation after each number of rows, from none to all. */
  readonly pairs: readonly Pair[];
}

const POINTS = 200;
const LABELS: Readonly<Record<string, string>> = {
  random: "random",
  distance: "distance",
  likelihood_ratio: "likelihood ratio",
};

/** Answers what a planner asks, computed from the page's rows. */
export class PagePlans {
  private readonly setting: Setting;
  private readonly paths = new Map<string, Path>();

  constructor(
    private readonly data: PageData,
    private readonly fit: DomainFit,
    private readonly scores: Float32Array,
    private readonly rules: readonly string[],
  ) {
    this.setting = { n1: fit.forget.n, n2: fit.retain.n, k: fit.divergence };
  }

  /** Forget rows, first to remove first. */
  order(rule: string): Uint32Array {
    return this.path(rule).order;
  }

  plan(): Answer {
    const { n1, n2, k } = this.setting;
    const nu = n1 + n2 - 2;
    const removed = stopPoint(this.setting);
    const [none, all] = [this.path("random").pairs[0]!, this.path("random").pairs[n1]!];
    const efficiency = 1 / Math.sqrt(1 + DIM / (4 * k));
    const curves = [false, true].map((refitted) => frontier(k, refitted));
    return {
      fields: {
        n_forget: n1,
        n_retain: n2,
        divergence: k,
        divergence_unbiased: ((nu - DIM - 1) / nu) * k - 0.5 * DIM * (1 / n1 + 1 / n2),
        delta: DELTA,
        entropy_forget: this.fit.entropy,
        entropy_retain: this.fit.entropy,
        rules: this.rules.map((name) => ({ name, label: LABELS[name] ?? name })),
        stop: { removed, beyond: n1 - removed < 1 },
        alpha_target: 0.5 * (none[0] + all[0]),
        epsilon_target: 0.5 * none[1],
        frontiers: ["mean", "covariance"],
        prediction_reason: null,
        certificate_reason: null,
        frontier_reason: null,
        warning:
          efficiency < 0.5
            ? {
                efficiency,
                rule: "likelihood_ratio",
                text: `In ${DIM} dimensions and at divergence ${k.toPrecision(3)} the distance rule keeps ${Math.round(100 * efficiency)} % of what the likelihood ratio gains.`,
              }
            : null,
      },
      buffers: curves.map((pairs) =>
        Float64Array.from([...pairs.map((pair) => pair[1]), ...pairs.map((pair) => pair[0])]),
      ),
    };
  }

  planRule(rule: string): Answer {
    const { order, pairs } = this.path(rule);
    const { n1, n2 } = this.setting;
    const { entropy } = this.fit;
    const spaced = Array.from({ length: POINTS + 1 }, (_, i) => Math.round((i * n1) / POINTS));
    const budgets = [...new Set(spaced)];
    const floors = budgets.map((f): Pair => {
      const total = n1 - f + n2;
      const w = (n1 - f) / total;
      return [
        (DIM / 2) * (1 / total + (1 - 2 * w) / n1),
        (DIM / 2) * (1 / total + (2 * w - 1) / n2),
      ];
    });
    const both = {
      floor: floors,
      certified: budgets.map((f) => certified(rule, f, this.setting)),
      predicted_mean: budgets.map((f) => predicted(rule, f, this.setting, false)),
      predicted_covariance: budgets.map((f) => predicted(rule, f, this.setting, true)),
    };
    const series: Record<string, number[]> = {
      budget: budgets,
      alpha: budgets.map((f) => pairs[f]![0]),
      epsilon: budgets.map((f) => pairs[f]![1]),
      forget_log_loss: budgets.map((f) => entropy + pairs[f]![0]),
      retain_log_loss: budgets.map((f) => entropy + pairs[f]![1]),
    };
    for (const [name, found] of Object.entries(both)) {
      series[`alpha_${name}`] = found.map(([alpha]) => alpha);
      series[`epsilon_${name}`] = found.map(([, epsilon]) => epsilon);
    }
    return {
      fields: { rule, series: Object.keys(series) },
      buffers: [order, Float64Array.from(Object.values(series).flat())],
    };
  }

  table({ budget, alpha, epsilon }: RuleTableQuery): Answer {
    const rows = this.rules.map((rule) => {
      const [reached, cost] = this.path(rule).pairs[budget]!;
      return {
        rule,
        ready: true,
        at: {
          n_removed: budget,
          alpha: reached,
          epsilon: cost,
          forget_log_loss: this.fit.entropy + reached,
          retain_log_loss: this.fit.entropy + cost,
        },
        alpha: alpha === null ? null : this.need(rule, 0, alpha),
        epsilon: epsilon === null ? null : this.need(rule, 1, epsilon),
      };
    });
    return { fields: { budget, rows } };
  }

  private need(rule: string, at: 0 | 1, goal: number): Need {
    const meets = (pair: Pair): boolean =>
      at === 0 ? pair[0] >= goal - 1e-12 : pair[1] <= goal + 1e-12;
    const { pairs } = this.path(rule);
    const n = pairs.findIndex(meets);
    const expected = pairs.findIndex((_, f) => meets(predicted(rule, f, this.setting, false)));
    const best = pairs.map((pair) => pair[at]).reduce((a, b) => ((at === 0) === a > b ? a : b));
    const words =
      at === 0
        ? `No budget reaches alpha >= ${goal.toPrecision(6)}: this ranking gets to ${best.toPrecision(6)}.`
        : `No budget keeps epsilon <= ${goal.toPrecision(6)}: this ranking gets down to ${best.toPrecision(6)}.`;
    return {
      n: n < 0 ? null : n,
      reason: n < 0 ? words : null,
      predicted: expected < 0 ? null : expected,
      predicted_reason: expected < 0 ? "No budget reaches the target in the prediction." : null,
    };
  }

  private path(rule: string): Path {
    const known = this.paths.get(rule);
    if (known !== undefined) return known;
    if (!this.rules.includes(rule))
      throw new Error(`rule: must be one of ${this.rules.join(", ")}.`);
    const { domains, positions, n } = this.data;
    const keys =
      rule === "random"
        ? Float32Array.from({ length: n }, (_, row) => Math.sin(row * 12.9898))
        : rule === "distance"
          ? distances(this.data, this.fit)
          : this.scores;
    const order = Uint32Array.from({ length: n }, (_, row) => row)
      .filter((row) => domains[row] === 2)
      .sort((a, b) => keys[b]! - keys[a]!);
    const forget = { n: 0, x: 0, y: 0 };
    const retain = { n: 0, x: 0, y: 0 };
    const pairs: Pair[] = [];
    for (let f = 0; f <= order.length; f += 1) {
      const { alpha, epsilon } = divergences(this.fit, { forget, retain });
      pairs.push([alpha, epsilon]);
      const row = order[f] ?? 0;
      forget.n += 1;
      forget.x += positions[2 * row]!;
      forget.y += positions[2 * row + 1]!;
    }
    const path = { order, pairs };
    this.paths.set(rule, path);
    return path;
  }
}

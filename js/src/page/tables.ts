import { decodePlan } from "../state/plans";
import type { Need, Plan, Reply, RuleTableQuery } from "../wire/messages";
import type { Answer } from "./answering";
import type { PageState, SavedPath } from "./state";

/** A target that was read off a curve is met at that point, whatever its last digit. */
const SLACK = 1e-12;

/** Answers what a planner asks, from what was saved and nothing else. */
export class SavedPlans {
  private readonly plan: Plan;

  constructor(private readonly state: PageState) {
    const { fields, buffers } = state.plan;
    this.plan = decodePlan({ ...fields, buffers } as unknown as Reply<"plan">);
  }

  /** The first rows of a rule's ranking. */
  order(rule: string): Uint32Array {
    const { buffers } = this.rule(rule);
    const bytes = buffers[0]!;
    return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  }

  /** Answers `plan_rule`. */
  curves(rule: string): Answer {
    const { fields, buffers } = this.rule(rule);
    return { fields, buffers };
  }

  /** Answers `rule_table`: by the saved paths at any budget, else at the saved one only. */
  table(query: RuleTableQuery): Answer {
    const { table, rules } = this.state;
    if (table === null) {
      const rows = [...rules].map(([rule, { path }]) => this.row(rule, path!, query));
      return { fields: { budget: query.budget, rows } };
    }
    const { query: saved, rows } = table;
    const same = (["budget", "alpha", "epsilon"] as const).every(
      (name) => saved[name] === query[name],
    );
    if (!same) {
      throw new Error(
        "This page holds the table of rules for its saved budget and targets only; others need a notebook.",
      );
    }
    return { fields: { budget: saved.budget, rows } };
  }

  private rule(name: string): PageState["rules"] extends ReadonlyMap<string, infer R> ? R : never {
    const { rules } = this.state;
    const known = rules.get(name);
    if (known !== undefined) return known;
    throw new Error(`rule: must be one of ${[...rules.keys()].join(", ")}, got "${name}".`);
  }

  private row(rule: string, path: SavedPath, { budget, alpha, epsilon }: RuleTableQuery): object {
    const [removal, cost] = [path.alpha[budget]!, path.epsilon[budget]!];
    return {
      rule,
      ready: true,
      at: {
        n_removed: path.n_removed[budget]!,
        alpha: removal,
        epsilon: cost,
        forget_log_loss: this.plan.entropy_forget + removal,
        retain_log_loss: this.plan.entropy_retain + cost,
      },
      alpha: alpha === null ? null : this.need(path, "alpha", alpha),
      epsilon: epsilon === null ? null : this.need(path, "epsilon", epsilon),
    };
  }

  private need(path: SavedPath, kind: "alpha" | "epsilon", goal: number): Need {
    const values = path[kind];
    const least = kind === "alpha";
    const slack = SLACK * Math.max(1, Math.abs(goal));
    const n = values.findIndex((value) => (least ? value >= goal - slack : value <= goal + slack));
    const expected = path[`${kind}_predicted`];
    const predicted =
      expected?.findIndex((value) =>
        least ? value >= goal * (1 - SLACK) : value <= goal * (1 + SLACK),
      ) ?? -1;
    const none =
      this.plan.prediction_reason ??
      (expected === undefined
        ? "There is no population prediction for this rule."
        : "No budget reaches the target in the prediction.");
    return {
      n: n < 0 ? null : n,
      reason: n < 0 ? outOfReach(values, kind, goal) : null,
      predicted: predicted < 0 ? null : predicted,
      predicted_reason: predicted < 0 ? none : null,
    };
  }
}

function outOfReach(values: Float64Array, kind: "alpha" | "epsilon", goal: number): string {
  const best = values.reduce(
    (at, value, f) => ((kind === "alpha" ? value > values[at]! : value < values[at]!) ? f : at),
    0,
  );
  const end = `${six(values[best]!)}, with ${best.toLocaleString("en")} rows removed.`;
  return kind === "alpha"
    ? `No budget reaches alpha >= ${six(goal)}: this ranking gets to ${end}`
    : `No budget keeps epsilon <= ${six(goal)}: this ranking gets down to ${end}`;
}

function six(value: number): string {
  return String(Number(value.toPrecision(6)));
}

import { decodeNumbers, toFloat64, toUint32 } from "../wire/codecs";
import type {
  CurveName,
  Need,
  Plan,
  Reply,
  RuleCurves,
  RuleRow,
  RuleTable,
} from "../wire/messages";

const ENVELOPE = ["v", "id", "kind", "ok"];

/** A plan with its numbers and frontiers decoded. */
export function decodePlan({ buffers, frontiers, ...reply }: Reply<"plan">): Plan {
  const fields = Object.fromEntries(
    Object.entries(reply).filter(([name]) => !ENVELOPE.includes(name)),
  );
  return {
    ...(decodeNumbers(fields) as unknown as Omit<Plan, "frontiers">),
    frontiers: frontiers.map((refit, at) => {
      const both = toFloat64(buffers[at]);
      const half = both.length / 2;
      return { refit, epsilon: both.subarray(0, half), alpha: both.subarray(half) };
    }),
  };
}

/** The ranking of a rule and its curves, which share one buffer. */
export function decodeRuleCurves({ rule, series, buffers }: Reply<"plan_rule">): RuleCurves {
  const all = toFloat64(buffers[1]);
  const length = all.length / series.length;
  const curves = series.map((name, at): [CurveName, Float64Array] => [
    name,
    all.subarray(at * length, (at + 1) * length),
  ]);
  return { rule, order: toUint32(buffers[0]), series: Object.fromEntries(curves) };
}

/** The table of rules with its numbers decoded. */
export function decodeRuleTable({ budget, rows }: Reply<"rule_table">): RuleTable {
  return { budget, rows: rows.map(decodeRow) };
}

function decodeRow(row: Record<string, unknown>): RuleRow {
  const at = row.at as Record<string, unknown> | null;
  return {
    rule: String(row.rule),
    ready: row.ready === true,
    at: at === null ? null : (decodeNumbers(at) as unknown as RuleRow["at"]),
    alpha: row.alpha as Need | null,
    epsilon: row.epsilon as Need | null,
  };
}

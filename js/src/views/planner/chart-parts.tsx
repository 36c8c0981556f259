import type { VNode } from "preact";
import { curvePath, type Axis, type Frame } from "../../core/curves";
import { dataValue, fixed } from "../../core/format";
import type { Plan, RuleCurves } from "../../wire/messages";
import type { PlanModel } from "./plan-model";
import { ruleStyle } from "./rule-style";

/** Both axes of a chart and the edges of its plot. */
export interface Chart {
  readonly x: Axis;
  readonly y: Axis;
  readonly frame: Frame;
}

/** A rule with its curves, once it is ranked. */
export interface Traced {
  readonly name: string;
  readonly place: number;
  readonly chosen: boolean;
  readonly curves: RuleCurves;
}

/** The rules that are ranked, the chosen one last so that it lies on top. */
export function traced(model: PlanModel): Traced[] {
  const found: Traced[] = [];
  (model.plan.value?.rules ?? []).forEach(({ name }, place) => {
    const ranked = model.ranked.value.get(name);
    if (ranked?.state !== "ready") return;
    found.push({ name, place, chosen: name === model.rule.value, curves: ranked.curves });
  });
  return found.sort((a, b) => Number(a.chosen) - Number(b.chosen));
}

function tickText(value: number, ticks: readonly number[]): string {
  const step = ticks.length > 1 ? Math.abs(ticks[1]! - ticks[0]!) : Math.abs(value);
  if (step === 0) return fixed(value, 0);
  return fixed(value, Math.min(6, Math.max(0, -Math.floor(Math.log10(step) + 1e-9))));
}

/** Grid, ticks and the words under the horizontal axis. */
export function Grid({
  chart,
  label,
  across = 4,
  up = 4,
}: {
  readonly chart: Chart;
  readonly label: string;
  readonly across?: number;
  readonly up?: number;
}): VNode {
  const { x, y, frame } = chart;
  const rows = y.ticks(up);
  const columns = x.ticks(across);
  return (
    <g class="uw-grid" aria-hidden="true">
      {rows.map((value) => (
        <g key={value}>
          <line x1={frame.left} x2={frame.right} y1={y(value)} y2={y(value)} />
          <text x={frame.left - 5} y={y(value)} dy="0.35em" text-anchor="end">
            {tickText(value, rows)}
          </text>
        </g>
      ))}
      {columns.map((value) => (
        <text key={value} x={x(value)} y={frame.bottom + 13} text-anchor="middle">
          {tickText(value, columns)}
        </text>
      ))}
      <text class="uw-axis-words" x={frame.right} y={frame.bottom + 26} text-anchor="end">
        {label}
      </text>
    </g>
  );
}

/** One curve of a rule: measured, or predicted as fine dots. */
export function Curve({
  rule,
  chart,
  xs,
  ys,
  kind,
}: {
  readonly rule: Traced;
  readonly chart: Chart;
  readonly xs: ArrayLike<number> | undefined;
  readonly ys: ArrayLike<number> | undefined;
  readonly kind: "measured" | "predicted" | "certified";
}): VNode | null {
  if (xs === undefined || ys === undefined) return null;
  const { color, dash } = ruleStyle(rule.name, rule.place);
  return (
    <path
      class="uw-curve"
      data-kind={kind}
      data-rule={rule.name}
      data-chosen={rule.chosen}
      d={curvePath(xs, ys, chart.x, chart.y)}
      style={{ stroke: color, ...(kind === "measured" ? { strokeDasharray: dash } : {}) }}
    />
  );
}

/** Where the likelihood-ratio rule should stop, and the region beyond it. */
export function StopLine({
  plan,
  chart,
  named,
}: {
  readonly plan: Plan;
  readonly chart: Chart;
  /** Whether this is the one stop point that scripts look for. */
  readonly named: boolean;
}): VNode | null {
  const { stop } = plan;
  if (stop === null) return null;
  const { x, frame } = chart;
  const at = Math.min(frame.right, x(Math.min(plan.n_forget, stop.removed)));
  const hook = named
    ? { "data-testid": "uw-stop-point", "data-value": dataValue(stop.removed) }
    : {};
  return (
    <g class="uw-stop" {...hook}>
      <title>
        {stop.beyond
          ? "Stop point of the likelihood ratio: beyond the last row."
          : "Stop point of the likelihood ratio: past it the edited mean overshoots, and ε grows again."}
      </title>
      {!stop.beyond && (
        <rect x={at} y={frame.top} width={frame.right - at} height={frame.bottom - frame.top} />
      )}
      <line x1={at} x2={at} y1={frame.top} y2={frame.bottom} />
    </g>
  );
}

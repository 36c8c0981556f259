import type { ComponentChildren, VNode } from "preact";
import { useMemo } from "preact/hooks";
import {
  clamp,
  curvePath,
  labelledTicks,
  type Axis,
  type Frame,
  type Range,
} from "../../core/curves";
import type { Standing } from "../../state/after-paint";
import type { RuleCurves } from "../../wire/messages";
import type { PlanModel } from "./plan-model";
import { ruleStyle } from "./rule-style";

/** Both axes of a chart, the edges of its plot, and its ticks. */
export interface Chart {
  readonly x: Axis;
  readonly y: Axis;
  readonly frame: Frame;
  readonly columns: readonly (readonly [number, string])[];
  readonly rows: readonly (readonly [number, string])[];
}

/** A rule with its curves, once it is ranked. */
export interface Traced {
  readonly name: string;
  readonly place: number;
  readonly chosen: boolean;
  readonly curves: RuleCurves;
}

const TOP = 8;
const BOTTOM = 29;
const RIGHT = 13;
/** Width of a digit of the ticks. */
const DIGIT = 6.2;

function roomFor(text: string): number {
  return DIGIT * text.length + 8;
}

type AxisOf = (range: Range, from: number, to: number) => Axis;

/** A chart that fills a box and leaves room for its ticks; null in a box too small for one. */
export function chartIn(
  [width, height]: readonly [number, number],
  [xs, xAxis]: readonly [Range, AxisOf],
  [ys, yAxis]: readonly [Range, AxisOf],
): Chart | null {
  if (width < 90 || height < 70) return null;
  const y = yAxis(ys, height - BOTTOM, TOP);
  const rows = labelledTicks(y, height - BOTTOM - TOP, 27, () => 15);
  const left = 10 + Math.ceil(DIGIT * Math.max(...rows.map(([, text]) => text.length)));
  const frame = { left, right: width - RIGHT, top: TOP, bottom: height - BOTTOM };
  const x = xAxis(xs, frame.left, frame.right);
  return { x, y, frame, rows, columns: labelledTicks(x, frame.right - left, 46, roomFor) };
}

/** The rules that are ranked, the chosen one first: the others are thin lines on top of it. */
export function traced(model: PlanModel): Traced[] {
  const found: Traced[] = [];
  (model.plan.value?.rules ?? []).forEach(({ name }, place) => {
    const ranked = model.ranked.value.get(name);
    if (ranked?.state !== "ready") return;
    found.push({ name, place, chosen: name === model.rule.value, curves: ranked.curves });
  });
  return found.sort((a, b) => Number(b.chosen) - Number(a.chosen));
}

/** The drawing of a chart, or why there is none. */
export function Plot({
  chart,
  size: [width, height],
  name,
  across,
  empty,
  children,
}: {
  readonly chart: Chart | null;
  readonly size: readonly [number, number];
  readonly name: string;
  /** What the horizontal axis counts. */
  readonly across: string;
  readonly empty: string;
  readonly children: (chart: Chart) => ComponentChildren;
}): VNode | null {
  if (chart === null) return width === 0 ? null : <p class="uw-chart-empty uw-muted">{empty}</p>;
  const { x, y, frame } = chart;
  return (
    <svg width={width} height={height} role="group" aria-label={name}>
      <g class="uw-grid" aria-hidden="true">
        {chart.rows.map(([value, text]) => (
          <g key={value}>
            <line x1={frame.left} x2={frame.right} y1={y(value)} y2={y(value)} />
            <text x={frame.left - 5} y={y(value)} dy="0.35em" text-anchor="end">
              {text}
            </text>
          </g>
        ))}
        {chart.columns.map(([value, text]) => (
          <g key={value}>
            <line x1={x(value)} x2={x(value)} y1={frame.bottom} y2={frame.bottom + 3} />
            <text x={x(value)} y={frame.bottom + 12} text-anchor="middle">
              {text}
            </text>
          </g>
        ))}
        <text x={frame.right} y={frame.bottom + 24} text-anchor="end">
          {across}
        </text>
      </g>
      {children(chart)}
    </svg>
  );
}

/** Draws its children inside the frame of a chart only. */
export function Clipped({
  frame,
  children,
}: {
  readonly frame: Frame;
  readonly children: ComponentChildren;
}): VNode {
  const id = useMemo(() => `uw-frame-${Math.random().toString(36).slice(2)}`, []);
  const { left, right, top, bottom } = frame;
  return (
    <>
      <clipPath id={id}>
        <rect x={left} y={top - 2} width={right - left} height={bottom - top + 3} />
      </clipPath>
      <g clip-path={`url(#${id})`}>{children}</g>
    </>
  );
}

/** What a curve shows. */
export type CurveKind = "measured" | "predicted" | "certified" | "floor";

/** One curve of a rule; the four kinds must not be mistaken for each other. */
export function Curve({
  rule,
  chart,
  xs,
  ys,
  kind,
}: {
  readonly rule: Traced;
  readonly chart: Chart;
  readonly xs: Float64Array | undefined;
  readonly ys: Float64Array | undefined;
  readonly kind: CurveKind;
}): VNode | null {
  const path = useMemo(
    () => (xs === undefined || ys === undefined ? "" : curvePath(xs, ys, chart.x, chart.y)),
    [xs, ys, chart],
  );
  if (path === "") return null;
  const { color, dash } = ruleStyle(rule.name, rule.place);
  return (
    <path
      class="uw-curve"
      data-kind={kind}
      data-rule={rule.name}
      data-chosen={rule.chosen}
      d={path}
      style={
        kind === "measured"
          ? { stroke: color, strokeDasharray: dash }
          : kind === "predicted"
            ? {}
            : { stroke: color }
      }
    />
  );
}

/** The selection as it is now, also while it is drawn on the map. */
export function Here({
  standing,
  chart,
  at,
}: {
  readonly standing: Standing;
  readonly chart: Chart;
  /** Which numbers place it. */
  readonly at: readonly [
    "n_removed_forget" | "epsilon",
    "alpha" | "epsilon" | "forget_log_loss" | "retain_log_loss",
  ];
}): VNode | null {
  const { values, state } = standing.shown.value;
  const [x, y] = [values[at[0]], values[at[1]]];
  if (!Number.isFinite(x) || !Number.isFinite(y)) return null;
  const { left, right, top, bottom } = chart.frame;
  return (
    <circle
      class="uw-here"
      data-testid="uw-here"
      data-state={state}
      cx={clamp(chart.x(x), [left, right])}
      cy={clamp(chart.y(y), [top, bottom])}
      r={5}
    >
      <title>Your selection</title>
    </circle>
  );
}

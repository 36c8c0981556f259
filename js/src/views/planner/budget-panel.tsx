import type { ComponentChildren, VNode } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { extent, linearAxis, type Frame } from "../../core/curves";
import type { SessionStore } from "../../state/session";
import type { CurveName, Plan } from "../../wire/messages";
import { Curve, Grid, StopLine, traced, type Chart, type Traced } from "./chart-parts";
import type { PlanModel, TargetKind } from "./plan-model";
import { useSize } from "./size";
import { TargetLine } from "./target-line";

/** A number that is drawn over the rows removed. */
export type PanelNumber = "alpha" | "epsilon" | "forget_log_loss" | "retain_log_loss";

interface BudgetPanelProps {
  readonly session: SessionStore;
  readonly model: PlanModel;
  readonly plan: Plan;
  readonly number: PanelNumber;
  readonly head: ComponentChildren;
}

const MARGIN = { left: 44, right: 12, top: 8, bottom: 32 };

/** The divergence behind a number, and what is added to it. */
function parts(number: PanelNumber, plan: Plan): readonly [TargetKind, number] {
  if (number === "alpha") return ["alpha", 0];
  if (number === "epsilon") return ["epsilon", 0];
  return number === "forget_log_loss"
    ? ["alpha", plan.entropy_forget]
    : ["epsilon", plan.entropy_retain];
}

function shifted(values: Float64Array | undefined, by: number): Float64Array | undefined {
  return values === undefined || by === 0 ? values : values.map((value) => value + by);
}

/** One number over the rows removed: a curve for each rule, and where the selection stands. */
export function BudgetPanel({ session, model, plan, number, head }: BudgetPanelProps): VNode {
  const box = useRef<HTMLDivElement>(null);
  const [width, height] = useSize(box);
  const rules = traced(model);
  const refit = model.refit.value;
  const [kind, entropy] = parts(number, plan);
  const loss = number.endsWith("log_loss");
  const target = model.targets[kind].peek();

  const chart = useMemo((): Chart | null => {
    if (width < 60 || height < 60) return null;
    const frame: Frame = {
      left: MARGIN.left,
      right: width - MARGIN.right,
      top: MARGIN.top,
      bottom: height - MARGIN.bottom,
    };
    const predicted = rules
      .filter(({ chosen }) => chosen)
      .map(({ curves }) => shifted(curves.series[`${kind}_predicted_${refit}`], entropy));
    const found = extent([
      ...rules.map(({ curves }) => curves.series[number]),
      ...predicted,
      ...(loss || target === null ? [] : [[target]]),
    ]);
    if (found === null) return null;
    const [low, high] = found;
    const room = 0.06 * (high - low);
    const bottom = kind === "epsilon" && !loss ? 0 : low - room;
    return {
      frame,
      x: linearAxis([0, plan.n_forget], frame.left, frame.right),
      y: linearAxis([bottom, high + room], frame.bottom, frame.top),
    };
    // A target that moves must not move the axis under it.
  }, [width, height, model.ranked.value, model.rule.value, refit, number, plan]);

  return (
    <figure
      class={`uw-panel ${loss ? "uw-panel-loss" : "uw-panel-divergence"}`}
      data-number={number}
    >
      <figcaption>{head}</figcaption>
      <div ref={box} class="uw-panel-plot">
        {chart !== null && (
          <svg
            width={width}
            height={height}
            role="group"
            aria-label={`${number} over rows removed`}
          >
            <Grid chart={chart} label={`${session.info.value.names.forget} rows removed`} />
            <StopLine plan={plan} chart={chart} named={number === "alpha"} />
            <Lines
              chart={chart}
              rules={rules}
              kind={kind}
              number={number}
              entropy={entropy}
              model={model}
            />
            <Here session={session} chart={chart} number={number} />
            {!loss && <TargetLine model={model} kind={kind} axis={chart.y} frame={chart.frame} />}
          </svg>
        )}
      </div>
    </figure>
  );
}

function Lines({
  chart,
  rules,
  kind,
  number,
  entropy,
  model,
}: {
  readonly chart: Chart;
  readonly rules: readonly Traced[];
  readonly kind: TargetKind;
  readonly number: PanelNumber;
  readonly entropy: number;
  readonly model: PlanModel;
}): VNode {
  const clip = useMemo(() => `uw-clip-${Math.random().toString(36).slice(2)}`, []);
  const { frame } = chart;
  const refit = model.refit.value;
  const of = (rule: Traced, name: CurveName): Float64Array | undefined =>
    shifted(rule.curves.series[name], entropy);
  const chosen = rules.find((rule) => rule.chosen);
  return (
    <>
      <clipPath id={clip}>
        <rect
          x={frame.left}
          y={frame.top}
          width={frame.right - frame.left}
          height={frame.bottom - frame.top}
        />
      </clipPath>
      <g clip-path={`url(#${clip})`}>
        {chosen !== undefined && (
          <>
            <Curve
              rule={chosen}
              chart={chart}
              kind="certified"
              xs={chosen.curves.series.budget}
              ys={of(chosen, `${kind}_certified`)}
            />
            <Curve
              rule={chosen}
              chart={chart}
              kind="predicted"
              xs={chosen.curves.series.budget}
              ys={of(chosen, `${kind}_predicted_${refit}`)}
            />
            {entropy === 0 && (
              <path
                class="uw-noise-floor"
                d={`M${frame.left},${chart.y(chosen.curves.series[`${kind}_floor`]?.[0] ?? NaN) || -9}H${frame.right}`}
              />
            )}
          </>
        )}
        {rules.map((rule) => (
          <Curve
            key={rule.name}
            rule={rule}
            chart={chart}
            kind="measured"
            xs={rule.curves.series.budget}
            ys={rule.curves.series[number]}
          />
        ))}
      </g>
    </>
  );
}

/** The selection as it is now, also while it is drawn. */
function Here({
  session,
  chart,
  number,
}: {
  readonly session: SessionStore;
  readonly chart: Chart;
  readonly number: PanelNumber;
}): VNode | null {
  const { values, state } = session.shown.value;
  const value = values[number];
  if (!Number.isFinite(value)) return null;
  const { x, y, frame } = chart;
  const cy = Math.min(frame.bottom, Math.max(frame.top, y(value)));
  return (
    <circle class="uw-here" data-state={state} cx={x(values.n_removed_forget)} cy={cy} r={5}>
      <title>Your selection</title>
    </circle>
  );
}

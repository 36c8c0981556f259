import type { ComponentChildren, VNode } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { extent, linearAxis, type Range } from "../../core/curves";
import { dataValue, quantity } from "../../core/format";
import type { Standing } from "../../state/after-paint";
import type { SessionStore } from "../../state/session";
import type { Plan } from "../../wire/messages";
import {
  chartIn,
  Clipped,
  Curve,
  Here,
  Plot,
  traced,
  type Chart,
  type Traced,
} from "./chart-parts";
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
  readonly name: string;
  readonly head: ComponentChildren;
}

/** The divergence behind a number, and what is added to it. */
function parts(number: PanelNumber, plan: Plan): readonly [TargetKind, number] {
  if (number === "alpha" || number === "epsilon") return [number, 0];
  return number === "forget_log_loss"
    ? ["alpha", plan.entropy_forget]
    : ["epsilon", plan.entropy_retain];
}

/** One number over the rows removed: a curve for each rule, and where the selection stands. */
export function BudgetPanel(props: BudgetPanelProps): VNode {
  const { session, model, plan, number, name, head } = props;
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const ranked = model.ranked.value;
  const chosen = model.rule.value;
  const refit = model.refit.value;
  const rules = useMemo(() => traced(model), [ranked, chosen, plan]);
  const [kind, entropy] = parts(number, plan);
  const loss = number.endsWith("log_loss");
  const target = model.targets[kind];

  // A target that moves must not move the axis under it.
  const range = useMemo((): Range | null => {
    const wanted = loss ? null : target.peek();
    const found = extent([
      ...rules.map(({ curves }) => curves.series[number]),
      ...rules.map(({ curves }) =>
        curves.series[`${kind}_predicted_${refit}`]?.map((value) => value + entropy),
      ),
      wanted === null ? [] : [wanted],
    ]);
    if (found === null) return null;
    const room = 0.07 * (found[1] - found[0]);
    return [number === "epsilon" ? 0 : found[0] - room, found[1] + room];
  }, [rules, refit, number, plan]);
  const chart = useMemo(
    () =>
      range === null ? null : chartIn(size, [[0, plan.n_forget], linearAxis], [range, linearAxis]),
    [size, range, plan],
  );
  const { forget } = session.info.value.names;
  const waiting = rules.length === 0 ? "ranking…" : "infinite for every rule";
  return (
    <figure
      class={`uw-chart ${loss ? "uw-chart-loss" : "uw-chart-divergence"}`}
      data-number={number}
    >
      <figcaption class="uw-chart-head">{head}</figcaption>
      <div ref={box} class="uw-chart-box">
        <Plot
          chart={chart}
          size={size}
          name={`${name} over ${forget} rows removed`}
          across={`${forget} rows removed`}
          empty={range === null ? waiting : ""}
        >
          {(drawn) => (
            <>
              {number === "alpha" && <Level plan={plan} chart={drawn} forget={forget} />}
              <StopLine plan={plan} chart={drawn} named={number === "epsilon"} />
              <Clipped frame={drawn.frame}>
                {rules.map((rule) => (
                  <RuleLines key={rule.name} {...props} rule={rule} chart={drawn} refit={refit} />
                ))}
              </Clipped>
              {number === "alpha" && <FloorWords standing={model.standing} chart={drawn} />}
              <Here standing={model.standing} chart={drawn} at={["n_removed_forget", number]} />
              {!loss && <TargetLine model={model} kind={kind} axis={drawn.y} frame={drawn.frame} />}
            </>
          )}
        </Plot>
      </div>
    </figure>
  );
}

type RuleLinesProps = BudgetPanelProps & {
  readonly rule: Traced;
  readonly chart: Chart;
  readonly refit: "mean" | "covariance";
};

function RuleLines({ plan, number, rule, chart, refit }: RuleLinesProps): VNode {
  const { series } = rule.curves;
  const [kind, entropy] = parts(number, plan);
  const expected = series[`${kind}_predicted_${refit}`];
  const predicted = useMemo(
    () => (entropy === 0 ? expected : expected?.map((value) => value + entropy)),
    [expected, entropy],
  );
  const line = { rule, chart, xs: series.budget };
  const bare = number === kind && rule.chosen;
  return (
    <>
      {bare && <Curve {...line} kind="certified" ys={series[`${kind}_certified`]} />}
      {bare && <Curve {...line} kind="floor" ys={series[`${kind}_floor`]} />}
      <Curve {...line} kind="measured" ys={series[number]} />
      <Curve {...line} kind="predicted" ys={predicted} />
    </>
  );
}

/** What removing the whole forget domain reaches. */
function Level({
  plan,
  chart,
  forget,
}: {
  readonly plan: Plan;
  readonly chart: Chart;
  readonly forget: string;
}): VNode | null {
  const { frame, y } = chart;
  const at = y(plan.divergence);
  if (!(at >= frame.top && at <= frame.bottom)) return null;
  return (
    <g class="uw-level">
      <title>{`α is the divergence k = ${quantity(plan.divergence)} once every ${forget} row is removed.`}</title>
      <line x1={frame.left} x2={frame.right} y1={at} y2={at} />
      <text x={frame.left + 4} y={at + 11}>
        all {forget.length > 12 ? "" : forget} removed
      </text>
    </g>
  );
}

/** Where the likelihood-ratio rule should stop, and the region beyond it. */
function StopLine({
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
  const left = at > 0.5 * (frame.left + frame.right);
  return (
    <g class="uw-stop" data-beyond={stop.beyond} {...hook}>
      <title>
        {stop.beyond
          ? "Stop point of the likelihood ratio: beyond the last row."
          : "Stop point of the likelihood ratio: past it the edited mean overshoots, and ε grows again."}
      </title>
      {!stop.beyond && (
        <rect x={at} y={frame.top} width={frame.right - at} height={frame.bottom - frame.top} />
      )}
      <line x1={at} x2={at} y1={frame.top} y2={frame.bottom} />
      {named && (
        <text x={left ? at - 4 : at + 4} y={frame.top + 9} text-anchor={left ? "end" : "start"}>
          stop point{stop.beyond && ":"}
        </text>
      )}
      {named && stop.beyond && (
        <text x={at - 4} y={frame.top + 21} text-anchor="end">
          beyond the last row
        </text>
      )}
    </g>
  );
}

/** The noise floor in words where it lies below the axis. */
function FloorWords({
  standing,
  chart,
}: {
  readonly standing: Standing;
  readonly chart: Chart;
}): VNode | null {
  const floor = standing.shown.value.values.alpha_noise_floor;
  const { y, frame } = chart;
  if (floor === null || !Number.isFinite(floor) || y(floor) <= frame.bottom) return null;
  return (
    <text class="uw-chart-words" x={frame.right - 4} y={frame.bottom - 5} text-anchor="end">
      noise floor {quantity(floor)} ↓
    </text>
  );
}

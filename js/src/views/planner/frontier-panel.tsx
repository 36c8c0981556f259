import type { VNode } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { clamp, curvePath, extent, rootAxis, type Range } from "../../core/curves";
import { dataValue, quantity } from "../../core/format";
import type { Standing } from "../../state/after-paint";
import type { Frontier, Plan, Refit } from "../../wire/messages";
import { chartIn, Clipped, Curve, Here, Plot, traced, type Chart } from "./chart-parts";
import type { PlanModel } from "./plan-model";
import { useSize } from "./size";
import { TargetLine } from "./target-line";

interface FrontierPanelProps {
  readonly model: PlanModel;
  readonly plan: Plan;
}

/** Removal against preservation, on square-root scales: frontier and paths are straight lines. */
export function FrontierPanel({ model, plan }: FrontierPanelProps): VNode {
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const ranked = model.ranked.value;
  const chosen = model.rule.value;
  const refit = model.refit.value;
  const rules = useMemo(() => traced(model), [ranked, chosen, plan]);
  const { standing } = model;
  const frontier = plan.frontiers.find((one) => one.refit === refit);

  const ranges = useMemo((): readonly [Range, Range] | null => {
    const of = (kind: "alpha" | "epsilon"): Range | null =>
      extent([
        ...rules.map(({ curves }) => curves.series[kind]),
        ...rules.map(({ curves }) => curves.series[`${kind}_predicted_${refit}`]),
        [model.targets[kind].peek() ?? NaN],
      ]);
    const [alpha, epsilon] = [of("alpha"), of("epsilon")];
    if (alpha === null || epsilon === null) return null;
    // Above the paths there is room for the frontier and for what overshoots.
    const room = 0.4 * (alpha[1] - alpha[0]);
    return [
      [0, 1.12 * epsilon[1]],
      [Math.max(0, alpha[0] - 0.5 * room), alpha[1] + room],
    ];
  }, [rules, refit, plan]);
  const chart = useMemo(
    () => (ranges === null ? null : chartIn(size, [ranges[0], rootAxis], [ranges[1], rootAxis])),
    [size, ranges],
  );
  const waiting = rules.length === 0 ? "ranking…" : "infinite for every rule";
  return (
    <figure class="uw-chart uw-chart-plane">
      <figcaption class="uw-chart-head">
        <span class="uw-chart-name uw-clip">Removal α over preservation ε</span>
        <RefitChoice model={model} plan={plan} />
      </figcaption>
      <div ref={box} class="uw-chart-box">
        <Plot
          chart={chart}
          size={size}
          name="Removal alpha against preservation epsilon"
          across="preservation ε, nats (square-root scales)"
          empty={ranges === null ? waiting : ""}
        >
          {(drawn) => (
            <>
              <Overshoot plan={plan} chart={drawn} />
              <Clipped frame={drawn.frame}>
                <Certificate standing={standing} chart={drawn} />
                {frontier !== undefined && <FrontierLine frontier={frontier} chart={drawn} />}
                {rules.map((rule) => {
                  const { series } = rule.curves;
                  const line = { rule, chart: drawn };
                  return (
                    <g key={rule.name}>
                      {rule.chosen && (
                        <Curve
                          {...line}
                          kind="certified"
                          xs={series.epsilon_certified}
                          ys={series.alpha_certified}
                        />
                      )}
                      <Curve {...line} kind="measured" xs={series.epsilon} ys={series.alpha} />
                      {rule.chosen && (
                        <Curve
                          {...line}
                          kind="predicted"
                          xs={series[`epsilon_predicted_${refit}`]}
                          ys={series[`alpha_predicted_${refit}`]}
                        />
                      )}
                    </g>
                  );
                })}
              </Clipped>
              <NoiseFloor standing={standing} chart={drawn} />
              <Here standing={standing} chart={drawn} at={["epsilon", "alpha"]} />
              <TargetLine model={model} kind="alpha" axis={drawn.y} frame={drawn.frame} />
              <TargetLine model={model} kind="epsilon" axis={drawn.x} frame={drawn.frame} upright />
            </>
          )}
        </Plot>
      </div>
    </figure>
  );
}

interface PartProps {
  readonly standing: Standing;
  readonly chart: Chart;
}

function FrontierLine({
  frontier,
  chart,
}: {
  readonly frontier: Frontier;
  readonly chart: Chart;
}): VNode {
  const { epsilon, alpha, refit } = frontier;
  const path = useMemo(() => curvePath(epsilon, alpha, chart.x, chart.y), [frontier, chart]);
  const { left, right, top } = chart.frame;
  // The words stand where the line leaves the frame, or at its end.
  let inside = alpha.length - 1;
  while (inside >= 0 && (chart.y(alpha[inside]!) < top || chart.x(epsilon[inside]!) > right)) {
    inside--;
  }
  const x = inside < 0 ? left : chart.x(epsilon[inside]!);
  const y = inside < 0 ? top : chart.y(alpha[inside]!);
  return (
    <g class="uw-frontier" data-refit={refit}>
      <title>The most removal that any edit can reach at each preservation cost.</title>
      <path d={path} />
      <text
        x={clamp(x + 5, [left, right - 44])}
        y={x > right - 50 ? y - 6 : clamp(y + 9, [top + 10, Infinity])}
      >
        frontier
      </text>
    </g>
  );
}

/** The stop point, where ε is 0 and α is k, and the region past it. */
function Overshoot({ plan, chart }: { readonly plan: Plan; readonly chart: Chart }): VNode | null {
  const { stop, divergence } = plan;
  if (stop === null) return null;
  const { x, y, frame } = chart;
  const at = clamp(y(divergence), [frame.top, frame.bottom]);
  return (
    <g
      class="uw-stop"
      data-beyond={stop.beyond}
      data-testid="uw-stop-point"
      data-value={dataValue(stop.removed)}
    >
      <title>
        {`The stop point: ε is 0 and α is k = ${quantity(divergence)}. Above it a removal overshoots` +
          (stop.beyond ? "; this rule reaches it beyond the last row only." : ".")}
      </title>
      <rect x={frame.left} y={frame.top} width={frame.right - frame.left} height={at - frame.top} />
      <circle cx={x(0)} cy={at} r={4} />
      <text x={frame.right - 4} y={at - 4} text-anchor="end">
        {stop.beyond ? "overshoot: beyond the last row" : "overshoot"}
      </text>
    </g>
  );
}

/** The bounds of the live selection: α at least, ε at most. */
function Certificate({ standing, chart }: PartProps): VNode | null {
  const { alpha_certified: alpha, epsilon_certified: epsilon } = standing.shown.value.values;
  if (alpha === null || epsilon === null || Number.isNaN(alpha + epsilon)) return null;
  const { x, y, frame } = chart;
  const right = clamp(epsilon === Infinity ? Infinity : x(epsilon), [frame.left, frame.right]);
  const bottom = clamp(y(Math.max(0, alpha)), [frame.top, frame.bottom]);
  return (
    <g class="uw-certified-region">
      <title>Certified for your selection: α at least, ε at most, each with its confidence.</title>
      <rect x={frame.left} y={frame.top} width={right - frame.left} height={bottom - frame.top} />
      <path
        d={
          (right < frame.right ? `M${right},${frame.top}V${bottom}` : "") +
          (bottom < frame.bottom ? `M${right},${bottom}H${frame.left}` : "")
        }
      />
    </g>
  );
}

/** What both numbers would read from sampling noise alone, where it lies inside the plane. */
function NoiseFloor({ standing, chart }: PartProps): VNode | null {
  const { alpha_noise_floor: alpha, epsilon_noise_floor: epsilon } = standing.shown.value.values;
  if (alpha === null || epsilon === null) return null;
  const { x, y, frame } = chart;
  const [cx, cy] = [x(Math.max(0, epsilon)), y(Math.max(0, alpha))];
  const inside = cy <= frame.bottom && cx <= frame.right;
  return inside ? (
    <path class="uw-floor-mark" d={`M${cx - 4},${cy}h8M${cx},${cy - 4}v8`}>
      <title>Noise floor of your selection</title>
    </path>
  ) : (
    <text class="uw-chart-words" x={frame.right - 4} y={frame.bottom - 5} text-anchor="end">
      noise floor: α {quantity(alpha)} ↓, ε {quantity(epsilon)}
    </text>
  );
}

function RefitChoice({
  model,
  plan,
}: {
  readonly model: PlanModel;
  readonly plan: Plan;
}): VNode | null {
  if (plan.frontiers.length < 2) return null;
  return (
    <label class="uw-planner-refit">
      refit{" "}
      <select
        data-testid="uw-refit"
        value={model.refit.value}
        onChange={(event) => model.refitBy(event.currentTarget.value as Refit)}
      >
        <option value="mean">mean</option>
        <option value="covariance">mean + covariance</option>
      </select>
    </label>
  );
}

import type { VNode } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { curvePath, extent, rootAxis, type Frame } from "../../core/curves";
import { dataValue } from "../../core/format";
import type { SessionStore } from "../../state/session";
import type { Plan } from "../../wire/messages";
import { Curve, Grid, traced, type Chart } from "./chart-parts";
import type { PlanModel } from "./plan-model";
import { useSize } from "./size";
import { TargetLine } from "./target-line";

interface FrontierPanelProps {
  readonly session: SessionStore;
  readonly model: PlanModel;
  readonly plan: Plan;
}

const MARGIN = { left: 44, right: 16, top: 12, bottom: 32 };

/** Removal against preservation, on square-root scales: frontier and paths are straight lines. */
export function FrontierPanel({ session, model, plan }: FrontierPanelProps): VNode {
  const box = useRef<HTMLDivElement>(null);
  const [width, height] = useSize(box);
  const rules = traced(model);
  const refit = model.refit.value;
  const frontier = plan.frontiers.find((one) => one.refit === refit);

  const chart = useMemo((): Chart | null => {
    if (width < 60 || height < 60) return null;
    const frame: Frame = {
      left: MARGIN.left,
      right: width - MARGIN.right,
      top: MARGIN.top,
      bottom: height - MARGIN.bottom,
    };
    const of = (kind: "alpha" | "epsilon"): [number, number] | null =>
      extent([
        ...rules.map(({ curves }) => curves.series[kind]),
        ...rules.map(({ curves }) => curves.series[`${kind}_predicted_${refit}`]),
        [model.targets[kind].peek() ?? NaN],
      ]);
    const [alpha, epsilon] = [of("alpha"), of("epsilon")];
    if (alpha === null || epsilon === null) return null;
    const room = 0.12 * (alpha[1] - alpha[0]);
    return {
      frame,
      x: rootAxis(0, 1.1 * epsilon[1], frame.left, frame.right),
      y: rootAxis(Math.max(0, alpha[0] - room), alpha[1] + room, frame.bottom, frame.top),
    };
  }, [width, height, model.ranked.value, refit, plan]);

  return (
    <figure class="uw-panel uw-panel-plane">
      <figcaption>
        <span class="uw-panel-name">Removal α against preservation ε, nats</span>
      </figcaption>
      <div ref={box} class="uw-panel-plot">
        {chart !== null && (
          <svg width={width} height={height} role="group" aria-label="Removal against preservation">
            <Grid chart={chart} label="preservation ε, nats" />
            <Overshoot plan={plan} chart={chart} />
            {frontier !== undefined && (
              <path
                class="uw-frontier"
                d={curvePath(frontier.epsilon, frontier.alpha, chart.x, chart.y)}
              />
            )}
            <Certificate session={session} chart={chart} />
            {rules.map((rule) => {
              const { series } = rule.curves;
              return (
                <g key={rule.name}>
                  {rule.chosen && (
                    <Curve
                      rule={rule}
                      chart={chart}
                      kind="predicted"
                      xs={series[`epsilon_predicted_${refit}`]}
                      ys={series[`alpha_predicted_${refit}`]}
                    />
                  )}
                  <Curve
                    rule={rule}
                    chart={chart}
                    kind="measured"
                    xs={series.epsilon}
                    ys={series.alpha}
                  />
                </g>
              );
            })}
            <Here session={session} chart={chart} />
            <TargetLine model={model} kind="alpha" axis={chart.y} frame={chart.frame} />
            <TargetLine model={model} kind="epsilon" axis={chart.x} frame={chart.frame} upright />
          </svg>
        )}
      </div>
    </figure>
  );
}

function Overshoot({ plan, chart }: { readonly plan: Plan; readonly chart: Chart }): VNode | null {
  const { stop, divergence } = plan;
  if (stop === null) return null;
  const { x, y, frame } = chart;
  const at = Math.min(frame.bottom, Math.max(frame.top, y(divergence)));
  return (
    <g class="uw-stop" data-testid="uw-stop-point" data-value={dataValue(stop.removed)}>
      <title>
        The stop point: ε is 0 and α is k. Above it removal overshoots the retained domain.
      </title>
      <rect x={frame.left} y={frame.top} width={frame.right - frame.left} height={at - frame.top} />
      <circle cx={x(0)} cy={at} r={4} />
    </g>
  );
}

function Certificate({
  session,
  chart,
}: {
  readonly session: SessionStore;
  readonly chart: Chart;
}): VNode | null {
  const { alpha_certified: alpha, epsilon_certified: epsilon } = session.shown.value.values;
  if (alpha === null || epsilon === null || !Number.isFinite(epsilon)) return null;
  const { x, y, frame } = chart;
  const right = Math.min(frame.right, x(epsilon));
  const bottom = Math.min(frame.bottom, Math.max(frame.top, y(Math.max(0, alpha))));
  return (
    <rect
      class="uw-certified-region"
      x={frame.left}
      y={frame.top}
      width={Math.max(0, right - frame.left)}
      height={Math.max(0, bottom - frame.top)}
    >
      <title>Certified for your selection: α at least, ε at most, each with its confidence.</title>
    </rect>
  );
}

function Here({
  session,
  chart,
}: {
  readonly session: SessionStore;
  readonly chart: Chart;
}): VNode | null {
  const { values, state } = session.shown.value;
  if (!Number.isFinite(values.alpha) || !Number.isFinite(values.epsilon)) return null;
  const { x, y, frame } = chart;
  const clamp = (pixel: number, low: number, high: number): number =>
    Math.min(high, Math.max(low, pixel));
  return (
    <circle
      class="uw-here"
      data-state={state}
      cx={clamp(x(values.epsilon), frame.left, frame.right)}
      cy={clamp(y(values.alpha), frame.top, frame.bottom)}
      r={5}
    >
      <title>Your selection</title>
    </circle>
  );
}

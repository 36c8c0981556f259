import type { VNode } from "preact";
import { changeText, negligible, quantity } from "../../core/format";
import { type NumberProps, NumberText } from "../../ui/number";
import { Term } from "../../ui/term";
import type { EffectValues } from "../../wire/messages";
import type { Metric } from "./metrics";

/** Properties of {@link MetricLine}. */
export interface MetricLineProps {
  readonly metric: Metric;
  readonly values: EffectValues;
  readonly rev: number;
  readonly state: NumberProps["state"];
}

function verdict({ before, after, wanted }: Metric): "gain" | "cost" | "same" {
  const change = after - before;
  if (Number.isNaN(change) || negligible(before, after)) return "same";
  return change > 0 === (wanted === "up") ? "gain" : "cost";
}

/** Name, symbol, before and after, the change, and what bounds the number. */
export function MetricLine({ metric, values, rev, state }: MetricLineProps): VNode {
  const { testid, before, after } = metric;
  const text = changeText(before, after);
  const change = after - before;
  const outcome = verdict(metric);
  const number = { rev, state };
  return (
    <div class="uw-metric">
      <dt class="uw-metric-name" title={metric.name}>
        {metric.name}
      </dt>
      <dd class="uw-metric-values">
        <NumberText
          {...number}
          testid={`${testid}-before`}
          value={before}
          text={text.before}
          class="uw-metric-before"
        />
        <span class="uw-metric-arrow" aria-label="to">
          →
        </span>
        <NumberText
          {...number}
          testid={testid}
          value={after}
          text={text.after}
          class="uw-metric-after"
        />
      </dd>
      <dd class="uw-metric-change" data-outcome={outcome}>
        <NumberText {...number} testid={`${testid}-change`} value={change} text={text.change} />
      </dd>
      <dd class="uw-metric-note">
        <Term class="uw-metric-symbol" explanation={metric.explanation} formula={metric.formula}>
          {metric.symbol}
        </Term>
        {" · "}
        {metric.certified === undefined ? metric.meaning : bounds(metric, values, rev, state)}
      </dd>
      <dd class="uw-metric-outcome" data-outcome={outcome}>
        {outcome === "same" ? "" : outcome}
      </dd>
    </div>
  );
}

function confidence(delta: number): string {
  return `${Number((100 * (1 - delta)).toPrecision(8))}\u202f%`;
}

function bounds(
  metric: Metric,
  values: EffectValues,
  rev: number,
  state: NumberProps["state"],
): VNode {
  const { testid, certified = null, floor = null } = metric;
  const side = metric.wanted === "up" ? "at least" : "at most";
  const reason = values.certificate_reason ?? "No certificate is known for this covariance.";
  return (
    <>
      <Term
        explanation={
          certified === null
            ? reason
            : "A certificate, not a prediction: it bounds the part that comes from the means, and" +
              " holds at once for every selection, however it was chosen."
        }
        formula={certified === null ? undefined : certificateFormula(metric)}
      >
        <NumberText
          testid={`${testid}-certified`}
          value={certified}
          text={
            certified === null
              ? "no certificate"
              : `${side} ${quantity(certified)} with ${confidence(values.delta)} confidence`
          }
          rev={rev}
          state={state}
        />
      </Term>
      {" · "}
      <Term
        explanation={
          "What this number would read from sampling noise alone if the kept rows had been picked" +
          " without looking."
        }
        formula={metric.wanted === "up" ? "d/2 · (1/N + (1−2w)/n₁)" : "d/2 · (1/N + (2w−1)/n₂)"}
      >
        <NumberText
          testid={`${testid}-floor`}
          value={floor}
          text={floor === null ? "no floor" : `floor ${quantity(floor)}`}
          rev={rev}
          state={state}
        />
      </Term>
    </>
  );
}

function certificateFormula(metric: Metric): string {
  return metric.wanted === "up"
    ? "α ≥ ½ [(1−τ)|μ̂−x̄₁| − √(χ²/n₁)]₊²"
    : "ε ≤ ½ [(1+τ)|μ̂−x̄₂| + √(χ²/n₂)]²";
}

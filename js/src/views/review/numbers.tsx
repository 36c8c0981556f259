import type { VNode } from "preact";
import { count, percent } from "../../core/format";
import { NumberText } from "../../ui/number";
import type { EffectValues } from "../../wire/messages";
import { MetricLine } from "../readout/metric-line";
import { metrics } from "../readout/metrics";
import "../readout/readout.css";
import type { SentenceInfo } from "../readout/sentence";

/** Properties of {@link Numbers}. */
export interface NumbersProps {
  readonly effect: EffectValues;
  readonly names: SentenceInfo["names"];
  /** What hooks begin with: "uw-review", "uw-card" or "uw-panel". */
  readonly prefix: string;
  /** The revision they belong to, where they are those of a live session. */
  readonly rev?: number;
}

/** Counts and the four numbers before and after, as a manifest states them. */
export function Numbers({ effect, names, prefix, rev = 0 }: NumbersProps): VNode {
  const number = { rev, state: "stated" } as const;
  return (
    <div class="uw-readout uw-review-numbers">
      <p class="uw-headline">
        <NumberText
          {...number}
          testid={`${prefix}-n-removed`}
          value={effect.n_removed}
          text={count(effect.n_removed)}
          class="uw-headline-count"
        />{" "}
        <span class="uw-headline-count">removed</span>{" "}
        <span class="uw-headline-rest">
          {effect.n_removed_retain > 0 ? `${count(effect.n_removed_forget)} ` : ""}of{" "}
          <NumberText
            {...number}
            testid={`${prefix}-n-forget`}
            value={effect.n_forget}
            text={count(effect.n_forget)}
          />{" "}
          {names.forget} rows ·{" "}
          <NumberText
            {...number}
            testid={`${prefix}-removed-share`}
            value={effect.removed_fraction}
            text={percent(effect.removed_fraction)}
          />
        </span>
      </p>
      <p class="uw-readout-kept">
        <span class={effect.n_removed_retain > 0 ? "uw-touched" : ""}>
          <NumberText
            {...number}
            testid={`${prefix}-n-retained-touched`}
            value={effect.n_removed_retain}
            text={count(effect.n_removed_retain)}
          />{" "}
          of {count(effect.n_retain)} {names.retain} touched
        </span>
      </p>
      <dl class="uw-metrics">
        {metrics(effect, { names }).map((metric) => {
          const testid = metric.testid.replace("uw", prefix);
          const hooked = { ...metric, testid };
          return <MetricLine key={testid} metric={hooked} values={effect} {...number} />;
        })}
      </dl>
    </div>
  );
}

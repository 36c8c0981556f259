import type { VNode } from "preact";
import { count, percent } from "../../core/format";
import { NumberText, type NumberState } from "../../ui/number";
import { Term } from "../../ui/term";
import type { EffectValues, SessionInfo } from "../../wire/messages";
import type { ViewProps } from "../props";
import { MetricLine } from "./metric-line";
import { metrics } from "./metrics";
import "./readout.css";
import { mapCaution, type Piece, sentence } from "./sentence";
import { Verdict } from "./verdict";

/** The effect of the selection: counts, the four numbers, and what they mean in plain words. */
export function ReadoutView({ session }: Pick<ViewProps, "session">): VNode {
  const { values, rev, state } = session.shown.value;
  const info = session.info.value;
  const lost = session.connection.value === "lost";
  return (
    <section
      class="uw-readout"
      data-testid="uw-readout"
      data-state={state}
      aria-label="Effect of the removal"
    >
      <StateBadge state={state} lost={lost} />
      <Headline values={values} info={info} rev={rev} state={state}>
        <Verdict session={session} />
      </Headline>
      <p class="uw-readout-caption">
        <Term
          explanation={
            "Plug-in numbers, in nats: computed from exactly the rows kept and removed, not" +
            " predicted for new ones; certificates stand apart below them."
          }
        >
          from these rows
        </Term>
        <span class="uw-readout-columns">
          before → <b>after</b>
        </span>
        <span>change</span>
      </p>
      <dl class="uw-metrics">
        {metrics(values, info).map((metric) => (
          <MetricLine key={metric.testid} metric={metric} values={values} rev={rev} state={state} />
        ))}
      </dl>
      <p class="uw-sentence" data-testid="uw-sentence">
        {sentence(values, info).map((piece, at) => (
          <SentencePiece key={at} piece={piece} info={info} />
        ))}
        {caution(values, info)}
      </p>
    </section>
  );
}

function caution(values: EffectValues, info: SessionInfo): VNode | null {
  const words = mapCaution(values, info);
  return words === null ? null : <span class="uw-muted"> {words}</span>;
}

function SentencePiece({ piece, info }: { piece: Piece; info: SessionInfo }): VNode {
  if (piece.kind === "strong") return <b>{piece.text}</b>;
  if (piece.kind !== "random") return <>{piece.text}</>;
  return (
    <Term
      explanation={
        `The smallest number of ${info.names.forget} rows, drawn at random, whose expected removal` +
        ` reaches yours; w is the share of ${info.names.forget} among all rows kept, k the divergence.`
      }
      formula="(1 − w)² k ≥ α"
    >
      {piece.text}
    </Term>
  );
}

function StateBadge({ state, lost }: { state: NumberState; lost: boolean }): VNode {
  const words = lost
    ? "kernel not answering"
    : { current: "", preview: "preview", stale: "updating…" }[state];
  return (
    <span
      class="uw-readout-badge"
      data-state={lost ? "lost" : state}
      data-testid="uw-readout-state"
    >
      {words}
    </span>
  );
}

interface HeadlineProps {
  readonly values: EffectValues;
  readonly info: SessionInfo;
  readonly rev: number;
  readonly state: NumberState;
  readonly children: VNode;
}

function Headline({ values, info, rev, state, children }: HeadlineProps): VNode {
  const { forget, retain } = info.names;
  const touched = values.n_removed_retain;
  const number = { rev, state };
  return (
    <>
      <p class="uw-headline">
        <NumberText
          {...number}
          testid="uw-n-removed"
          value={values.n_removed}
          text={count(values.n_removed)}
          class="uw-headline-count"
        />{" "}
        <span class="uw-headline-count">removed</span>{" "}
        <span class="uw-headline-rest">
          {touched > 0 ? `${count(values.n_removed_forget)} ` : ""}of {count(values.n_forget)}{" "}
          {forget} rows ·{" "}
          <NumberText
            {...number}
            testid="uw-removed-share"
            value={values.removed_fraction}
            text={percent(values.removed_fraction)}
          />
        </span>
      </p>
      <div class="uw-bar" aria-hidden="true">
        <div style={{ width: `${100 * values.removed_fraction}%` }} />
      </div>
      <p class="uw-readout-kept">
        <span>
          {count(values.n_forget - values.n_removed_forget)} {forget} kept ·{" "}
          <span class={touched > 0 ? "uw-touched" : ""}>
            <NumberText
              {...number}
              testid="uw-n-retained-touched"
              value={touched}
              text={count(touched)}
            />{" "}
            of {count(values.n_retain)} {retain} touched
          </span>
        </span>
        {children}
      </p>
    </>
  );
}

import type { ComponentChildren, VNode } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";
import { count, percent, plural, quantity } from "../../core/format";
import type { SessionStore } from "../../state/session";
import { Icon } from "../../ui/icons";
import { AnnouncerContext } from "../../ui/live-region";
import { NumberText, type NumberState } from "../../ui/number";
import { Term } from "../../ui/term";
import type { CheckedMetric, CheckResult, CheckState, SessionInfo } from "../../wire/messages";
import "./retrain.css";

interface RetrainPanelProps {
  readonly session: SessionStore;
  readonly onClose: () => void;
}

/** What retraining measures for the selection, beside what the closed form expects. */
export function RetrainPanel({ session, onClose }: RetrainPanelProps): VNode {
  const check = session.check.value;
  const { running, result, error } = check;
  const { values, rev } = session.effect.value;
  const info = session.info.value;
  const lost = session.connection.value === "lost";
  useAnnouncement(session);
  const stale = result !== null && (result.rev !== rev || lost);
  return (
    <section class="uw-retrain" data-testid="uw-retrain-panel" aria-label="Check by retraining">
      <header class="uw-retrain-header">
        <h3>Measured by retraining</h3>
        {running === null ? (
          <button
            type="button"
            class="uw-link"
            data-testid="uw-retrain-start"
            disabled={values.n_removed === 0 || (result !== null && !stale && isWhole(result))}
            onClick={() => void session.startCheck()}
          >
            {result === null ? "Check this selection" : "Check again"}
          </button>
        ) : (
          <button
            type="button"
            class="uw-link"
            data-testid="uw-retrain-cancel"
            onClick={() => void session.cancelCheck()}
          >
            Cancel
          </button>
        )}
        <button
          type="button"
          class="uw-icon-button uw-retrain-close"
          aria-label="Close, and show the records again"
          data-testid="uw-retrain-close"
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </header>
      <Progress running={running} rev={rev} />
      {error !== null && (
        <p class="uw-retrain-error" role="alert" data-testid="uw-retrain-error">
          {error}
        </p>
      )}
      {result !== null && (
        <Result result={result} info={info} stale={stale} behind={result.rev !== rev} />
      )}
      {result === null && running === null && error === null && (
        <p class="uw-retrain-empty uw-muted">
          {values.n_removed === 0
            ? "Choose some rows first: a classifier is then trained with and without them."
            : "Nothing was measured yet for this session."}
        </p>
      )}
    </section>
  );
}

function isWhole(result: CheckResult): boolean {
  return result.n_done === result.n_splits;
}

interface ProgressProps {
  readonly running: CheckState["running"];
  readonly rev: number;
}

function Progress({ running, rev }: ProgressProps): VNode | null {
  if (running === null) return null;
  const { done, total } = running;
  const words = total === null ? "Preparing…" : `${done} of ${total} models trained`;
  return (
    <p class="uw-retrain-progress">
      <progress
        aria-label="Models trained"
        {...(total === null ? {} : { value: done, max: total })}
      />
      <span>
        {words}
        {running.rev !== rev && ", for an earlier selection"}
      </span>
    </p>
  );
}

interface ResultProps {
  readonly result: CheckResult;
  readonly info: SessionInfo;
  readonly stale: boolean;
  readonly behind: boolean;
}

function Result({ result, info, stale, behind }: ResultProps): VNode {
  const number = { rev: result.rev, state: (stale ? "stale" : "current") as NumberState };
  const { n_removed_forget: forget, n_removed_retain: retain } = result;
  return (
    <>
      <p class="uw-retrain-what" data-state={number.state}>
        {behind && <b data-testid="uw-retrain-stale">Of an earlier selection: </b>}
        {`${count(forget)} ${info.names.forget}`}
        {retain > 0 && ` and ${count(retain)} ${info.names.retain}`} removed ·{" "}
        <Term explanation={`${result.model}, fitted anew on each split with and without the rows.`}>
          {result.model.split("(", 1)[0]}
        </Term>{" "}
        · {splitsDone(result)}
      </p>
      <table class="uw-retrain-table" data-state={number.state}>
        <thead>
          <tr>
            <td>classifier’s</td>
            <th scope="col">
              <Term explanation="Mean over splits, scored on rows that no model was trained on. The range over splits shows on hover.">
                measured
              </Term>
            </th>
            <th scope="col">
              <Term explanation="What the closed form predicts for a linear discriminant of Gaussian classes fitted to the same rows; it is exact for random removal, and off where a rule cuts the domain.">
                closed form
              </Term>
            </th>
          </tr>
        </thead>
        <tbody>
          {result.metrics.map((line) => (
            <Line key={line.metric} line={line} info={info} number={number} />
          ))}
        </tbody>
      </table>
    </>
  );
}

function splitsDone({ n_done: done, n_splits: all }: CheckResult): string {
  return done === all ? plural(all, "split") : `cancelled after ${done} of ${plural(all, "split")}`;
}

const UNIT = /\u202f%$/;

interface LineProps {
  readonly line: CheckedMetric;
  readonly info: SessionInfo;
  readonly number: { readonly rev: number; readonly state: NumberState };
}

function Line({ line, info, number }: LineProps): VNode {
  const { metric, values, status } = line;
  const [name, explanation] = NAMES[metric](info.names);
  const text = metric.endsWith("log_loss") ? quantity : percent;
  // The unit stands once, behind the second number of a pair.
  const first = (value: number): string => text(value).replace(UNIT, "");
  const testid = `uw-measured-${metric.replaceAll("_", "-")}`;
  const span = (side: "before" | "after"): string =>
    `${text(values[`${side}_low`])} to ${text(values[`${side}_high`])} over the splits`;
  const expected = [values.predicted_before, values.predicted_after] as const;
  return (
    <tr>
      <th scope="row">
        <Term explanation={explanation}>{name}</Term>
        {status !== "ok" && (
          <span class="uw-retrain-status" data-testid={`${testid}-status`}>
            {status}
          </span>
        )}
      </th>
      <td>
        <Pair
          before={
            <NumberText
              {...number}
              testid={`${testid}-before`}
              value={values.before}
              text={first(values.before)}
              title={span("before")}
            />
          }
          after={
            <NumberText
              {...number}
              testid={testid}
              value={values.after}
              text={text(values.after)}
              title={span("after")}
              class="uw-retrain-after"
            />
          }
        />
      </td>
      <td class="uw-muted">
        {expected.some(Number.isNaN) ? (
          "–"
        ) : (
          <Pair
            before={first(expected[0])}
            after={
              <NumberText
                {...number}
                testid={`${testid}-predicted`}
                value={expected[1]}
                text={text(expected[1])}
              />
            }
          />
        )}
      </td>
    </tr>
  );
}

function Pair(sides: Record<"before" | "after", ComponentChildren>): VNode {
  return (
    <>
      <span class="uw-muted">
        {sides.before} <span aria-label="to">→</span>
      </span>{" "}
      {sides.after}
    </>
  );
}

type Named = (names: SessionInfo["names"]) => readonly [string, string];

const NAMES: Record<CheckedMetric["metric"], Named> = {
  forget_recall: ({ forget }) => [
    `recall on ${forget}`,
    `Share of held-out ${forget} rows that the classifier still labels rightly.`,
  ],
  forget_log_loss: ({ forget }) => [
    `log-loss on ${forget}`,
    `Mean of −ln p(label) over held-out ${forget} rows, in nats: of a classifier, unlike the log-loss of a density in the read-out.`,
  ],
  retain_log_loss: ({ retain }) => [
    `log-loss on ${retain}`,
    `Mean of −ln p(label) over held-out ${retain} rows, in nats.`,
  ],
  retain_accuracy: ({ retain }) => [
    `accuracy on ${retain}`,
    `Share of held-out ${retain} rows that the classifier labels rightly.`,
  ],
  balanced_accuracy: () => ["balanced accuracy", "Mean over labels of the share labelled rightly."],
};

/** Says once how a check that was seen running has ended. */
function useAnnouncement(session: SessionStore): void {
  const announcer = useContext(AnnouncerContext);
  const { running, result, error } = session.check.value;
  const { forget } = session.info.value.names;
  const was = useRef(running !== null);
  useEffect(() => {
    if (was.current && running === null) {
      const recall = result?.metrics.find(({ metric }) => metric === "forget_recall")?.values;
      if (error !== null) announcer.say(`Retraining failed. ${error}`);
      else if (recall !== undefined) {
        const [before, after] = [percent(recall.before), percent(recall.after)];
        announcer.say(`Retraining measured recall on ${forget}: ${before} before, ${after} after.`);
      }
    }
    was.current = running !== null;
  }, [running === null]);
}

import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { count, plural } from "../../core/format";
import { Term } from "../../ui/term";
import type { SessionInfo } from "../../wire/messages";
import { MapView } from "../map/map-view";
import { PlannerView } from "../planner/planner-view";
import type { ViewProps } from "../props";
import { ReadoutView } from "../readout/readout-view";
import { RecordsView } from "../records/records-view";
import { RetrainButton } from "../retrain/retrain-button";
import { RetrainPanel } from "../retrain/retrain-panel";
import { ExtendMenu } from "./extend-menu";
import { SetsMenu } from "./sets-menu";
import { StoreMark } from "./store-mark";
import "./workbench.css";

/**
 * Map, read-out, records and planner of one session in one frame, sharing one session and local
 * store. A check by retraining takes the place of the records, so that it stands beside the numbers.
 */
export function WorkbenchView({ session, local, view }: ViewProps): VNode {
  const info = session.info.value;
  const [checking, setChecking] = useState(false);
  const own = view.signalOf<string | undefined>("title").value ?? "";
  const title = own === "" ? info.title : own;
  return (
    <div class="uw-workbench" data-testid="uw-workbench">
      <div class="uw-workbench-frame">
        <header class="uw-workbench-header">
          {title !== "" && (
            <h2 dir="auto" title={title}>
              {title}
            </h2>
          )}
          <Facts info={info} />
          <StoreMark session={session} />
          <div class="uw-workbench-tools">
            <RetrainButton
              session={session}
              open={checking}
              onToggle={() => setChecking(!checking)}
            />
            <ExtendMenu session={session} />
            <SetsMenu session={session} />
          </div>
        </header>
        <div class="uw-pane uw-pane-map">
          <MapView session={session} local={local} view={view} />
        </div>
        <div class="uw-pane uw-pane-readout">
          <ReadoutView session={session} />
        </div>
        <div class="uw-pane uw-pane-records">
          {checking ? (
            <RetrainPanel session={session} onClose={() => setChecking(false)} />
          ) : (
            <RecordsView session={session} local={local} view={view} fit />
          )}
        </div>
        <div class="uw-pane uw-pane-planner">
          <PlannerView session={session} local={local} view={view} fit />
        </div>
      </div>
    </div>
  );
}

function Facts({ info }: { readonly info: SessionInfo }): VNode {
  const { names } = info;
  const [fit, explanation] = covariance(info);
  return (
    <p class="uw-facts">
      <span>{count(info.n_rows)} rows</span>
      <span>
        forget{" "}
        <b class="uw-facts-forget" title={names.forget}>
          {names.forget}
        </b>{" "}
        {count(info.n_forget)}
      </span>
      <span>
        retain{" "}
        <b class="uw-facts-retain" title={names.retain}>
          {names.retain}
        </b>{" "}
        {count(info.n_retain)}
      </span>
      <span>
        <Term explanation={explanation}>{fit}</Term>
      </span>
      {info.grouped && (
        <span>
          <Term explanation="Rows are removed by whole groups: whatever is chosen takes the rest of its group within the same domain along.">
            whole groups
          </Term>
        </span>
      )}
    </p>
  );
}

function covariance(info: SessionInfo): readonly [string, string] {
  const { dim, dim_effective: effective, shrinkage_used: shrinkage } = info;
  const parts: string[] = [];
  let name = "shared covariance";
  if (info.covariance === "refit") {
    name = "covariance refitted";
    parts.push("Mean and covariance are fitted anew to the kept rows of both domains.");
  } else if (info.covariance === "shared") {
    parts.push("Both domains are Gaussians with one pooled covariance; a removal moves the mean.");
  } else {
    name = "known covariance";
    parts.push("Both domains are Gaussians with the covariance given; a removal moves the mean.");
  }
  if (effective < dim) {
    parts.push(
      `${count(effective)} of ${count(dim)} directions vary on their own; the others carry nothing.`,
    );
  }
  if (shrinkage !== null) parts.push(`The covariance is shrunk (${shrinkage}).`);
  if (info.precision !== "float64") parts.push(`Rows are stored as ${info.precision}.`);
  return [`${plural(effective, "dimension")}, ${name}`, parts.join(" ")];
}

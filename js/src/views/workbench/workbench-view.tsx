import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { MapView } from "../map/map-view";
import { PlannerView } from "../planner/planner-view";
import type { ViewProps } from "../props";
import { ReadoutView } from "../readout/readout-view";
import { RecordsView } from "../records/records-view";
import { RetrainButton } from "../retrain/retrain-button";
import { RetrainPanel } from "../retrain/retrain-panel";
import { ExtendMenu } from "./extend-menu";
import { Facts } from "./facts";
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

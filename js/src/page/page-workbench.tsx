import type { VNode } from "preact";
import { FrozenContext } from "../ui/frozen";
import { Icon } from "../ui/icons";
import { MapView } from "../views/map/map-view";
import { PlannerView } from "../views/planner/planner-view";
import type { ViewProps } from "../views/props";
import { ReadoutView } from "../views/readout/readout-view";
import { Facts } from "../views/workbench/facts";
import { SetsMenu } from "../views/workbench/sets-menu";
import "../views/workbench/workbench.css";
import "./page.css";
import { PageRecords } from "./page-records";

/** Properties of {@link PageWorkbench}. */
export interface PageWorkbenchProps extends ViewProps {
  /** Why the numbers stay those saved; null when brushing is live. */
  readonly reason: string | null;
  /** Whether the page carries the records of the rows that were removed. */
  readonly records: boolean;
  readonly savedRev: number;
}

/** The workbench of a page without a kernel: what it can do, and in plain words what it cannot. */
export function PageWorkbench(props: PageWorkbenchProps): VNode {
  const { session, local, view, reason, records, savedRev } = props;
  const info = session.info.value;
  const frozen = reason !== null;
  const panes = { session, local, view };
  return (
    <FrozenContext.Provider value={frozen}>
      <main class="uw-workbench uw-page" data-testid="uw-workbench" data-live={!frozen}>
        <Note reason={reason} records={records} rev={savedRev} />
        <div class="uw-workbench-frame" data-records={records}>
          <header class="uw-workbench-header">
            {info.title !== "" && (
              <h1 dir="auto" title={info.title}>
                {info.title}
              </h1>
            )}
            <Facts info={info} />
            <div class="uw-workbench-tools">{!frozen && <SetsMenu session={session} />}</div>
          </header>
          <div class="uw-pane uw-pane-map">
            <MapView {...panes} />
          </div>
          <div class="uw-pane uw-pane-readout">
            <ReadoutView session={session} />
          </div>
          {records && (
            <div class="uw-pane uw-pane-records">
              <PageRecords {...panes} />
            </div>
          )}
          <div class="uw-pane uw-pane-planner">
            <PlannerView {...panes} fit />
          </div>
        </div>
      </main>
    </FrozenContext.Provider>
  );
}

interface NoteProps {
  readonly reason: string | null;
  readonly records: boolean;
  readonly rev: number;
}

function Note({ reason, records, rev }: NoteProps): VNode {
  const texts = records
    ? "It carries the records of the rows that were removed then, and no others."
    : "It carries no records.";
  return (
    <p class="uw-page-note" data-testid="uw-page-note" role="note" data-live={reason === null}>
      <Icon name={reason === null ? "info" : "alert"} />
      <span>
        {reason === null ? (
          <>
            <b>Saved page, brushing is live.</b> The numbers are computed in this page from the rows
            it carries, exactly as in the notebook. Nothing leaves this page, and nothing is kept
            when it is closed. Checks by retraining, search, neighbours and near-duplicates need the
            notebook. {texts}
          </>
        ) : (
          <>
            <b>Saved page, not live.</b> {reason} The selection and every number are those saved at
            revision {rev}; they do not change here, and the tools that would change them are
            switched off. Open the session in a notebook to go on. {texts}
          </>
        )}
      </span>
    </p>
  );
}

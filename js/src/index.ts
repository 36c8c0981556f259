import type { AnyModel, RenderProps } from "@anywidget/types";
import { type ComponentType, h, render as mount } from "preact";
import { createLocal } from "./state/local";
import { openSession } from "./state/session";
import { openView } from "./state/view";
import { Shell } from "./ui/shell";
import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/controls.css";
import { MapView } from "./views/map/map-view";
import { PlannerView } from "./views/planner/planner-view";
import type { ViewProps } from "./views/props";
import { ReadoutView } from "./views/readout/readout-view";
import { RecordsView } from "./views/records/records-view";
import { WorkbenchView } from "./views/workbench/workbench-view";

const VIEWS: Readonly<Record<string, ComponentType<ViewProps>>> = {
  map: MapView,
  planner: PlannerView,
  readout: ReadoutView,
  records: RecordsView,
  workbench: WorkbenchView,
};

/** The host's second argument to `getModel` is missing from the published types. */
interface SessionHost {
  getModel(reference: string, options: { signal: AbortSignal }): Promise<AnyModel>;
}

function sorry(el: HTMLElement, words: string): void {
  const note = document.createElement("p");
  note.className = "uw-absent";
  note.setAttribute("role", "alert");
  note.textContent = words;
  el.replaceChildren(note);
}

async function render({ model, el, signal, host }: RenderProps): Promise<void> {
  const name = String(model.get("_view"));
  const View = VIEWS[name];
  if (View === undefined) {
    sorry(el, `This front end has no view named "${name}". Reload the page after an upgrade.`);
    return;
  }
  let sessionModel: AnyModel;
  try {
    const reference = model.get("session") as string;
    sessionModel = await (host as SessionHost).getModel(reference, { signal });
  } catch {
    if (!signal.aborted) sorry(el, "This view lost its session. Run the cell again to show it.");
    return;
  }
  if (signal.aborted) return;

  const session = openSession(sessionModel, signal);
  const view = openView(model, signal);
  const content = h(View, { session, local: createLocal(), view });
  mount(h(Shell, { session, signal, children: content }), el);
  signal.addEventListener("abort", () => mount(null, el), { once: true });
}

/** The widget definition anywidget asks for. */
export default () => ({
  initialize(): void {
    // Hosts give `initialize` two seconds and no access to the session model.
  },
  render,
});

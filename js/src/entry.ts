import type { AnyModel, RenderProps } from "@anywidget/types";
import { type ComponentType, h, render as mount } from "preact";
import { createLocal } from "./state/local";
import { openSession } from "./state/session";
import { openView } from "./state/view";
import { Shell } from "./ui/shell";
import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/controls.css";
import type { ViewProps } from "./views/props";

/** The views that a bundle holds, by the name their models carry. */
export type Views = Readonly<Record<string, ComponentType<ViewProps>>>;

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

/** The id in a reference to a model. */
function idOf(reference: string): string {
  return reference.replace(/^(anywidget:|IPY_MODEL_)/, "");
}

async function render(views: Views, { model, el, signal, host }: RenderProps): Promise<void> {
  const name = String(model.get("_view"));
  const View = views[name];
  if (View === undefined) {
    sorry(el, `This front end has no view named "${name}". Reload the page after an upgrade.`);
    return;
  }
  const reference = model.get("session") as string;
  let sessionModel: AnyModel;
  try {
    sessionModel = await (host as SessionHost).getModel(reference, { signal });
  } catch {
    if (!signal.aborted) sorry(el, "This view lost its session. Run the cell again to show it.");
    return;
  }
  if (signal.aborted) return;

  const session = openSession(sessionModel, signal);
  const view = openView(model, signal);
  const content = h(View, { session, local: createLocal(), view });
  mount(h(Shell, { session, sessionId: idOf(reference), signal, children: content }), el);
  signal.addEventListener("abort", () => mount(null, el), { once: true });
}

/** The widget definition anywidget asks for, of a bundle with these views. */
export function widgetOf(views: Views) {
  return () => ({
    initialize(): void {
      // Hosts give `initialize` two seconds and no access to the session model.
    },
    render: (props: RenderProps) => render(views, props),
  });
}

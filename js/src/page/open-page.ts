import { h, render as mount } from "preact";
import { createLocal } from "../state/local";
import { openSession } from "../state/session";
import { openView } from "../state/view";
import { Shell } from "../ui/shell";
import "../ui/tokens.css";
import "../ui/base.css";
import "../ui/controls.css";
import { StandaloneKernel } from "./kernel";
import { PageModel } from "./model";
import { PageWorkbench } from "./page-workbench";
import { readState, type WrittenState } from "./state";

/** The element that holds the state of the page as JSON. */
export const STATE_ID = "uw-page-state";

/**
 * Opens the page: reads its state, stands in for the session, and shows the workbench. Returns what
 * lists the rows chosen now; null when the state cannot be read, which the page then says.
 */
export function openPage(page: Document, abort: AbortSignal): (() => number[]) | null {
  const root = page.createElement("div");
  page.body.append(root);
  try {
    const written = JSON.parse(page.getElementById(STATE_ID)?.textContent ?? "") as WrittenState;
    const state = readState(written);
    page.title = state.title;
    const kernel = new StandaloneKernel(state);
    const session = openSession(kernel.model.asAnyModel(), abort);
    const view = openView(new PageModel({ ...state.view }).asAnyModel(), abort);
    const children = h(PageWorkbench, {
      session,
      local: createLocal(),
      view,
      reason: state.reason,
      records: state.records !== null,
      savedRev: state.rev,
    });
    mount(h(Shell, { session, signal: abort, children }), root);
    return () => [...kernel.removed.indices()];
  } catch (reason) {
    const words = page.createElement("p");
    words.className = "uw-absent";
    words.setAttribute("role", "alert");
    words.textContent = `This page is damaged and cannot be shown: ${(reason as Error).message}`;
    root.replaceChildren(words);
    return null;
  }
}

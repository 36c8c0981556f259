import { act } from "preact/test-utils";
import { vi } from "vitest";
import { PageAnnotator, type PageAnnotatorOptions } from "../../../dev/annotation";
import { drawData, type PageData } from "../../../dev/data";
import { createLocal } from "../../../src/state/local";
import { openView } from "../../../src/state/view";
import { AnnouncerContext } from "../../../src/ui/live-region";
import { AnnotatorView } from "../../../src/views/annotator/annotator-view";
import { mount, until } from "../../ui/mount";
import { hook, stubSession } from "../../ui/stub-session";

/** Records of the annotator under test. */
export const DATA = drawData(40);

/** An annotator on screen, the one who plays its kernel, and what was said aloud. */
export async function openAnnotator(options: PageAnnotatorOptions = {}, data: PageData = DATA) {
  const kernel = new PageAnnotator(data, { latency: 0, ...options });
  const session = stubSession();
  const abort = new AbortController();
  const view = openView(kernel.model.asAnyModel(), abort.signal);
  const say = vi.fn();
  const announcer = { text: { value: "" } as never, say };
  const root = await mount(
    <AnnouncerContext.Provider value={announcer}>
      <AnnotatorView session={session} local={createLocal()} view={view} />
    </AnnouncerContext.Provider>,
  );
  const at = (name: string): HTMLElement => hook(root, `uw-annotator-${name}`);
  const pane = at("record");
  await until(() => at("label-1"));
  const asked = (kind: string) => kernel.received.filter((message) => message.kind === kind);
  return { kernel, session, abort, root, at, pane, asked, say, row: () => pane.dataset.row };
}

/** Waits until the kernel has acknowledged every decision. */
export async function stored(at: (name: string) => HTMLElement): Promise<void> {
  await until(() => {
    if (at("pending").dataset.value !== "0") throw new Error("something is not stored yet");
  });
}

/** Presses a key as a person with a keyboard does, and tells what the host got to see of it. */
export async function strike(target: Element, key: string, init: KeyboardEventInit = {}) {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init });
  const seen = vi.fn();
  document.addEventListener("keydown", seen, { once: true });
  await act(() => {
    target.dispatchEvent(event);
  });
  document.removeEventListener("keydown", seen);
  return { reached: seen.mock.calls.length > 0, prevented: event.defaultPrevented };
}

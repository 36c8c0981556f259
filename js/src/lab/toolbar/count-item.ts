import { effect } from "@preact/signals";
import type { TranslationBundle } from "@jupyterlab/translation";
import { Widget } from "@lumino/widgets";
import { count } from "../../core/format";
import type { LiveSession } from "../../wire/live-messages";
import "./count-item.css";

/** How many rows the forget set of a notebook removes, in the notebook's toolbar. */
export class CountItem extends Widget {
  private readonly stop: () => void;

  /** `current` reads signals; `open` shows more of the set. */
  constructor(current: () => LiveSession | null, open: () => void, words: TranslationBundle) {
    super();
    this.addClass("uw-count-item");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "jp-ToolbarButtonComponent jp-mod-minimal uw-count-button";
    button.dataset.testid = "uw-toolbar-count";
    button.addEventListener("click", open, { signal: this.abort.signal });
    this.node.append(button);
    this.stop = effect(() => {
      const session = current();
      this.setHidden(session === null);
      if (session === null) return;
      const { n_removed: removed } = session.effect;
      button.dataset.value = String(removed);
      button.textContent = words.__("%1 removed", count(removed));
      button.title = words.__("%1: show its forget set", session.title);
    });
  }

  private readonly abort = new AbortController();

  override dispose(): void {
    this.abort.abort();
    this.stop();
    super.dispose();
  }
}

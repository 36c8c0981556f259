import { Widget } from "@lumino/widgets";
import type { ComponentChildren } from "preact";
import { mountAlone } from "../../views/review/mount";
import { forgetIcon } from "../file-type";

/** The tab of the side bar; while it is hidden nothing is drawn. */
export class SidePanel extends Widget {
  private shown = new AbortController();

  /** `content` makes what is drawn each time that the tab is shown. */
  constructor(private readonly content: () => ComponentChildren) {
    super();
    this.id = "unlearn-widgets-forget-sets";
    this.addClass("uw-side-bar");
    this.node.style.overflow = "auto";
    this.node.tabIndex = -1;
    this.title.icon = forgetIcon;
  }

  override dispose(): void {
    this.shown.abort();
    super.dispose();
  }

  protected override onAfterShow(): void {
    this.shown.abort();
    this.shown = new AbortController();
    mountAlone(this.node, this.shown.signal)(this.content());
  }

  protected override onAfterHide(): void {
    this.shown.abort();
  }

  protected override onActivateRequest(): void {
    // What was opened in it may have the keyboard already.
    if (!this.node.contains(document.activeElement)) this.node.focus();
  }
}

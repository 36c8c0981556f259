import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import { Panel, type Widget } from "@lumino/widgets";
import { WIDGET_MIME } from "../notebook-like";
import { CardRenderer } from "./card-renderer";

/** Some seconds, within which ipywidgets takes over a notebook whose kernel is known. */
const MOST_FRAMES = 300;

/**
 * Shows a widget while its model lives, and the card of its forget set where it does not: JupyterLab
 * would show "Loading widget..." in a notebook that is merely read, and an error after a restart.
 */
export class StandIn extends Panel implements IRenderMime.IRenderer {
  private readonly abort = new AbortController();
  private live: (Widget & IRenderMime.IRenderer) | null = null;
  private card: CardRenderer | null = null;

  /** Parts come from the notebook: how it draws outputs, and when its kernel is known. */
  constructor(
    private readonly rendermime: IRenderMimeRegistry,
    private readonly kernel: { readonly ready: Promise<void>; readonly running: () => boolean },
  ) {
    super();
  }

  /** Draw an output that holds both. */
  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    // Widgets run code, which is for notebooks that are trusted.
    if (!(WIDGET_MIME in model.data) || !model.trusted) {
      await this.showCard(model);
      return;
    }
    await this.kernel.ready.catch(() => undefined);
    if (this.abort.signal.aborted) return;
    if (!this.kernel.running()) {
      await this.showCard(model);
      return;
    }
    this.follow(model);
    // The renderer that a notebook opens with knows no kernel, and is replaced by one that does.
    const first = this.rendermime.getFactory(WIDGET_MIME);
    let frames = MOST_FRAMES;
    const retry = (): void => {
      if (this.abort.signal.aborted || this.live?.node.childElementCount !== 0) return;
      if (this.rendermime.getFactory(WIDGET_MIME) !== first) this.follow(model);
      else if (frames-- > 0) requestAnimationFrame(retry);
    };
    requestAnimationFrame(retry);
  }

  private follow(model: IRenderMime.IMimeModel): void {
    this.live?.dispose();
    const live = this.rendermime.createRenderer(WIDGET_MIME);
    this.live = live;
    this.addWidget(live);
    const observer = new MutationObserver(() => this.settle(model));
    observer.observe(live.node, { childList: true });
    live.disposed.connect(() => observer.disconnect());
    void live.renderModel(model);
  }

  override dispose(): void {
    this.abort.abort();
    super.dispose();
  }

  /** The renderer of widgets leaves a text where a widget would be, if there is none. */
  private settle(model: IRenderMime.IMimeModel): void {
    if (this.live === null || this.abort.signal.aborted) return;
    const failed = this.live.node.textContent.startsWith("Error displaying widget");
    if (failed) void this.showCard(model);
    else this.card?.hide();
    if (!failed && this.live.node.childElementCount > 0) this.live.show();
  }

  private async showCard(model: IRenderMime.IMimeModel): Promise<void> {
    this.live?.hide();
    if (this.card === null) {
      this.card = new CardRenderer();
      this.addWidget(this.card);
      await this.card.renderModel(model);
    }
    this.card.show();
  }
}

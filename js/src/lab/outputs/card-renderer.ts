import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Widget } from "@lumino/widgets";
import { h } from "preact";
import { CardView } from "../../views/review/card-view";
import { mountAlone } from "../../views/review/mount";
import { FORGET_MIME } from "../file-type";

/** Draws the card of a forget set from the data beside a widget. */
export class CardRenderer extends Widget implements IRenderMime.IRenderer {
  private readonly abort = new AbortController();
  private readonly draw = mountAlone(this.node, this.abort.signal);

  /** Draw the card of an output. */
  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const { [FORGET_MIME]: manifest, "image/png": picture } = model.data;
    this.draw(h(CardView, { manifest, picture }));
    return Promise.resolve();
  }

  override dispose(): void {
    this.abort.abort();
    super.dispose();
  }
}

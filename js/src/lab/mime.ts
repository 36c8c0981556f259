import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { CardRenderer } from "./outputs/card-renderer";
import { FORGET_MIME } from "./file-type";

/** Shows forget sets in saved notebooks, after the widgets and before HTML. */
const extension: IRenderMime.IExtension = {
  id: "unlearn-widgets:card",
  description: "Shows the card of a forget set in outputs.",
  rendererFactory: {
    safe: true,
    mimeTypes: [FORGET_MIME],
    defaultRank: 10,
    createRenderer: () => new CardRenderer(),
  },
  dataType: "json",
};

export default extension;

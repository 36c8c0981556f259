import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import type { DocumentRegistry } from "@jupyterlab/docregistry";
import { DisposableDelegate, type IDisposable } from "@lumino/disposable";
import { FORGET_MIME } from "../file-type";
import type { NotebookLike } from "../notebook-like";
import { StandIn } from "./stand-in";

/** Before ipywidgets, whose renderer has rank -10. */
const RANK = -20;

/** Puts the card of a forget set in place of a widget whose model is gone. */
export const standInPlugin: JupyterFrontEndPlugin<void> = {
  id: "unlearn-widgets:stand-in",
  description: "Shows the card of a forget set where its widget has no kernel behind it.",
  autoStart: true,
  activate: (app) => {
    app.docRegistry.addWidgetExtension("Notebook", {
      createNew: (panel, context): IDisposable => {
        const { rendermime } = (panel as unknown as NotebookLike).content;
        const kernel = kernelOf(context);
        rendermime.addFactory(
          {
            safe: true,
            mimeTypes: [FORGET_MIME],
            createRenderer: () => new StandIn(rendermime, kernel),
          },
          RANK,
        );
        return new DisposableDelegate(() => rendermime.removeMimeType(FORGET_MIME));
      },
    });
  },
};

function kernelOf({ sessionContext }: DocumentRegistry.Context) {
  return {
    ready: sessionContext.ready,
    running: () => (sessionContext.session?.kernel ?? null) !== null,
  };
}

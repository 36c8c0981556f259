import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import type { DocumentRegistry } from "@jupyterlab/docregistry";
import { ITranslator } from "@jupyterlab/translation";
import { forgetFileType } from "../file-type";
import { wordsOf } from "../words";
import { ReviewFactory } from "./review-document";

/** Opens `*.forget.json` as a review page; the text stays under "Open With". */
export const reviewPlugin: JupyterFrontEndPlugin<void> = {
  id: "unlearn-widgets:review",
  description: "Shows the manifest of a forget set, checks it, and lets a reviewer sign it.",
  autoStart: true,
  optional: [ITranslator],
  activate: (app, translator: ITranslator | null) => {
    const words = wordsOf(translator);
    app.docRegistry.addFileType(forgetFileType(words.__("Forget set")), ["json"]);
    const factory = new ReviewFactory(
      {
        name: "Forget set review",
        label: words.__("Forget Set Review"),
        fileTypes: ["forget-manifest"],
        defaultFor: ["forget-manifest"],
        modelName: "text",
        preferKernel: false,
        canStartKernel: false,
      },
      app.serviceManager.contents,
    );
    // JupyterLab's types are not written for exactOptionalPropertyTypes.
    app.docRegistry.addWidgetFactory(factory as DocumentRegistry.WidgetFactory);
  },
};

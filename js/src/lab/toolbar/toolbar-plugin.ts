import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import { IToolbarWidgetRegistry } from "@jupyterlab/apputils";
import { ITranslator } from "@jupyterlab/translation";
import type { Widget } from "@lumino/widgets";
import { CommandIDs } from "../commands/command-ids";
import type { ForgetSets } from "../sessions/forget-sets";
import { IForgetSets } from "../sessions/token";
import { wordsOf } from "../words";
import { CountItem } from "./count-item";

/** Shows the live removal count in the toolbar of notebooks; its place stands in the settings. */
export const toolbarPlugin: JupyterFrontEndPlugin<void> = {
  id: "unlearn-widgets:toolbar",
  description: "Shows in the notebook's toolbar how many rows its forget set removes.",
  autoStart: true,
  requires: [IForgetSets, IToolbarWidgetRegistry],
  optional: [ITranslator],
  activate: (
    { commands },
    sets: ForgetSets,
    registry: IToolbarWidgetRegistry,
    translator: ITranslator | null,
  ) => {
    const words = wordsOf(translator);
    registry.addFactory("Notebook", "forget-set-count", (panel: Widget) => {
      const current = () => {
        const notebook = sets.notebooks.open.value.find((open) => open.panel === panel);
        return notebook === undefined ? null : sets.currentIn(sets.placeIn(notebook));
      };
      const open = (): void => {
        if (commands.hasCommand(CommandIDs.showPanel)) void commands.execute(CommandIDs.showPanel);
      };
      return new CountItem(current, open, words);
    });
  },
};

import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin,
} from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { ITranslator } from "@jupyterlab/translation";
import { h } from "preact";
import type { HostActions } from "../../views/panel/panel-model";
import { PanelView } from "../../views/panel/panel-view";
import { CommandIDs } from "../commands/command-ids";
import type { ForgetSets } from "../sessions/forget-sets";
import { IForgetSets } from "../sessions/token";
import { wordsOf } from "../words";
import { SidePanel } from "./side-panel";

/** Lists the live forget sets of the active notebook beside it. */
export const panelPlugin: JupyterFrontEndPlugin<void> = {
  id: "unlearn-widgets:panel",
  description: "Lists the live forget sets of the active notebook in the side bar.",
  autoStart: true,
  requires: [IForgetSets],
  optional: [ILayoutRestorer, ICommandPalette, ITranslator],
  activate: (
    app,
    sets: ForgetSets,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null,
  ) => {
    const words = wordsOf(translator);
    const panel = new SidePanel(() => h(PanelView, { model: sets, host: hostActions(app), words }));
    panel.title.caption = words.__("Forget Sets");
    app.shell.add(panel, "left", { rank: 600, type: "Forget Sets" });
    restorer?.add(panel, panel.id);

    app.commands.addCommand(CommandIDs.showPanel, {
      label: words.__("Show Forget Sets"),
      caption: words.__("List the live forget sets of the active notebook"),
      execute: () => app.shell.activateById(panel.id),
    });
    palette?.addItem({ command: CommandIDs.showPanel, category: words.__("Forget Sets") });
  },
};

/** What the panel's guidance offers; commands of other plugins, which may be missing. */
function hostActions({ commands }: JupyterFrontEnd): HostActions {
  const run = (command: string) => (): void => {
    if (commands.hasCommand(command)) void commands.execute(command);
  };
  return {
    openTutorial: run(CommandIDs.openTutorial),
    chooseKernel: run("notebook:change-kernel"),
    restartKernel: run("notebook:restart-kernel"),
  };
}

import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { ILauncher } from "@jupyterlab/launcher";
import { ITranslator } from "@jupyterlab/translation";
import { CommandIDs } from "../commands/command-ids";
import { forgetIcon } from "../file-type";
import { wordsOf } from "../words";
import { placeTutorial } from "./place-tutorial";

/** Opens the tutorial from launcher and palette. */
export const tutorialPlugin: JupyterFrontEndPlugin<void> = {
  id: "unlearn-widgets:tutorial",
  description: "Opens the tutorial notebook, which comes with the extension.",
  autoStart: true,
  optional: [ILauncher, ICommandPalette, ITranslator],
  activate: (
    app,
    launcher: ILauncher | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null,
  ) => {
    const words = wordsOf(translator);
    app.commands.addCommand(CommandIDs.openTutorial, {
      label: (args) =>
        args.isPalette === true ? words.__("Open Tutorial") : words.__("Forget Sets Tutorial"),
      caption: words.__("Brush over embeddings, and see what removing the rows would do"),
      icon: (args) => (args.isPalette === true ? undefined : forgetIcon),
      execute: async ({ cwd }) => {
        const path = await placeTutorial(app.serviceManager, typeof cwd === "string" ? cwd : "");
        return (await app.commands.execute("docmanager:open", { path })) as unknown;
      },
    });
    launcher?.add({ command: CommandIDs.openTutorial, category: words.__("Other"), rank: 5 });
    palette?.addItem({
      command: CommandIDs.openTutorial,
      category: words.__("Forget Sets"),
      args: { isPalette: true },
    });
  },
};

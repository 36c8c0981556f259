import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { ITranslator, type TranslationBundle } from "@jupyterlab/translation";
import type { HostCommand } from "../../ui/host-commands";
import type { LiveSession } from "../../wire/live-messages";
import type { ForgetSets } from "../sessions/forget-sets";
import { IForgetSets } from "../sessions/token";
import { wordsOf } from "../words";
import { CommandIDs } from "./command-ids";

/** Commands on the forget set in use, for the palette, shortcuts and menus. */
export const commandsPlugin: JupyterFrontEndPlugin<void> = {
  id: "unlearn-widgets:commands",
  description: "Adds commands and shortcuts for forget sets.",
  autoStart: true,
  requires: [IForgetSets],
  optional: [ICommandPalette, ITranslator],
  activate: (app, sets: ForgetSets, palette: ICommandPalette | null, translator) => {
    const words = wordsOf(translator as ITranslator | null);
    addChanges(app, sets, words);
    addManifests(app, sets, words);
    addMoves(app, sets, words);
    const category = words.__("Forget Sets");
    for (const command of OWN) palette?.addItem({ command, category });
    sets.current.subscribe(() => app.commands.notifyCommandChanged());
  },
};

const OWN = [
  CommandIDs.undo,
  CommandIDs.redo,
  CommandIDs.saveManifest,
  CommandIDs.openReview,
  CommandIDs.nextRecord,
  CommandIDs.previousRecord,
  CommandIDs.focusMap,
];

function addChanges(
  { commands }: JupyterFrontEnd,
  sets: ForgetSets,
  words: TranslationBundle,
): void {
  const step = (id: string, name: string, made: (one: LiveSession) => string | null): void => {
    commands.addCommand(id, {
      label: words.__(name === "undo" ? "Undo in Forget Set" : "Redo in Forget Set"),
      caption: () => {
        const one = sets.current.peek();
        return (one && made(one)) ?? "";
      },
      isEnabled: () => {
        const one = sets.current.peek();
        return one !== null && made(one) !== null;
      },
      execute: async () => {
        const one = sets.current.peek();
        if (one !== null) await (name === "undo" ? sets.undo(one) : sets.redo(one));
      },
    });
  };
  step(CommandIDs.undo, "undo", (one) => one.undo_label);
  step(CommandIDs.redo, "redo", (one) => one.redo_label);
}

function addManifests(
  { commands }: JupyterFrontEnd,
  sets: ForgetSets,
  words: TranslationBundle,
): void {
  const isEnabled = (): boolean => sets.current.peek() !== null;
  const showPanel = async (): Promise<void> => {
    if (commands.hasCommand(CommandIDs.showPanel)) await commands.execute(CommandIDs.showPanel);
  };
  commands.addCommand(CommandIDs.saveManifest, {
    label: words.__("Save Manifest of Forget Set…"),
    caption: words.__("Write down what is removed, why, and what it is predicted to do"),
    isEnabled,
    execute: async () => {
      const one = sets.current.peek();
      if (one === null) return;
      sets.startSaving(one);
      await showPanel();
    },
  });
  commands.addCommand(CommandIDs.openReview, {
    label: words.__("Review Forget Set"),
    caption: words.__("Open the review page of the manifest, which is saved first if needed"),
    isEnabled,
    execute: async () => {
      const one = sets.current.peek();
      if (one === null) return;
      await sets.review(one);
      if (sets.draft.peek() !== null || sets.refusal.peek() !== null) await showPanel();
    },
  });
}

function addMoves({ commands }: JupyterFrontEnd, sets: ForgetSets, words: TranslationBundle): void {
  const move = (id: string, name: HostCommand, label: string, caption: string): void => {
    commands.addCommand(id, {
      label,
      caption,
      isEnabled: () => sets.current.peek() !== null,
      execute: () => sets.send(name),
    });
  };
  move(
    CommandIDs.nextRecord,
    "next-record",
    words.__("Next Record of Forget Set"),
    words.__("On to the next record of the annotator, or the next chosen point of the map"),
  );
  move(
    CommandIDs.previousRecord,
    "previous-record",
    words.__("Previous Record of Forget Set"),
    words.__("Back to the record before"),
  );
  move(
    CommandIDs.focusMap,
    "focus-map",
    words.__("Focus Map of Forget Set"),
    words.__("Move the keyboard to the map"),
  );
}

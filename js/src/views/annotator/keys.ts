/** Everything a key can ask of the annotator. */
export type AnnotatorAction =
  | { readonly do: "label"; readonly index: number }
  | { readonly do: "scroll"; readonly by: 1 | -1 }
  | {
      readonly do:
        | "clear"
        | "reason"
        | "note"
        | "undo"
        | "redo"
        | "skip"
        | "back"
        | "forward"
        | "reveal"
        | "help"
        | "escape";
    };

const PLAIN: Readonly<Record<string, AnnotatorAction>> = {
  "0": { do: "clear" },
  r: { do: "reason" },
  n: { do: "note" },
  s: { do: "skip" },
  h: { do: "reveal" },
  "?": { do: "help" },
  escape: { do: "escape" },
  arrowleft: { do: "back" },
  arrowright: { do: "forward" },
  arrowup: { do: "scroll", by: -1 },
  arrowdown: { do: "scroll", by: 1 },
};

/** The action that a key press stands for among `n` labels, or null. */
export function actionOf(event: KeyboardEvent, n: number): AnnotatorAction | null {
  if (event.altKey) return null;
  const key = event.key.toLowerCase();
  if (key === "z") return { do: event.shiftKey ? "redo" : "undo" };
  if (event.ctrlKey || event.metaKey) return null;
  if (/^[1-9]$/.test(key)) {
    return Number(key) <= n ? { do: "label", index: Number(key) - 1 } : null;
  }
  return PLAIN[key] ?? null;
}

/** The keys of the annotator beside those of its labels, for the help panel. */
export const KEY_HELP: readonly (readonly [keys: string, does: string])[] = [
  ["0", "Take the label of this record away"],
  ["R", "Say why, in a few words"],
  ["N", "Write a note"],
  ["S", "Skip this record for now"],
  ["Z", "Undo"],
  ["Shift Z", "Redo"],
  ["← →", "Back and forth through what was shown"],
  ["↑ ↓", "Scroll a long record"],
  ["H", "Hold to see hidden content"],
  ["Enter", "Keep what is written; in a field"],
  ["Esc", "Drop what is written, close this panel"],
];

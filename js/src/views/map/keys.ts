import type { IconName } from "../../ui/icons";
import type { Mode, Tool } from "../../wire/messages";

/** What a drag on the plot does: move the map, or one of the selecting tools. */
export type MapTool = "pan" | Tool;

/** A tool or mode as its button shows it. */
export interface Choice<T extends string> {
  readonly id: T;
  readonly label: string;
  readonly key: string;
  readonly says: string;
}

/** The tools in the order of their buttons. */
export const TOOLS: readonly (Choice<MapTool> & { readonly icon: IconName })[] = [
  { id: "pan", label: "Pan", key: "P", icon: "pan", says: "Drag to move the map" },
  { id: "lasso", label: "Lasso", key: "L", icon: "lasso", says: "Draw around points" },
  { id: "rectangle", label: "Box", key: "R", icon: "rectangle", says: "Drag a rectangle" },
  {
    id: "brush",
    label: "Brush",
    key: "B",
    icon: "brush",
    says: "Paint over points; [ and ] resize",
  },
  { id: "click", label: "Click", key: "C", icon: "click", says: "Take one point at a time" },
];

/** The modes in the order of their buttons. */
export const MODES: readonly Choice<Mode>[] = [
  { id: "replace", label: "Replace", key: "1", says: "The gesture becomes the selection" },
  { id: "add", label: "Add", key: "2", says: "Add to the selection, or hold Shift" },
  { id: "subtract", label: "Subtract", key: "3", says: "Take out of the selection, or hold Alt" },
  { id: "intersect", label: "Intersect", key: "4", says: "Keep what both hold, or hold Shift+Alt" },
];

/** Everything a key can ask of the map. */
export type MapAction =
  | { readonly do: "tool"; readonly tool: MapTool }
  | { readonly do: "mode"; readonly mode: Mode }
  | { readonly do: "command"; readonly name: "invert" | "clear" | "undo" | "redo" | "lock" }
  | { readonly do: "zoom"; readonly by: "in" | "out" | "fit" }
  | { readonly do: "brush"; readonly by: 1 | -1 };

const PLAIN: Readonly<Record<string, MapAction>> = {
  ...Object.fromEntries(TOOLS.map((t) => [t.key.toLowerCase(), { do: "tool", tool: t.id }])),
  ...Object.fromEntries(MODES.map((m) => [m.key, { do: "mode", mode: m.id }])),
  i: { do: "command", name: "invert" },
  k: { do: "command", name: "lock" },
  delete: { do: "command", name: "clear" },
  backspace: { do: "command", name: "clear" },
  f: { do: "zoom", by: "fit" },
  pageup: { do: "zoom", by: "in" },
  pagedown: { do: "zoom", by: "out" },
  "[": { do: "brush", by: -1 },
  "]": { do: "brush", by: 1 },
};

/** The action a key press stands for, or null. */
export function actionOf(event: KeyboardEvent): MapAction | null {
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (key === "z") return { do: "command", name: event.shiftKey ? "redo" : "undo" };
    return key === "y" && !event.shiftKey ? { do: "command", name: "redo" } : null;
  }
  return PLAIN[key] ?? null;
}

/** The keys of the map, for the help panel and for screen readers. */
export const KEY_HELP: readonly (readonly [keys: string, does: string])[] = [
  ["Arrow keys", "Move a cursor from point to point"],
  ["+ and −", "Grow or shrink a disc around the cursor"],
  ["Enter", "Take the point, or the disc"],
  ["P L R B C", "Pan, lasso, box, brush, click"],
  ["1 2 3 4", "Replace, add, subtract, intersect"],
  ["Shift, Alt", "Add or subtract for one gesture"],
  ["Ctrl+Z, Ctrl+Shift+Z", "Undo, redo"],
  ["I, Delete, K", "Invert, clear, lock the retained rows"],
  ["F, Page Up, Page Down", "Fit, zoom in, zoom out"],
  ["Shift+Arrow, Space+drag", "Move the map"],
  ["Escape", "Cancel"],
];

import type { Signal } from "@preact/signals";
import type { SessionStore } from "../../state/session";
import type { MapAction, MapTool } from "./keys";
import type { Mode } from "../../wire/messages";
import type { Scene } from "./scene";

/** What actions change. */
export interface ActionTargets {
  readonly session: SessionStore;
  readonly setTool: (tool: MapTool) => void;
  readonly setMode: (mode: Mode) => void;
  readonly brushRadius: Signal<number>;
  readonly scene: () => Scene | null;
}

/** The brush in CSS pixels. */
export const BRUSH = { first: 24, least: 4, most: 160 } as const;

/** Carries out what a button or a key asks for. */
export function perform(action: MapAction, targets: ActionTargets): void {
  const { session, brushRadius } = targets;
  const scene = targets.scene();
  switch (action.do) {
    case "tool":
      targets.setTool(action.tool);
      return;
    case "mode":
      targets.setMode(action.mode);
      return;
    case "brush": {
      const next = brushRadius.peek() * (action.by > 0 ? 1.25 : 0.8);
      brushRadius.value = Math.round(Math.min(BRUSH.most, Math.max(BRUSH.least, next)));
      return;
    }
    case "zoom":
      if (action.by === "fit") scene?.stage.fit();
      else scene?.stage.zoomStep(action.by);
      return;
    case "command": {
      const { can_undo, can_redo, retain_locked } = session.status.peek();
      if (action.name === "undo" && !can_undo) return;
      if (action.name === "redo" && !can_redo) return;
      if (action.name === "clear" && session.removed.peek().count() === 0) return;
      scene?.pointers.cancel();
      scene?.cursor.dropDisc();
      void session.command(action.name === "lock" && retain_locked ? "unlock" : action.name);
    }
  }
}

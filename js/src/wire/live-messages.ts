import type { EffectValues, StoreState } from "./messages";

/** Name and id of the one comm on which a kernel tells of its live sessions. */
export const LIVE_TARGET = "unlearn_widgets.sessions";

/** A live session of a kernel. */
export interface LiveSession {
  /** The id of the session's model. */
  readonly id: string;
  /** Its number among the sessions of this kernel, from 1. */
  readonly n: number;
  readonly title: string;
  readonly names: { readonly forget: string; readonly retain: string };
  readonly rev: number;
  readonly effect: EffectValues;
  /** What would be undone or redone, or null. */
  readonly undo_label: string | null;
  readonly redo_label: string | null;
  readonly store: Pick<StoreState, "name" | "state">;
  /** The last manifest that was saved, and whether nothing was recorded since. */
  readonly manifest: {
    readonly name: string;
    readonly path: string;
    readonly current: boolean;
  } | null;
  /** The ids of the views that show it. */
  readonly views: readonly string[];
  /** The notebook cell that made it. */
  readonly cell: string | null;
}

interface Asked<Payload extends object, Reply extends object> {
  readonly payload: Payload;
  readonly reply: Reply;
}

/** What may be asked of the live sessions of a kernel. */
export interface LiveProtocol {
  readonly sessions: Asked<object, { sessions: unknown[] }>;
  readonly command: Asked<{ session: string; name: "undo" | "redo" }, { rev: number }>;
  /** Write a manifest into the kernel's folder; `saved` is false where another file is there. */
  readonly save: Asked<
    { session: string; name: string; replace: boolean },
    { saved: boolean; path: string }
  >;
}

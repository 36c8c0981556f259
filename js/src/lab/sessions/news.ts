import { effectOf, textAt } from "../../views/review/subject";
import type { LiveSession } from "../../wire/live-messages";
import { type StoreState, WIRE_VERSION } from "../../wire/messages";

/** What a kernel tells without being asked. */
export type LiveNews =
  | { readonly kind: "changed"; readonly session: LiveSession }
  | { readonly kind: "closed"; readonly session: string };

/** The news in a message of the kernel, or null where there is none. */
export function newsOf(message: unknown): LiveNews | null {
  const { v, kind, session } = (message ?? {}) as Readonly<Record<string, unknown>>;
  if (v !== WIRE_VERSION) return null;
  if (kind === "closed" && typeof session === "string") return { kind, session };
  if (kind !== "changed") return null;
  const read = liveSessionOf(session);
  return read === null ? null : { kind, session: read };
}

/** The session that a kernel describes, or null where its package speaks another language. */
export function liveSessionOf(told: unknown): LiveSession | null {
  const effect = effectOf(told);
  const held = (told ?? {}) as Readonly<Record<string, unknown>>;
  const { id, n, rev, views } = held;
  if (effect === null || typeof id !== "string") return null;
  if (typeof n !== "number" || typeof rev !== "number" || !Array.isArray(views)) return null;
  return {
    id,
    n,
    rev,
    effect,
    title: textAt(held, ["title"]),
    names: {
      forget: textAt(held, ["names", "forget"], "forget"),
      retain: textAt(held, ["names", "retain"], "retain"),
    },
    undo_label: textOrNull(held, "undo_label"),
    redo_label: textOrNull(held, "redo_label"),
    store: storeOf(held),
    manifest: manifestOf(held.manifest),
    views: views.filter((view): view is string => typeof view === "string"),
    cell: typeof held.cell === "string" ? held.cell : null,
  };
}

function textOrNull(held: unknown, name: string): string | null {
  return textAt(held, [name]) || null;
}

const STATES: readonly string[] = ["memory", "stored", "checking", "read-only"];

function storeOf(held: unknown): LiveSession["store"] {
  const state = textAt(held, ["store", "state"]);
  return {
    name: textAt(held, ["store", "name"]) || null,
    state: STATES.includes(state) ? (state as StoreState["state"]) : "memory",
  };
}

function manifestOf(held: unknown): LiveSession["manifest"] {
  const { name, path, current } = (held ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof name !== "string" || typeof path !== "string") return null;
  return { name, path, current: current === true };
}

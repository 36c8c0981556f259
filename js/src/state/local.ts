import { computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Bitset } from "../core/bitset";
import type { Mode, Tool } from "../wire/messages";
import type { SearchResult } from "./session";

/** What an ongoing drag reaches now. */
export interface Drag {
  readonly tool: Tool;
  readonly mode: Mode;
  readonly insideForget: number;
  readonly insideRetain: number;
}

/** State of one widget that is never synced; the panes of a workbench share it. */
export interface LocalStore {
  /** Row under the pointer, here or in another pane. */
  readonly hovered: Signal<number | null>;
  /** Row the keyboard cursor stands on. */
  readonly cursor: Signal<number | null>;
  readonly drag: Signal<Drag | null>;
  /** The selection a slider proposes while it is dragged. */
  readonly proposed: Signal<Bitset | null>;
  readonly searchText: Signal<string>;
  readonly found: Signal<SearchResult | null>;
  /** Rows of `found`. */
  readonly hits: ReadonlySignal<Bitset | null>;
}

/** A fresh local store: nothing hovered, dragged or searched for. */
export function createLocal(): LocalStore {
  const found = signal<SearchResult | null>(null);
  return {
    hovered: signal(null),
    cursor: signal(null),
    drag: signal(null),
    proposed: signal(null),
    searchText: signal(""),
    found,
    hits: computed(() => found.value?.hits ?? null),
  };
}

import type { ReadonlySignal } from "@preact/signals";
import type { LiveSession } from "../../wire/live-messages";

/** How far the kernel of a notebook can answer; "ready" says nothing of forget sets yet. */
export type KernelPlace =
  | { readonly state: "ready" }
  | { readonly state: "none" | "starting" | "dead" }
  /** Another tab handles the comms of this kernel. */
  | { readonly state: "elsewhere" }
  /** A kernel that speaks no Python. */
  | { readonly state: "foreign"; readonly language: string };

/** What there is to show of the active notebook. */
export type Place =
  | { readonly state: "no-notebook" }
  | Exclude<KernelPlace, { state: "ready" }>
  /** The kernel has not answered yet. */
  | { readonly state: "asking" }
  | {
      readonly state: "live";
      /** The sessions of the notebook, newest first. */
      readonly sessions: readonly LiveSession[];
      /** Those that no cell shows any more, since it was run again or deleted. */
      readonly behind: readonly LiveSession[];
    };

/** A manifest that is about to be saved. */
export interface Draft {
  readonly session: string;
  readonly name: string;
  /** Whether another file of that name is there. */
  readonly taken: boolean;
  readonly busy: boolean;
  /** Whether the review page opens once it is saved. */
  readonly review: boolean;
}

/** Why something was refused, and about which session. */
export interface Refusal {
  readonly session: string;
  readonly words: string;
}

/** What the panel shows, and what can be done there. */
export interface PanelModel {
  readonly place: ReadonlySignal<Place>;
  /** The session that commands act on. */
  readonly current: ReadonlySignal<LiveSession | null>;
  readonly draft: ReadonlySignal<Draft | null>;
  readonly refusal: ReadonlySignal<Refusal | null>;
  undo(session: LiveSession): Promise<void>;
  redo(session: LiveSession): Promise<void>;
  reveal(session: LiveSession): Promise<void>;
  review(session: LiveSession): Promise<void>;
  startSaving(session: LiveSession): void;
  /** Save under this name; `replace` says that another file of that name may go. */
  finishSaving(name: string, replace: boolean): Promise<void>;
  cancelSaving(): void;
}

/** What the host can do where there is no forget set; null where it cannot. */
export interface HostActions {
  readonly openTutorial: (() => void) | null;
  readonly chooseKernel: (() => void) | null;
  readonly restartKernel: (() => void) | null;
}

import type { AnyModel } from "@anywidget/types";
import type { ReadonlySignal, Signal } from "@preact/signals";
import type { Bitset } from "../core/bitset";
import type {
  CheckState,
  ColourColumn,
  CommandName,
  Diagnosis,
  EffectRecord,
  EffectValues,
  Gesture,
  Mode,
  Plan,
  RecordDetail,
  RecordsPage,
  RecordsQuery,
  RuleCurves,
  RuleProposal,
  RuleTable,
  RuleTableQuery,
  SelectBy,
  SessionInfo,
  SessionStatus,
} from "../wire/messages";
import { Store } from "./store";

/** Values that a read-out displays, the revision they belong to, and how far to trust them. */
export interface Shown {
  readonly values: EffectValues;
  readonly rev: number;
  readonly state: "current" | "preview" | "stale";
}

/** Rows that contain a text, and how many of them lie in each domain. */
export interface SearchResult {
  readonly text: string;
  readonly total: number;
  readonly forget: number;
  readonly retain: number;
  readonly hits: Bitset;
}

/**
 * One view's window on a session. Actions (commit, command, select, sets) never reject: a refusal
 * lands in `error` and the kernel's selection is shown again. Queries reject, so that a view
 * can say which of its parts has no answer; an abort rejects with an AbortError.
 */
export interface SessionStore {
  readonly viewId: string;
  readonly info: ReadonlySignal<SessionInfo>;
  readonly positions: ReadonlySignal<Float32Array>;
  readonly domains: ReadonlySignal<Uint8Array>;
  /** Committed, or the optimistic local result between pointer-up and the kernel's answer. */
  readonly removed: ReadonlySignal<Bitset>;
  readonly rev: ReadonlySignal<number>;
  /** Who made the last change: "python" or the id of a view. */
  readonly source: ReadonlySignal<string>;
  readonly status: ReadonlySignal<SessionStatus>;
  readonly effect: ReadonlySignal<EffectRecord>;
  /** Checks by retraining; a result belongs to the `rev` it carries. */
  readonly check: ReadonlySignal<CheckState>;
  /**
   * Preview values while a gesture is drawn in any view; "stale" while a commit waits for its
   * answer, while the effect is behind the selection and while the connection is lost.
   */
  readonly shown: ReadonlySignal<Shown>;
  /** "lost" when the comm closes or a request gets no answer, "live" again with the next answer. */
  readonly connection: ReadonlySignal<"live" | "lost">;
  /** The last refused request in plain words. */
  readonly error: Signal<string | null>;
  /** Ask for the numbers of an ongoing gesture. Its path must not be changed afterwards. */
  preview(gesture: Gesture): void;
  /** Ask for the numbers of a rule's first rows while its budget is being set. */
  previewRule(proposal: RuleProposal): void;
  /** Drop the preview without committing, here and in every other view. */
  endPreview(): void;
  /** Commit a gesture; `local` is the selection it leaves, shown until the kernel has answered. */
  commit(gesture: Gesture, local: Bitset): Promise<void>;
  command(name: CommandName): Promise<void>;
  /**
   * Select by other means than a gesture; the number of rows that changed, 0 when refused. `local`
   * is the selection it leaves, where that is known already.
   */
  select(by: SelectBy, mode: Mode, local?: Bitset): Promise<number>;
  records(query: RecordsQuery, signal?: AbortSignal): Promise<RecordsPage>;
  record(row: number, signal?: AbortSignal): Promise<RecordDetail>;
  search(text: string, signal?: AbortSignal): Promise<SearchResult>;
  /** Values to colour by: "score" or a column of the records. */
  column(name: string, signal?: AbortSignal): Promise<ColourColumn>;
  /** Number of near-duplicates of removed rows that remain. */
  duplicates(signal?: AbortSignal): Promise<number>;
  /** What can be said of a removal before rows are chosen. */
  plan(signal?: AbortSignal): Promise<Plan>;
  /** The ranking of a rule and its curves; a rule that learns from the rows may take minutes. */
  planRule(rule: string, signal?: AbortSignal): Promise<RuleCurves>;
  ruleTable(query: RuleTableQuery, signal?: AbortSignal): Promise<RuleTable>;
  diagnosis(signal?: AbortSignal): Promise<Diagnosis>;
  /** Check the selection by retraining, beside everything else; `check` tells how it goes. */
  startCheck(): Promise<void>;
  cancelCheck(): Promise<void>;
  saveSet(name: string): Promise<void>;
  deleteSet(name: string): Promise<void>;
}

/** Open the session behind `model`; every listener and pending request ends with `abort`. */
export function openSession(model: AnyModel, abort: AbortSignal): SessionStore {
  return new Store(model, abort);
}

import type { DomainCode } from "./messages";

/** What the labels decide: which rows to remove, or which domain rows belong to. */
export type AnnotationJob = "removal" | "domain";

/** The kinds of picture that are shown. */
export const IMAGE_TYPES = ["image/png", "image/jpeg", "image/gif", "image/webp"] as const;

/** One record of the queue as it travels; its score may be spelled out. */
export interface AnnotatedRecord {
  readonly row: number;
  readonly key: string | number;
  readonly domain: DomainCode;
  readonly removed: boolean;
  readonly score: unknown;
  /** This person's label. */
  readonly label: string | null;
  /** What the model would say. */
  readonly guess: string | null;
  readonly fields: readonly {
    readonly name: string;
    readonly value: string;
    readonly truncated: boolean;
  }[];
  /** Name of the field that is shown large. */
  readonly text: string | null;
  /** Its bytes are the buffer of that number. */
  readonly image: { readonly buffer: number; readonly type: string } | null;
}

/** What the kernel knows about the work done and left. */
export interface AnnotationState {
  readonly n_total: number;
  readonly n_done: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly per_hour: number | null;
  readonly seconds_left: number | null;
  /** What there is to know about the order. */
  readonly note: string | null;
  readonly model: {
    readonly version: number;
    readonly n_labelled: number;
    readonly accuracy: number | null;
    readonly reason: string | null;
  };
  readonly can_undo: boolean;
  readonly can_redo: boolean;
  /** Rows inside the last gesture on the map, if there was one. */
  readonly region: { readonly n_forget: number; readonly n_retain: number } | null;
  readonly who: string | null;
  /** Whether decisions outlive the kernel. */
  readonly stored: boolean;
}

interface Asked<Payload extends object, Reply extends object> {
  readonly payload: Payload;
  readonly reply: Reply;
}

/** The protocol of the annotator's own model. */
export interface AnnotationProtocol {
  /** The next records after the row `shown` that are not among `have`. */
  readonly queue: Asked<
    { shown: number | null; have: readonly number[]; n: number },
    { records: AnnotatedRecord[] }
  >;
  readonly label: Asked<
    { row: number; label: string | null; reason: string; note: string },
    object
  >;
  readonly skip: Asked<{ row: number }, object>;
  /** The reply names the row whose label changed. */
  readonly undo: Asked<object, { row: number | null }>;
  readonly redo: Asked<object, { row: number | null }>;
  readonly record: Asked<{ row: number }, { records: AnnotatedRecord[] }>;
  /** Label every row inside the last gesture on the map. */
  readonly region: Asked<{ label: string }, { n: number }>;
}

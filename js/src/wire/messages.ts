/** Version of the message envelope; the kernel refuses any other. */
export const WIRE_VERSION = 1;

/** Tools that select rows on the map. */
export type Tool = "lasso" | "rectangle" | "brush" | "click";

/** How rows were last chosen: by a tool, or by other means than a gesture. */
export type ChoiceKind = Tool | "select" | "rule" | "grow" | "duplicates" | "search" | "set";

/** How the rows of a gesture are combined with the rows already chosen. */
export type Mode = "replace" | "add" | "subtract" | "intersect";

/** One finished or ongoing gesture, in map coordinates. */
export interface Gesture {
  readonly tool: Tool;
  readonly mode: Mode;
  /** x0, y0, x1, y1, ...: the full path, never simplified. */
  readonly path: Float64Array;
  /** Half axes of the brush in map units. */
  readonly radius?: readonly [rx: number, ry: number];
  /** The row a click takes. */
  readonly row?: number;
}

/** Commands without further arguments. */
export type CommandName = "undo" | "redo" | "clear" | "invert" | "lock" | "unlock";

/** Ways to select rows other than by a gesture. */
export type SelectBy =
  | { readonly by: "rule"; readonly rule: string; readonly budget: number }
  | { readonly by: "neighbors"; readonly k: number }
  | { readonly by: "duplicates" }
  | { readonly by: "search"; readonly text: string }
  | { readonly by: "set"; readonly name: string }
  | { readonly by: "rows"; readonly rows: readonly number[] };

/** Removal of the first `budget` forget rows of a rule's ranking, as one proposal. */
export interface RuleProposal {
  readonly by: "rule";
  readonly rule: string;
  readonly budget: number;
  readonly mode: Mode;
}

/** What the table of rules compares: the same budget, and the same targets. */
export interface RuleTableQuery {
  readonly budget: number;
  /** Smallest removal wanted, nats; null without a target. */
  readonly alpha: number | null;
  /** Largest preservation cost tolerated, nats; null without a target. */
  readonly epsilon: number | null;
}

/** A page of records. */
export interface RecordsQuery {
  readonly scope: "removed" | "search";
  /** The text searched for; needed with scope "search". */
  readonly text?: string;
  readonly offset: number;
  /** 1..200 rows. */
  readonly limit: number;
  readonly sort: SortKey;
  /** Whether the greatest comes first; scores fall and everything else rises unless told. */
  readonly descending?: boolean;
  /** Columns to send with each row, at most 20. */
  readonly columns?: readonly string[];
}

/** What rows are sorted by; a column of the records stands behind a prefix of its own. */
export type SortKey = "position" | "score" | `column:${string}`;

/** Domain of a row: 0 neither, 1 retain, 2 forget. */
export type DomainCode = 0 | 1 | 2;

/** One row of a page of records. */
export interface RecordRow {
  readonly row: number;
  readonly key: string | number;
  readonly domain: DomainCode;
  readonly removed: boolean;
  readonly score: number;
  readonly text: string;
  readonly truncated: boolean;
  /** Values of the columns that were asked for, in their order. */
  readonly cells?: readonly string[];
}

/** A page of records and the number of rows in its scope. */
export interface RecordsPage {
  readonly total: number;
  readonly rows: readonly RecordRow[];
}

/** Every field of one record. */
export interface RecordDetail {
  readonly row: number;
  readonly key: string | number;
  readonly domain: DomainCode;
  readonly removed: boolean;
  readonly score: number;
  readonly fields: readonly {
    readonly name: string;
    readonly value: string;
    readonly truncated: boolean;
  }[];
}

/** A column of the records. */
export interface ColumnInfo {
  readonly name: string;
  readonly kind: "text" | "categorical" | "numeric" | "other";
}

/** What a session shows and how it was set up. */
export interface SessionInfo {
  readonly n_rows: number;
  readonly n_forget: number;
  readonly n_retain: number;
  readonly dim: number;
  readonly dim_effective: number;
  readonly title: string;
  readonly names: { readonly forget: string; readonly retain: string };
  readonly map: {
    readonly name: string;
    readonly x_label: string;
    readonly y_label: string;
    readonly x_ends: readonly [left: string, right: string] | null;
    readonly aspect: "free" | "equal";
  };
  readonly columns: readonly ColumnInfo[];
  readonly key: string;
  readonly has_text: boolean;
  /** The column that `text` of a record comes from. */
  readonly text_column: string | null;
  readonly rules: readonly string[];
  readonly covariance: string;
  readonly shrinkage_used: string | null;
  /** Plug-in divergence of the two domains, nats. */
  readonly divergence: number;
  readonly precision: string;
  readonly grouped: boolean;
}

/** What can be done next, and what the last gesture reached. */
export interface SessionStatus {
  readonly can_undo: boolean;
  readonly can_redo: boolean;
  readonly undo_label: string | null;
  readonly redo_label: string | null;
  readonly retain_locked: boolean;
  readonly sets: readonly { readonly name: string; readonly n: number }[];
  readonly gesture: {
    readonly tool: ChoiceKind;
    readonly mode: Mode;
    readonly inside_forget: number;
    readonly inside_retain: number;
    readonly locked: boolean;
  } | null;
  /** The rule whose ranking the chosen rows begin, if a rule chose them. */
  readonly rule: { readonly name: string; readonly budget: number } | null;
  /** Absent on pages without a kernel. */
  readonly store?: StoreState;
  /** Records with a label by job, and a number that grows with each change of one. */
  readonly labels?: Readonly<
    Partial<Record<LabelJob, { readonly n: number; readonly version: number }>>
  >;
}

/** What labels decide. */
export type LabelJob = "removal" | "domain";

/** Where decisions are recorded, and what does not fit between that file and the data. */
export interface StoreState {
  readonly name: string | null;
  readonly state: "memory" | "stored" | "checking" | "read-only";
  readonly who: string | null;
  readonly notices: readonly string[];
}

/** The effect of removing a set of rows; every divergence and log-loss in nats. */
export interface EffectValues {
  readonly n_forget: number;
  readonly n_retain: number;
  readonly n_removed: number;
  readonly n_removed_forget: number;
  readonly n_removed_retain: number;
  readonly removed_fraction: number;
  readonly alpha: number;
  readonly epsilon: number;
  readonly forget_log_loss: number;
  readonly retain_log_loss: number;
  readonly alpha_before: number;
  readonly epsilon_before: number;
  readonly forget_log_loss_before: number;
  readonly retain_log_loss_before: number;
  readonly alpha_noise_floor: number | null;
  readonly epsilon_noise_floor: number | null;
  readonly alpha_certified: number | null;
  readonly epsilon_certified: number | null;
  readonly certificate_reason: string | null;
  readonly delta: number;
  readonly covariance: string;
  readonly shrinkage_used: string | null;
  readonly dim_effective: number;
  readonly precision: string;
  readonly frontier_alpha: number | null;
  readonly random_equivalent: number | null;
}

/** An effect and the revision of the selection it belongs to. */
export interface EffectRecord {
  readonly rev: number;
  readonly values: EffectValues;
}

/** One score of a retrained model: means over splits, their range, and the closed form. */
export interface CheckedMetric {
  readonly metric:
    | "forget_recall"
    | "forget_log_loss"
    | "retain_log_loss"
    | "retain_accuracy"
    | "balanced_accuracy";
  /** "ok", or what there is to know about it. */
  readonly status: string;
  readonly values: Readonly<
    Record<
      | `${"before" | "after"}${"" | "_low" | "_high"}`
      /** NaN where the closed form does not apply. */
      | `predicted_${"before" | "after"}`,
      number
    >
  >;
}

/** What retraining measured for the selection at `rev`. */
export interface CheckResult {
  readonly rev: number;
  readonly model: string;
  readonly n_splits: number;
  /** Fewer than `n_splits` when it was cancelled. */
  readonly n_done: number;
  readonly n_removed_forget: number;
  readonly n_removed_retain: number;
  readonly metrics: readonly CheckedMetric[];
}

/** Checks by retraining: the one that runs, the last one that measured, why the last one failed. */
export interface CheckState {
  /** Models fitted, and their total once it is known. */
  readonly running: {
    readonly rev: number;
    readonly done: number;
    readonly total: number | null;
  } | null;
  readonly result: CheckResult | null;
  readonly error: string | null;
}

/** Session traits as they come over the wire. */
export interface SessionTraits {
  _positions: DataView;
  _domains: DataView;
  _removed: DataView;
  _rev: number;
  _source: string;
  _effect: { rev: number; values: Record<string, unknown> };
  _info: Record<string, unknown>;
  _status: SessionStatus;
  _check: CheckState;
}

/** Payload of every request, by kind. */
export interface Requests {
  gesture: GesturePayload;
  preview: GesturePayload | RuleProposal;
  preview_end: object;
  command: { name: CommandName };
  select: SelectBy & { mode: Mode };
  records: RecordsQuery;
  record: { row: number };
  search: { text: string };
  column: { name: string };
  duplicates: object;
  set: { op: "save" | "delete"; name: string };
  plan: object;
  plan_rule: { rule: string };
  rule_table: RuleTableQuery;
  diagnosis: object;
  check: { op: "start" | "cancel" };
}

/** A gesture without its path, which travels as float64 in buffer 0. */
export type GesturePayload = Omit<Gesture, "path">;

/** Fields of every successful reply, by kind. */
export interface Replies {
  gesture: { rev: number; inside_forget: number; inside_retain: number; n_changed: number };
  preview: {
    rev: number;
    values: Record<string, unknown>;
    inside_forget: number;
    inside_retain: number;
  };
  preview_end: object;
  command: { rev: number };
  select: { rev: number; n_changed: number };
  records: { total: number; rows: Record<string, unknown>[] };
  record: Record<string, unknown>;
  search: { total: number; forget: number; retain: number };
  column: { column: ColumnHeader };
  duplicates: { total: number };
  set: { sets: SessionStatus["sets"] };
  /** Frontiers, in the order of `frontiers`, are the buffers: float64 epsilons, then alphas. */
  plan: Record<string, unknown> & { frontiers: Refit[] };
  /** Buffer 0: uint32 ranking of the forget rows; buffer 1: float64 series, one after another. */
  plan_rule: { rule: string; series: CurveName[] };
  rule_table: { budget: number; rows: Record<string, unknown>[] };
  diagnosis: Diagnosis;
  check: object;
}

/** Which moments of the edited Gaussian follow the kept rows. */
export type Refit = "mean" | "covariance";

/** A curve over the budgets of a plan: measured on the rows, predicted, certified or noise. */
export type CurveName =
  | "budget"
  | "alpha"
  | "epsilon"
  | "forget_log_loss"
  | "retain_log_loss"
  | "alpha_floor"
  | "epsilon_floor"
  | "alpha_certified"
  | "epsilon_certified"
  | `alpha_predicted_${Refit}`
  | `epsilon_predicted_${Refit}`;

/** A rule that ranks the forget rows, and what it is called. */
export interface RuleInfo {
  readonly name: string;
  readonly label: string;
}

/** What is known of a removal before any row is chosen. */
export interface Plan {
  readonly n_forget: number;
  readonly n_retain: number;
  /** Plug-in divergence, on which predictions rest, nats. */
  readonly divergence: number;
  /** Unbiased divergence, on which certificates rest; NaN where none is known. */
  readonly divergence_unbiased: number;
  /** Chance that a certificate fails. */
  readonly delta: number;
  /** Entropy of each domain: its log-loss is this plus alpha or epsilon. */
  readonly entropy_forget: number;
  readonly entropy_retain: number;
  readonly rules: readonly RuleInfo[];
  /** Where the likelihood-ratio rule meets the retained domain; null without a prediction. */
  readonly stop: {
    /** Forget rows removed at the stop point, not rounded. */
    readonly removed: number;
    /** Whether less than one row would be kept there. */
    readonly beyond: boolean;
  } | null;
  /** Targets to begin with, nats. */
  readonly alpha_target: number | null;
  readonly epsilon_target: number | null;
  readonly frontiers: readonly Frontier[];
  /** Why there is none of these, null where there is one. */
  readonly prediction_reason: string | null;
  readonly certificate_reason: string | null;
  readonly frontier_reason: string | null;
  /** When the distance rule wastes most of its removals in this many dimensions. */
  readonly warning: {
    readonly efficiency: number;
    /** The rule that keeps the gain. */
    readonly rule: string;
    readonly text: string;
  } | null;
}

/** The most removal for each preservation. */
export interface Frontier {
  readonly refit: Refit;
  readonly epsilon: Float64Array;
  readonly alpha: Float64Array;
}

/** A ranking of the forget rows and its curves. */
export interface RuleCurves {
  readonly rule: string;
  /** Row positions, first to remove first. */
  readonly order: Uint32Array;
  readonly series: Readonly<Partial<Record<CurveName, Float64Array>>>;
}

/** The smallest budget that meets a target. */
export interface Need {
  /** First crossing on the actual ranking; null when it never crosses. */
  readonly n: number | null;
  readonly reason: string | null;
  /** What the population prediction says; null when it never crosses or there is none. */
  readonly predicted: number | null;
  readonly predicted_reason: string | null;
}

/** One rule at the budget and the targets asked for. */
export interface RuleRow {
  readonly rule: string;
  /** False while the rule is still ranking. */
  readonly ready: boolean;
  /** What the rule does at the budget, measured on the rows; null while it is not ready. */
  readonly at: Pick<
    EffectValues,
    "n_removed" | "alpha" | "epsilon" | "forget_log_loss" | "retain_log_loss"
  > | null;
  readonly alpha: Need | null;
  readonly epsilon: Need | null;
}

/** All rules at one budget and for one pair of targets. */
export interface RuleTable {
  readonly budget: number;
  readonly rows: readonly RuleRow[];
}

/** How far the Gaussian predictions can be trusted, and why. */
export interface Diagnosis {
  readonly verdict: "good" | "indicative" | "do not rely";
  readonly reasons: readonly string[];
}

/** Description of a colour column; its values are buffer 0 of the reply. */
export type ColumnHeader =
  | { kind: "numeric"; min: number; max: number }
  | { kind: "categorical"; labels: string[]; counts: number[] };

/** Kinds of request that are answered. */
export type RequestKind = keyof Requests;

/** The protocol of a session's model. */
export type SessionProtocol = {
  readonly [K in RequestKind]: { readonly payload: Requests[K]; readonly reply: Replies[K] };
};

/** A reply as it arrives, before its fields are trusted. */
export interface ReplyEnvelope {
  readonly v: number;
  readonly id: string;
  readonly kind: string;
  readonly ok: boolean;
  readonly error?: { readonly type: string; readonly message: string };
}

/** A successful reply and its buffers. */
export type Reply<K extends RequestKind> = SessionProtocol[K]["reply"] & {
  readonly buffers: readonly DataView[];
};

/** Values of a column, one per row, ready to be coloured. */
export type ColourColumn =
  | {
      readonly kind: "numeric";
      readonly values: Float32Array;
      readonly min: number;
      readonly max: number;
    }
  | {
      readonly kind: "categorical";
      /** Label index per row; 255 is a missing value. */
      readonly codes: Uint8Array;
      readonly labels: readonly string[];
      readonly counts: readonly number[];
    };

import { Bitset } from "../core/bitset";
import type { GaussianConstants } from "../core/gaussian";
import { decodeNumbers, toFloat32, toFloat64, toUint32 } from "../wire/codecs";
import type { Diagnosis, EffectValues, RecordDetail, SessionStatus } from "../wire/messages";

/** A reply as the session gave it: fields ready for a view, and binary parts. */
export interface SavedReply {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Uint8Array[];
}

/** Numbers at every budget of a rule, from none to all: what a table of rules is made from. */
export interface SavedPath {
  readonly n_removed: Float64Array;
  readonly alpha: Float64Array;
  readonly epsilon: Float64Array;
  /** Population prediction, where there is one. */
  readonly alpha_predicted?: Float64Array;
  readonly epsilon_predicted?: Float64Array;
}

/** The record of a row that was removed when the page was written. */
export interface SavedRecord extends Pick<RecordDetail, "row" | "key" | "fields"> {
  readonly text: string;
  readonly truncated: boolean;
}

/** Everything that a page was written with. */
export interface PageState {
  readonly info: Readonly<Record<string, unknown>>;
  readonly title: string;
  readonly positions: Float32Array;
  readonly domains: Uint8Array;
  readonly scores: Float32Array;
  readonly removed: Bitset;
  readonly rev: number;
  readonly effect: EffectValues;
  readonly retainLocked: boolean;
  readonly rule: SessionStatus["rule"];
  readonly sets: ReadonlyMap<string, Bitset>;
  /** Number of the group of each row; null when rows are removed one by one. */
  readonly groups: Uint32Array | null;
  /** Traits of the workbench. */
  readonly view: Readonly<Record<string, unknown>>;
  /** What effects are computed from; null when the numbers stay those saved. */
  readonly live: { readonly constants: GaussianConstants; readonly rows: Float64Array } | null;
  /** Why they stay. */
  readonly reason: string | null;
  readonly plan: SavedReply;
  readonly rules: ReadonlyMap<string, SavedReply & { readonly path: SavedPath | null }>;
  /** The table of rules at the saved budget and targets; null when paths give every table. */
  readonly table: {
    readonly query: Readonly<Record<"budget" | "alpha" | "epsilon", number | null>>;
    readonly rows: readonly unknown[];
  } | null;
  readonly diagnosis: Diagnosis;
  /** Null when the page was written without records. */
  readonly records: ReadonlyMap<number, SavedRecord> | null;
}

type Packed = string;

interface WrittenReply {
  readonly fields: Record<string, unknown>;
  readonly buffers: readonly Packed[];
}

/** The state as it stands in the file: as above, with binary parts in base64. */
export interface WrittenState {
  readonly format: number;
  readonly info: Record<string, unknown>;
  readonly title: string;
  readonly positions: Packed;
  readonly domains: Packed;
  readonly scores: Packed;
  readonly removed: Packed;
  readonly rev: number;
  readonly effect: Record<string, unknown>;
  readonly retain_locked: boolean;
  readonly rule: SessionStatus["rule"];
  readonly sets: readonly { readonly name: string; readonly rows: Packed }[];
  readonly groups: Packed | null;
  readonly view: Record<string, unknown>;
  readonly live: { readonly constants: Record<string, unknown>; readonly rows: Packed } | null;
  readonly reason: string | null;
  readonly plan: WrittenReply;
  readonly rules: readonly (WrittenReply & {
    readonly rule: string;
    readonly path: Record<keyof SavedPath, Packed> | null;
  })[];
  readonly table: {
    readonly query: Record<"budget" | "alpha" | "epsilon", number | null>;
    readonly rows: readonly unknown[];
  } | null;
  readonly diagnosis: Diagnosis;
  readonly records: readonly SavedRecord[] | null;
}

/** The version of the state that this script reads. */
export const FORMAT = 1;

/** Unpacks a written state. Throws an Error when it is of another version. */
export function readState(written: WrittenState): PageState {
  if (written.format !== FORMAT) {
    throw new Error(`This page is of format ${written.format}; its script reads ${FORMAT}.`);
  }
  const domains = unpack(written.domains);
  const bits = (packed: Packed): Bitset => Bitset.fromBytes(unpack(packed), domains.length);
  const reply = ({ fields, buffers }: WrittenReply): SavedReply => ({
    fields,
    buffers: buffers.map(unpack),
  });
  const { live, records } = written;
  return {
    ...written,
    domains,
    positions: toFloat32(unpack(written.positions)),
    scores: toFloat32(unpack(written.scores)),
    removed: bits(written.removed),
    effect: decodeNumbers(written.effect) as unknown as EffectValues,
    retainLocked: written.retain_locked,
    sets: new Map(written.sets.map(({ name, rows }) => [name, bits(rows)])),
    groups: written.groups === null ? null : toUint32(unpack(written.groups)),
    live: live && {
      constants: decodeNumbers(live.constants) as unknown as GaussianConstants,
      rows: toFloat64(unpack(live.rows)),
    },
    plan: reply(written.plan),
    rules: new Map(
      written.rules.map((one) => [one.rule, { ...reply(one), path: pathOf(one.path) }]),
    ),
    records: records && new Map(records.map((record) => [record.row, record])),
  };
}

function pathOf(path: Readonly<Record<string, Packed>> | null): SavedPath | null {
  if (path === null) return null;
  const numbers = Object.entries(path).map(([name, packed]) => [name, toFloat64(unpack(packed))]);
  return Object.fromEntries(numbers) as SavedPath;
}

function unpack(packed: Packed): Uint8Array {
  const letters = atob(packed);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = letters.charCodeAt(at);
  return bytes;
}

import { Bitset } from "../../src/core/bitset";
import { openSession, type SessionStore } from "../../src/state/session";
import { FakeModel } from "../fake-model";

/** Ten rows: 0 in neither domain, 1 to 5 retained, 6 to 9 to be forgotten. */
export const DOMAINS = Uint8Array.of(0, 1, 1, 1, 1, 1, 2, 2, 2, 2);

/** A bitset trait as it arrives. */
export function bits(rows: readonly number[]): DataView {
  return new DataView(Bitset.of(10, rows).bytes.buffer);
}

/** An effect on the wire, told apart by its removal alpha. */
export function effectOf(rev: number, alpha: number | string): object {
  return { rev, values: { n_removed: rev, alpha, covariance: "shared", alpha_certified: null } };
}

/** The traits of a session with two rows removed at revision 1. */
export function sessionTraits(): Record<string, unknown> {
  return {
    _positions: new DataView(Float32Array.from({ length: 20 }, (_, k) => k / 4).buffer),
    _domains: new DataView(DOMAINS.slice().buffer),
    _removed: bits([6, 7]),
    _rev: 1,
    _source: "python",
    _effect: effectOf(1, 1.5),
    _info: { n_rows: 10, divergence: "inf", title: "Messages" },
    _check: { running: null, result: null, error: null },
    _status: { can_undo: true, can_redo: false, retain_locked: true, sets: [], gesture: null },
  };
}

/** A kernel, and a view of its session. */
export interface Opened {
  readonly fake: FakeModel;
  readonly abort: AbortController;
  readonly store: SessionStore;
}

/** Open a store on a fake model; give the model to open a second view of it. */
export function open(fake = new FakeModel(sessionTraits())): Opened {
  const abort = new AbortController();
  return { fake, abort, store: openSession(fake.model, abort.signal) };
}

/** The traits that a commit changes, as the kernel sends them. */
export function committed(
  rev: number,
  rows: readonly number[],
  alpha: number | string,
  source = "python",
): Record<string, unknown> {
  return { _removed: bits(rows), _rev: rev, _source: source, _effect: effectOf(rev, alpha) };
}

/** A lasso in map coordinates. */
export const LASSO = {
  tool: "lasso",
  mode: "add",
  path: Float64Array.of(0, 0, 1, 0, 1, 1),
} as const;

/** The rows a set holds. */
export function rowsOf(set: Bitset): number[] {
  return [...set.indices()];
}

/** Let promises that are settled run their reactions. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

import { Bitset } from "../../core/bitset";
import { boundsOf } from "../../core/camera";
import { isObject, type JsonObject } from "../../core/canonical";

/** Who of all rows belongs to the domains, and who was removed. */
export interface Rows {
  readonly n: number;
  readonly forget: Bitset;
  readonly retain: Bitset;
  readonly removed: Bitset;
  /** Domain of each row: 0 neither, 1 retain, 2 forget. */
  readonly codes: Uint8Array;
}

/** A value inside objects, or undefined where a part of the way is missing. */
export function at(held: unknown, ...names: readonly string[]): unknown {
  let inner = held;
  for (const name of names) {
    if (!isObject(inner) || !Object.hasOwn(inner, name)) return undefined;
    inner = inner[name];
  }
  return inner;
}

/** A list inside objects; empty where there is none. */
export function listAt(held: unknown, ...names: readonly string[]): readonly unknown[] {
  const found = at(held, ...names);
  return Array.isArray(found) ? found : [];
}

/** Bytes from base64. Throws a RangeError for anything else. */
export function bytesOf(text: unknown, length: number, what: string): Uint8Array {
  if (typeof text !== "string") throw new RangeError(`${what}: expected base64, got none.`);
  // Looked at before anything of that size is made: the number may be anybody's.
  const held = (text.length / 4) * 3 - (text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0);
  if (held !== length) throw new RangeError(`${what}: expected ${length} bytes, got ${held}.`);
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw new RangeError(`${what}: it is no base64.`);
  }
  return Uint8Array.from(binary, (mark) => mark.charCodeAt(0));
}

/** How many rows a manifest is about. Throws a RangeError where that is no count. */
export function rowCount(manifest: JsonObject): number {
  const n = at(manifest, "counts", "n_rows");
  if (typeof n === "number" && Number.isSafeInteger(n) && n >= 0) return n;
  throw new RangeError("counts.n_rows: expected a count.");
}

/** The rows that a manifest marks. Throws a RangeError when they cannot be read. */
export function rowsOf(manifest: JsonObject): Rows {
  const n = rowCount(manifest);
  const read = (...names: string[]): Bitset => {
    const what = names.join(".");
    return Bitset.fromBytes(bytesOf(at(manifest, ...names), Math.ceil(n / 8), what), n);
  };
  const forget = read("domains", "forget", "rows");
  const retain = read("domains", "retain", "rows");
  const codes = new Uint8Array(n);
  retain.forEach((row) => (codes[row] = 1));
  forget.forEach((row) => (codes[row] = 2));
  return { n, forget, retain, codes, removed: read("removed", "rows") };
}

/** Map positions of all rows, or null where the manifest has none. Throws a RangeError. */
export function positionsOf(manifest: JsonObject, n: number): Float32Array<ArrayBuffer> | null {
  const text = at(manifest, "map", "positions");
  if (text === null || text === undefined) return null;
  const bytes = bytesOf(text, 8 * n, "map.positions");
  return new Float32Array(bytes.slice().buffer);
}

/** Whether points can be drawn: every one lies somewhere. */
export function canBeDrawn(positions: Float32Array): boolean {
  const { xmin, xmax, ymin, ymax } = boundsOf(positions);
  return [xmin, xmax, ymin, ymax].every(Number.isFinite);
}

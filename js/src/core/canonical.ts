/** What JSON holds. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** An object of JSON. */
export interface JsonObject {
  readonly [name: string]: Json;
}

/** Whether a value is an object and neither null nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The canonical text of a value (RFC 8785), the same in Python and here. Throws a RangeError for
 * what JSON cannot hold exactly: infinity, NaN, half characters. `name` is what messages call it.
 */
export function canonicalJson(value: Json, name = "value"): string {
  if (typeof value === "string") return textOf(value, name);
  if (typeof value === "number") {
    if (Number.isFinite(value)) return JSON.stringify(value);
    throw new RangeError(`${name}: JSON holds finite numbers only, got ${value}.`);
  }
  if (value === null || typeof value === "boolean") return String(value);
  if (isObject(value)) {
    // Sorted as JavaScript sorts texts: by UTF-16 code units, which RFC 8785 prescribes.
    const members = Object.keys(value)
      .sort()
      .map((key) => `${textOf(key, name)}:${canonicalJson(value[key] ?? null, `${name}.${key}`)}`);
    return `{${members.join(",")}}`;
  }
  return `[${value.map((held, index) => canonicalJson(held, `${name}[${index}]`)).join(",")}]`;
}

function textOf(text: string, name: string): string {
  if (HALF.test(text)) {
    throw new RangeError(`${name}: a text of whole characters was expected, got half of one.`);
  }
  return JSON.stringify(text);
}

/** A surrogate that stands alone: with the flag u, a pair is one character. */
const HALF = /\p{Surrogate}/u;

import type { Json, JsonObject } from "../../../src/core/canonical";
import cases from "../../../../tests/protocol/manifest.json";

/** The manifest that both languages are held to. */
export const MANIFEST: JsonObject = cases.manifest;

/** A copy with one value replaced, or taken out where none is given. */
export function edited(way: readonly (string | number)[], value?: Json): JsonObject {
  const twin = structuredClone(MANIFEST) as Record<string, unknown>;
  let held = twin;
  for (const part of way.slice(0, -1)) held = held[part] as Record<string, unknown>;
  const last = way.at(-1)!;
  if (value !== undefined) held[last] = value;
  else if (Array.isArray(held)) held.splice(last as number, 1);
  else Reflect.deleteProperty(held, last);
  return twin as JsonObject;
}

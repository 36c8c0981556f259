import { isObject, type JsonObject } from "../../core/canonical";
import { scanJson } from "../../core/json-text";
import { type Decision, withSignoff } from "../../core/manifest";

/** The largest file that a page takes in, in characters; Python reads up to 100 MB. */
export const LARGEST = 64_000_000;
/** As in Python. */
export const DEEPEST = 64;

/** A manifest as read from a text, or why the text is none, in words for the person. */
export type Reading =
  | { readonly manifest: JsonObject; readonly problem: null }
  | { readonly manifest: null; readonly problem: string };

/** Read a manifest, whoever wrote it; nothing but the form of JSON is checked. Never throws. */
export function readManifest(text: string): Reading {
  if (text.length > LARGEST) {
    const size = Math.round(text.length / 1e6);
    return refused(
      `This file has ${size} MB. A browser takes in up to ${LARGEST / 1e6} MB; check it with` +
        " unlearn_widgets.verify(path) instead.",
    );
  }
  const { depth, twice } = scanJson(text, DEEPEST);
  if (depth > DEEPEST) return refused(`It is nested more than ${DEEPEST} levels deep.`);
  let held: unknown;
  try {
    held = JSON.parse(text);
  } catch (error) {
    return refused(
      text.trim() === "" ? "The file is empty." : `It is no JSON: ${(error as Error).message}`,
    );
  }
  if (!isObject(held)) return refused("It holds no JSON object.");
  if (twice !== null) {
    return refused(
      `The name “${twice.slice(0, 40)}” stands twice in one object, and readers differ in which of` +
        " both they believe.",
    );
  }
  return { manifest: held, problem: null };
}

/**
 * The text of a manifest with one sign-off more. Everything else stays as it is, byte for byte:
 * also numbers that this language would round, and fields of later versions.
 */
export function signedText(text: string, manifest: JsonObject, said: Decision): string {
  const signoff = (withSignoff(manifest, said).signoffs as readonly JsonObject[]).at(-1);
  const span = scanJson(text, DEEPEST).spans.get("signoffs");
  if (signoff === undefined || span === undefined) {
    throw new RangeError("This manifest has no list of sign-offs.");
  }
  const [start, end] = span;
  const before = text.slice(start, end - 1).trimEnd();
  const between = before === "[" ? "" : ", ";
  return `${text.slice(0, start)}${before}${between}${lineOf(signoff)}]${text.slice(end)}`;
}

/** An object on one line, in the manner of Python. */
function lineOf(held: JsonObject): string {
  const members = Object.entries(held).map(
    ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return `{${members.join(", ")}}`.replace(UNSEEN, escaped);
}

/** Show marks that nobody sees, or that turn the order of what is read, by their number. */
export function visible(text: string): string {
  return text.replace(UNSEEN, escaped).replace(CONTROL, escaped);
}

function escaped(mark: string): string {
  return `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

// The first is the set that Python escapes in what it writes.
const UNSEEN = /[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
// eslint-disable-next-line no-control-regex -- these are what is looked for
const CONTROL = /[\x00-\x08\x0b-\x1f]/g;

function refused(problem: string): Reading {
  return { manifest: null, problem };
}

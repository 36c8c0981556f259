import { isObject, type JsonObject } from "../../core/canonical";
import { checkCounts, checkDomains, checkKeys, checkMap, checkTexts } from "./content-checks";
import { checkSeals, checkSignoffs } from "./seal-checks";
import { KNOWN_FIELDS, shapeProblems } from "./shape";
import { at } from "./rows";

/** How a check ended, as in `manifest/report.py`. */
export type Status = "ok" | "mismatch" | "not_checked";

/** One check: what it is called, how it ended, and what that means. */
export interface Check {
  readonly name: string;
  readonly status: Status;
  readonly note: string;
}

/** Checks as they are made. */
export class Checks {
  readonly made: Check[] = [];

  /** Add a check. */
  add(name: string, status: Status, note = ""): void {
    this.made.push({ name, status, note });
  }

  /** Add a check that holds if both are the same; `note` says what it means when they are not. */
  compare(name: string, stated: unknown, found: unknown, note = ""): void {
    const same = stated === found;
    const values = `The manifest says ${shown(stated)}, found ${shown(found)}.`;
    this.add(name, same ? "ok" : "mismatch", same ? "" : `${note} ${values}`.trim());
  }

  /** Add a check of several values, of which those that differ are given. */
  differ(name: string, differing: readonly Difference[], note = ""): void {
    const values = differing.map(
      ([what, stated, found]) =>
        `${what}: the manifest says ${shown(stated)}, found ${shown(found)}.`,
    );
    const status = differing.length === 0 ? "ok" : "mismatch";
    this.add(name, status, status === "ok" ? "" : [note, ...values].join(" ").trim());
  }

  /** Make a check that a manifest of any form may stop; that is a mismatch too. */
  attempt(name: string, check: () => void): void {
    try {
      check();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.add(name, "mismatch", `It could not be checked: ${reason}`);
    }
  }
}

/** What differs: its name, what the manifest says, what was found. */
export type Difference = readonly [what: string, stated: unknown, found: unknown];

/** Every check of a manifest that needs no data, and the list of what would need some. */
export function checkManifest(manifest: JsonObject): Check[] {
  const checks = new Checks();
  checks.add("readable", "ok");
  const known = checkForm(checks, manifest);
  checks.attempt("digest", () => checkSeals(checks, manifest));
  checks.attempt("signoffs", () => checkSignoffs(checks, manifest));
  if (known) {
    checks.attempt("counts", () => checkCounts(checks, manifest));
    checks.attempt("keys", () => checkKeys(checks, manifest));
    checks.attempt("domains", () => checkDomains(checks, manifest));
    checks.attempt("map", () => checkMap(checks, manifest));
    checks.attempt("texts", () => checkTexts(checks, manifest));
  }
  leaveOpen(checks, manifest);
  return checks.made;
}

function checkForm(checks: Checks, manifest: JsonObject): boolean {
  const { format, format_version: version } = manifest;
  if (format !== FORMAT || version !== VERSION) {
    const newer = format === FORMAT && typeof version === "number" && version > VERSION;
    const note = newer
      ? "It was written by a newer version of unlearn-widgets; update to check all of it."
      : "It is no manifest that this version of unlearn-widgets reads.";
    checks.differ(
      "format",
      [
        ["format", format, FORMAT],
        ["format_version", version, VERSION],
      ],
      note,
    );
    return false;
  }
  checks.add("format", "ok");
  const problems = shapeProblems(manifest);
  const note = ["It does not have the form that schema.json describes.", ...problems].join(" ");
  if (problems.length > 0) checks.add("schema", "mismatch", note);
  else checks.add("schema", "ok");
  const unknown = Object.keys(manifest).filter((name) => !KNOWN_FIELDS.has(name));
  if (unknown.length > 0) {
    const names = unknown.slice(0, 10).join(", ");
    checks.add(
      "unknown fields",
      "not_checked",
      `This version knows nothing of ${names}; they are kept as they are.`,
    );
  }
  return true;
}

/** Name what a file alone cannot show, as `verify` does, and what it would take. */
function leaveOpen(checks: Checks, manifest: JsonObject): void {
  const leave = (name: string, note: string): void => checks.add(name, "not_checked", note);
  leave("X", "Whether these are the embeddings: takes X.");
  leave("effect", "Whether the numbers follow from the embeddings: takes X.");
  leave("diagnosis", "Whether the verdict follows from the embeddings: takes X.");
  for (const name of ["groups", "covariance"]) {
    if (typeof at(manifest, "fingerprints", name) === "string") {
      leave(name, `Whether these are the ${name} of the problem: takes them.`);
    }
  }
  leave("records", "Whether these are the records and their keys: takes the table of records.");
  if (at(manifest, "chain", "store") === null) {
    leave("store", "The history was kept in memory; there is no store to compare with.");
  } else {
    leave("store", "Whether the chain of events ends as stated: takes the store, *.forgetset.");
  }
}

/** A value as a person reads it, cut where it gets long. */
function shown(value: unknown): string {
  const text =
    isObject(value) || Array.isArray(value)
      ? "…"
      : ((JSON.stringify(value) as string | undefined) ?? "nothing");
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

const FORMAT = "unlearn-widgets/forget-manifest";
const VERSION = 1;
const LONGEST = 120;

import type { VNode } from "preact";
import { plural } from "../../core/format";
import type { Check, Status } from "./checks";
import { visible } from "./manifest-file";

const WORDS: Readonly<Record<Status, string>> = {
  ok: "fits",
  mismatch: "does not fit",
  not_checked: "not checked",
};

/** What a check is about, in plain words. */
const ABOUT: Readonly<Record<string, string>> = {
  readable: "The file can be read",
  format: "It is a manifest of a version that is known",
  schema: "It has the form of a manifest",
  digest: "The digest of all fields",
  counts: "Counts and the rows that are marked",
  keys: "Keys and the rows that are marked",
  domains: "Domains, and the rows in them",
  map: "The map has a position for each row",
  texts: "A text for each key",
  signoffs: "Sign-offs",
};

const MOST = 200;

/** The result of every check that needs no data, or of what takes some. */
export function CheckTable({ checks }: { readonly checks: readonly Check[] | null }): VNode {
  if (checks === null) return <p class="uw-muted">Checking…</p>;
  const made = checks.filter((check) => check.status !== "not_checked");
  const open = checks.filter((check) => check.status === "not_checked");
  const bad = made.filter((check) => check.status === "mismatch");
  return (
    <div data-testid="uw-review-checks" data-mismatches={bad.length}>
      <p class="uw-review-verdict" data-status={bad.length > 0 ? "mismatch" : "ok"} role="status">
        {bad.length > 0
          ? `${bad.length} of ${plural(made.length, "check")} ${bad.length === 1 ? "does" : "do"} not fit.`
          : `Nothing found that does not fit, in ${plural(made.length, "check")} that need no data.`}
      </p>
      <ul class="uw-review-checks">
        {[...bad, ...made.filter((check) => check.status === "ok")].slice(0, MOST).map(row)}
      </ul>
      <h3>What can only be checked with the data</h3>
      <p class="uw-muted">
        In Python: unlearn_widgets.verify(path, X=…, records=…) makes these checks too.
      </p>
      <ul class="uw-review-checks">{open.slice(0, MOST).map(row)}</ul>
    </div>
  );
}

function row(check: Check): VNode {
  const known = check.status !== "not_checked" && Object.hasOwn(ABOUT, check.name);
  const name = check.status === "not_checked" ? check.name : fieldOf(check.name);
  return (
    <li key={check.name} data-check={check.name} data-status={check.status}>
      <span class="uw-review-status">{WORDS[check.status]}</span>
      <span>
        {known ? ABOUT[check.name] : visible(name)}
        {check.note !== "" && <span class="uw-muted"> {visible(check.note)}</span>}
      </span>
    </li>
  );
}

function fieldOf(name: string): string {
  return name.replace(/^digest\./, "The field ");
}

import type { VNode } from "preact";
import { isObject } from "../../core/canonical";
import { visible } from "./manifest-file";
import { at, listAt } from "./rows";
import { textAt, when, wordOf } from "./subject";

const MOST = 100;

/** Texts by name inside a manifest: versions of software, fingerprints of data. */
export function Facts(props: {
  readonly manifest: unknown;
  readonly field: string;
  readonly absent: string;
}): VNode {
  const held = at(props.manifest, props.field);
  if (!isObject(held)) return <p class="uw-muted">{props.absent}</p>;
  return (
    <dl class="uw-review-facts">
      {Object.entries(held)
        .slice(0, MOST)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{visible(name)}</dt>
            <dd>{value === null ? props.absent : wordOf(value)}</dd>
          </div>
        ))}
    </dl>
  );
}

/** Who saved the file, who is named in it, and the chain of events behind it. */
export function Provenance({ manifest }: { readonly manifest: unknown }): VNode {
  const actors = listAt(manifest, "actors")
    .slice(0, MOST)
    .map((actor) => wordOf(actor));
  const rows: (readonly [string, string])[] = [
    ["saved", when(textAt(manifest, ["saved_at"], "no time"))],
    ["saved by", textAt(manifest, ["saved_by"], "nobody named")],
    ["people named", actors.length > 0 ? actors.join(", ") : "nobody"],
    ["chain of events", textAt(manifest, ["chain", "statement"], "not said")],
    ["head of the chain", textAt(manifest, ["chain", "hash"], "none")],
    ["digest", textAt(manifest, ["digest"], "none")],
  ];
  return (
    <dl class="uw-review-facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The sign-offs in order. */
export function Signoffs({ manifest }: { readonly manifest: unknown }): VNode {
  const signoffs = listAt(manifest, "signoffs");
  if (signoffs.length === 0) return <p class="uw-muted">Nobody has signed it off yet.</p>;
  return (
    <ol
      class="uw-review-timeline"
      data-testid="uw-review-signoffs"
      tabIndex={0}
      aria-label="sign-offs"
    >
      {signoffs.slice(-MOST).map((held, index) => {
        const note = textAt(held, ["note"]);
        return (
          <li key={index}>
            <time class="uw-muted">{when(textAt(held, ["at"], "no time"))}</time>
            <span class="uw-review-event">
              <b>{textAt(held, ["decision"], "no decision")}</b>
              <span class="uw-muted">
                {" "}
                {textAt(held, ["who"], "nobody named")}
                {note === "" ? "" : ` · “${note}”`}
              </span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}

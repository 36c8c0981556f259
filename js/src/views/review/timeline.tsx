import type { VNode } from "preact";
import { plural, quantity } from "../../core/format";
import { LongList } from "./long-list";
import { listAt, at } from "./rows";
import { numberAt, textAt, when } from "./subject";

/** What was done, the oldest first, what was undone included. */
export function Timeline({ manifest }: { readonly manifest: unknown }): VNode {
  const history = listAt(manifest, "history");
  if (history.length === 0) return <p class="uw-muted">Nothing was recorded.</p>;
  return (
    <LongList items={history} what="events" class="uw-review-timeline" testid="uw-review-history">
      {(event, index) => (
        <li key={index}>
          <time class="uw-muted">{when(textAt(event, ["at"], "no time"))}</time>
          <span class="uw-review-event">
            <b>{textAt(event, ["what"], "something that is not said")}</b>
            <Detail event={event} />
          </span>
        </li>
      )}
    </LongList>
  );
}

function Detail({ event }: { readonly event: unknown }): VNode {
  const removed = numberAt(event, "n_removed");
  const alpha = numberAt(event, "alpha");
  const epsilon = numberAt(event, "epsilon");
  const words = [
    textAt(event, ["actor"], "nobody named"),
    removed === null ? "" : `${plural(removed, "row")} removed in all`,
    alpha === null ? "" : `α ${quantity(alpha)}`,
    epsilon === null ? "" : `ε ${quantity(epsilon)}`,
    quoted("reason", textAt(event, ["reason"])),
    quoted("note", textAt(event, ["note"])),
  ];
  return <span class="uw-muted"> {words.filter((word) => word !== "").join(" · ")}</span>;
}

/** Labels of removed records that stand, with who gave them and why. */
export function Decisions({ manifest }: { readonly manifest: unknown }): VNode | null {
  const decisions = listAt(manifest, "decisions");
  if (decisions.length === 0) return null;
  return (
    <LongList items={decisions} what="decisions" class="uw-review-timeline">
      {(held, index) => (
        <li key={index}>
          <time class="uw-muted">{when(textAt(held, ["at"], "no time"))}</time>
          <span class="uw-review-event">
            <b>
              {textAt(held, ["label"], "no label")}: {keysOf(held)}
            </b>
            <span class="uw-muted">
              {" "}
              {[
                textAt(held, ["actor"], "nobody named"),
                quoted("reason", textAt(held, ["reason"])),
                quoted("note", textAt(held, ["note"])),
              ]
                .filter((word) => word !== "")
                .join(" · ")}
            </span>
          </span>
        </li>
      )}
    </LongList>
  );
}

const MOST_KEYS = 10;

/** The keys of a list in words, cut where they get many. */
export function keysOf(held: unknown): string {
  const keys = listAt(held, "keys");
  const shown = keys.slice(0, MOST_KEYS).map(keyText).join(", ");
  return keys.length > MOST_KEYS ? `${shown} and ${keys.length - MOST_KEYS} more` : shown;
}

function keyText(key: unknown): string {
  const long = at(key, "int");
  if (typeof long === "string") return textAt({ long }, ["long"]);
  // Quotes tell the key "5" from the key 5.
  return textAt({ key: JSON.stringify(key) }, ["key"]);
}

function quoted(what: string, text: string): string {
  return text === "" ? "" : `${what} “${text}”`;
}

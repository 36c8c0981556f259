import type { VNode } from "preact";
import type { SessionStore } from "../../state/session";
import { Term } from "../../ui/term";
import type { StoreState } from "../../wire/messages";

/** Where the decisions of a session are kept, and what does not fit there; nothing without a store. */
export function StoreMark({ session }: { readonly session: SessionStore }): VNode | null {
  const store = session.status.value.store;
  if (store === undefined || store.name === null) return null;
  const [word, explanation] = WORDS[store.state];
  const wrong = store.notices.length > 0 || store.state === "read-only";
  const who = store.who === null ? "" : ` Recorded as ${store.who}.`;
  return (
    <span
      class="uw-store"
      data-testid="uw-store"
      data-state={store.state}
      data-wrong={wrong}
      role={wrong ? "status" : undefined}
    >
      <Term explanation={[...store.notices, `${store.name}: ${explanation}${who}`].join(" ")}>
        {store.notices.length > 0 ? "store does not fit" : word}
      </Term>
    </span>
  );
}

const WORDS: Record<StoreState["state"], readonly [string, string]> = {
  memory: ["not stored", "Nothing outlives the kernel."],
  stored: ["stored", "Every change is in this file before it is shown."],
  checking: [
    "checking…",
    "Every change is in this file before it is shown. Whether the data are those it was begun with is still being compared.",
  ],
  "read-only": ["read-only", "Nothing can be recorded, so nothing can be changed."],
};

import type { VNode } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { count, plural } from "../../core/format";
import type { LocalStore } from "../../state/local";
import type { SearchResult, SessionStore } from "../../state/session";
import { Icon } from "../../ui/icons";
import { AnnouncerContext } from "../../ui/live-region";

const TYPING_PAUSE = 220;

/** Properties shared by the parts of the search. */
export interface SearchProps {
  readonly session: SessionStore;
  readonly local: LocalStore;
}

/** A search over the records: it selects nothing, it finds rows and shows them on the map. */
export function SearchBox({ session, local }: SearchProps): VNode {
  const announcer = useContext(AnnouncerContext);
  const [failure, setFailure] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const text = local.searchText.value.trim();
  const info = session.info.value;
  const prompt = info.has_text ? "Search records" : `Search by ${info.key}`;

  useEffect(() => {
    if (text === "") {
      local.found.value = null;
      setFailure(null);
      return;
    }
    if (local.found.peek()?.text === text) return;
    const abort = new AbortController();
    const ask = async (): Promise<void> => {
      try {
        const found = await session.search(text, abort.signal);
        if (abort.signal.aborted) return;
        local.found.value = found;
        setFailure(null);
        announcer.say(spoken(found, session));
      } catch (reason) {
        if (abort.signal.aborted) return;
        local.found.value = null;
        setFailure(reason instanceof Error ? reason.message : String(reason));
      }
    };
    const timer = setTimeout(() => void ask(), TYPING_PAUSE);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [session, local, announcer, text]);

  return (
    <div class="uw-search-box">
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        data-testid="uw-search"
        aria-label={prompt}
        placeholder={prompt}
        maxLength={1000}
        autocomplete="off"
        spellcheck={false}
        aria-invalid={failure !== null}
        title={failure ?? "Finds rows whose text or key contains these words; selects nothing"}
        value={local.searchText.value}
        onInput={(event) => {
          local.searchText.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") local.searchText.value = "";
        }}
      />
      {text !== "" && (
        <button
          type="button"
          class="uw-quiet uw-icon-button"
          data-testid="uw-search-clear"
          aria-label="End the search"
          onClick={() => {
            local.searchText.value = "";
            input.current?.focus();
          }}
        >
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}

function spoken(found: SearchResult, session: SessionStore): string {
  const { names } = session.info.peek();
  return (
    `${plural(found.total, "row")} found for ${found.text}: ${count(found.forget)} ${names.forget},` +
    ` ${count(found.retain)} ${names.retain}.`
  );
}

/** How many found rows could still be removed, and how many are removed already. */
export function reach(
  found: SearchResult,
  session: SessionStore,
): { readonly addable: number; readonly removed: number } {
  const removed = session.removed.value;
  const domains = session.domains.value;
  const locked = session.status.value.retain_locked;
  let addable = 0;
  let taken = 0;
  for (const row of found.hits.indices()) {
    const domain = domains[row];
    if (domain !== 2 && (domain !== 1 || locked)) continue;
    if (removed.has(row)) taken += 1;
    else addable += 1;
  }
  return { addable, removed: taken };
}

/** What was found, and what can be done with it. */
export function SearchActions({ session, local }: SearchProps): VNode | null {
  const found = local.found.value;
  if (found === null || found.total === 0) return null;
  const { names } = session.info.value;
  const { addable, removed } = reach(found, session);
  const locked = session.status.value.retain_locked && found.retain > 0;
  const by = { by: "search", text: found.text } as const;
  return (
    <div class="uw-search-actions" data-testid="uw-search-actions">
      <span>
        {count(found.forget)} {names.forget} · {count(found.retain)} {names.retain}
        {locked ? " (kept, locked)" : ""}
      </span>
      {addable > 0 && (
        <button
          type="button"
          class="uw-primary"
          data-testid="uw-search-add"
          onClick={() => void session.select(by, "add")}
        >
          Add {plural(addable, "matching row")}
        </button>
      )}
      {removed > 0 && (
        <button
          type="button"
          data-testid="uw-search-subtract"
          onClick={() => void session.select(by, "subtract")}
        >
          Keep {count(removed)} of them
        </button>
      )}
    </div>
  );
}

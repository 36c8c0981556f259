import { type ReadonlySignal, signal } from "@preact/signals";
import { createContext, type VNode } from "preact";

/** Speaks to people who use a screen reader, through the root's one live region. */
export interface Announcer {
  /** What the live region says now. */
  readonly text: ReadonlySignal<string>;
  /** Says `text` once nothing newer has come for the debounce time. */
  say(text: string): void;
}

/** An announcer whose pending words are dropped when `abort` fires. */
export function createAnnouncer(abort: AbortSignal, delay = 500): Announcer {
  const text = signal("");
  let timer: ReturnType<typeof setTimeout> | undefined;
  abort.addEventListener("abort", () => clearTimeout(timer), { once: true });
  return {
    text,
    say(next) {
      if (abort.aborted) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        // A live region speaks when its text changes: equal words need a difference nobody hears.
        text.value = text.peek() === next ? `${next}\u00a0` : next;
      }, delay);
    },
  };
}

/** The announcer of the root a component stands in. */
export const AnnouncerContext = createContext<Announcer>({
  text: signal(""),
  say: () => undefined,
});

/** The polite live region; it stands once in each root and is never seen. */
export function LiveRegion({ announcer }: { readonly announcer: Announcer }): VNode {
  return (
    <div class="uw-hidden" role="status" aria-live="polite" data-testid="uw-live">
      {announcer.text}
    </div>
  );
}

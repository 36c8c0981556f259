import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

const NAMES = ["next-record", "previous-record", "focus-map"] as const;
const EVENT = "uw-command";

/** What a host can tell the views of a page to do. */
export type HostCommand = (typeof NAMES)[number];

/** The event that tells the views in a root; the view that carries it out cancels it. */
export function hostCommandEvent(name: HostCommand): CustomEvent {
  return new CustomEvent(EVENT, { cancelable: true, detail: { name } });
}

/** The command in an event, or null where it holds none or somebody has carried it out. */
export function hostCommandOf(event: Event): HostCommand | null {
  const { detail } = event as CustomEvent<{ readonly name?: unknown } | null>;
  const known = NAMES.find((name) => name === detail?.name);
  return event.defaultPrevented ? null : (known ?? null);
}

/** Carry out commands of the host; `carryOut` says whether this view has done so. */
export function useHostCommands(
  inside: RefObject<HTMLElement>,
  carryOut: (command: HostCommand) => boolean,
): void {
  useLayoutEffect(() => {
    const abort = new AbortController();
    const hear = (event: Event): void => {
      const command = hostCommandOf(event);
      if (command !== null && carryOut(command)) event.preventDefault();
    };
    const root = inside.current?.closest(".uw-root");
    root?.addEventListener(EVENT, hear, { signal: abort.signal });
    return () => abort.abort();
  });
}

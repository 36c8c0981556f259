import { effect } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { SessionStore } from "../state/session";
import { ConnectionBanner } from "./connection-banner";
import { AnnouncerContext, createAnnouncer, LiveRegion } from "./live-region";
import { Refusal } from "./refusal";
import { guardShortcuts } from "./shortcuts";
import { spokenSummary } from "./summary";
import { ThemeContext, watchTheme } from "./theme";

/** Properties of {@link Shell}. */
export interface ShellProps {
  readonly session: SessionStore;
  /** The id of the session's model, by which a host finds its views; absent where there is none. */
  readonly sessionId?: string;
  readonly signal: AbortSignal;
  readonly children: ComponentChildren;
}

/** What surrounds every view: the theme, the live region, the kernel's refusals and its absence. */
export function Shell({ session, sessionId, signal, children }: ShellProps): VNode {
  const theme = useMemo(() => watchTheme(signal), [signal]);
  const announcer = useMemo(() => createAnnouncer(signal), [signal]);

  const root = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (root.current !== null) guardShortcuts(root.current, signal);
  }, [signal]);

  useEffect(() => {
    let spoken = session.effect.peek().rev;
    return effect(() => {
      const { rev } = session.effect.value;
      if (rev === spoken) return;
      spoken = rev;
      announcer.say(spokenSummary(session));
    });
  }, [session, announcer]);

  return (
    <ThemeContext.Provider value={theme}>
      <AnnouncerContext.Provider value={announcer}>
        <div
          ref={root}
          class="uw-root"
          data-theme={theme.value}
          data-uw-session={sessionId}
          data-lm-suppress-shortcuts="true"
        >
          <ConnectionBanner connection={session.connection} />
          {children}
          <Refusal error={session.error} />
          <LiveRegion announcer={announcer} />
        </div>
      </AnnouncerContext.Provider>
    </ThemeContext.Provider>
  );
}

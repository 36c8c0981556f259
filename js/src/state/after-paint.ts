import { batch, effect, signal } from "@preact/signals";
import type { SessionStore } from "./session";

/** What of a session changes while somebody draws and with every commit. */
export type Standing = Pick<SessionStore, "effect" | "shown" | "status">;

type Values = { readonly [K in keyof Standing]: Standing[K]["value"] };

/**
 * The standing of `session` as of the frame that was painted last. A view that draws much follows
 * this one: it takes its turn once the numbers next to the pointer are on screen, so that they do
 * not wait for it.
 */
export function followPainted(session: Standing, abort: AbortSignal): Standing {
  const followed = {
    effect: signal(session.effect.peek()),
    shown: signal(session.shown.peek()),
    status: signal(session.status.peek()),
  };
  let newest: Values | null = null;
  const copy = (): void => {
    if (newest === null) return;
    const { effect: record, shown, status } = newest;
    newest = null;
    batch(() => {
      followed.effect.value = record;
      followed.shown.value = shown;
      followed.status.value = status;
    });
  };
  const stop = effect(() => {
    if (newest === null) afterPaint(copy, abort);
    const { effect: record, shown, status } = session;
    newest = { effect: record.value, shown: shown.value, status: status.value };
  });
  abort.addEventListener("abort", stop, { once: true });
  return followed;
}

/** Runs `task` when the next frame is painted, or soon where none will be, unless `abort` fires. */
export function afterPaint(task: () => void, abort: AbortSignal): void {
  const run = (): void => {
    if (!abort.aborted) task();
  };
  // A hidden page paints no frames.
  if (document.hidden) {
    setTimeout(run);
    return;
  }
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      run();
    };
    port2.postMessage(null);
  });
}

/** The same as a promise that an abort leaves open. */
export function painted(abort: AbortSignal): Promise<void> {
  return new Promise((resolve) => afterPaint(resolve, abort));
}

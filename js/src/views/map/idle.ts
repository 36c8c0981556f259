const PATIENCE_MS = 1000;

/** Runs each task in an idle moment of its own, in order, unless `abort` fires before. */
export function whenIdle(tasks: readonly (() => void)[], abort: AbortSignal): void {
  const [first, ...others] = tasks;
  if (first === undefined || abort.aborted) return;
  const run = (): void => {
    first();
    whenIdle(others, abort);
  };
  // Safari has no idle callbacks.
  if (typeof (window as Partial<Window>).requestIdleCallback !== "function") {
    const timer = setTimeout(run, PATIENCE_MS / 5);
    abort.addEventListener("abort", () => clearTimeout(timer), { once: true });
    return;
  }
  const handle = window.requestIdleCallback(run, { timeout: PATIENCE_MS });
  abort.addEventListener("abort", () => window.cancelIdleCallback(handle), { once: true });
}

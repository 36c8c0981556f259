import type { AnyModel } from "@anywidget/types";

/** What to do when the connection to the kernel changes. */
export interface ConnectionEvents {
  lost(): void;
  live(): void;
  /** Ask the kernel for any answer. */
  probe(): Promise<unknown>;
}

/**
 * Watch the comm of a model until `abort` fires. ipywidgets announces a change of `comm_live`, but
 * the model that anywidget hands out hides its value; the kernel is then asked for an answer.
 */
export function watchConnection(
  model: AnyModel,
  abort: AbortSignal,
  events: ConnectionEvents,
): void {
  const event = "comm_live_update";
  const update = (): void => {
    const alive = (model as AnyModel & { comm_live?: boolean }).comm_live;
    if (alive === true) {
      events.live();
      return;
    }
    events.lost();
    // A probe without an answer changes nothing: the connection is lost already.
    if (alive === undefined)
      events.probe().then(
        () => events.live(),
        () => undefined,
      );
  };
  if (abort.aborted) return;
  model.on(event, update);
  abort.addEventListener("abort", () => model.off(event, update), { once: true });
}

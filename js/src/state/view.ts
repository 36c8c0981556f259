import type { AnyModel } from "@anywidget/types";
import { effect, signal, type Signal } from "@preact/signals";
import { type Protocol, RequestChannel } from "../wire/requests";
import { type ConnectionEvents, watchConnection } from "./connection";

/** The traits of a view's own model as signals, and requests over that model. */
export interface ViewTraits {
  /** Fires when the view is taken away. */
  readonly closed: AbortSignal;
  /** The trait `name` as a two-way signal, the same one at every call. */
  signalOf<T>(name: string): Signal<T>;
  /** A channel over the view's own model. */
  openChannel<P extends Protocol<P>>(viewId: string): RequestChannel<P>;
  /** Hear when the comm of the view's own model closes or comes back. */
  watchConnection(events: ConnectionEvents): void;
}

/** Wrap the model of a view; every listener is removed when `abort` fires. */
export function openView(model: AnyModel, abort: AbortSignal): ViewTraits {
  const traits = new Map<string, TwoWay>();
  abort.addEventListener(
    "abort",
    () => {
      for (const { stop } of traits.values()) stop();
    },
    { once: true },
  );
  return {
    closed: abort,
    openChannel: (viewId) => new RequestChannel(model, viewId, abort),
    watchConnection: (events) => watchConnection(model, abort, events),
    signalOf<T>(name: string): Signal<T> {
      const trait = traits.get(name) ?? twoWay(model, name, abort.aborted);
      traits.set(name, trait);
      return trait.value as Signal<T>;
    },
  };
}

interface TwoWay {
  readonly value: Signal;
  readonly stop: () => void;
}

function twoWay(model: AnyModel, name: string, closed: boolean): TwoWay {
  const trait = signal<unknown>(model.get(name));
  if (closed) return { value: trait, stop: () => undefined };
  const receive = (): void => {
    trait.value = model.get(name);
  };
  // The echo of a local change equals the model's value, so it is not sent a second time.
  const stop = effect(() => {
    const value = trait.value;
    if (Object.is(model.get(name), value)) return;
    model.set(name, value);
    model.save_changes();
  });
  model.on(`change:${name}`, receive);
  return {
    value: trait,
    stop: () => {
      model.off(`change:${name}`, receive);
      stop();
    },
  };
}

import type { AnyModel } from "@anywidget/types";

type Listener = (...values: never[]) => void;
type Send = (content: unknown, buffers: readonly ArrayBuffer[]) => void;

/** A widget model without a host: traits, events and messages as anywidget offers them. */
export class PageModel {
  /** As ipywidgets spells it: false once the kernel is gone. */
  comm_live = true;
  /** Receives what a view sends; set by the one who plays the kernel. */
  onSend: Send = () => undefined;
  private readonly listeners = new Map<string, Set<Listener>>();

  constructor(private readonly traits: Record<string, unknown>) {}

  get(name: string): unknown {
    return this.traits[name];
  }

  /** Sets one trait and tells its listeners, as a change from either side does. */
  set(name: string, value: unknown): void {
    this.update({ [name]: value });
  }

  /** Sets several traits in one go: listeners hear of it when all of them hold. */
  update(values: Record<string, unknown>): void {
    const changed = Object.keys(values).filter((name) => this.traits[name] !== values[name]);
    Object.assign(this.traits, values);
    for (const name of changed) this.emit(`change:${name}`);
    if (changed.length > 0) this.emit("change");
  }

  on(name: string, listener: Listener): void {
    const known = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, known.add(listener));
  }

  off(name?: string | null, listener?: Listener | null): void {
    if (name === undefined || name === null) this.listeners.clear();
    else if (listener === undefined || listener === null) this.listeners.delete(name);
    else this.listeners.get(name)?.delete(listener);
  }

  /** Number of listeners, so that a test can see whether a view cleaned up after itself. */
  get listenerCount(): number {
    return [...this.listeners.values()].reduce((sum, known) => sum + known.size, 0);
  }

  emit(name: string, ...values: unknown[]): void {
    for (const listener of [...(this.listeners.get(name) ?? [])]) {
      (listener as (...all: unknown[]) => void)(...values);
    }
  }

  save_changes(): void {
    this.emit("saved");
  }

  send(content: unknown, _callbacks?: unknown, buffers: ArrayBuffer[] = []): void {
    this.onSend(content, buffers);
  }

  /** The type the widget sees. */
  asAnyModel(): AnyModel {
    return this as unknown as AnyModel;
  }
}

import type { AnyModel } from "@anywidget/types";

type Callback = (...args: never[]) => void;

/** A message that a view sent to the kernel. */
export interface Sent {
  readonly content: Record<string, unknown>;
  readonly buffers: readonly ArrayBuffer[];
}

/**
 * A widget model without a host: change events fire for changed values only, all after every
 * value is in place, as Backbone does. `answer` plays the kernel.
 */
export class FakeModel {
  /** Messages from the view, oldest first; nudges are kept apart in `nudges`. */
  readonly sent: Sent[] = [];
  readonly nudges: Sent[] = [];
  /** Trait updates that the view saved. */
  readonly saved: Record<string, unknown>[] = [];
  /** Called with every request; send its reply with `reply`. */
  answer: ((sent: Sent) => void) | null = null;
  comm_live = true;

  private readonly values: Map<string, unknown>;
  private readonly listeners = new Map<string, Set<Callback>>();
  private unsaved: Record<string, unknown> = {};

  constructor(values: Record<string, unknown> = {}) {
    this.values = new Map(Object.entries(values));
  }

  /** The model under the type that views accept. */
  get model(): AnyModel {
    return this as unknown as AnyModel;
  }

  get(name: string): unknown {
    return this.values.get(name);
  }

  set(name: string, value: unknown): void {
    this.unsaved[name] = value;
    this.update({ [name]: value });
  }

  save_changes(): void {
    if (Object.keys(this.unsaved).length > 0) this.saved.push(this.unsaved);
    this.unsaved = {};
  }

  send(content: Record<string, unknown>, _callbacks?: unknown, buffers?: ArrayBuffer[]): void {
    const sent = { content, buffers: buffers ?? [] };
    if (content.kind === "nudge") {
      this.nudges.push(sent);
      return;
    }
    this.sent.push(sent);
    this.answer?.(sent);
  }

  on(name: string, callback: Callback): void {
    const known = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, known.add(callback));
  }

  off(name?: string | null, callback?: Callback | null): void {
    for (const [event, callbacks] of this.listeners) {
      if (name && event !== name) continue;
      if (callback) callbacks.delete(callback);
      else callbacks.clear();
    }
  }

  /** Number of listeners of every event together. */
  get listenerCount(): number {
    let total = 0;
    for (const callbacks of this.listeners.values()) total += callbacks.size;
    return total;
  }

  /** Set traits as the kernel does, in one message. */
  update(values: Record<string, unknown>): void {
    const changed = Object.keys(values).filter(
      (name) => !Object.is(this.values.get(name), values[name]),
    );
    for (const name of changed) this.values.set(name, values[name]);
    for (const name of changed) this.emit(`change:${name}`);
  }

  /** Deliver a message from the kernel. */
  receive(message: unknown, buffers: readonly DataView[] = []): void {
    this.emit("msg:custom", message, buffers);
  }

  /** Answer a request with success. */
  reply(sent: Sent, fields: Record<string, unknown> = {}, buffers: readonly DataView[] = []): void {
    const { id, kind } = sent.content;
    this.receive({ v: 1, id, kind, ok: true, ...fields }, buffers);
  }

  /** Answer a request with an error. */
  refuse(sent: Sent, type: string, message: string): void {
    const { id, kind } = sent.content;
    this.receive({ v: 1, id, kind, ok: false, error: { type, message } });
  }

  /** Fire an event. */
  emit(name: string, ...args: unknown[]): void {
    for (const callback of [...(this.listeners.get(name) ?? [])]) {
      (callback as (...args: unknown[]) => void)(...args);
    }
  }
}

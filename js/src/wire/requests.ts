import { toBuffer } from "./codecs";
import { WIRE_VERSION, type ReplyEnvelope, type SessionProtocol } from "./messages";

/** What a protocol is made of: for each kind of request its payload and the fields of its reply. */
export type Protocol<P> = {
  readonly [K in keyof P]: { readonly payload: object; readonly reply: object };
};

/** The payload of a request. */
export type Payload<P extends Protocol<P>, K extends keyof P> = P[K]["payload"];

/** The fields of a successful reply and its buffers. */
export type Answer<P extends Protocol<P>, K extends keyof P> = P[K]["reply"] & {
  readonly buffers: readonly DataView[];
};

/** What of a widget's model is needed to talk to the kernel. */
export interface MessageModel {
  on(event: "msg:custom", receive: MessageReceiver): void;
  off(event: "msg:custom", receive: MessageReceiver): void;
  send(content: object, callbacks: undefined, buffers: ArrayBuffer[]): void;
}

/** Gets what the kernel sends. */
export type MessageReceiver = (message: unknown, buffers: DataView[]) => void;

/** How long to wait for an answer, and how to give up earlier. */
export interface RequestOptions {
  /** Milliseconds; 15,000 unless told. */
  readonly timeout?: number;
  readonly signal?: AbortSignal | undefined;
}

/** The kernel refused a request; `type` is its exception and the message its words. */
export class RequestError extends Error {
  override readonly name = "RequestError";

  constructor(
    readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

/** The kernel gave no answer: it is busy, restarted or gone. */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
}

/** Sends the newest of many payloads, one at a time. */
export interface NewestWins<T> {
  /** Send now if nothing is in flight, else replace what waits. */
  send(payload: T, buffers?: readonly ArrayBufferView[]): void;
  /** Forget what waits and ignore the answer in flight. */
  drop(): void;
}

/** Hears every well-formed reply, also those to other views of the same session. */
export type ReplyListener = (
  reply: ReplyEnvelope,
  buffers: readonly DataView[],
  own: boolean,
) => void;

interface Waiting {
  readonly kind: string;
  resolve(reply: ReplyEnvelope & { buffers: readonly DataView[] }): void;
  reject(error: Error): void;
}

/**
 * Requests from one view to the kernel over a model, each with a timeout and an abort. The
 * protocol `P` is that of a session unless told.
 *
 * Ten milliseconds after a request an empty second message, the `nudge`, follows. Stock Jupyter
 * servers leave Nagle's algorithm on, and it holds a small reply until the browser acknowledges the
 * packet before, which the browser delays by 40 ms. An acknowledgement that rides along with a message
 * of ours frees the reply: over 40 requests on a stock server the median round trip fell from 47 to
 * 13 ms.
 */
export class RequestChannel<P extends Protocol<P> = SessionProtocol> {
  /** Hears every well-formed reply before the request it answers is settled. */
  onReply: ReplyListener | null = null;

  private readonly waiting = new Map<string, Waiting>();
  private counter = 0;

  constructor(
    private readonly model: MessageModel,
    readonly viewId: string,
    private readonly abort: AbortSignal,
  ) {
    if (abort.aborted) return;
    const receive: MessageReceiver = (message, buffers) => this.receive(message, buffers);
    model.on("msg:custom", receive);
    abort.addEventListener(
      "abort",
      () => {
        model.off("msg:custom", receive);
        this.onReply = null;
        this.rejectAll(aborted("The view was closed."));
      },
      { once: true },
    );
  }

  /**
   * Send a request and wait for its reply. Rejects with a RequestError when the kernel refuses, a
   * NoAnswerError after the timeout, and an AbortError when the view closes or `signal` aborts.
   */
  request<K extends keyof P & string>(
    kind: K,
    payload: Payload<P, K>,
    buffers: readonly ArrayBufferView[] = [],
    options: RequestOptions = {},
  ): Promise<Answer<P, K>> {
    const { timeout = 15_000, signal } = options;
    return new Promise((resolve, reject) => {
      if (this.abort.aborted || signal?.aborted) {
        reject(aborted("The request was cancelled."));
        return;
      }
      const id = `${this.viewId}:${++this.counter}`;
      const settle = (): void => {
        this.waiting.delete(id);
        clearTimeout(timer);
        clearTimeout(nudge);
        signal?.removeEventListener("abort", cancel);
      };
      const fail = (error: Error): void => {
        settle();
        reject(error);
      };
      const cancel = (): void => fail(aborted("The request was cancelled."));
      const timer = setTimeout(() => fail(noAnswer(timeout)), timeout);
      const nudge = setTimeout(() => this.announce("nudge", {}, id), 10);
      // eslint-disable-next-line no-restricted-syntax -- removed in settle, with its request
      signal?.addEventListener("abort", cancel);
      this.waiting.set(id, {
        kind,
        resolve: (reply) => {
          settle();
          resolve(reply);
        },
        reject: fail,
      });
      try {
        this.post(kind, id, payload, buffers);
      } catch (error) {
        fail(new NoAnswerError("The connection to the kernel is closed.", { cause: error }));
      }
    });
  }

  /** Tell the kernel something without waiting for the answer; possible while the view closes. */
  announce(
    kind: (keyof P & string) | "nudge",
    payload: object = {},
    id = `${this.viewId}:${++this.counter}`,
  ): void {
    try {
      this.post(kind, id, payload, []);
    } catch {
      // The comm is closed, so that nobody is left to tell.
    }
  }

  /**
   * A sender that keeps at most one request of `kind` in flight while only the newest payload waits,
   * and lets `interval` milliseconds pass from one request to the next. `receive` gets the answers,
   * `fail` the errors; neither is called after drop().
   */
  newestWins<K extends keyof P & string>(
    kind: K,
    receive: (reply: Answer<P, K>) => void,
    fail: (error: unknown) => void,
    interval = 0,
  ): NewestWins<Payload<P, K>> {
    type Job = [payload: Payload<P, K>, buffers: readonly ArrayBufferView[]];
    let busy = false;
    let next: Job | null = null;
    let generation = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    this.abort.addEventListener("abort", () => clearTimeout(timer), { once: true });
    const proceed = (): void => {
      timer = undefined;
      busy = false;
      const waiting = next;
      next = null;
      if (waiting !== null && !this.abort.aborted) void run(waiting);
    };
    const run = async (job: Job): Promise<void> => {
      busy = true;
      const born = generation;
      const earliest = performance.now() + interval;
      try {
        const reply = await this.request(kind, ...job);
        if (born === generation) receive(reply);
      } catch (error) {
        if (born === generation) fail(error);
      }
      const rest = earliest - performance.now();
      const wait = rest > 0 && born === generation && !this.abort.aborted;
      if (wait) timer = setTimeout(proceed, rest);
      else proceed();
    };
    return {
      send: (payload, buffers = []) => {
        if (busy) next = [payload, buffers];
        else void run([payload, buffers]);
      },
      drop: () => {
        generation++;
        next = null;
        if (timer === undefined) return;
        clearTimeout(timer);
        proceed();
      },
    };
  }

  /** Fail every request that waits for an answer. */
  rejectAll(error: Error): void {
    for (const waiting of [...this.waiting.values()]) waiting.reject(error);
  }

  private post(
    kind: string,
    id: string,
    payload: object,
    buffers: readonly ArrayBufferView[],
  ): void {
    const content = { ...payload, v: WIRE_VERSION, id, kind };
    this.model.send(content, undefined, buffers.map(toBuffer));
  }

  private receive(message: unknown, buffers: readonly DataView[]): void {
    if (!isReply(message)) return;
    const waiting = this.waiting.get(message.id);
    this.onReply?.(message, buffers, message.id.startsWith(`${this.viewId}:`));
    if (waiting === undefined) return;
    if (message.ok) {
      if (waiting.kind === message.kind) waiting.resolve({ ...message, buffers });
    } else {
      const { type = "Error", message: text = "The kernel refused without a reason." } =
        message.error ?? {};
      waiting.reject(new RequestError(type, text));
    }
  }
}

/** Whether an error only says that the view was closed or the request cancelled. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

function aborted(message: string): DOMException {
  return new DOMException(message, "AbortError");
}

function noAnswer(timeout: number): NoAnswerError {
  return new NoAnswerError(`The kernel gave no answer within ${timeout / 1000} seconds.`);
}

function isReply(message: unknown): message is ReplyEnvelope {
  if (typeof message !== "object" || message === null) return false;
  const { v, id, kind, ok } = message as Partial<Record<keyof ReplyEnvelope, unknown>>;
  return (
    v === WIRE_VERSION &&
    typeof id === "string" &&
    typeof kind === "string" &&
    typeof ok === "boolean"
  );
}

import type { PageModel } from "./model";

/** A request of a view, as it comes over the wire. */
export interface PageRequest {
  readonly id: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** The fields of a reply and its binary parts. */
export interface Answer {
  readonly fields: object;
  readonly buffers?: readonly ArrayBufferView[];
}

/** How requests are answered. */
export interface AnsweringOptions {
  /** Milliseconds until a reply, as over a real connection. */
  readonly latency?: number;
  /** Hears every request. */
  readonly heard?: (request: PageRequest) => void;
  /** Whether anybody is there to answer. */
  readonly alive?: () => boolean;
}

/**
 * Answers what views send to `model` in the kernel's place, never at once: a view must not find the
 * answer before it waits for it. What `answer` throws is told to the view in its words.
 */
export function answerRequests(
  model: PageModel,
  answer: (request: PageRequest, buffers: readonly ArrayBuffer[]) => Answer,
  options: AnsweringOptions = {},
): void {
  const { latency = 0, heard, alive } = options;
  const reply = (request: PageRequest, buffers: readonly ArrayBuffer[]): void => {
    if (alive?.() === false) return;
    const { id, kind } = request;
    try {
      const { fields, buffers: out = [] } = answer(request, buffers);
      model.emit("msg:custom", { v: 1, id, kind, ok: true, ...fields }, out.map(viewOf));
    } catch (reason) {
      const error = { type: "ValueError", message: (reason as Error).message };
      model.emit("msg:custom", { v: 1, id, kind, ok: false, error }, []);
    }
  };
  model.onSend = (content, buffers) => {
    const request = content as PageRequest;
    if (request.kind === "nudge") return;
    heard?.(request);
    setTimeout(() => reply(request, buffers), latency);
  };
}

/** The bytes of an array as a binary trait or buffer arrives. */
export function viewOf({ buffer, byteOffset, byteLength }: ArrayBufferView): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

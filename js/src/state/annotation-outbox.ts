import { batch, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { AnnotationProtocol } from "../wire/annotation-messages";
import { isAbort, RequestError, type Answer, type RequestChannel } from "../wire/requests";

/** The requests that change something, which the kernel must get in order. */
export type DecisionKind = "label" | "skip" | "undo" | "redo" | "region";

/** A decision on its way to the kernel. */
export interface Decision<K extends DecisionKind = DecisionKind> {
  readonly kind: K;
  readonly payload: AnnotationProtocol[K]["payload"];
  /** The row it is about, where that is known. */
  readonly row: number | null;
  accepted(reply: Answer<AnnotationProtocol, K>): void;
  /** It does not hold; without words when the person took it back. */
  refused(words: string | null): void;
}

/** A region may hold very many rows. */
const PATIENCE = { timeout: 60_000 };

/**
 * Sends decisions in order, one in flight, the others waiting behind it. One that gets no answer
 * stops the line and stays in it; the next decision or `retry` sets it going again.
 */
export class Outbox {
  /** Decisions that the kernel has not acknowledged, oldest first. */
  readonly waiting: ReadonlySignal<readonly Decision[]>;
  /** Whether the line stands still for want of an answer. */
  readonly stalled: ReadonlySignal<boolean>;
  private readonly line: Signal<readonly Decision[]> = signal([]);
  private readonly still = signal(false);
  private readonly sent = new WeakSet<Decision>();
  private busy = false;

  constructor(
    private readonly channel: RequestChannel<AnnotationProtocol>,
    private readonly lost: () => void,
  ) {
    this.waiting = this.line;
    this.stalled = this.still;
  }

  push<K extends DecisionKind>(decision: Decision<K>): void {
    this.line.value = [...this.line.peek(), decision];
    void this.run();
  }

  /** Go on after a decision got no answer. */
  retry(): void {
    void this.run();
  }

  /** Take back the newest decision if it is a label that never left. */
  takeBack(): Decision<"label"> | null {
    const newest = this.line.peek().at(-1);
    if (newest?.kind !== "label" || this.sent.has(newest)) return null;
    this.drop(newest);
    return newest as unknown as Decision<"label">;
  }

  /** Send all that never left without waiting for answers: the view is being closed. */
  flush(): void {
    for (const decision of this.line.peek()) {
      if (!this.sent.has(decision)) this.channel.announce(decision.kind, decision.payload);
    }
  }

  private async run(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      for (let head = this.line.peek()[0]; head !== undefined; head = this.line.peek()[0]) {
        if (!(await this.deliver(head))) return;
      }
    } finally {
      this.busy = false;
    }
  }

  /** Whether the line may go on. */
  private async deliver(head: Decision): Promise<boolean> {
    try {
      this.sent.add(head);
      const many = head.kind === "label" || head.kind === "skip" ? {} : PATIENCE;
      const reply = await this.channel.request(head.kind, head.payload, [], many);
      this.settle(head, () => head.accepted(reply));
      return true;
    } catch (error) {
      if (error instanceof RequestError) {
        this.settle(head, () => head.refused(error.message));
        return true;
      }
      if (!isAbort(error)) {
        batch(() => {
          this.still.value = true;
          this.lost();
        });
      }
      return false;
    }
  }

  private settle(head: Decision, then: () => void): void {
    batch(() => {
      this.still.value = false;
      this.drop(head);
      then();
    });
  }

  private drop(gone: Decision): void {
    this.line.value = this.line.peek().filter((decision) => decision !== gone);
  }
}

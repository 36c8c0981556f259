import { signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { NoAnswerError, type NewestWins, type RequestChannel } from "../wire/requests";
import type {
  EffectValues,
  Gesture,
  GesturePayload,
  ReplyEnvelope,
  RuleProposal,
} from "../wire/messages";
import { decodeValues } from "./traits";

/** Numbers of a selection that is not committed. */
export interface Preview {
  readonly values: EffectValues;
  /** The committed revision that the gesture starts from. */
  readonly rev: number;
  /** The view in which the gesture is drawn. */
  readonly viewId: string;
}

/**
 * Milliseconds from one preview request to the next. Numbers that change more often cannot be read,
 * and every message costs the page as much time as drawing the highlight does.
 */
const INTERVAL = 50;

/** The preview of this view's own gesture, or of one that is drawn in another view. */
export class Previews {
  readonly current: ReadonlySignal<Preview | null>;
  private readonly shown: Signal<Preview | null> = signal(null);
  private readonly sender: NewestWins<GesturePayload | RuleProposal>;
  private asked = false;

  constructor(
    private readonly channel: RequestChannel,
    lost: () => void,
  ) {
    this.current = this.shown;
    this.sender = channel.newestWins(
      "preview",
      (reply) => this.show(channel.viewId, reply),
      // A refused preview says nothing new: committing the same gesture gives the reason.
      (error) => {
        if (error instanceof NoAnswerError) lost();
      },
      INTERVAL,
    );
  }

  /** Ask for the numbers of an ongoing gesture. */
  ask(gesture: Gesture): void {
    this.asked = true;
    this.sender.send(payloadOf(gesture), [gesture.path]);
  }

  /** Ask for the numbers of the first rows of a ranking. */
  askRule(proposal: RuleProposal): void {
    this.asked = true;
    this.sender.send(proposal);
  }

  /** Ignore every answer still to come; what is shown stays until `clear`. */
  freeze(): void {
    this.asked = false;
    this.sender.drop();
  }

  /** Show committed numbers again. */
  clear(): void {
    this.shown.value = null;
  }

  /** End the own gesture without a commit; says whether other views must hear of it. */
  end(): boolean {
    const { asked } = this;
    this.freeze();
    if (this.shown.peek()?.viewId === this.channel.viewId) this.clear();
    return asked;
  }

  /** Drop what belongs to an older revision than `rev`. */
  keepFrom(rev: number): void {
    const shown = this.shown.peek();
    if (shown !== null && shown.rev < rev) this.clear();
  }

  /** Follow the gesture of another view. */
  hear(reply: ReplyEnvelope, rev: number): void {
    const viewId = reply.id.slice(0, reply.id.lastIndexOf(":"));
    if (reply.kind === "preview" && reply.ok) {
      const preview = reply as unknown as { rev: number; values: Record<string, unknown> };
      if (preview.rev === rev && !this.asked) this.show(viewId, preview);
    } else if (["gesture", "select", "preview_end"].includes(reply.kind)) {
      if (this.shown.peek()?.viewId === viewId) this.clear();
    }
  }

  private show(viewId: string, reply: { rev: number; values: Record<string, unknown> }): void {
    this.shown.value = { viewId, rev: reply.rev, values: decodeValues(reply.values) };
  }
}

/** A gesture's fields without its path, leaving out those its tool does not have. */
export function payloadOf({ tool, mode, radius, row }: Gesture): GesturePayload {
  return {
    tool,
    mode,
    ...(tool === "brush" && radius !== undefined ? { radius } : {}),
    ...(tool === "click" && row !== undefined ? { row } : {}),
  };
}

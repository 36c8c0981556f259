import { batch, computed, effect, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type {
  AnnotationJob,
  AnnotationProtocol,
  AnnotationState,
} from "../wire/annotation-messages";
import { NoAnswerError, type RequestChannel } from "../wire/requests";
import { Lookahead } from "./annotation-lookahead";
import { Outbox } from "./annotation-outbox";
import { decodeRecords, type QueuedRecord } from "./annotation-record";
import { Trail } from "./annotation-trail";
import type { SessionStore } from "./session";
import type { ViewTraits } from "./view";

/** What a person writes about a record; it goes with the next label and stays for a change of mind. */
export interface Remarks {
  readonly reason: string;
  readonly note: string;
}

/** A decision that the kernel refused. */
export interface RefusedDecision {
  /** The record it is about. */
  readonly key: string | number | null;
  readonly words: string;
}

const NO_REMARKS: Remarks = { reason: "", note: "" };
/** Milliseconds to wait for the one answer that proves a kernel alive. */
const PROBE = { timeout: 3000 };

/** One annotator: its records, what was decided, and what of it the kernel has acknowledged. */
export class AnnotationStore {
  readonly labels: ReadonlySignal<readonly string[]>;
  readonly job: ReadonlySignal<AnnotationJob>;
  readonly title: ReadonlySignal<string>;
  readonly orders: ReadonlySignal<readonly string[]>;
  readonly order: Signal<string>;
  readonly blur: Signal<boolean>;
  readonly state: ReadonlySignal<AnnotationState>;

  readonly trail = new Trail();
  readonly ahead: Lookahead;
  /** Decisions without an acknowledgement, and whether they wait for the person to try again. */
  readonly pending: ReadonlySignal<number>;
  readonly stalled: ReadonlySignal<boolean>;
  /** Labels that the kernel acknowledged since this view was opened. */
  readonly acknowledged = signal(0);
  readonly refusal: Signal<RefusedDecision | null> = signal(null);
  readonly lost: ReadonlySignal<boolean>;
  readonly remarks: Signal<ReadonlyMap<number, Remarks>> = signal(new Map());

  private readonly silent = signal(false);
  private readonly channel: RequestChannel<AnnotationProtocol>;
  private readonly outbox: Outbox;

  constructor(
    session: Pick<SessionStore, "viewId" | "connection">,
    private readonly view: ViewTraits,
  ) {
    this.labels = view.signalOf("labels");
    this.job = view.signalOf("job");
    this.title = view.signalOf("title");
    this.orders = view.signalOf("_orders");
    this.order = view.signalOf("order");
    this.blur = view.signalOf("blur");
    this.state = view.signalOf("_state");
    this.lost = computed(() => this.silent.value || session.connection.value === "lost");

    // Before the channel, which ends all requests when the view is closed.
    view.closed.addEventListener("abort", () => this.outbox.flush(), { once: true });
    this.channel = view.openChannel(session.viewId);
    const silent = (): void => {
      this.silent.value = true;
    };
    const heard = (): void => {
      this.silent.value = false;
    };
    this.channel.onReply = heard;
    this.outbox = new Outbox(this.channel, silent);
    this.pending = computed(() => this.outbox.waiting.value.length);
    this.stalled = this.outbox.stalled;
    this.ahead = new Lookahead({
      held: () => this.held(),
      ask: async (have, n) => {
        const shown = this.trail.current.peek()?.row ?? null;
        const reply = await this.channel.request("queue", { shown, have, n });
        return decodeRecords(reply.records, reply.buffers);
      },
      arrived: () => {
        if (this.trail.current.peek() === null) this.showNext();
      },
      lost: silent,
    });
    view.watchConnection({
      lost: () => {
        silent();
        this.channel.rejectAll(new NoAnswerError("The connection to the kernel is lost."));
      },
      live: () => {
        heard();
        this.ahead.fill();
      },
      probe: () => this.channel.request("queue", { shown: null, have: [], n: 1 }, [], PROBE),
    });
    this.followOrder();
    this.ahead.fill();
  }

  /** Give the record on screen a label, null to take it away, and show the next at once. */
  label(label: string | null): void {
    const record = this.trail.current.peek();
    if (record === null) return;
    const { row } = record;
    const { reason, note } = this.remarks.peek().get(row) ?? NO_REMARKS;
    batch(() => {
      this.refusal.value = null;
      this.ahead.touch(row);
      this.trail.change(row, { label, skipped: false });
      this.outbox.push({
        kind: "label",
        payload: { row, label, reason: reason.trim(), note: note.trim() },
        row,
        accepted: () => {
          if (label !== null) this.acknowledged.value += 1;
        },
        refused: (words) => this.bringBack(record, words),
      });
      if (label !== null) this.moveOn();
    });
  }

  /** Pass over the record on screen. */
  skip(): void {
    const record = this.trail.current.peek();
    if (record === null) return;
    const { row } = record;
    batch(() => {
      this.ahead.touch(row);
      this.trail.change(row, { skipped: true });
      this.outbox.push({
        kind: "skip",
        payload: { row },
        row,
        accepted: () => this.moreMayCome(),
        refused: (words) => this.bringBack(record, words),
      });
      this.moveOn();
    });
  }

  /** Undo or redo, and show the record whose label changed: its row, or null when there is none. */
  step(kind: "undo" | "redo"): Promise<number | null> {
    const unsent = kind === "undo" && this.stalled.peek() ? this.outbox.takeBack() : null;
    if (unsent !== null) {
      unsent.refused(null);
      return Promise.resolve(unsent.payload.row);
    }
    return new Promise((resolve) => {
      this.outbox.push({
        kind,
        payload: {},
        row: null,
        accepted: ({ row }) => {
          if (row === null) resolve(null);
          else void this.show(row).then(() => resolve(row));
          this.moreMayCome();
        },
        refused: (words) => this.refuse(words),
      });
    });
  }

  back(): void {
    this.trail.back();
  }

  forward(): void {
    batch(() => {
      this.trail.forward();
      if (this.trail.current.peek() === null) this.showNext();
    });
  }

  /** Label every row of the region; the number of rows that got the label. */
  labelRegion(label: string): Promise<number> {
    return new Promise((resolve) => {
      this.outbox.push({
        kind: "region",
        payload: { label },
        row: null,
        accepted: ({ n }) => {
          resolve(n);
          this.ahead.refresh();
          const record = this.trail.current.peek();
          if (record !== null) void this.show(record.row);
        },
        refused: (words) => this.refuse(words),
      });
    });
  }

  /** Keep a reason or note for the next label of a row. */
  remark(row: number, what: keyof Remarks, text: string): void {
    const known = this.remarks.peek();
    const remarks = { ...(known.get(row) ?? NO_REMARKS), [what]: text };
    this.remarks.value = new Map(known).set(row, remarks);
  }

  /** Send what the kernel did not acknowledge, and ask again for records. */
  retry(): void {
    this.outbox.retry();
    this.ahead.refresh();
  }

  private held(): number[] {
    const pending = this.outbox.waiting.peek().flatMap(({ row }) => (row === null ? [] : [row]));
    const current = this.trail.current.peek();
    const rows = [...pending, ...this.trail.openRows(), ...(current === null ? [] : [current.row])];
    return [...new Set(rows)];
  }

  /** The next open record that was shown before, else the next of the queue. */
  private moveOn(): void {
    this.trail.advance();
    if (this.trail.current.peek() === null) this.showNext();
  }

  private showNext(): void {
    const next = this.ahead.take();
    if (next !== undefined) this.trail.append(next);
    this.ahead.fill();
  }

  /** Show a record as it was before a decision that does not hold, and why. */
  private bringBack(before: QueuedRecord, words: string | null): void {
    const { row, key, label, skipped } = before;
    this.ahead.touch(row);
    if (this.trail.find(row) === undefined) this.trail.insert(before);
    this.trail.change(row, { label, skipped });
    this.trail.goTo(row);
    this.refusal.value = words === null ? null : { key, words };
  }

  private refuse(words: string | null): void {
    this.refusal.value = words === null ? null : { key: null, words };
  }

  /** Show a row as the kernel knows it. */
  private async show(row: number): Promise<void> {
    const known = this.trail.goTo(row);
    const since = this.ahead.now;
    try {
      const reply = await this.channel.request("record", { row });
      const [record] = decodeRecords(reply.records, reply.buffers);
      if (record === undefined || this.ahead.isNewer(row, since)) return;
      batch(() => {
        this.ahead.remove(row);
        if (!known && this.trail.find(row) === undefined) this.trail.insert(record);
        else this.trail.change(row, record);
      });
    } catch {
      // The record stays as it was last known; a lost connection shows by the next decision.
    }
  }

  private moreMayCome(): void {
    this.ahead.exhausted.value = false;
    this.ahead.fill();
  }

  /** Fetch anew what is not shown yet when another order holds, or the model has learnt. */
  private followOrder(): void {
    let before: readonly [string, number, string | null, number] | null = null;
    const stop = effect(() => {
      const order = this.order.value;
      const { model, note, n_done: done } = this.state.value;
      const now = [order, model.version, note, done] as const;
      if (before !== null) {
        const learnt = order === "uncertainty" && model.version > before[1];
        const settled = note === null && before[2] !== null;
        if (order !== before[0] || learnt || settled) this.ahead.refresh();
        else if (done < before[3]) this.moreMayCome();
      }
      before = now;
    });
    this.view.closed.addEventListener("abort", stop, { once: true });
  }
}

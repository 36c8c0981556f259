import type {
  AnnotatedRecord,
  AnnotationJob,
  AnnotationState,
} from "../src/wire/annotation-messages";
import type { DomainCode } from "../src/wire/messages";
import type { PageData } from "./data";
import { PageModel } from "../src/page/model";
import { drawPicture } from "./picture";

interface Message {
  readonly id: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** How the page's annotator is set up. */
export interface PageAnnotatorOptions {
  readonly labels?: readonly string[];
  readonly job?: AnnotationJob;
  /** Rows that somebody labelled already. */
  readonly done?: number;
  readonly total?: number;
  readonly stored?: boolean;
  readonly blur?: boolean;
  readonly images?: boolean;
  readonly region?: AnnotationState["region"];
  readonly who?: string | null;
  /** Milliseconds until a reply. */
  readonly latency?: number;
}

interface Step {
  readonly rows: readonly number[];
  readonly before: readonly (string | null)[];
  readonly after: string | null;
}

const ORDERS = ["random", "score", "uncertainty", "effect", "coverage", "disagreement"];
const SECONDS_EACH = 3.46;

/** Plays the kernel's part of an annotator: every request is answered from the page's records. */
export class PageAnnotator {
  readonly model: PageModel;
  /** Messages received, oldest first. */
  readonly received: Message[] = [];
  /** False once the kernel is gone: nothing is answered any more. */
  alive = true;
  /** Gives the words of a refusal for requests that are to be refused. */
  refuse: (message: Message) => string | null = () => null;
  readonly given = new Map<number, string>();
  private readonly skipped = new Set<number>();
  private readonly past: Step[] = [];
  private readonly future: Step[] = [];
  private readonly labels: readonly string[];
  private version = 0;

  constructor(
    private readonly data: PageData,
    private readonly options: PageAnnotatorOptions = {},
  ) {
    this.labels = options.labels ?? ["remove", "keep", "unsure"];
    for (let row = 0; row < (options.done ?? 0); row += 1) {
      this.given.set(row, this.labels[row % 9 === 0 ? 0 : row % 31 === 0 ? 2 : 1] ?? "");
    }
    this.model = new PageModel({
      _view: "annotator",
      session: "session",
      labels: this.labels,
      job: options.job ?? "removal",
      order: "random",
      _orders: ORDERS,
      blur: options.blur ?? false,
      title: "Spam in the SMS messages",
      _state: this.state(),
    });
    this.model.onSend = (content) => this.receive(content as Message);
  }

  /** Ends the kernel as a restart does. */
  die(): void {
    this.alive = false;
    this.model.comm_live = false;
    this.model.emit("comm_live_update");
  }

  /** Brings the kernel back, as a network that was gone for a while. */
  revive(): void {
    this.alive = true;
    this.model.comm_live = true;
    this.model.emit("comm_live_update");
  }

  /** Changes what the view is told, as the kernel does on its own account. */
  tell(change: Partial<AnnotationState> = {}): void {
    this.model.update({ _state: { ...this.state(), ...change } });
  }

  private get total(): number {
    return this.options.total ?? this.data.n;
  }

  private state(): AnnotationState {
    const n_done = this.given.size;
    const counts = Object.fromEntries(this.labels.map((label) => [label, 0]));
    for (const label of this.given.values()) counts[label] = (counts[label] ?? 0) + 1;
    const some = n_done > 3;
    return {
      n_total: this.total,
      n_done,
      counts,
      per_hour: some ? Math.round(3600 / SECONDS_EACH) : null,
      seconds_left: some ? (this.total - n_done) * SECONDS_EACH : null,
      note: null,
      model: {
        version: this.version,
        n_labelled: n_done,
        accuracy: n_done >= 10 ? 0.931 : null,
        reason: n_done >= 10 ? null : "It needs two labels of each kind.",
      },
      can_undo: this.past.length > 0,
      can_redo: this.future.length > 0,
      region: this.options.region ?? null,
      who: this.options.who === undefined ? "Ada" : this.options.who,
      stored: this.options.stored ?? true,
    };
  }

  private receive(message: Message): void {
    if (message.kind === "nudge") return;
    this.received.push(message);
    setTimeout(() => this.reply(message), this.options.latency ?? 12);
  }

  private reply(message: Message): void {
    if (!this.alive) return;
    const { id, kind } = message;
    const words = this.refuse(message);
    if (words !== null) {
      const error = { type: "ValueError", message: words };
      this.model.emit("msg:custom", { v: 1, id, kind, ok: false, error }, []);
      return;
    }
    const buffers: DataView[] = [];
    const fields = this.answer(message, buffers);
    this.model.emit("msg:custom", { v: 1, id, kind, ok: true, ...fields }, buffers);
  }

  private answer(message: Message, buffers: DataView[]): object {
    const row = Number(message.row);
    switch (message.kind) {
      case "queue":
        return { records: this.queue(message).map((next) => this.record(next, buffers)) };
      case "record":
        return { records: [this.record(row, buffers)] };
      case "label":
        this.decide([row], message.label as string | null);
        return {};
      case "skip":
        this.skipped.add(row);
        return {};
      case "region": {
        const { n_forget: n = 0, n_retain = 0 } = this.options.region ?? {};
        const rows = Array.from({ length: n + n_retain }, (_, i) => this.total - 1 - i);
        this.decide(rows, String(message.label));
        return { n: rows.length };
      }
      case "undo":
        return { row: this.step(this.past, this.future, ({ before }, i) => before[i] ?? null) };
      case "redo":
        return { row: this.step(this.future, this.past, ({ after }) => after) };
      default:
        throw new Error(`unknown message kind "${message.kind}".`);
    }
  }

  private queue({ have, n, shown }: Message): number[] {
    const taken = new Set([...(have as number[]), ...this.given.keys()]);
    if (shown !== null) taken.add(Number(shown));
    const rows = Array.from({ length: this.total }, (_, row) => row);
    if (this.model.get("order") === "score") rows.reverse();
    const open = rows.filter((row) => !taken.has(row));
    const fresh = open.filter((row) => !this.skipped.has(row));
    return [...fresh, ...open.filter((row) => this.skipped.has(row))].slice(0, Number(n));
  }

  private record(row: number, buffers: DataView[]): AnnotatedRecord {
    const { keys, texts, languages, lengths, domains, positions } = this.data;
    const spam = domains[row] === 2;
    const picture = this.options.images ? drawPicture(row) : null;
    if (picture !== null) buffers.push(new DataView(picture.buffer));
    const field = (name: string, value: string) => ({ name, value, truncated: false });
    return {
      row,
      key: keys[row]!,
      domain: domains[row] as DomainCode,
      removed: this.given.get(row) === this.labels[0],
      score: positions[2 * row]!,
      label: this.given.get(row) ?? null,
      guess: this.given.size < 10 ? null : (this.labels[spam ? 0 : 1] ?? null),
      fields: [
        ...(picture === null ? [field("text", texts[row]!)] : []),
        field("language", languages[row]!),
        field("length", String(lengths[row])),
      ],
      text: picture === null ? "text" : null,
      image: picture === null ? null : { buffer: buffers.length - 1, type: "image/png" },
    };
  }

  private decide(rows: readonly number[], label: string | null): void {
    const before = rows.map((row) => this.given.get(row) ?? null);
    this.past.push({ rows, before, after: label });
    this.future.length = 0;
    for (const row of rows) this.put(row, label);
    if (this.past.length % 5 === 0) this.version += 1;
    this.tell();
  }

  private step(
    from: Step[],
    to: Step[],
    label: (step: Step, index: number) => string | null,
  ): number | null {
    const step = from.pop();
    if (step === undefined) return null;
    to.push(step);
    step.rows.forEach((row, index) => this.put(row, label(step, index)));
    this.tell();
    return step.rows[0] ?? null;
  }

  private put(row: number, label: string | null): void {
    if (label === null) this.given.delete(row);
    else this.given.set(row, label);
  }
}

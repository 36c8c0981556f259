import type { AnyModel } from "@anywidget/types";
import { batch, computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Bitset } from "../core/bitset";
import type {
  ColourColumn,
  CommandName,
  Diagnosis,
  Gesture,
  Mode,
  Plan,
  RecordDetail,
  RecordsPage,
  RecordsQuery,
  Reply,
  RequestKind,
  Requests,
  RuleCurves,
  RuleProposal,
  RuleTable,
  RuleTableQuery,
  SelectBy,
} from "../wire/messages";
import { isAbort, NoAnswerError, RequestChannel, type RequestOptions } from "../wire/requests";
import { watchConnection } from "./connection";
import { payloadOf, Previews } from "./previews";
import { decodePlan, decodeRuleCurves, decodeRuleTable } from "./plans";
import { decodeColumn, decodeHits, decodePage, decodeRecord } from "./replies";
import type { SearchResult, SessionStore, Shown } from "./session";
import { TraitSignals } from "./traits";

/**
 * Milliseconds for what the kernel computes beside everything else: a rule that learns takes
 * minutes to rank, and a busy machine makes any of it slow. Silence is no sign of a lost kernel.
 */
const BESIDE: RequestOptions = { timeout: 900_000 };

/** A change that waits for the kernel's answer, and the selection it should leave if known. */
interface Pending {
  readonly local: Bitset | null;
}

/** The session store behind openSession. */
export class Store implements SessionStore {
  readonly viewId = newViewId();
  readonly info: SessionStore["info"];
  readonly positions: SessionStore["positions"];
  readonly domains: SessionStore["domains"];
  readonly removed: SessionStore["removed"];
  readonly rev: SessionStore["rev"];
  readonly source: SessionStore["source"];
  readonly status: SessionStore["status"];
  readonly effect: SessionStore["effect"];
  readonly check: SessionStore["check"];
  readonly shown: ReadonlySignal<Shown>;
  readonly connection: Signal<"live" | "lost"> = signal("live");
  readonly error: Signal<string | null> = signal(null);

  private readonly pending: Signal<readonly Pending[]> = signal([]);
  private readonly channel: RequestChannel;
  private readonly previews: Previews;

  constructor(model: AnyModel, abort: AbortSignal) {
    abort.addEventListener("abort", () => this.endPreview(), { once: true });
    this.channel = new RequestChannel(model, this.viewId, abort);
    this.previews = new Previews(this.channel, () => {
      this.connection.value = "lost";
    });
    const traits = new TraitSignals(model, abort, (committed) => {
      this.connection.value = "live";
      this.previews.keepFrom(traits.rev.peek());
      // The reply follows, but a slow acknowledgement can hold it back for 40 ms.
      if (committed && traits.source.peek() === this.viewId) {
        this.pending.value = this.pending.peek().slice(1);
      }
    });
    this.info = traits.info;
    this.positions = traits.positions;
    this.domains = traits.domains;
    this.rev = traits.rev;
    this.source = traits.source;
    this.status = traits.status;
    this.effect = traits.effect;
    this.check = traits.check;
    this.removed = computed(() => {
      const optimistic = this.pending.value.filter(({ local }) => local !== null).at(-1);
      return optimistic?.local ?? traits.removed.value;
    });
    this.shown = computed(() => this.numbers());
    this.channel.onReply = (reply, _buffers, own) => {
      this.connection.value = "live";
      if (!own) this.previews.hear(reply, this.rev.peek());
    };
    watchConnection(model, abort, {
      lost: () => this.loseConnection(),
      live: () => {
        this.connection.value = "live";
      },
      probe: () => this.channel.request("preview_end", {}, [], { timeout: 3000 }),
    });
  }

  preview(gesture: Gesture): void {
    this.previews.ask(gesture);
  }

  previewRule(proposal: RuleProposal): void {
    this.previews.askRule(proposal);
  }

  endPreview(): void {
    if (this.previews.end()) this.channel.announce("preview_end");
  }

  async commit(gesture: Gesture, local: Bitset): Promise<void> {
    this.previews.freeze();
    await this.change("gesture", payloadOf(gesture), { local }, [gesture.path]);
  }

  async command(name: CommandName): Promise<void> {
    const locking = name === "lock" || name === "unlock";
    await this.change("command", { name }, locking ? null : { local: null });
  }

  async select(by: SelectBy, mode: Mode, local?: Bitset): Promise<number> {
    this.previews.freeze();
    const reply = await this.change("select", { ...by, mode }, { local: local ?? null });
    return reply?.n_changed ?? 0;
  }

  async startCheck(): Promise<void> {
    await this.change("check", { op: "start" }, null);
  }

  async cancelCheck(): Promise<void> {
    await this.change("check", { op: "cancel" }, null);
  }

  async saveSet(name: string): Promise<void> {
    await this.change("set", { op: "save", name }, null);
  }

  async deleteSet(name: string): Promise<void> {
    await this.change("set", { op: "delete", name }, null);
  }

  async records(query: RecordsQuery, signal?: AbortSignal): Promise<RecordsPage> {
    return decodePage(await this.query("records", query, signal));
  }

  async record(row: number, signal?: AbortSignal): Promise<RecordDetail> {
    return decodeRecord(await this.query("record", { row }, signal));
  }

  async search(text: string, signal?: AbortSignal): Promise<SearchResult> {
    const reply = await this.query("search", { text }, signal);
    const { total, forget, retain } = reply;
    return { text, total, forget, retain, hits: decodeHits(reply, this.info.peek().n_rows) };
  }

  async column(name: string, signal?: AbortSignal): Promise<ColourColumn> {
    return decodeColumn(await this.query("column", { name }, signal));
  }

  async duplicates(signal?: AbortSignal): Promise<number> {
    return (await this.query("duplicates", {}, signal)).total;
  }

  async plan(signal?: AbortSignal): Promise<Plan> {
    return decodePlan(await this.query("plan", {}, signal, [], BESIDE));
  }

  async planRule(rule: string, signal?: AbortSignal): Promise<RuleCurves> {
    return decodeRuleCurves(await this.query("plan_rule", { rule }, signal, [], BESIDE));
  }

  async ruleTable(query: RuleTableQuery, signal?: AbortSignal): Promise<RuleTable> {
    return decodeRuleTable(await this.query("rule_table", query, signal));
  }

  async diagnosis(signal?: AbortSignal): Promise<Diagnosis> {
    const { verdict, reasons } = await this.query("diagnosis", {}, signal, [], BESIDE);
    return { verdict, reasons };
  }

  /** Send a change; null when it was refused, with the reason in `error`. */
  private async change<K extends RequestKind>(
    kind: K,
    payload: Requests[K],
    pending: Pending | null,
    buffers: readonly ArrayBufferView[] = [],
  ): Promise<Reply<K> | null> {
    if (pending !== null) this.pending.value = [...this.pending.peek(), pending];
    const settle = (): void => {
      this.pending.value = this.pending.peek().filter((other) => other !== pending);
      if (this.pending.peek().length === 0) this.previews.clear();
    };
    try {
      const reply = await this.query(kind, payload, undefined, buffers);
      batch(() => {
        settle();
        this.error.value = null;
      });
      return reply;
    } catch {
      batch(settle);
      return null;
    }
  }

  private async query<K extends RequestKind>(
    kind: K,
    payload: Requests[K],
    signal: AbortSignal | undefined,
    buffers: readonly ArrayBufferView[] = [],
    options: RequestOptions = {},
  ): Promise<Reply<K>> {
    try {
      return await this.channel.request(kind, payload, buffers, { ...options, signal });
    } catch (error) {
      if (error instanceof NoAnswerError) this.connection.value = "lost";
      if (!isAbort(error)) this.error.value = wordsOf(error);
      throw error;
    }
  }

  private numbers(): Shown {
    const { rev, values } = this.effect.value;
    const preview = this.previews.current.value;
    const waiting = this.pending.value.length > 0;
    if (this.connection.value === "lost") return { values, rev, state: "stale" };
    if (preview !== null) {
      const { values: ahead, rev: base } = preview;
      return { values: ahead, rev: base, state: waiting ? "stale" : "preview" };
    }
    return { values, rev, state: waiting || rev < this.rev.value ? "stale" : "current" };
  }

  private loseConnection(): void {
    this.connection.value = "lost";
    this.channel.rejectAll(new NoAnswerError("The connection to the kernel is lost."));
  }
}

function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return error instanceof NoAnswerError
    ? `${words} Shown is what it last confirmed; after a restart, run the cell again.`
    : words;
}

/** An id of its own for every render; randomUUID is missing on pages served without TLS. */
function newViewId(): string {
  const words = crypto.getRandomValues(new Uint32Array(3));
  return Array.from(words, (word) => word.toString(36)).join("");
}

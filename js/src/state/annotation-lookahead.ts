import { batch, signal, type Signal } from "@preact/signals";
import { isAbort, RequestError } from "../wire/requests";
import type { QueuedRecord } from "./annotation-record";

/** Records held ready beyond the one on screen. */
const AHEAD = 8;
/** As many rows as the kernel lets a view name. */
const MOST_HELD = 200;
/** With so few left it is time for more. */
const LOW = 6;

/** What the look-ahead asks of its surroundings. */
export interface LookaheadSource {
  /** Rows that must not come: on screen, left open, or decided and not yet known to the kernel. */
  held(): readonly number[];
  ask(have: readonly number[], n: number): Promise<readonly QueuedRecord[]>;
  /** More records are there, or it is known that there are none. */
  arrived(): void;
  lost(): void;
}

/** The next records, fetched before they are needed; one request at a time. */
export class Lookahead {
  readonly records: Signal<readonly QueuedRecord[]> = signal([]);
  /** Whether the kernel has no more than what lies ready. */
  readonly exhausted = signal(false);
  /** Why the kernel gave no records. */
  readonly failure: Signal<string | null> = signal(null);

  private busy = false;
  private outdated = false;
  private clock = 0;
  private readonly touched = new Map<number, number>();

  constructor(private readonly source: LookaheadSource) {}

  /** The next record, taken out. */
  take(): QueuedRecord | undefined {
    const [first, ...rest] = this.records.peek();
    if (first === undefined) return undefined;
    this.touch(first.row);
    this.records.value = rest;
    return first;
  }

  /** What becomes known of a row now counts more than what a reply under way says of it. */
  touch(row: number): void {
    this.touched.set(row, ++this.clock);
  }

  /** Whether a row was touched since the moment `since`, a former value of `now`. */
  isNewer(row: number, since: number): boolean {
    return (this.touched.get(row) ?? 0) > since;
  }

  get now(): number {
    return this.clock;
  }

  /** Do not show a row that lies ready; it is shown in another way. */
  remove(row: number): void {
    this.records.value = this.records.peek().filter((record) => record.row !== row);
  }

  /** Fetch more unless enough lies ready or there are no more. */
  fill(): void {
    if (!this.exhausted.peek() && this.records.peek().length <= LOW) void this.run();
  }

  /** There may be more, or the same in another order: fetch anew what is not shown yet. */
  refresh(): void {
    this.exhausted.value = false;
    this.outdated = true;
    void this.run();
  }

  private async run(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      let more = true;
      while (more) more = (await this.fetch()) || this.outdated;
    } catch (error) {
      this.outdated = true;
      if (error instanceof RequestError || error instanceof TypeError) {
        this.failure.value = error.message;
      } else if (!isAbort(error)) this.source.lost();
    } finally {
      this.busy = false;
    }
  }

  /** Whether records came and more are needed already. */
  private async fetch(): Promise<boolean> {
    const anew = this.outdated;
    this.outdated = false;
    const kept = anew ? [] : this.records.peek();
    const n = AHEAD - kept.length;
    if (n <= 0) return false;
    const since = this.clock;
    const have = [...this.source.held(), ...kept.map(({ row }) => row)].slice(-MOST_HELD);
    const answer = await this.source.ask(have, n);
    const known = anew ? [] : this.records.peek();
    const refused = new Set([...this.source.held(), ...known.map(({ row }) => row)]);
    const fresh = answer.filter(({ row }) => !refused.has(row) && !this.isNewer(row, since));
    batch(() => {
      this.failure.value = null;
      this.exhausted.value = answer.length < n && !this.outdated;
      this.records.value = [...known, ...fresh];
      this.source.arrived();
    });
    const low = this.records.peek().length <= LOW && !this.exhausted.peek();
    return low && fresh.length > 0;
  }
}

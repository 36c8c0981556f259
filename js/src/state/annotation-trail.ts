import { batch, computed, signal, type ReadonlySignal } from "@preact/signals";
import { isDecided, type QueuedRecord } from "./annotation-record";

/** More records than anybody walks back through; older ones are let go, with their images. */
const LONGEST = 200;

/** The records that were shown, in that order, and the one that is on screen. */
export class Trail {
  private readonly entries = signal<readonly QueuedRecord[]>([]);
  /** As large as the number of entries while nothing is on screen. */
  private readonly at = signal(0);

  readonly current: ReadonlySignal<QueuedRecord | null> = computed(
    () => this.entries.value[this.at.value] ?? null,
  );
  readonly hasBack: ReadonlySignal<boolean> = computed(() => this.at.value > 0);
  /** Whether there is a record, or the end of the queue, after a record that is done. */
  readonly hasForward: ReadonlySignal<boolean> = computed(() => {
    const last = this.entries.value.length - 1;
    const current = this.current.value;
    return this.at.value < last || (current !== null && isDecided(current));
  });

  find(row: number): QueuedRecord | undefined {
    return this.entries.peek().find((entry) => entry.row === row);
  }

  /** Rows that were shown and left open. */
  openRows(): number[] {
    return this.entries
      .peek()
      .filter((entry) => !isDecided(entry))
      .map(({ row }) => row);
  }

  back(): void {
    if (this.hasBack.peek()) this.at.value = this.at.peek() - 1;
  }

  /** The entry after the current one; past the last there is nothing on screen. */
  forward(): void {
    if (this.hasForward.peek()) this.at.value = this.at.peek() + 1;
  }

  /** The nearest open entry, first looking ahead; nothing on screen when all are done. */
  advance(): void {
    const entries = this.entries.peek();
    const open = (entry: QueuedRecord): boolean => !isDecided(entry);
    const ahead = entries.findIndex((entry, index) => index > this.at.peek() && open(entry));
    const next = ahead >= 0 ? ahead : entries.findIndex(open);
    this.at.value = next >= 0 ? next : entries.length;
  }

  /** Show a record after all others; an earlier showing of its row is forgotten. */
  append(record: QueuedRecord): void {
    batch(() => {
      const others = this.entries.peek().filter(({ row }) => row !== record.row);
      this.entries.value = [...others, record].slice(-LONGEST);
      this.at.value = this.entries.peek().length - 1;
    });
  }

  /** Show a row that was shown before; false when it was not. */
  goTo(row: number): boolean {
    const index = this.entries.peek().findIndex((entry) => entry.row === row);
    if (index >= 0) this.at.value = index;
    return index >= 0;
  }

  /** Show a record that was not shown before, ahead of the current one. */
  insert(record: QueuedRecord): void {
    const entries = [...this.entries.peek()];
    entries.splice(this.at.peek(), 0, record);
    this.entries.value = entries;
  }

  /** Change what is known of a row that was shown. */
  change(row: number, change: Partial<QueuedRecord>): void {
    this.entries.value = this.entries
      .peek()
      .map((entry) => (entry.row === row ? { ...entry, ...change } : entry));
  }
}

import { signal } from "@preact/signals";
import { AnnotationStore } from "../../src/state/annotation";
import { openView } from "../../src/state/view";
import type { AnnotatedRecord, AnnotationState } from "../../src/wire/annotation-messages";
import { FakeModel, type Sent } from "../fake-model";

/** What the kernel tells of 20 records of which none is labelled. */
export const STATE: AnnotationState = {
  n_total: 20,
  n_done: 0,
  counts: { remove: 0, keep: 0, unsure: 0 },
  per_hour: null,
  seconds_left: null,
  note: null,
  model: { version: 0, n_labelled: 0, accuracy: null, reason: "No row is labelled yet." },
  can_undo: false,
  can_redo: false,
  region: null,
  who: null,
  stored: true,
};

/** A record as it travels. */
export function record(row: number, change: Partial<AnnotatedRecord> = {}): AnnotatedRecord {
  return {
    row,
    key: `key-${row}`,
    domain: 2,
    removed: false,
    score: "inf",
    label: null,
    guess: null,
    fields: [{ name: "text", value: `text ${row}`, truncated: false }],
    text: "text",
    image: null,
    ...change,
  };
}

/** A store over a fake model; requests wait in `sent` until a test answers them. */
export function openStore(state: Partial<AnnotationState> = {}, traits = {}) {
  const fake = new FakeModel({
    labels: ["remove", "keep", "unsure"],
    job: "removal",
    title: "",
    order: "random",
    _orders: ["random", "uncertainty"],
    blur: false,
    _state: { ...STATE, ...state },
    ...traits,
  });
  const abort = new AbortController();
  const connection = signal<"live" | "lost">("live");
  const store = new AnnotationStore(
    { viewId: "view", connection },
    openView(fake.model, abort.signal),
  );
  const sent = (kind: string): Sent[] => fake.sent.filter(({ content }) => content.kind === kind);
  /** Answers the newest request for records with these rows. */
  const give = async (...rows: number[]): Promise<void> => {
    const records = rows.map((row) => record(row));
    fake.reply(sent("queue").at(-1)!, { records });
    await settle();
  };
  const shown = (): number | null => store.trail.current.value?.row ?? null;
  return { fake, abort, connection, store, sent, give, shown };
}

/** Lets promises that are settled already do what follows from them. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
}

/** Closes the comm of a model, as a kernel that dies does. */
export function cut(fake: FakeModel): void {
  fake.comm_live = false;
  fake.emit("comm_live_update");
}


// @vitest-environment node
import { afterEach, describe, expect, it, vi } from "vitest";
import { cut, openStore, record, settle } from "./annotation-fixture";

afterEach(() => {
  vi.useRealTimers();
});

const EIGHT = [0, 1, 2, 3, 4, 5, 6, 7] as const;

async function open(...args: Parameters<typeof openStore>) {
  const opened = openStore(...args);
  await opened.give(...EIGHT);
  return opened;
}

const contents = (sent: { content: object }[]) => sent.map(({ content }) => content);

describe("records", () => {
  it("asks for eight, shows the first, and holds the others ready", async () => {
    const { store, sent, give, shown } = openStore();
    expect(sent("queue")[0]!.content).toMatchObject({ shown: null, have: [], n: 8 });
    expect(shown()).toBeNull();
    await give(...EIGHT);
    expect(shown()).toBe(0);
    expect(store.trail.current.value!.score).toBe(Infinity);
    expect(store.ahead.records.value.map(({ row }) => row)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(sent("queue")).toHaveLength(1);
  });

  it("asks for more before it runs out, and names what it has", async () => {
    const { store, sent, give, shown } = await open();
    store.label("keep");
    expect(sent("queue")).toHaveLength(2);
    const { shown: at, have, n } = sent("queue")[1]!.content;
    expect(at).toBe(1);
    expect(new Set(have as number[])).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]));
    expect(n).toBe(2);
    // Rows that it holds already are not shown twice, whatever the kernel says.
    await give(3, 1, 0, 8);
    expect(store.ahead.records.value.map(({ row }) => row)).toEqual([2, 3, 4, 5, 6, 7, 8]);
    expect(shown()).toBe(1);
  });

  it("says when there are no more, and asks again when there may be", async () => {
    const { store, sent, give, fake, shown } = openStore({ n_total: 2 });
    await give(0, 1);
    expect(store.ahead.exhausted.value).toBe(true);
    store.label("keep");
    store.label("keep");
    expect(shown()).toBeNull();
    expect(sent("queue")).toHaveLength(1);
    fake.update({ _state: { ...store.state.value, n_done: 2 } });
    fake.update({ _state: { ...store.state.value, n_done: 1 } });
    expect(sent("queue")).toHaveLength(2);
    await give(1);
    expect(shown()).toBe(null);
    expect(store.pending.value).toBe(2);
  });

  it("keeps the kernel's reason when it gives no records, and tries again on request", async () => {
    const { store, sent, fake, give, shown } = openStore();
    fake.refuse(sent("queue")[0]!, "ValueError", "records: expected some, got none.");
    await settle();
    expect(store.ahead.failure.value).toBe("records: expected some, got none.");
    store.retry();
    await give(4);
    expect(store.ahead.failure.value).toBeNull();
    expect(shown()).toBe(4);
  });

  it("refuses an image of a kind that can hold scripts", async () => {
    const { store, sent, fake, shown } = openStore();
    const image = { buffer: 0, type: "image/svg+xml" };
    fake.reply(sent("queue")[0]!, { records: [record(0, { image })] }, [
      new DataView(new ArrayBuffer(2)),
    ]);
    await settle();
    expect(shown()).toBeNull();
    expect(store.ahead.failure.value).toContain("image/svg+xml");
  });
});

describe("another order", () => {
  it("replaces what is not shown yet, and keeps the old records until the new ones are there", async () => {
    const { store, sent, give, shown } = await open();
    store.order.value = "uncertainty";
    expect(sent("queue").at(-1)!.content).toMatchObject({ shown: 0, have: [0], n: 8 });
    store.label("keep");
    expect(shown()).toBe(1);
    await give(1, 9, 8, 7, 6, 5, 4, 3);
    expect(store.ahead.records.value.map(({ row }) => row)).toEqual([9, 8, 7, 6, 5, 4, 3]);
    expect(shown()).toBe(1);
  });

  it("follows the model in the order by uncertainty only", async () => {
    const { store, sent, fake, give } = await open();
    const learn = (version: number): void =>
      fake.update({ _state: { ...store.state.value, model: { ...store.state.value.model, version } } });
    learn(1);
    expect(sent("queue")).toHaveLength(1);
    store.order.value = "uncertainty";
    await give(...EIGHT.slice(1), 9);
    learn(2);
    expect(sent("queue")).toHaveLength(3);
    // While that is under way another lesson waits for it, and is not lost.
    learn(3);
    learn(4);
    expect(sent("queue")).toHaveLength(3);
    await give(...EIGHT.slice(1), 9);
    expect(sent("queue")).toHaveLength(4);
  });
});

describe("decisions", () => {
  it("shows the next record at once and sends one label at a time, in order", async () => {
    const { store, sent, fake, shown } = await open();
    store.label("remove");
    store.label("keep");
    store.skip();
    expect(shown()).toBe(3);
    expect(store.pending.value).toBe(3);
    expect(contents(sent("label"))).toMatchObject([{ row: 0, label: "remove" }]);
    expect(store.acknowledged.value).toBe(0);
    fake.reply(sent("label")[0]!);
    await settle();
    expect(store.acknowledged.value).toBe(1);
    expect(contents(sent("label"))[1]).toMatchObject({ row: 1, label: "keep" });
    expect(sent("skip")).toHaveLength(0);
    fake.reply(sent("label")[1]!);
    await settle();
    fake.reply(sent("skip")[0]!);
    await settle();
    expect([store.pending.value, store.acknowledged.value]).toEqual([0, 2]);
  });

  it("sends reason and note with the label, and keeps them for a change of mind", async () => {
    const { store, sent, fake, shown } = await open();
    store.remark(0, "reason", "an advertisement ");
    store.remark(0, "note", "see 12");
    store.label("remove");
    expect(sent("label")[0]!.content).toMatchObject({ reason: "an advertisement", note: "see 12" });
    fake.reply(sent("label")[0]!);
    await settle();
    store.back();
    expect(shown()).toBe(0);
    store.label("keep");
    await settle();
    expect(sent("label")[1]!.content).toMatchObject({ row: 0, label: "keep", note: "see 12" });
    // The record that was left open comes next, not the one after it.
    expect(shown()).toBe(1);
  });

  it("brings a refused record back as it was, loses nothing written, and goes on with the others", async () => {
    const { store, sent, fake, shown } = await open();
    store.remark(0, "reason", "why");
    store.label("remove");
    store.label("keep");
    fake.refuse(sent("label")[0]!, "ValueError", "label: the store is read-only.");
    await settle();
    expect(shown()).toBe(0);
    expect(store.trail.current.value!.label).toBeNull();
    expect(store.refusal.value).toEqual({ key: "key-0", words: "label: the store is read-only." });
    expect(store.remarks.value.get(0)!.reason).toBe("why");
    expect(sent("label")[1]!.content).toMatchObject({ row: 1 });
    store.label("keep");
    expect(store.refusal.value).toBeNull();
    expect(shown()).toBe(2);
  });

  it("takes a label away without leaving the record", async () => {
    const { store, sent, shown } = await open();
    store.label("keep");
    store.back();
    store.label(null);
    expect(shown()).toBe(0);
    expect(store.trail.current.value!.label).toBeNull();
    expect(store.pending.value).toBe(2);
    expect(sent("label")).toHaveLength(1);
  });

  it("lets a skipped record come again", async () => {
    const { store, sent, fake, give, shown } = openStore({ n_total: 1 });
    await give(0);
    store.skip();
    expect(shown()).toBeNull();
    fake.reply(sent("skip")[0]!);
    await settle();
    await give(0);
    expect(shown()).toBe(0);
    expect(store.trail.hasBack.value).toBe(false);
  });

  it("labels a region and asks anew for everything", async () => {
    const { store, sent, fake } = await open();
    const labelled = store.labelRegion("remove");
    fake.reply(sent("region")[0]!, { n: 312 });
    expect(await labelled).toBe(312);
    expect(sent("queue")).toHaveLength(2);
    expect(sent("record")[0]!.content).toMatchObject({ row: 0 });
  });
});

describe("undo", () => {
  it("waits behind the labels, and shows the record as the kernel knows it", async () => {
    const { store, sent, fake, shown } = await open();
    store.label("remove");
    const undone = store.step("undo");
    expect(sent("undo")).toHaveLength(0);
    fake.reply(sent("label")[0]!);
    await settle();
    fake.reply(sent("undo")[0]!, { row: 0 });
    await settle();
    fake.reply(sent("record")[0]!, { records: [record(0)] });
    expect(await undone).toBe(0);
    expect(shown()).toBe(0);
    expect(store.trail.current.value!.label).toBeNull();
  });

  it("fetches a record of an earlier day", async () => {
    const { store, sent, fake, shown } = await open();
    const undone = store.step("undo");
    fake.reply(sent("undo")[0]!, { row: 15 });
    await settle();
    fake.reply(sent("record")[0]!, { records: [record(15, { label: "keep" })] });
    await undone;
    expect(shown()).toBe(15);
    store.forward();
    expect(shown()).toBe(0);
  });

  it("does not overwrite a label given while the record was fetched", async () => {
    const { store, sent, fake } = await open();
    store.label("remove");
    fake.reply(sent("label")[0]!);
    await settle();
    void store.step("undo");
    fake.reply(sent("undo")[0]!, { row: 0 });
    await settle();
    store.label("unsure");
    fake.reply(sent("record")[0]!, { records: [record(0)] });
    await settle();
    expect(store.trail.find(0)!.label).toBe("unsure");
  });
});

describe("without a kernel", () => {
  it("goes on, keeps the labels in order, and sends them when asked to", async () => {
    const { store, sent, fake, shown } = await open();
    store.label("remove");
    cut(fake);
    await settle();
    expect([store.lost.value, store.stalled.value, store.pending.value]).toEqual([true, true, 1]);
    fake.comm_live = true;
    store.retry();
    store.label("keep");
    expect(shown()).toBe(2);
    expect(contents(sent("label"))).toMatchObject([{ row: 0 }, { row: 0 }]);
    fake.reply(sent("label")[1]!);
    await settle();
    fake.reply(sent("label")[2]!);
    await settle();
    expect([store.lost.value, store.stalled.value, store.pending.value]).toEqual([false, false, 0]);
    expect(store.acknowledged.value).toBe(2);
  });

  it("takes silence for a lost kernel", async () => {
    vi.useFakeTimers();
    const { store } = await open();
    store.label("remove");
    await vi.advanceTimersByTimeAsync(15_000);
    expect([store.lost.value, store.pending.value]).toEqual([true, 1]);
  });

  it("takes back a label that never left, and only that", async () => {
    const { store, sent, fake, shown } = await open();
    store.label("remove");
    store.label("keep");
    cut(fake);
    await settle();
    expect(await store.step("undo")).toBe(1);
    expect([shown(), store.pending.value]).toEqual([1, 1]);
    expect(store.trail.current.value!.label).toBeNull();
    void store.step("undo");
    expect([store.pending.value, sent("undo").length]).toEqual([2, 0]);
  });

  it("is lost with the session's connection too", async () => {
    const { store, connection } = await open();
    connection.value = "lost";
    expect(store.lost.value).toBe(true);
  });
});

describe("closing", () => {
  it("sends what still waits, in order, and leaves no listener", async () => {
    const { store, abort, sent, fake } = await open();
    store.label("remove");
    store.label("keep");
    store.label("unsure");
    abort.abort();
    expect(contents(sent("label"))).toMatchObject([{ row: 0 }, { row: 1 }, { row: 2 }]);
    expect(fake.listenerCount).toBe(0);
    await settle();
    expect(sent("label")).toHaveLength(3);
  });
});

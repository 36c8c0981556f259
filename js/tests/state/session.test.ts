// @vitest-environment node
import { effect } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Bitset } from "../../src/core/bitset";
import { openSession } from "../../src/state/session";
import { FakeModel } from "../fake-model";
import { bits, committed, LASSO, open, rowsOf, sessionTraits, settled } from "./fixture";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const LOCAL = Bitset.of(10, [6, 7, 8]);

describe("traits", () => {
  test("are decoded", () => {
    const { store } = open();
    expect(store.positions.value).toEqual(Float32Array.from({ length: 20 }, (_, k) => k / 4));
    expect([...store.domains.value]).toEqual([0, 1, 1, 1, 1, 1, 2, 2, 2, 2]);
    expect(rowsOf(store.removed.value)).toEqual([6, 7]);
    expect(store.info.value.divergence).toBe(Infinity);
    expect(store.shown.value).toMatchObject({ rev: 1, state: "current", values: { alpha: 1.5 } });
    expect(store.source.value).toBe("python");
  });

  test("are decoded from views that start anywhere in their buffer", () => {
    const traits = sessionTraits();
    for (const name of ["_positions", "_domains", "_removed"]) {
      const view = traits[name] as DataView;
      const padded = new Uint8Array(view.byteLength + 11);
      padded.set(new Uint8Array(view.buffer), 3);
      traits[name] = new DataView(padded.buffer, 3, view.byteLength);
    }
    const { store } = open(new FakeModel(traits));
    expect(store.positions.value.at(-1)).toBe(4.75);
    expect(rowsOf(store.removed.value)).toEqual([6, 7]);
  });

  test("of one commit reach a view together and once", () => {
    const { fake, store } = open();
    const seen: unknown[] = [];
    const stop = effect(() => {
      const { rev, state, values } = store.shown.value;
      seen.push([store.rev.value, rowsOf(store.removed.value), rev, state, values.alpha]);
    });
    fake.update(committed(2, [9], "inf"));
    stop();
    expect(seen).toEqual([
      [1, [6, 7], 1, "current", 1.5],
      [2, [9], 2, "current", Infinity],
    ]);
  });

  test("of which one is behind make the numbers stale", () => {
    const { fake, store } = open();
    fake.update({ _rev: 2, _removed: bits([9]) });
    expect(store.shown.value).toMatchObject({ rev: 1, state: "stale" });
    fake.update(committed(2, [9], 3));
    expect(store.shown.value).toMatchObject({ rev: 2, state: "current" });
  });

  test("that repeat change nothing", () => {
    const { fake, store } = open();
    const shown = store.shown.value;
    const same = Object.fromEntries(Object.keys(sessionTraits()).map((k) => [k, fake.get(k)]));
    fake.update(same);
    expect(store.shown.value).toBe(shown);
  });
});

describe("a commit", () => {
  test("shows its own result at once, marked stale, until the kernel has answered", async () => {
    const { fake, store } = open();
    const done = store.commit(LASSO, LOCAL);
    expect(rowsOf(store.removed.value)).toEqual([6, 7, 8]);
    expect(store.shown.value.state).toBe("stale");
    fake.update(committed(2, [6, 7, 8], 2.5, store.viewId));
    expect(store.shown.value).toMatchObject({ rev: 2, state: "current", values: { alpha: 2.5 } });
    fake.reply(fake.sent[0]!, { rev: 2, n_changed: 1 });
    await done;
    expect(rowsOf(store.removed.value)).toEqual([6, 7, 8]);
    expect(store.error.value).toBeNull();
  });

  test("that is refused restores what the kernel holds and says why", async () => {
    const { fake, store } = open();
    const done = store.commit(LASSO, LOCAL);
    fake.refuse(fake.sent[0]!, "ValueError", "gesture: a path may have 200,000 vertices.");
    await done;
    expect(rowsOf(store.removed.value)).toEqual([6, 7]);
    expect(store.shown.value).toMatchObject({ rev: 1, state: "current" });
    expect(store.error.value).toBe("gesture: a path may have 200,000 vertices.");
    const next = store.command("clear");
    fake.reply(fake.sent[1]!, { rev: 2 });
    await next;
    expect(store.error.value).toBeNull();
  });

  test("that changes nothing is settled by its reply alone", async () => {
    const { fake, store } = open();
    const done = store.commit(LASSO, Bitset.of(10, [6, 7]));
    fake.reply(fake.sent[0]!, { rev: 1, n_changed: 0 });
    await done;
    expect(store.shown.value).toMatchObject({ rev: 1, state: "current" });
  });

  test("before the last one was answered builds on it", async () => {
    const { fake, store } = open();
    const first = store.commit(LASSO, LOCAL);
    const second = store.commit(LASSO, Bitset.of(10, [6, 7, 8, 9]));
    fake.update(committed(2, [6, 7, 8], 2.5, store.viewId));
    fake.reply(fake.sent[0]!, { rev: 2 });
    await first;
    expect(rowsOf(store.removed.value)).toEqual([6, 7, 8, 9]);
    expect(store.shown.value.state).toBe("stale");
    fake.update(committed(3, [6, 7, 8, 9], 2.75, store.viewId));
    fake.reply(fake.sent[1]!, { rev: 3 });
    await second;
    expect(store.shown.value).toMatchObject({ rev: 3, state: "current", values: { alpha: 2.75 } });
  });

  test("of the same brush twice is sent twice", async () => {
    const { fake, store } = open();
    for (const rev of [2, 3]) {
      const done = store.commit(LASSO, LOCAL);
      fake.reply(fake.sent.at(-1)!, { rev });
      await done;
    }
    expect(fake.sent).toHaveLength(2);
    expect(fake.sent[0]!.buffers).toEqual(fake.sent[1]!.buffers);
  });

  test("another view's change does not hide the own result", () => {
    const { fake, store } = open();
    void store.commit(LASSO, LOCAL);
    fake.update(committed(2, [9], 9, "other"));
    expect(rowsOf(store.removed.value)).toEqual([6, 7, 8]);
    expect(store.shown.value.state).toBe("stale");
    fake.update(committed(3, [6, 7, 8, 9], 4, store.viewId));
    expect(rowsOf(store.removed.value)).toEqual([6, 7, 8, 9]);
    expect(store.shown.value.state).toBe("current");
  });
});

describe("a preview", () => {
  const values = (alpha: number | string) => ({ alpha, covariance: "shared" });

  test("is shown while a gesture is drawn and dropped with it", async () => {
    const { fake, store } = open();
    store.preview(LASSO);
    expect(store.shown.value.state).toBe("current");
    fake.reply(fake.sent[0]!, { rev: 1, values: values("-inf") });
    await settled();
    expect(store.shown.value).toEqual({ rev: 1, state: "preview", values: values(-Infinity) });
    expect(rowsOf(store.removed.value)).toEqual([6, 7]);
    store.endPreview();
    expect(store.shown.value).toMatchObject({ rev: 1, state: "current", values: { alpha: 1.5 } });
    expect(fake.sent.at(-1)!.content.kind).toBe("preview_end");
  });

  test("answered after the gesture has ended is not shown", async () => {
    const { fake, store } = open();
    store.preview(LASSO);
    store.endPreview();
    fake.reply(fake.sent[0]!, { rev: 1, values: values(7) });
    await settled();
    expect(store.shown.value.state).toBe("current");
  });

  test("answered after the commit never replaces committed numbers", async () => {
    const { fake, store } = open();
    store.preview(LASSO);
    const done = store.commit(LASSO, LOCAL);
    fake.update(committed(2, [6, 7, 8], 2.5, store.viewId));
    fake.reply(fake.sent[0]!, { rev: 1, values: values(7) });
    fake.reply(fake.sent[1]!, { rev: 2 });
    await done;
    expect(store.shown.value).toMatchObject({ rev: 2, state: "current", values: { alpha: 2.5 } });
  });

  test("stays in view, marked stale, while the commit waits", async () => {
    const { fake, store } = open();
    store.preview(LASSO);
    fake.reply(fake.sent[0]!, { rev: 1, values: values(7) });
    await settled();
    const done = store.commit(LASSO, LOCAL);
    expect(store.shown.value).toMatchObject({ state: "stale", values: { alpha: 7 } });
    fake.refuse(fake.sent[1]!, "ValueError", "no");
    await done;
    expect(store.shown.value).toMatchObject({ state: "current", values: { alpha: 1.5 } });
  });

  test("waits behind the one in flight and only the newest is sent", async () => {
    const { fake, store } = open();
    for (const x of [1, 2, 3]) store.preview({ ...LASSO, path: Float64Array.of(0, 0, x, 0, x, 1) });
    expect(fake.sent).toHaveLength(1);
    fake.reply(fake.sent[0]!, { rev: 1, values: values(7) });
    await vi.waitFor(() => expect(fake.sent).toHaveLength(2));
    expect(new Float64Array(fake.sent[1]!.buffers[0]!)[2]).toBe(3);
  });

  test("that is refused leaves the numbers and says nothing", async () => {
    const { fake, store } = open();
    store.preview(LASSO);
    fake.refuse(fake.sent[0]!, "ValueError", "no");
    await settled();
    expect(store.shown.value.state).toBe("current");
    expect(store.error.value).toBeNull();
  });
});

describe("two views of one session", () => {
  const reply = (id: string, kind: string, fields = {}) => ({ v: 1, id, kind, ok: true, ...fields });
  const preview = (id: string, rev: number) => reply(id, "preview", { rev, values: { alpha: 8 } });

  test("see each other's commits", async () => {
    const { fake, store } = open();
    const other = open(fake);
    expect(other.store.viewId).not.toBe(store.viewId);
    const done = store.commit(LASSO, LOCAL);
    fake.update(committed(2, [6, 7, 8], 2.5, store.viewId));
    fake.reply(fake.sent[0]!, { rev: 2 });
    await done;
    for (const view of [store, other.store]) {
      expect(rowsOf(view.removed.value)).toEqual([6, 7, 8]);
      expect(view.shown.value).toMatchObject({ rev: 2, state: "current" });
    }
  });

  test("see each other's previews until the gesture ends", async () => {
    const { fake, store } = open();
    const other = open(fake);
    store.preview(LASSO);
    fake.reply(fake.sent[0]!, { rev: 1, values: { alpha: 8 } });
    await settled();
    expect(other.store.shown.value).toMatchObject({ state: "preview", values: { alpha: 8 } });
    store.endPreview();
    fake.reply(fake.sent[1]!);
    expect(other.store.shown.value.state).toBe("current");
  });

  test.each([
    ["another view's gesture", (id: string) => reply(id, "gesture", { rev: 1, n_changed: 0 })],
    ["a refused gesture", (id: string) => ({ ...reply(id, "gesture"), ok: false })],
  ])("drop a preview after %s", (_, ending) => {
    const { fake, store } = open();
    fake.receive(preview("other:1", 1));
    expect(store.shown.value.state).toBe("preview");
    fake.receive(ending("third:1"));
    expect(store.shown.value.state).toBe("preview");
    fake.receive(ending("other:2"));
    expect(store.shown.value.state).toBe("current");
  });

  test("drop a preview that a commit has overtaken, and take no late one", () => {
    const { fake, store } = open();
    fake.receive(preview("other:1", 1));
    fake.update(committed(2, [9], 4, "other"));
    expect(store.shown.value).toMatchObject({ rev: 2, state: "current" });
    fake.receive(preview("other:1", 1));
    expect(store.shown.value).toMatchObject({ rev: 2, state: "current" });
  });

  test("ignore a foreign preview while drawing", () => {
    const { fake, store } = open();
    store.preview(LASSO);
    fake.receive(preview("other:1", 1));
    expect(store.shown.value.state).toBe("current");
  });

  test("keep working when one of them is closed during a drag", async () => {
    const { fake, store, abort } = open();
    const other = open(fake);
    store.preview(LASSO);
    fake.reply(fake.sent[0]!, { rev: 1, values: { alpha: 8 } });
    await settled();
    abort.abort();
    expect(fake.sent.at(-1)!.content.kind).toBe("preview_end");
    fake.reply(fake.sent.at(-1)!);
    expect(other.store.shown.value.state).toBe("current");
    fake.update(committed(2, [9], 4));
    expect(rowsOf(other.store.removed.value)).toEqual([9]);
    expect(rowsOf(store.removed.value)).toEqual([6, 7]);
  });
});

test("a closed view leaves no listener, timer or waiting promise", async () => {
  const { fake, abort, store } = open();
  const done = [store.commit(LASSO, LOCAL), store.select({ by: "duplicates" }, "add")];
  const page = store.records({ scope: "removed", offset: 0, limit: 5, sort: "score" });
  const refused = page.catch((error: unknown) => (error as DOMException).name);
  abort.abort();
  await Promise.all(done);
  expect(await refused).toBe("AbortError");
  expect(store.error.value).toBeNull();
  expect(fake.listenerCount).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

test("a view opened after its abort listens to nothing", () => {
  const fake = new FakeModel(sessionTraits());
  const store = openSession(fake.model, AbortSignal.abort());
  expect(rowsOf(store.removed.value)).toEqual([6, 7]);
  expect(fake.listenerCount).toBe(0);
});

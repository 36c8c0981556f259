// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Bitset } from "../../src/core/bitset";
import { FakeModel } from "../fake-model";
import { committed, LASSO, open, rowsOf, sessionTraits, settled } from "./fixture";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** A model as anywidget hands it out: `comm_live` cannot be read. */
function hidden(): FakeModel {
  const fake = new FakeModel(sessionTraits());
  Object.assign(fake, { comm_live: undefined });
  return fake;
}

describe("the connection is lost", () => {
  test("when the comm closes, and back when it opens", () => {
    const { fake, store } = open();
    fake.comm_live = false;
    fake.emit("comm_live_update");
    expect(store.connection.value).toBe("lost");
    expect(store.shown.value).toMatchObject({ rev: 1, state: "stale" });
    fake.comm_live = true;
    fake.emit("comm_live_update");
    expect(store.connection.value).toBe("live");
    expect(store.shown.value.state).toBe("current");
  });

  test("when a request gets no answer; a late answer shows that the kernel is there", async () => {
    const { fake, store } = open();
    const done = store.commit(LASSO, Bitset.of(10, [6, 7, 8]));
    await vi.advanceTimersByTimeAsync(15_000);
    await done;
    expect(store.connection.value).toBe("lost");
    expect(store.error.value).toContain("no answer within 15 seconds");
    expect(rowsOf(store.removed.value)).toEqual([6, 7]);
    fake.update(committed(2, [6, 7, 8], 2.5, store.viewId));
    expect(store.connection.value).toBe("live");
    expect(rowsOf(store.removed.value)).toEqual([6, 7, 8]);
    expect(store.shown.value).toMatchObject({ rev: 2, state: "current" });
  });

  test("when a preview gets no answer", async () => {
    const { store } = open();
    store.preview(LASSO);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(store.connection.value).toBe("lost");
  });

  test("and nothing waits for a kernel that is gone", async () => {
    const { fake, store } = open();
    const done = store.commit(LASSO, Bitset.of(10, [9]));
    fake.comm_live = false;
    fake.emit("comm_live_update");
    await done;
    expect(rowsOf(store.removed.value)).toEqual([6, 7]);
    expect(store.error.value).toContain("connection to the kernel is lost");
  });
});

describe("a comm whose state is hidden", () => {
  test("is lost until the kernel answers a probe", async () => {
    const fake = hidden();
    const { store } = open(fake);
    fake.emit("comm_live_update");
    expect(store.connection.value).toBe("lost");
    fake.reply(fake.sent[0]!);
    await settled();
    expect(store.connection.value).toBe("live");
  });

  test("stays lost without an answer, and says so once", async () => {
    const fake = hidden();
    const { store } = open(fake);
    fake.emit("comm_live_update");
    await vi.advanceTimersByTimeAsync(3000);
    expect(store.connection.value).toBe("lost");
    expect(store.error.value).toBeNull();
    expect(fake.sent).toHaveLength(1);
  });
});

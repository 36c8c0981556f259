import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { whenIdle } from "../../../src/views/map/idle";

describe("whenIdle", () => {
  let moments: IdleRequestCallback[] = [];

  beforeEach(() => {
    moments = [];
    vi.stubGlobal("requestIdleCallback", (run: IdleRequestCallback) => moments.push(run));
    vi.stubGlobal("cancelIdleCallback", (handle: number) => {
      moments[handle - 1] = () => undefined;
    });
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  const pass = (): void => moments.at(-1)!({ didTimeout: false, timeRemaining: () => 50 });

  it("gives every task a moment of its own", () => {
    const done: string[] = [];
    whenIdle([() => done.push("sort"), () => done.push("grid")], new AbortController().signal);
    expect(done).toEqual([]);
    pass();
    expect(done).toEqual(["sort"]);
    pass();
    expect(done).toEqual(["sort", "grid"]);
    expect(moments).toHaveLength(2);
  });

  it("does nothing once aborted", () => {
    const abort = new AbortController();
    const task = vi.fn();
    whenIdle([task], abort.signal);
    abort.abort();
    pass();
    expect(task).not.toHaveBeenCalled();
  });

  it("makes do with a timer", () => {
    vi.stubGlobal("requestIdleCallback", undefined);
    vi.useFakeTimers();
    const task = vi.fn();
    whenIdle([task], new AbortController().signal);
    vi.runAllTimers();
    expect(task).toHaveBeenCalledOnce();
    const abort = new AbortController();
    whenIdle([task], abort.signal);
    abort.abort();
    expect(vi.getTimerCount()).toBe(0);
  });
});

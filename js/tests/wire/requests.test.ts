// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { isAbort, NoAnswerError, RequestChannel, RequestError } from "../../src/wire/requests";
import { FakeModel } from "../fake-model";

let fake: FakeModel;
let abort: AbortController;
let channel: RequestChannel;

beforeEach(() => {
  vi.useFakeTimers();
  fake = new FakeModel();
  abort = new AbortController();
  channel = new RequestChannel(fake.model, "view", abort.signal);
});

afterEach(() => {
  vi.useRealTimers();
});

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => null,
    (error: unknown) => error,
  );
}

describe("a request", () => {
  test("carries version, id, kind and payload, and its buffers without their surroundings", () => {
    void errorOf(
      channel.request("preview", { tool: "lasso", mode: "add" }, [
        Float64Array.of(1, 2, 3, 4).subarray(2),
      ]),
    );
    const [sent] = fake.sent;
    expect(sent?.content).toEqual({ v: 1, id: "view:1", kind: "preview", tool: "lasso", mode: "add" });
    expect([...new Float64Array(sent!.buffers[0]!)]).toEqual([3, 4]);
  });

  test("resolves with its own reply only", async () => {
    const first = channel.request("command", { name: "undo" });
    const second = channel.request("command", { name: "redo" });
    const [a, b] = fake.sent;
    fake.reply({ content: { id: "other:1", kind: "command" }, buffers: [] }, { rev: 99 });
    fake.reply(b!, { rev: 2 });
    fake.reply(a!, { rev: 1 });
    expect([(await first).rev, (await second).rev]).toEqual([1, 2]);
  });

  test("hands over the buffers of its reply", async () => {
    const reply = channel.request("search", { text: "free" });
    const hits = new DataView(Uint8Array.of(5).buffer);
    fake.reply(fake.sent[0]!, { total: 2 }, [hits]);
    expect((await reply).buffers).toEqual([hits]);
  });

  test("rejects with the kernel's words", async () => {
    const reply = errorOf(channel.request("record", { row: 7 }));
    fake.refuse(fake.sent[0]!, "ValueError", "row: must lie in 0..4, got 7.");
    const error = await reply;
    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({ type: "ValueError", message: "row: must lie in 0..4, got 7." });
  });

  test("gives up after its timeout, once and for all", async () => {
    const reply = errorOf(channel.request("record", { row: 7 }));
    vi.advanceTimersByTime(14_999);
    fake.receive({ v: 1, id: "view:1", kind: "records", ok: true });
    vi.advanceTimersByTime(1);
    expect(await reply).toBeInstanceOf(NoAnswerError);
    fake.reply(fake.sent[0]!, { row: 7 });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("gives up at once when the comm is closed", async () => {
    fake.send = () => {
      throw new Error("Comm is closed");
    };
    const error = await errorOf(channel.request("record", { row: 7 }));
    expect(error).toBeInstanceOf(NoAnswerError);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("can be cancelled before and after it is sent", async () => {
    const cancel = new AbortController();
    const waiting = errorOf(channel.request("record", { row: 1 }, [], { signal: cancel.signal }));
    cancel.abort();
    expect(isAbort(await waiting)).toBe(true);
    const late = await errorOf(channel.request("record", { row: 2 }, [], { signal: cancel.signal }));
    expect(isAbort(late)).toBe(true);
    expect(fake.sent).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([null, "text", 3, {}, { v: 2, id: "view:1", kind: "record", ok: true }, { v: 1, id: 4 }])(
    "is not answered by %j",
    async (message) => {
      let settled = false;
      void errorOf(channel.request("record", { row: 1 })).then(() => {
        settled = true;
      });
      fake.receive(message);
      await vi.advanceTimersByTimeAsync(1000);
      expect(settled).toBe(false);
    },
  );
});

describe("the nudge", () => {
  test("follows a request after ten milliseconds", () => {
    void errorOf(channel.request("record", { row: 1 }));
    vi.advanceTimersByTime(9);
    expect(fake.nudges).toHaveLength(0);
    vi.advanceTimersByTime(1);
    expect(fake.nudges.map(({ content }) => content)).toEqual([{ v: 1, id: "view:1", kind: "nudge" }]);
  });

  test("is spared when the answer is there already", async () => {
    const reply = channel.request("record", { row: 1 });
    fake.reply(fake.sent[0]!, { row: 1 });
    await reply;
    vi.advanceTimersByTime(50);
    expect(fake.nudges).toHaveLength(0);
  });
});

describe("newest wins", () => {
  const payload = (row: number) => ({ tool: "click", mode: "add", row }) as const;
  const rowsSent = (): unknown[] => fake.sent.map(({ content }) => content.row);

  test("one is in flight and only the newest waits", async () => {
    const heard: number[] = [];
    const sender = channel.newestWins("preview", (reply) => heard.push(reply.rev), vi.fn());
    for (const row of [1, 2, 3, 4]) sender.send(payload(row));
    expect(rowsSent()).toEqual([1]);
    fake.reply(fake.sent[0]!, { rev: 10 });
    await vi.advanceTimersByTimeAsync(0);
    expect(rowsSent()).toEqual([1, 4]);
    fake.reply(fake.sent[1]!, { rev: 11 });
    await vi.advanceTimersByTimeAsync(0);
    expect(rowsSent()).toEqual([1, 4]);
    expect(heard).toEqual([10, 11]);
  });

  test("after drop nothing waits and the answer in flight is not heard", async () => {
    const receive = vi.fn();
    const sender = channel.newestWins("preview", receive, vi.fn());
    sender.send(payload(1));
    sender.send(payload(2));
    sender.drop();
    fake.reply(fake.sent[0]!, { rev: 10 });
    await vi.advanceTimersByTimeAsync(0);
    expect(rowsSent()).toEqual([1]);
    expect(receive).not.toHaveBeenCalled();
  });

  test("a new series after drop waits for the answer in flight", async () => {
    const heard: number[] = [];
    const sender = channel.newestWins("preview", (reply) => heard.push(reply.rev), vi.fn());
    sender.send(payload(1));
    sender.drop();
    sender.send(payload(2));
    expect(rowsSent()).toEqual([1]);
    fake.reply(fake.sent[0]!, { rev: 10 });
    await vi.advanceTimersByTimeAsync(0);
    fake.reply(fake.sent[1]!, { rev: 11 });
    await vi.advanceTimersByTimeAsync(0);
    expect(heard).toEqual([11]);
  });

  test("lets an interval pass between requests, from one to the next", async () => {
    const sender = channel.newestWins("preview", vi.fn(), vi.fn(), 50);
    sender.send(payload(1));
    sender.send(payload(2));
    await vi.advanceTimersByTimeAsync(20);
    fake.reply(fake.sent[0]!, { rev: 10 });
    await vi.advanceTimersByTimeAsync(29);
    expect(rowsSent()).toEqual([1]);
    await vi.advanceTimersByTimeAsync(1);
    expect(rowsSent()).toEqual([1, 2]);
    fake.reply(fake.sent.at(-1)!, { rev: 10 });
    await vi.advanceTimersByTimeAsync(50);
    sender.send(payload(3));
    expect(rowsSent()).toEqual([1, 2, 3]);
  });

  test("after drop the next series starts at once", async () => {
    const sender = channel.newestWins("preview", vi.fn(), vi.fn(), 50);
    sender.send(payload(1));
    fake.reply(fake.sent[0]!, { rev: 10 });
    await vi.advanceTimersByTimeAsync(0);
    sender.send(payload(2));
    sender.drop();
    sender.send(payload(3));
    expect(rowsSent()).toEqual([1, 3]);
  });

  test("goes on after a refusal and tells of it", async () => {
    const fail = vi.fn();
    const sender = channel.newestWins("preview", vi.fn(), fail);
    sender.send(payload(1));
    sender.send(payload(2));
    fake.refuse(fake.sent[0]!, "ValueError", "no");
    await vi.advanceTimersByTimeAsync(0);
    expect(fail).toHaveBeenCalledOnce();
    expect(rowsSent()).toEqual([1, 2]);
  });
});

describe("closing the view", () => {
  test("leaves no listener, no timer and no promise behind", async () => {
    const reply = errorOf(channel.request("record", { row: 1 }));
    const sender = channel.newestWins("preview", vi.fn(), vi.fn(), 50);
    sender.send({ tool: "click", mode: "add", row: 1 });
    sender.send({ tool: "click", mode: "add", row: 2 });
    expect(fake.listenerCount).toBe(1);
    abort.abort();
    expect(isAbort(await reply)).toBe(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(fake.listenerCount).toBe(0);
    expect(fake.sent).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
    expect(isAbort(await errorOf(channel.request("record", { row: 2 })))).toBe(true);
  });

  test("can still be announced", () => {
    abort.signal.addEventListener("abort", () => channel.announce("preview_end"), { once: true });
    abort.abort();
    expect(fake.sent.map(({ content }) => content.kind)).toEqual(["preview_end"]);
  });
});

test("replies to other views are heard and known as such", () => {
  const onReply = vi.fn();
  channel.onReply = onReply;
  fake.receive({ v: 1, id: "other:1", kind: "preview", ok: true, rev: 3 });
  fake.receive({ v: 1, id: "view:1", kind: "record", ok: false });
  expect(onReply.mock.calls.map(([, , own]) => own as boolean)).toEqual([false, true]);
});

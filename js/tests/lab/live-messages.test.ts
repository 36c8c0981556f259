import { expect, test, vi } from "vitest";
import cases from "../../../tests/protocol/live.json";
import { KernelSessions } from "../../src/lab/sessions/kernel-sessions";
import { newsOf } from "../../src/lab/sessions/news";
import { FakeKernel } from "./fake-lab";

test("a page asks in the form that the kernel takes", async () => {
  const kernel = new FakeKernel();
  const sessions = new KernelSessions(
    kernel as never,
    () => undefined,
    new AbortController().signal,
  );
  await vi.waitFor(() => expect(sessions.sessions.value).toEqual([]));
  kernel.answer = () => ({ ok: true, rev: 1, saved: true, path: "" });
  await sessions.command("0a1b", "undo");
  await sessions.command("0a1b", "redo");
  await sessions.save("0a1b", "spam.forget.json", false);
  const form = ({ id: _, ...message }: Record<string, unknown>): unknown => message;
  expect(kernel.asked.map(form)).toEqual(
    cases.requests.valid.map(({ message }) => form(message)),
  );
});

test("a page understands what the kernel tells", () => {
  const [changed, closed] = cases.news.map(newsOf);
  expect(changed).toMatchObject({
    kind: "changed",
    session: {
      ...(cases.news[0]!.session as object),
      effect: { alpha: Infinity, n_removed: 1, random_equivalent: 2 },
    },
  });
  expect(closed).toEqual({ kind: "closed", session: "0a1b" });
});

import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Shell } from "../../src/ui/shell";
import { mount } from "./mount";
import { hook, stubSession, VALUES } from "./stub-session";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function shell(session: ReturnType<typeof stubSession>, abort = new AbortController()) {
  return mount(
    <Shell session={session} signal={abort.signal}>
      <p>view</p>
    </Shell>,
  );
}

describe("the live region", () => {
  it("is silent at first and speaks once after several commits", async () => {
    const session = stubSession();
    const root = await shell(session);
    const live = hook(root, "uw-live");
    expect(live.textContent).toBe("");
    for (const rev of [5, 6, 7]) {
      const values = { ...VALUES, n_removed_forget: 430 + rev };
      await act(() => {
        session.effect.value = { rev, values };
      });
    }
    expect(live.textContent).toBe("");
    await act(() => void vi.advanceTimersByTime(600));
    expect(live.textContent).toContain("437 of 567 spam rows removed.");
    expect(live.textContent).toContain("Log-loss on spam minus 752.62, on ham minus 767.47.");
  });

  it("speaks again when the same words are said twice", async () => {
    const session = stubSession();
    const root = await shell(session);
    const live = hook(root, "uw-live");
    const heard: (string | null)[] = [];
    for (const rev of [5, 6]) {
      await act(() => {
        session.effect.value = { rev, values: VALUES };
      });
      await act(() => void vi.advanceTimersByTime(600));
      heard.push(live.textContent);
    }
    expect(heard[0]).not.toBe(heard[1]);
    expect(heard[0]?.trim()).toBe(heard[1]?.trim());
  });

  it("says nothing after the view is closed", async () => {
    const session = stubSession();
    const abort = new AbortController();
    const root = await shell(session, abort);
    await act(() => {
      session.effect.value = { rev: 5, values: VALUES };
    });
    abort.abort();
    await act(() => void vi.advanceTimersByTime(600));
    expect(hook(root, "uw-live").textContent).toBe("");
  });
});

describe("the shell", () => {
  it("says when the kernel does not answer, and takes it back", async () => {
    const session = stubSession();
    const root = await shell(session);
    expect(root.querySelector("[data-testid=uw-connection]")).toBeNull();
    await act(() => {
      session.connection.value = "lost";
    });
    expect(hook(root, "uw-connection").textContent).toContain("kernel is not answering");
    await act(() => {
      session.connection.value = "live";
    });
    expect(root.querySelector("[data-testid=uw-connection]")).toBeNull();
  });

  it("shows a refusal as text until it is dismissed", async () => {
    const session = stubSession();
    const root = await shell(session);
    await act(() => {
      session.error.value = 'set: no set is called "<b>x</b>".';
    });
    const refusal = hook(root, "uw-error");
    expect(refusal.textContent).toContain("<b>x</b>");
    expect(refusal.querySelector("b")).toBeNull();
    await act(() => refusal.querySelector("button")?.click());
    expect(root.querySelector("[data-testid=uw-error]")).toBeNull();
    expect(session.error.value).toBeNull();
  });

  it("keeps the notebook's shortcuts away from its keys", async () => {
    const root = await shell(stubSession());
    const { dataset } = root.querySelector<HTMLElement>(".uw-root")!;
    expect(dataset.lmSuppressShortcuts).toBe("true");
    expect(dataset.theme).toBe("light");
  });
});

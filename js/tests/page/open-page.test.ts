import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import shared from "../../../tests/protocol/page.json";
import { openPage, STATE_ID } from "../../src/page/open-page";
import { hook } from "../ui/stub-session";

vi.mock("../../src/views/map/map-view", () => ({ MapView: () => null }));

let abort: AbortController;

beforeEach(() => {
  abort = new AbortController();
  class NoResize {
    observe = vi.fn();
    disconnect = vi.fn();
  }
  vi.stubGlobal("ResizeObserver", NoResize);
});

afterEach(() => {
  abort.abort();
  document.body.replaceChildren();
});

async function open(state: unknown): Promise<(() => number[]) | null> {
  const block = document.createElement("script");
  block.type = "application/json";
  block.id = STATE_ID;
  block.textContent = typeof state === "string" ? state : JSON.stringify(state);
  document.body.append(block);
  let removed: (() => number[]) | null = null;
  await act(() => {
    removed = openPage(document, abort.signal);
  });
  return removed;
}

describe("the page", () => {
  it("shows a live session with its title, its records and what needs the notebook", async () => {
    const removed = await open(shared.live.state);
    expect(document.title).toBe("Page");
    expect(document.querySelector("h1")?.textContent).toBe("Page");
    const note = hook(document.body, "uw-page-note");
    expect(note.textContent).toContain("brushing is live");
    expect(note.textContent).toContain("need the notebook");
    expect(hook(document.body, "uw-n-removed").dataset.value).toBe("6");
    expect(hook(document.body, "uw-records")).not.toBeNull();
    expect(hook(document.body, "uw-sets")).not.toBeNull();
    expect(removed?.()).toHaveLength(6);
    expect(document.querySelector("[data-testid=uw-retrain]")).toBeNull();
  });

  it("says why a session is not live, and switches off what would change it", async () => {
    await open(shared.saved.state);
    const note = hook(document.body, "uw-page-note");
    expect(note.textContent).toContain("not live. The covariance is refitted");
    expect(note.textContent).toContain("those saved at revision 1");
    expect(note.textContent).toContain("It carries no records.");
    expect(document.querySelector("[data-testid=uw-records]")).toBeNull();
    expect(document.querySelector("[data-testid=uw-sets]")).toBeNull();
    await vi.waitFor(() => expect(hook(document.body, "uw-budget")).not.toBeNull());
    const controls = [...document.querySelectorAll<HTMLInputElement>(".uw-budget :is(input, button)")];
    expect(controls.length).toBeGreaterThan(4);
    expect(controls.every(({ disabled }) => disabled)).toBe(true);
  });

  it.each(["", "{", '{"format":2}', '{"format":1}'])("says that a state is damaged: %s", async (state) => {
    expect(await open(state)).toBeNull();
    const alert = document.querySelector("[role=alert]");
    expect(alert?.textContent).toContain("This page is damaged and cannot be shown");
  });
});

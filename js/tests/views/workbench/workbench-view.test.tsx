import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { drawData } from "../../../dev/data";
import { PageKernel } from "../../../dev/kernel";
import { PageModel } from "../../../src/page/model";
import { createLocal } from "../../../src/state/local";
import { openSession } from "../../../src/state/session";
import { openView } from "../../../src/state/view";
import { WorkbenchView } from "../../../src/views/workbench/workbench-view";
import { click, mount, type, until } from "../../ui/mount";
import { hook } from "../../ui/stub-session";

vi.mock("../../../src/views/map/map-view", () => ({ MapView: () => null }));

const data = drawData(600);
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
});

async function open(budget: number, title = "") {
  const kernel = new PageKernel(data, 0);
  if (budget > 0) kernel.choose(kernel.ranked("likelihood_ratio", budget));
  const session = openSession(kernel.model.asAnyModel(), abort.signal);
  const view = openView(new PageModel({ title }).asAnyModel(), abort.signal);
  const root = await mount(<WorkbenchView session={session} local={createLocal()} view={view} />);
  return { kernel, session, root };
}


describe("WorkbenchView", () => {
  it("names the data, the domains and what the numbers assume", async () => {
    const { root } = await open(0);
    const header = root.querySelector("header")!;
    expect(header.querySelector("h2")?.textContent).toBe("SMS messages");
    expect(header.textContent).toContain("600 rows");
    expect(header.textContent).toMatch(/forget spam \d+retain ham \d+/);
    expect(header.textContent).toContain("2 dimensions, shared covariance");
    expect((await open(0, "Mine")).root.querySelector("h2")?.textContent).toBe("Mine");
  });

  it("holds a read-out and the records once each", async () => {
    const { root } = await open(12);
    expect(hook(root, "uw-n-removed").dataset.value).toBe("12");
    await until(() => expect(hook(root, "uw-records-total").dataset.value).toBe("12"));
  });
});

describe("named sets", () => {
  it("saves, loads with a mode, and deletes", async () => {
    const { root, session, kernel } = await open(12);
    await click(hook(root, "uw-sets"));
    await type(hook(root, "uw-set-name"), "  prizes ");
    await click(hook(root, "uw-set-save"));
    await until(() => expect(session.status.value.sets).toEqual([{ name: "prizes", n: 12 }]));
    await act(() => kernel.choose(kernel.ranked("likelihood_ratio", 5)));
    const subtract = [...root.querySelectorAll("button")].find(
      (button) => button.textContent === "Subtract",
    );
    await click(subtract!);
    await click(hook(root, "uw-set-load"));
    await until(() => expect(session.removed.value.count()).toBe(0));
    await click(hook(root, "uw-sets"));
    await click(hook(root, "uw-set-delete"));
    await until(() => expect(session.status.value.sets).toEqual([]));
  });

  it("does not save without a name", async () => {
    const { root } = await open(12);
    await click(hook(root, "uw-sets"));
    await type(hook(root, "uw-set-name"), "   ");
    expect(hook(root, "uw-set-save")).toHaveProperty("disabled", true);
  });
});

describe("extending the selection", () => {
  it("grows by neighbours", async () => {
    const { root, session } = await open(12);
    await click(hook(root, "uw-extend"));
    await click(hook(root, "uw-grow-10"));
    await until(() => expect(session.removed.value.count()).toBeGreaterThan(12));
  });

  it("offers nothing to grow from while nothing is chosen", async () => {
    const { root } = await open(0);
    await click(hook(root, "uw-extend"));
    for (const testid of ["uw-grow-10", "uw-grow-50", "uw-add-duplicates"]) {
      expect(hook(root, testid)).toHaveProperty("disabled", true);
    }
  });

  it("lets a rule choose a budget, and only a possible one", async () => {
    const { root, session } = await open(0);
    await click(hook(root, "uw-extend"));
    const budget = hook(root, "uw-rule-budget");
    for (const [text, refused] of [
      ["-1", true],
      ["1.5", true],
      ["100000", true],
      ["", true],
      ["20", false],
    ] as const) {
      await type(budget, text);
      expect([text, (hook(root, "uw-rule-apply") as HTMLButtonElement).disabled]).toEqual([
        text,
        refused,
      ]);
    }
    await click(hook(root, "uw-rule-apply"));
    await until(() => expect(session.removed.value.count()).toBe(20));
  });
});

import axe from "axe-core";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AnnotationState } from "../../../src/wire/annotation-messages";
import { click, until } from "../../ui/mount";
import { openAnnotator, stored, strike } from "./fixture";

beforeEach(() => {
  let made = 0;
  vi.stubGlobal("URL", Object.assign(URL, {
    createObjectURL: vi.fn(() => `blob:page/${++made}`),
    revokeObjectURL: vi.fn(),
  }));
});

afterEach(() => {
  vi.useRealTimers();
});

async function open(...args: Parameters<typeof openAnnotator>) {
  const opened = await openAnnotator(...args);
  await until(() => expect(opened.row()).toBeDefined());
  return opened;
}

describe("the header", () => {
  it("tells progress, pace, the time left, the model and the person", async () => {
    const { at, root } = await open({ done: 12 });
    expect(at("progress").dataset).toMatchObject({ value: "12", total: "40" });
    expect(root.textContent).toContain("1,040 an hour");
    expect(root.textContent).toContain("2 min left");
    expect(at("accuracy").dataset.value).toBe("0.931");
    expect(at("accuracy").textContent).toContain("93.1\u202f%");
    expect(root.textContent).toContain("as Ada");
  });

  it("gives the reason where the model has no accuracy", async () => {
    const { at } = await open();
    expect(at("accuracy").dataset.value).toBe("nan");
    expect(at("accuracy").textContent).toContain("two labels of each kind");
  });

  it("changes order and blur on the model", async () => {
    const { at, kernel, asked, row } = await open();
    const order = at("order") as HTMLSelectElement;
    expect([...order.options].map(({ text }) => text)[1]).toBe("most unwanted first");
    order.value = "score";
    await act(() => {
      order.dispatchEvent(new Event("change", { bubbles: true }));
    });
    expect(kernel.model.get("order")).toBe("score");
    await until(() => expect(asked("queue")).toHaveLength(2));
    await click(at("blur"));
    expect(kernel.model.get("blur")).toBe(true);
    expect(row()).toBe("0");
  });

  it("shows what there is to know about the order", async () => {
    const { kernel, root } = await open();
    await act(() => kernel.tell({ note: "The order is still being computed." }));
    expect(root.textContent).toContain("The order is still being computed.");
  });
});

describe("labels", () => {
  it("carry their key, their count and the model's quiet guess", async () => {
    const { at } = await open({ done: 12 });
    await until(() => expect(at("label-2").dataset.guess).toBe("true"));
    expect(at("label-1").dataset.guess).toBe("false");
    expect(at("label-2").getAttribute("aria-keyshortcuts")).toBe("2");
    expect(at("label-2").textContent).toMatch(/^2keep.*guess10 given$/);
  });

  it("work by touch, as every other key does", async () => {
    const { at, row, asked } = await open();
    await click(at("label-3"));
    await click(at("skip"));
    await click(at("back"));
    expect(row()).toBe("1");
    await click(at("forward"));
    expect(row()).toBe("2");
    await click(at("undo"));
    await until(() => expect(asked("undo")).toHaveLength(1));
    await until(() => expect(at("redo").getAttribute("aria-disabled")).toBe("false"));
    await click(at("redo"));
    await until(() => expect(asked("redo")).toHaveLength(1));
  });

  it("take as many as nine, named as objects are", async () => {
    const labels = ["__proto__", "constructor", "c", "d", "e", "f", "g", "h", "toString"];
    const { at, pane, asked } = await open({ labels });
    expect(at("label-9").textContent).toContain("0 given");
    await strike(pane, "1");
    await stored(at);
    expect(asked("label")).toMatchObject([{ label: "__proto__" }]);
  });
});

describe("what is stored", () => {
  it("is claimed only for what the kernel acknowledged", async () => {
    const { root, at, pane, kernel } = await open();
    kernel.alive = false;
    const saved = (): Element | null => root.querySelector("[data-testid=uw-annotator-saved]");
    await strike(pane, "1");
    expect(at("pending").dataset.value).toBe("1");
    expect(saved()).toBeNull();
    expect(kernel.given.size).toBe(0);
  });

  it.each([
    [true, "1 saved"],
    [false, "1 kept in this kernel only"],
  ])("is named for what it is (stored: %s)", async (isStored, words) => {
    const { at, pane, root } = await open({ stored: isStored });
    await strike(pane, "1");
    await stored(at);
    await until(() =>
      expect(root.querySelector("[data-testid=uw-annotator-saved]")!.textContent).toContain(words),
    );
  });

  it("waits in sight while the kernel is away, and goes out on request", async () => {
    const { at, pane, kernel, row } = await open();
    kernel.die();
    for (const key of ["1", "2", "3"]) await strike(pane, key);
    expect(row()).toBe("3");
    await until(() => expect(at("pending").textContent).toBe("not stored yet: 3"));
    expect(at("pending").parentElement!.textContent).toContain("The kernel is not answering.");
    kernel.alive = true;
    kernel.model.comm_live = true;
    await click(at("retry"));
    await stored(at);
    expect([...kernel.given.entries()]).toEqual([
      [0, "remove"],
      [1, "keep"],
      [2, "unsure"],
    ]);
  });

  it("does not hold what was refused, which comes back with the reason", async () => {
    const { at, pane, kernel, row, root } = await open();
    kernel.refuse = ({ kind }) => (kind === "label" ? "label: the store is read-only." : null);
    await strike(pane, "1");
    await until(() => expect(at("error").textContent).toContain("the store is read-only"));
    expect(at("error").textContent).toContain("sms-00000");
    expect(row()).toBe("0");
    expect(at("label-1").getAttribute("aria-pressed")).toBe("false");
    await strike(pane, "Escape");
    expect(root.querySelector("[data-testid=uw-annotator-error]")).toBeNull();
  });
});

describe("the end of the queue", () => {
  it("is calm, and lets people go back", async () => {
    const { at, pane, root } = await open({ total: 2 });
    await strike(pane, "1");
    await strike(pane, "2");
    await stored(at);
    await until(() => expect(at("end").textContent).toContain("All 2 are labelled"));
    expect(at("end").textContent).toMatch(/remove 1.*keep 1.*unsure 0/);
    expect(pane.dataset.row).toBeUndefined();
    await strike(pane, "1");
    expect(root.querySelectorAll("[data-testid=uw-annotator-label-1]")).toHaveLength(1);
    await strike(pane, "ArrowLeft");
    expect(pane.dataset.row).toBe("1");
    await strike(pane, "ArrowRight");
    expect(at("end")).toBeDefined();
  });
});

describe("a region", () => {
  const region: AnnotationState["region"] = { n_forget: 3, n_retain: 1 };

  it("is labelled only after a sentence that says what will happen", async () => {
    const { at, asked, say } = await open({ region });
    expect(at("region").textContent).toContain("4 rows in the last lasso");
    await click(at("region"));
    await click(at("region-1"));
    expect(asked("region")).toHaveLength(0);
    const panel = at("region-confirm").closest("[role=dialog]")!;
    expect(panel.textContent).toContain(
      "This labels 4 rows (3 spam, 1 ham) “remove” and removes them.",
    );
    await click(at("region-confirm"));
    await until(() => expect(say).toHaveBeenLastCalledWith("4 rows labelled remove"));
    expect(asked("region")).toMatchObject([{ label: "remove" }]);
  });

  it("is not offered when nothing was drawn", async () => {
    const { root } = await open();
    expect(root.querySelector("[data-testid=uw-annotator-region]")).toBeNull();
  });
});

describe("an image", () => {
  it("is shown from a URL that is revoked when neither it nor the next one needs it", async () => {
    const { pane, root, abort } = await open({ images: true });
    const url = (): string => root.querySelector("img")!.src;
    const revoked = (): unknown[] => vi.mocked(URL.revokeObjectURL).mock.calls.flat();
    const first = url();
    expect(first).toMatch(/^blob:/);
    expect(vi.mocked(URL.createObjectURL).mock.calls[0]![0]).toMatchObject({ type: "image/png" });
    await strike(pane, "1");
    expect(url()).not.toBe(first);
    await until(() => expect(revoked()).toContain(first));
    expect(revoked()).not.toContain(url());
    abort.abort();
  });
});

describe("accessibility", () => {
  it.each([{}, { done: 12, images: true, region: { n_forget: 3, n_retain: 1 } }, { blur: true }])(
    "has no faults that axe finds (%o)",
    async (options) => {
      const { root } = await open(options);
      const { violations } = await axe.run(root, {
        // The first two need pixels, the last a whole page.
        rules: Object.fromEntries(
          ["color-contrast", "label-content-name-mismatch", "region"].map((rule) => [
            rule,
            { enabled: false },
          ]),
        ),
      });
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    },
  );
});

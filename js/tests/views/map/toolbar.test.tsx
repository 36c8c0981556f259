import { act } from "preact/test-utils";
import { beforeEach, describe, expect, it } from "vitest";
import { Bitset } from "../../../src/core/bitset";
import { click, until } from "../../ui/mount";
import { hook } from "../../ui/stub-session";
import { FakeBrowser, gridSession, key, openMap } from "./plot-fixture";

let browser: FakeBrowser;
beforeEach(() => {
  browser = new FakeBrowser();
});

function pressed(root: HTMLElement, prefix: string): string[] {
  const buttons = [...root.querySelectorAll<HTMLElement>(`[data-testid^="${prefix}"]`)];
  return buttons
    .filter((button) => button.getAttribute("aria-pressed") === "true")
    .map((button) => button.dataset.testid!);
}

describe("the toolbar", () => {
  it("has one pressed tool and one pressed mode, as the traits say", async () => {
    const map = await openMap(browser, { tool: "brush", mode: "subtract" });
    expect(pressed(map.root, "uw-tool-")).toEqual(["uw-tool-brush"]);
    expect(pressed(map.root, "uw-mode-")).toEqual(["uw-mode-subtract"]);
    await act(() => map.model.update({ tool: "pan", mode: "add" }));
    expect(pressed(map.root, "uw-tool-")).toEqual(["uw-tool-pan"]);
    expect(pressed(map.root, "uw-mode-")).toEqual(["uw-mode-add"]);
  });

  it.each(["pan", "lasso", "rectangle", "brush", "click"])("chooses %s", async (tool) => {
    const map = await openMap(browser, { tool: tool === "pan" ? "lasso" : "pan" });
    await click(hook(map.root, `uw-tool-${tool}`));
    expect(map.model.get("tool")).toBe(tool);
    expect(pressed(map.root, "uw-tool-")).toEqual([`uw-tool-${tool}`]);
  });

  it.each(["replace", "add", "subtract", "intersect"])("chooses the mode %s", async (mode) => {
    const map = await openMap(browser, { mode: mode === "add" ? "replace" : "add" });
    await click(hook(map.root, `uw-mode-${mode}`));
    expect(map.model.get("mode")).toBe(mode);
  });

  it("names every button and shows its key in the title", async () => {
    const map = await openMap(browser);
    expect(hook(map.root, "uw-tool-lasso").title).toContain("Lasso (L)");
    expect(hook(map.root, "uw-mode-add").title).toContain("Add (2)");
    expect(hook(map.root, "uw-zoom").title).toContain("(F)");
    for (const button of map.root.querySelectorAll("button")) {
      expect(button.getAttribute("aria-label") ?? button.textContent).not.toBe("");
    }
  });

  it("offers undo, redo and clear only when there is something to do", async () => {
    const map = await openMap(browser);
    for (const name of ["uw-undo", "uw-redo", "uw-clear"]) {
      expect(hook(map.root, name)).toHaveProperty("disabled", true);
    }
    await act(() => {
      map.session.removed.value = Bitset.of(100, [5]);
      map.session.status.value = {
        ...map.session.status.value,
        can_undo: true,
        can_redo: true,
        undo_label: "Lasso, add 312",
      };
    });
    expect(hook(map.root, "uw-undo").title).toBe("Undo: Lasso, add 312 (Ctrl+Z)");
    for (const name of ["undo", "redo", "clear", "invert"]) {
      await click(hook(map.root, `uw-${name}`));
      expect(map.session.command).toHaveBeenLastCalledWith(name);
    }
  });

  it("locks and unlocks the retained rows", async () => {
    const map = await openMap(browser);
    const lock = hook(map.root, "uw-lock");
    expect(lock.getAttribute("aria-pressed")).toBe("true");
    await click(lock);
    expect(map.session.command).toHaveBeenLastCalledWith("unlock");
    await act(() => {
      map.session.status.value = { ...map.session.status.value, retain_locked: false };
    });
    expect(lock.getAttribute("aria-pressed")).toBe("false");
    await click(lock);
    expect(map.session.command).toHaveBeenLastCalledWith("lock");
  });

  it("is one stop for Tab, walked by the arrow keys past what is disabled", async () => {
    const map = await openMap(browser);
    const bar = map.root.querySelector<HTMLElement>("[role=toolbar]")!;
    const stops = (): string[] =>
      [...bar.querySelectorAll<HTMLButtonElement>("button:not(:disabled)")]
        .filter((button) => button.tabIndex === 0)
        .map((button) => button.dataset.testid!);
    expect(stops()).toEqual(["uw-tool-lasso"]);
    await act(() => hook(map.root, "uw-mode-intersect").focus());
    expect(stops()).toEqual(["uw-mode-intersect"]);
    await key(hook(map.root, "uw-mode-intersect"), "ArrowRight");
    expect(document.activeElement).toBe(hook(map.root, "uw-invert"));
    expect(stops()).toEqual(["uw-invert"]);
  });
});

describe("colours", () => {
  it("can be chosen by domain, score and every column that has colours", async () => {
    const map = await openMap(browser);
    const select = hook(map.root, "uw-color-by") as HTMLSelectElement;
    expect([...select.options].map(({ value }) => value)).toEqual(["domain", "score", "lang"]);
  });

  it("show a column with its categories counted", async () => {
    const session = gridSession();
    session.removed.value = Bitset.of(100, [5, 6, 7, 15]);
    session.column.mockResolvedValue({
      kind: "categorical",
      codes: Uint8Array.from({ length: 100 }, (_, row) => (row < 10 ? 0 : 1)),
      labels: ["<b>en</b>", "he"],
      counts: [10, 90],
    });
    const map = await openMap(browser, {}, session);
    const select = hook(map.root, "uw-color-by") as HTMLSelectElement;
    await act(() => {
      select.value = "lang";
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
    expect(session.column.mock.calls[0]![0]).toBe("lang");
    expect(map.model.get("color_by")).toBe("lang");
    await until(() => {
      expect(hook(map.root, "uw-legend-category-0").textContent).toBe("3 / 10");
    });
    expect(hook(map.root, "uw-legend-category-1").textContent).toBe("1 / 90");
    expect(map.root.querySelector("b")).toBeNull();
    expect(map.renderers[0]!.style.colors).toHaveLength(100);
  });

  it("show a ramp for numbers, and go back to the domains", async () => {
    const session = gridSession();
    const values = Float32Array.from({ length: 100 }, (_, row) => row);
    session.column.mockResolvedValue({ kind: "numeric", values, min: -2.5, max: 99 });
    const map = await openMap(browser, { color_by: "score" }, session);
    const legend = hook(map.root, "uw-legend");
    await until(() => expect(legend.textContent).toContain("log-likelihood ratio"));
    expect(legend.textContent).toContain("−2.5");
    await act(() => map.model.update({ color_by: "domain" }));
    expect(hook(map.root, "uw-legend-forget").textContent).toBe("0 / 50");
    expect(map.renderers[0]!.style.colors).toBeNull();
  });

  it("are asked for again when the kernel answers again", async () => {
    const session = gridSession();
    session.column.mockRejectedValueOnce(new Error("The connection to the kernel is lost."));
    session.connection.value = "lost";
    const map = await openMap(browser, { color_by: "score" }, session);
    expect(session.column).not.toHaveBeenCalled();
    await act(() => {
      session.connection.value = "live";
    });
    const legend = hook(map.root, "uw-legend");
    await until(() => expect(legend.textContent).toContain("connection to the kernel is lost"));
    const values = Float32Array.from({ length: 100 }, (_, row) => row);
    session.column.mockResolvedValue({ kind: "numeric", values, min: 0, max: 99 });
    await act(() => {
      session.connection.value = "lost";
    });
    await act(() => {
      session.connection.value = "live";
    });
    await until(() => expect(legend.textContent).toContain("log-likelihood ratio"));
    expect(legend.textContent).not.toContain("lost");
  });

  it("follow the labels that people give, once there are any", async () => {
    const session = gridSession();
    const map = await openMap(browser, { color_by: "label:removal" }, session);
    expect(session.column).not.toHaveBeenCalled();
    expect(hook(map.root, "uw-legend-forget").textContent).toBe("0 / 50");
    const answer = (n: number) => ({
      kind: "categorical" as const,
      codes: Uint8Array.from({ length: 100 }, (_, row) => (row < n ? 0 : 255)),
      labels: ["remove"],
      counts: [n],
    });
    for (const n of [1, 2]) {
      session.column.mockResolvedValue(answer(n));
      const labels = { removal: { n, version: n } };
      await act(() => {
        session.status.value = { ...session.status.value, labels };
      });
      await until(() => {
        expect(hook(map.root, "uw-legend-category-0").textContent).toBe(`0 / ${n}`);
      });
      // Another change of the session is no change of the labels.
      await act(() => {
        session.status.value = { ...session.status.value, can_undo: n === 1 };
      });
      expect(session.column).toHaveBeenCalledTimes(n);
    }
    const select = hook(map.root, "uw-color-by") as HTMLSelectElement;
    expect([...select.options].map(({ value }) => value)).toContain("label:removal");
  });

  it("say why a column has none", async () => {
    const session = gridSession();
    session.column.mockRejectedValue(new Error("There is no column named nope."));
    const map = await openMap(browser, { color_by: "nope" }, session);
    await until(() => {
      expect(hook(map.root, "uw-legend").textContent).toContain("There is no column named nope.");
    });
    expect(hook(map.root, "uw-legend-forget").textContent).toBe("0 / 50");
  });
});

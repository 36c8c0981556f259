import { act } from "preact/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Bitset } from "../../../src/core/bitset";
import type { Gesture } from "../../../src/wire/messages";
import { until } from "../../ui/mount";
import { hook } from "../../ui/stub-session";
import { FakeBrowser, gridSession, key, openMap, pointer } from "./plot-fixture";

let browser: FakeBrowser;
beforeEach(() => {
  browser = new FakeBrowser();
});

async function focused(traits: Record<string, unknown> = {}, session = gridSession()) {
  const map = await openMap(browser, traits, session);
  await act(() => map.plot.focus());
  return map;
}

describe("the keyboard cursor", () => {
  it("starts in the middle and walks from point to point", async () => {
    const map = await focused();
    await key(map.plot, "ArrowRight");
    const start = map.local.cursor.value!;
    expect([44, 45, 54, 55]).toContain(start);
    for (const [name, step] of [["ArrowRight", 1], ["ArrowUp", 10], ["ArrowLeft", -1], ["ArrowDown", -10]] as const) {
      const from = map.local.cursor.value!;
      await key(map.plot, name);
      expect(map.local.cursor.value).toBe(from + step);
    }
    expect(map.local.cursor.value).toBe(start);
  });

  it("stops at the border and says so", async () => {
    const map = await focused();
    map.local.cursor.value = 9;
    await key(map.plot, "ArrowRight");
    expect(map.local.cursor.value).toBe(9);
    expect(map.announcer.say).toHaveBeenCalledWith("No point further in this direction.");
  });

  it("takes its point with Enter in the current mode, with Shift added", async () => {
    const map = await focused({ mode: "subtract" });
    map.local.cursor.value = 57;
    await key(map.plot, "Enter");
    await key(map.plot, "Enter", { shiftKey: true });
    const gestures = map.session.commit.mock.calls.map(([gesture]) => gesture);
    expect(gestures).toMatchObject([
      { tool: "click", mode: "subtract", row: 57 },
      { tool: "click", mode: "add", row: 57 },
    ]);
    expect([...gestures[0]!.path]).toEqual([7, 5]);
  });

  it("grows a disc with +, previews it, and takes it with Enter", async () => {
    const map = await focused();
    map.local.cursor.value = 57;
    for (let i = 0; i < 6; i++) await key(map.plot, "+");
    const [shown] = map.session.preview.mock.lastCall as [Gesture];
    await key(map.plot, "Enter");
    const [gesture, local] = map.session.commit.mock.calls[0]!;
    expect(gesture).toEqual(shown);
    expect(gesture).toMatchObject({ tool: "brush", mode: "replace" });
    expect(gesture.radius![0] * map.camera.kx).toBeCloseTo(48, 9);
    expect(local.has(57) && local.has(56) && local.has(47)).toBe(true);
    expect(map.local.drag.value).toBeNull();
    await key(map.plot, "Enter");
    expect(map.session.commit.mock.lastCall![0].tool).toBe("click");
  });

  it("puts the disc away when it shrinks to nothing, by Escape, or with the focus", async () => {
    const map = await focused();
    map.local.cursor.value = 57;
    const leave = [
      () => key(map.plot, "-"),
      () => key(map.plot, "Escape"),
      () => act(() => map.plot.blur()),
    ];
    for (const [i, away] of leave.entries()) {
      await key(map.plot, "+");
      expect(map.renderers[0]!.membership).not.toBeNull();
      await away();
      expect(map.renderers[0]!.membership).toBeNull();
      expect(map.session.endPreview).toHaveBeenCalledTimes(i + 1);
    }
    expect(map.session.commit).not.toHaveBeenCalled();
  });

  it("brings its point into view", async () => {
    const map = await focused();
    map.local.cursor.value = 98;
    for (let i = 0; i < 4; i++) await key(map.plot, "PageUp");
    const x = (): number[] => map.plot.dataset.domain!.split(",").map(Number);
    expect(x()[1]).toBeLessThan(9);
    await key(map.plot, "ArrowRight");
    expect(map.local.cursor.value).toBe(99);
    expect(x()[1]).toBeGreaterThan(9);
  });

  it("reads its record out", async () => {
    const session = gridSession();
    session.record.mockResolvedValue({
      row: 57,
      key: "sms-57",
      domain: 2,
      removed: false,
      score: 4.25,
      fields: [{ name: "text", value: "Free entry", truncated: false }],
    });
    const map = await focused({}, session);
    await act(() => {
      map.local.cursor.value = 57;
    });
    await until(() => {
      expect(map.announcer.say).toHaveBeenCalledWith(
        "sms-57, spam, kept, score 4.250: Free entry",
      );
    });
    expect(hook(map.root, "uw-tooltip").textContent).toContain("Free entry");
  });
});

describe("keys", () => {
  it.each([
    ["p", "tool", "pan"],
    ["L", "tool", "lasso"],
    ["r", "tool", "rectangle"],
    ["b", "tool", "brush"],
    ["c", "tool", "click"],
    ["1", "mode", "replace"],
    ["2", "mode", "add"],
    ["3", "mode", "subtract"],
    ["4", "mode", "intersect"],
  ])("%s sets the %s to %s", async (name, trait, value) => {
    const map = await focused({ tool: "", mode: "" });
    const event = await key(map.plot, name);
    expect(map.model.get(trait)).toBe(value);
    expect(event.defaultPrevented).toBe(true);
  });

  it.each([
    ["z", { ctrlKey: true }, "undo"],
    ["Z", { ctrlKey: true, shiftKey: true }, "redo"],
    ["z", { metaKey: true }, "undo"],
    ["y", { ctrlKey: true }, "redo"],
    ["i", {}, "invert"],
    ["Delete", {}, "clear"],
    ["k", {}, "unlock"],
  ])("%s with %o is %s", async (name, init, command) => {
    const session = gridSession();
    session.removed.value = Bitset.of(100, [5]);
    session.status.value = { ...session.status.value, can_undo: true, can_redo: true };
    const map = await focused({}, session);
    await key(map.plot, name, init);
    expect(map.session.command).toHaveBeenCalledExactlyOnceWith(command);
  });

  it("do nothing when there is nothing to undo", async () => {
    const map = await focused();
    await key(map.plot, "z", { ctrlKey: true });
    await key(map.plot, "Delete");
    expect(map.session.command).not.toHaveBeenCalled();
  });

  it("never reach the notebook, but the browser's own do", async () => {
    const map = await focused();
    const heard = vi.fn((event: KeyboardEvent) => event.key);
    const abort = new AbortController();
    document.addEventListener("keydown", heard, { signal: abort.signal });
    for (const name of ["d", "b", "Enter", "Escape"]) await key(map.plot, name);
    await key(hook(map.root, "uw-tool-lasso"), "d");
    await key(hook(map.root, "uw-color-by"), "b");
    expect(heard).not.toHaveBeenCalled();
    const save = await key(map.plot, "s", { ctrlKey: true });
    expect(heard).toHaveBeenCalledOnce();
    expect(save.defaultPrevented).toBe(false);
    abort.abort();
  });

  it("belong to a list while it has the focus", async () => {
    const map = await focused();
    const event = await key(hook(map.root, "uw-color-by"), "b");
    expect(event.defaultPrevented).toBe(false);
    expect(map.model.get("tool")).toBe("lasso");
  });

  it("outside the map do nothing", async () => {
    const map = await focused();
    await key(document.body, "b");
    expect(map.model.get("tool")).toBe("lasso");
  });

  it("resize the brush", async () => {
    const map = await focused({ tool: "brush" });
    const slider = hook(map.root, "uw-brush-size") as HTMLInputElement;
    expect(slider.value).toBe("24");
    await key(map.plot, "]");
    expect(slider.value).toBe("30");
    await pointer(map.plot, "pointermove", [50, 60], { buttons: 0 });
    expect(map.root.querySelector(".uw-brush-ring")!.getAttribute("r")).toBe("30");
  });
});

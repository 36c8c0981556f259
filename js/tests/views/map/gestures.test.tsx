import { act } from "preact/test-utils";
import { render } from "preact";
import { beforeEach, describe, expect, it } from "vitest";
import { combine, eligibleRows } from "../../../src/core/algebra";
import { Bitset } from "../../../src/core/bitset";
import { PointIndex } from "../../../src/core/geometry";
import type { Gesture } from "../../../src/wire/messages";
import { click } from "../../ui/mount";
import { hook } from "../../ui/stub-session";
import { drag, FakeBrowser, gridSession, key, openMap, pointer } from "./plot-fixture";

let browser: FakeBrowser;
beforeEach(() => {
  browser = new FakeBrowser();
});

type Open = Awaited<ReturnType<typeof openMap>>;
type Pixel = [number, number];

/** A polygon around the columns 4 and 5 of the lines 2 to 4: three rows of each domain. */
function polygon(map: Open): Pixel[] {
  return [map.at(3.5, 1.5), map.at(5.5, 1.5), map.at(5.5, 4.5), map.at(3.5, 4.5)];
}

function committed(map: Open): [Gesture, Bitset] {
  expect(map.session.commit).toHaveBeenCalledOnce();
  return map.session.commit.mock.calls[0]!;
}

describe("a lasso", () => {
  it("commits the path in map coordinates and the selection that it leaves", async () => {
    const map = await openMap(browser);
    await drag(map.plot, polygon(map));
    const [gesture, local] = committed(map);
    expect(gesture).toMatchObject({ tool: "lasso", mode: "replace" });
    expect([...gesture.path]).toEqual(polygon(map).flatMap(([x, y]) => map.camera.toMap(x, y)));
    expect([...local.indices()]).toEqual([25, 35, 45]);
  });

  it("previews exactly the rows of its path, once per frame", async () => {
    const map = await openMap(browser);
    const pixels = polygon(map);
    await pointer(map.plot, "pointerdown", pixels[0]!);
    for (const pixel of pixels.slice(1)) await pointer(map.plot, "pointermove", pixel);
    expect(map.session.preview).not.toHaveBeenCalled();
    expect(browser.waiting).toBe(1);
    await browser.frame();
    expect(map.session.preview).toHaveBeenCalledOnce();
    const [gesture] = map.session.preview.mock.calls[0] as [Gesture];
    const inside = new PointIndex(map.session.positions.value).lasso(gesture.path);
    expect(map.local.drag.value).toEqual({
      tool: "lasso",
      mode: "replace",
      insideForget: 3,
      insideRetain: 3,
    });
    expect(inside.count()).toBe(6);
    expect([...map.renderers[0]!.membership!.indices()]).toEqual([25, 35, 45]);
    expect(hook(map.root, "uw-legend-forget").textContent).toBe("3 / 50");
    expect(hook(map.root, "uw-gesture-retained").textContent).toBe(
      "3 ham rows lie inside and are kept (locked)",
    );
  });

  it("asks for no new preview while the rows inside stay the same", async () => {
    const map = await openMap(browser);
    const pixels = polygon(map);
    await pointer(map.plot, "pointerdown", pixels[0]!);
    for (const pixel of pixels.slice(1)) await pointer(map.plot, "pointermove", pixel);
    await browser.frame();
    const [x, y] = pixels[3]!;
    await pointer(map.plot, "pointermove", [x - 2, y]);
    await browser.frame();
    expect(map.session.preview).toHaveBeenCalledOnce();
  });

  it("takes every coalesced position and drops those within a pixel of the last", async () => {
    const map = await openMap(browser);
    const [a, b, c, d] = polygon(map) as [Pixel, Pixel, Pixel, Pixel];
    await pointer(map.plot, "pointerdown", a);
    await pointer(map.plot, "pointermove", d, {
      coalesced: [[a[0] + 0.5, a[1]], b, c, [c[0], c[1] + 0.9], d],
    });
    await pointer(map.plot, "pointerup", d);
    const [gesture, local] = committed(map);
    expect([...gesture.path]).toEqual([a, b, c, d].flatMap(([x, y]) => map.camera.toMap(x, y)));
    expect([...local.indices()]).toEqual([25, 35, 45]);
  });

  it.each([
    ["a press alone", 1],
    ["two vertices", 2],
  ])("commits nothing after %s", async (_, vertices) => {
    const map = await openMap(browser);
    await drag(map.plot, polygon(map).slice(0, vertices));
    await browser.frame();
    expect(map.session.commit).not.toHaveBeenCalled();
    expect(map.session.preview).not.toHaveBeenCalled();
  });

  it("commits nothing when a click trembles", async () => {
    const map = await openMap(browser);
    const [x, y] = map.at(5, 5);
    await drag(map.plot, [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1]]);
    expect(map.session.commit).not.toHaveBeenCalled();
  });
});

describe("other tools", () => {
  it("take the rows in a rectangle between two corners", async () => {
    const map = await openMap(browser, { tool: "rectangle" });
    const corners = [map.at(7.5, 6.5), map.at(9.5, 8.5)];
    await drag(map.plot, [corners[0]!, map.at(9.5, 0.5), corners[1]!]);
    const [gesture, local] = committed(map);
    expect([...gesture.path]).toEqual(corners.flatMap(([x, y]) => map.camera.toMap(x, y)));
    expect([...local.indices()]).toEqual([78, 79, 88, 89]);
  });

  it("sweep a round brush without gaps", async () => {
    const map = await openMap(browser, { tool: "brush" });
    await drag(map.plot, [map.at(5, 5), map.at(9, 5)]);
    const [gesture, local] = committed(map);
    const [rx, ry] = gesture.radius!;
    expect(rx * map.camera.kx).toBeCloseTo(24, 9);
    expect(ry * map.camera.ky).toBeCloseTo(24, 9);
    expect([...local.indices()]).toEqual([55, 56, 57, 58, 59]);
    const steps = gesture.path.filter((_, i) => i % 2 === 0);
    for (let k = 1; k < steps.length; k++) {
      expect((steps[k]! - steps[k - 1]!) * map.camera.kx).toBeLessThanOrEqual(6.0001);
    }
  });

  it("take the nearest row by a click, row 0 as well", async () => {
    const session = gridSession();
    session.domains.value = session.domains.value.map((code, row) => (row === 0 ? 2 : code));
    const map = await openMap(browser, { tool: "click", mode: "add" }, session);
    const [x, y] = map.at(0, 0);
    await drag(map.plot, [[x + 3, y - 3]]);
    const [gesture, local] = committed(map);
    expect(gesture).toMatchObject({ tool: "click", mode: "add", row: 0 });
    expect([...gesture.path]).toEqual([0, 0]);
    expect([...local.indices()]).toEqual([0]);
  });

  it("leave everything as it is when a click finds a locked row, and say so", async () => {
    const map = await openMap(browser, { tool: "click" });
    await drag(map.plot, [map.at(2, 2)]);
    expect(map.session.commit).not.toHaveBeenCalled();
    expect(hook(map.root, "uw-gesture-retained").textContent).toBe(
      "1 ham row is kept (locked)",
    );
  });

  it.each([
    ["the pan tool", { tool: "pan" }, {}],
    ["the middle button", {}, { button: 1, buttons: 4 }],
  ])("move the map with %s", async (_, traits, init) => {
    const map = await openMap(browser, traits);
    await drag(map.plot, [[100, 100], [150, 80]], init);
    expect(map.plot.dataset.domain).toBe(map.camera.pan(50, -20).domain().join(","));
    expect(map.session.commit).not.toHaveBeenCalled();
  });

  it("move the map while the space bar is down", async () => {
    const map = await openMap(browser);
    const space = await key(map.plot, " ");
    expect(space.defaultPrevented).toBe(true);
    await drag(map.plot, [[100, 100], [150, 100], [150, 80]]);
    expect(map.plot.dataset.domain).toBe(
      map.camera.pan(50, 0).pan(0, -20).domain().join(","),
    );
    expect(map.session.commit).not.toHaveBeenCalled();
  });
});

describe("modes", () => {
  it.each([
    ["replace", {}, "replace"],
    ["replace", { shiftKey: true }, "add"],
    ["add", { altKey: true }, "subtract"],
    ["add", { shiftKey: true, altKey: true }, "intersect"],
    ["intersect", {}, "intersect"],
  ])("%s with %o is %s", async (mode, init, expected) => {
    const session = gridSession();
    session.removed.value = Bitset.of(100, [25, 99]);
    const map = await openMap(browser, { mode }, session);
    await drag(map.plot, polygon(map), init);
    const [gesture, local] = committed(map);
    expect(gesture.mode).toBe(expected);
    const inside = new PointIndex(session.positions.value).lasso(gesture.path);
    const eligible = eligibleRows(session.domains.value, true);
    expect(local.equals(combine(gesture.mode, session.removed.value, inside, eligible))).toBe(true);
  });

  it("keep a modifier that was let go of before the button", async () => {
    const map = await openMap(browser);
    const pixels = polygon(map);
    await pointer(map.plot, "pointerdown", pixels[0]!);
    await pointer(map.plot, "pointermove", pixels[1]!, { shiftKey: true });
    await pointer(map.plot, "pointermove", pixels[2]!);
    await pointer(map.plot, "pointerup", pixels[3]!);
    expect(committed(map)[0].mode).toBe("add");
  });

  it("take retained rows once they are unlocked", async () => {
    const session = gridSession();
    session.status.value = { ...session.status.value, retain_locked: false };
    const map = await openMap(browser, {}, session);
    await drag(map.plot, polygon(map));
    expect([...committed(map)[1].indices()]).toEqual([24, 25, 34, 35, 44, 45]);
  });
});

describe("a drag that does not end well", () => {
  async function halfway(): Promise<Open> {
    const map = await openMap(browser);
    const pixels = polygon(map);
    await pointer(map.plot, "pointerdown", pixels[0]!);
    for (const pixel of pixels.slice(1)) await pointer(map.plot, "pointermove", pixel);
    await browser.frame();
    expect(map.local.drag.value).not.toBeNull();
    return map;
  }

  const ends: readonly [string, (map: Open) => Promise<unknown>][] = [
    ["Escape", (map) => key(map.plot, "Escape")],
    ["pointercancel", (map) => pointer(map.plot, "pointercancel", [0, 0])],
    ["a lost capture", (map) => pointer(map.plot, "lostpointercapture", [0, 0])],
    ["a window that loses the focus", () => act(() => void window.dispatchEvent(new Event("blur")))],
    ["a release nobody saw", (map) => pointer(map.plot, "pointermove", [9, 9], { buttons: 0 })],
    ["other points", (map) =>
      act(() => {
        map.session.positions.value = map.session.positions.value.slice();
      })],
    ["undo", async (map) => {
      map.session.status.value = { ...map.session.status.value, can_undo: true };
      await key(map.plot, "z", { ctrlKey: true });
    }],
  ];

  it.each(ends)("is dropped by %s", async (_, end) => {
    const map = await halfway();
    await end(map);
    expect(map.session.endPreview).toHaveBeenCalledOnce();
    expect(map.local.drag.value).toBeNull();
    expect(map.renderers[0]!.membership).toBeNull();
    await pointer(map.plot, "pointerup", [200, 200]);
    await browser.frame();
    expect(map.session.commit).not.toHaveBeenCalled();
    expect(hook(map.root, "uw-legend-removed").dataset.value).toBe("0");
  });

  it("is dropped when the view is taken away", async () => {
    const map = await halfway();
    await act(() => render(null, map.root));
    expect(map.session.endPreview).toHaveBeenCalledOnce();
    expect(map.session.commit).not.toHaveBeenCalled();
    expect(map.renderers[0]!.dispose).toHaveBeenCalledOnce();
    expect(browser.observers.size).toBe(0);
    expect(browser.waiting).toBe(0);
  });

  it("is followed by a good one", async () => {
    const map = await halfway();
    await key(map.plot, "Escape");
    await drag(map.plot, polygon(map));
    expect([...committed(map)[1].indices()]).toEqual([25, 35, 45]);
  });
});

describe("two fingers", () => {
  const finger = (pointerId: number): PointerEventInit => ({ pointerId, pointerType: "touch" });

  it("zoom and move the map, and drop what the first has drawn", async () => {
    const map = await openMap(browser);
    await pointer(map.plot, "pointerdown", [100, 150], finger(1));
    await pointer(map.plot, "pointermove", [120, 150], finger(1));
    await pointer(map.plot, "pointerdown", [220, 150], finger(2));
    await pointer(map.plot, "pointermove", [320, 150], finger(2));
    await pointer(map.plot, "pointerup", [320, 150], finger(2));
    await pointer(map.plot, "pointermove", [10, 10], finger(1));
    await pointer(map.plot, "pointerup", [10, 10], finger(1));
    const moved = map.camera.pan(50, 0).zoomAt(220, 150, 2);
    const shown = map.plot.dataset.domain!.split(",").map(Number);
    moved.domain().forEach((edge, i) => expect(shown[i]).toBeCloseTo(edge, 9));
    expect(map.session.commit).not.toHaveBeenCalled();
  });

  it("do not keep one finger from drawing", async () => {
    const map = await openMap(browser);
    await drag(map.plot, polygon(map), finger(5));
    expect([...committed(map)[1].indices()]).toEqual([25, 35, 45]);
  });
});

it("the same brush twice is two commits", async () => {
  const map = await openMap(browser);
  await drag(map.plot, polygon(map));
  await drag(map.plot, polygon(map));
  expect(map.session.commit).toHaveBeenCalledTimes(2);
});

it("a tool chosen by its button is the tool of the next drag and of the trait", async () => {
  const map = await openMap(browser);
  await click(hook(map.root, "uw-tool-rectangle"));
  expect(map.model.get("tool")).toBe("rectangle");
  await drag(map.plot, [map.at(7.5, 6.5), map.at(9.5, 8.5)]);
  expect(committed(map)[0].tool).toBe("rectangle");
});

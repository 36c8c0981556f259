import { act } from "preact/test-utils";
import { beforeEach, describe, expect, it } from "vitest";
import { Bitset } from "../../../src/core/bitset";
import { Camera } from "../../../src/core/camera";
import { NoRendererError } from "../../../src/render/renderer";
import type { RecordDetail } from "../../../src/wire/messages";
import { click, until } from "../../ui/mount";
import { hook } from "../../ui/stub-session";
import { FakeBrowser, gridSession, HEIGHT, key, openMap, pointer, WIDTH } from "./plot-fixture";

let browser: FakeBrowser;
beforeEach(() => {
  browser = new FakeBrowser();
});

type Open = Awaited<ReturnType<typeof openMap>>;

function domain(map: Open): string {
  return map.plot.dataset.domain!;
}

describe("the plot", () => {
  it("is drawn at once, and says which part of the map it shows", async () => {
    const map = await openMap(browser);
    const [renderer] = map.renderers;
    expect(renderer!.resize).toHaveBeenCalledWith(WIDTH, HEIGHT, 1);
    expect(renderer!.setPoints).toHaveBeenCalledWith(map.session.positions.value);
    expect(renderer!.draw.mock.lastCall![0].equals(map.camera)).toBe(true);
    expect(domain(map)).toBe(map.camera.domain().join(","));
  });

  it("shows all points again at another size, until it has been moved", async () => {
    const map = await openMap(browser);
    const resize = async (width: number): Promise<void> => {
      browser.width = width;
      await act(() => browser.observers.forEach((report) => report()));
    };
    const bounds = { xmin: 0, xmax: 9, ymin: 0, ymax: 9 };
    await resize(800);
    const whole = Camera.fit(bounds, 800, HEIGHT);
    expect(domain(map)).toBe(whole.domain().join(","));
    await key(map.plot, "ArrowLeft", { shiftKey: true });
    await resize(600);
    expect(domain(map)).toBe(whole.pan(64, 0).resize(600, HEIGHT).domain().join(","));
    await click(hook(map.root, "uw-zoom"));
    expect(domain(map)).toBe(Camera.fit(bounds, 600, HEIGHT).domain().join(","));
  });

  it("keeps what it shows while it has no size", async () => {
    const map = await openMap(browser);
    const before = domain(map);
    browser.width = 0;
    await act(() => browser.observers.forEach((report) => report()));
    expect(domain(map)).toBe(before);
  });

  it("zooms about its centre with the buttons, in a movement unless that is unwanted", async () => {
    browser.reducedMotion = false;
    const map = await openMap(browser);
    const start = performance.now();
    await click(hook(map.root, "uw-zoom-in"));
    expect(domain(map)).toBe(map.camera.domain().join(","));
    await browser.frame(start + 60);
    const onTheWay = domain(map);
    await browser.frame(start + 2000);
    const there = map.camera.zoomAt(WIDTH / 2, HEIGHT / 2, 1.5).domain().join(",");
    expect(onTheWay).not.toBe(map.camera.domain().join(","));
    expect(onTheWay).not.toBe(there);
    expect(domain(map)).toBe(there);
  });

  it("takes over removed rows and search hits", async () => {
    const map = await openMap(browser);
    const hits = Bitset.of(100, [5, 9]);
    await act(() => {
      map.session.removed.value = Bitset.of(100, [5]);
      map.local.found.value = { text: "free", total: 2, forget: 2, retain: 0, hits };
    });
    expect(map.renderers[0]!.style.removed).toBe(map.session.removed.value);
    expect(map.renderers[0]!.style.hits).toBe(hits);
    expect(hook(map.root, "uw-legend-found").textContent).toBe("1 / 2");
    expect(hook(map.root, "uw-legend-forget").textContent).toBe("1 / 50");
    expect(hook(map.root, "uw-legend-removed").textContent).toBe("1");
  });

  it("fits again when the map is another one", async () => {
    const map = await openMap(browser);
    await act(() => {
      map.session.positions.value = map.session.positions.value.map((value) => 2 * value);
    });
    const whole = Camera.fit({ xmin: 0, xmax: 18, ymin: 0, ymax: 18 }, WIDTH, HEIGHT);
    expect(domain(map)).toBe(whole.domain().join(","));
    expect(map.renderers[0]!.setPoints).toHaveBeenLastCalledWith(map.session.positions.value);
  });

  it("says which way the axis reads and what the last gesture left alone", async () => {
    const session = gridSession();
    session.info.value = {
      ...session.info.value,
      map: {
        ...session.info.value.map,
        x_label: "log-likelihood ratio",
        x_ends: ["more like ham", "more like spam"],
      },
    };
    session.status.value = {
      ...session.status.value,
      gesture: { tool: "lasso", mode: "add", inside_forget: 9, inside_retain: 3, locked: true },
    };
    const map = await openMap(browser, {}, session);
    expect(hook(map.root, "uw-axis").textContent).toBe(
      "← more like hamlog-likelihood ratiomore like spam →",
    );
    expect(hook(map.root, "uw-gesture-retained").textContent).toBe(
      "3 ham rows lie inside and are kept (locked)",
    );
  });
});

describe("the wheel", () => {
  async function turn(map: Open, init: WheelEventInit = {}): Promise<WheelEvent> {
    const event = new WheelEvent("wheel", {
      deltaY: -100,
      clientX: 100,
      clientY: 50,
      cancelable: true,
      ...init,
    });
    await act(() => {
      map.plot.dispatchEvent(event);
    });
    return event;
  }

  it("scrolls the page without focus, and a hint says how to zoom", async () => {
    const map = await openMap(browser);
    const event = await turn(map);
    expect(event.defaultPrevented).toBe(false);
    expect(domain(map)).toBe(map.camera.domain().join(","));
    expect(map.root.querySelector(".uw-hint-wheel")!.textContent).toContain("Ctrl");
  });

  it.each([
    ["the focus", true, {}],
    ["Ctrl", false, { ctrlKey: true }],
  ])("zooms about the pointer with %s", async (_, focus, init) => {
    const map = await openMap(browser);
    if (focus) await act(() => map.plot.focus());
    const event = await turn(map, init);
    expect(event.defaultPrevented).toBe(true);
    const zoomed = map.camera.zoomAt(100, 50, Math.exp(0.2)).domain();
    domain(map)
      .split(",")
      .forEach((edge, i) => expect(Number(edge)).toBeCloseTo(zoomed[i]!, 9));
    expect(map.root.querySelector(".uw-hint-wheel")).toBeNull();
  });
});

describe("a renderer that fails", () => {
  it("is replaced by a message", async () => {
    const session = gridSession();
    const map = await openMap(browser, {}, session, () => {
      throw new NoRendererError("The map cannot be drawn here.");
    });
    expect(hook(map.root, "uw-map-failure").textContent).toBe("The map cannot be drawn here.");
    expect(hook(map.root, "uw-legend-forget").textContent).toBe("0 / 50");
  });

  it("is replaced by the raster on a canvas of its own when its context is lost", async () => {
    const map = await openMap(browser);
    const first = map.root.querySelector("canvas");
    await act(() => map.renderers[0]!.onLost!());
    expect(map.renderers[0]!.dispose).toHaveBeenCalledOnce();
    expect(map.factory.mock.lastCall![1]).toEqual({ prefer: "raster" });
    expect(map.root.querySelectorAll("canvas")).toHaveLength(1);
    expect(map.root.querySelector("canvas")).not.toBe(first);
    expect(map.renderers[1]!.draw).toHaveBeenCalled();
    expect(map.renderers[1]!.style.removed).toBe(map.session.removed.value);
  });
});

describe("the tooltip", () => {
  const record: RecordDetail = {
    row: 55,
    key: "sms-55",
    domain: 2,
    removed: false,
    score: 4.25,
    fields: [
      { name: "id", value: "sms-55", truncated: false },
      { name: "text", value: "<img src=x onerror=alert(1)>", truncated: true },
      { name: "long", value: "x".repeat(5000), truncated: false },
    ],
  };

  function hover(map: Open, x: number, y: number): Promise<void> {
    const [px, py] = map.at(x, y);
    return pointer(map.plot, "pointermove", [px + 2, py], { buttons: 0 });
  }

  it("shows the record under the pointer as text, clamped, without its key twice", async () => {
    const session = gridSession();
    session.record.mockResolvedValue(record);
    const map = await openMap(browser, {}, session);
    await hover(map, 5, 5);
    expect(map.local.hovered.value).toBe(55);
    await until(() => expect(hook(map.root, "uw-tooltip").textContent).toContain("sms-55"));
    const tip = hook(map.root, "uw-tooltip");
    expect(tip.querySelector("img")).toBeNull();
    expect(tip.textContent).toContain("<img src=x onerror=alert(1)>…");
    expect(tip.textContent.length).toBeLessThan(500);
    expect([...tip.querySelectorAll("dt")].map((dt) => dt.textContent)).toEqual(["text", "long"]);
    await key(map.plot, "Escape");
    expect(map.root.querySelector("[data-testid=uw-tooltip]")).toBeNull();
  });

  it("asks only for the row on which the pointer rests, and drops what it left", async () => {
    const session = gridSession();
    const aborted: boolean[] = [];
    session.record.mockImplementation(
      (row, signal) =>
        new Promise((resolve) => {
          signal!.addEventListener("abort", () => aborted.push(true), { once: true });
          if (row === 56) resolve({ ...record, row, key: "sms-56" });
        }),
    );
    const map = await openMap(browser, {}, session);
    await hover(map, 4, 4);
    await hover(map, 5, 5);
    await until(() => expect(session.record).toHaveBeenCalledOnce());
    expect(session.record.mock.calls[0]![0]).toBe(55);
    await hover(map, 6, 5);
    expect(aborted).toEqual([true]);
    await until(() => expect(hook(map.root, "uw-tooltip").textContent).toContain("sms-56"));
    await pointer(map.plot, "pointerleave", [0, 0]);
    expect(map.root.querySelector("[data-testid=uw-tooltip]")).toBeNull();
    expect(map.local.hovered.value).toBeNull();
  });

  it("says so when a record does not come", async () => {
    const map = await openMap(browser);
    await hover(map, 5, 5);
    await until(() => {
      expect(hook(map.root, "uw-tooltip").textContent).toBe("This record could not be loaded.");
    });
  });
});

import type { RenderProps } from "@anywidget/types";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { drawData } from "../../dev/data";
import { PageKernel } from "../../dev/kernel";
import { PageModel } from "../../src/page/model";
import widget from "../../src/index";
import { hook } from "./stub-session";

vi.mock("../../src/views/map/map-view", () => ({ MapView: () => null }));

beforeEach(() => {
  class NoResize {
    observe = vi.fn();
    disconnect = vi.fn();
  }
  vi.stubGlobal("ResizeObserver", NoResize);
});

afterEach(() => {
  document.body.replaceChildren();
});

const kernel = new PageKernel(drawData(200), 0);

function view(traits: Record<string, unknown>, session: Promise<unknown>) {
  const el = document.createElement("div");
  document.body.append(el);
  const abort = new AbortController();
  const model = new PageModel({ session: "session", ...traits });
  const getModel = vi.fn(() => session);
  const props = { model, el, signal: abort.signal, host: { getModel } };
  const open = (): Promise<void> =>
    act(() => widget().render(props as unknown as RenderProps));
  return { el, abort, model, getModel, open };
}

const present = Promise.resolve(kernel.model);

describe("the widget entry", () => {
  it.each(["readout", "records", "map", "planner"])("mounts the %s view in one root", async (name) => {
    const { el, abort, open, getModel } = view({ _view: name, page_size: 5 }, present);
    await open();
    expect(getModel).toHaveBeenCalledWith("session", { signal: abort.signal });
    expect(el.querySelectorAll(".uw-root")).toHaveLength(1);
    expect(hook(el, "uw-live")).toBeDefined();
    abort.abort();
  });

  it("leaves no element and no listener behind", async () => {
    const before = kernel.model.listenerCount;
    const { el, abort, open, model } = view({ _view: "records", page_size: 5 }, present);
    await open();
    expect(kernel.model.listenerCount).toBeGreaterThan(before);
    abort.abort();
    expect(el.childNodes).toHaveLength(0);
    expect(kernel.model.listenerCount).toBe(before);
    expect(model.listenerCount).toBe(0);
  });

  it("mounts nothing when it is closed before the session has come", async () => {
    const { el, abort, open } = view({ _view: "readout" }, present);
    abort.abort();
    await open();
    expect(el.childNodes).toHaveLength(0);
  });

  it("says which view it does not know", async () => {
    const { el, open } = view({ _view: "annotator" }, present);
    await open();
    expect(el.textContent).toContain('no view named "annotator"');
  });

  it("says when the session is gone", async () => {
    const { el, open } = view({ _view: "readout" }, Promise.reject(new Error("no such model")));
    await open();
    expect(el.textContent).toContain("Run the cell again");
  });
});

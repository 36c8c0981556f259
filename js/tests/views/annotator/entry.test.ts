import { setMaxListeners } from "node:events";
import type { RenderProps } from "@anywidget/types";
import { act } from "preact/test-utils";
import { afterEach, expect, it } from "vitest";
import { PageAnnotator } from "../../../dev/annotation";
import { PageKernel } from "../../../dev/kernel";
import widget from "../../../src/annotator";
import { until } from "../../ui/mount";
import { hook } from "../../ui/stub-session";
import { DATA } from "./fixture";

afterEach(() => document.body.replaceChildren());

it("mounts from a bundle of its own, and leaves no element and no listener behind", async () => {
  const kernel = new PageKernel(DATA, 0);
  const hand = new PageAnnotator(DATA, { latency: 0 });
  const el = document.createElement("div");
  document.body.append(el);
  const abort = new AbortController();
  // Node takes more than ten for a leak; the view ends each of them, which is what is tested.
  setMaxListeners(20, abort.signal);
  const host = { getModel: () => Promise.resolve(kernel.model.asAnyModel()) };
  const props = { model: hand.model.asAnyModel(), el, signal: abort.signal, host };
  await act(() => widget().render(props as unknown as RenderProps));
  await until(() => expect(hook(el, "uw-annotator-record").dataset.row).toBe("0"));
  expect(hook(el, "uw-live")).toBeDefined();
  abort.abort();
  expect(el.childNodes).toHaveLength(0);
  expect([kernel.model.listenerCount, hand.model.listenerCount]).toEqual([0, 0]);
});

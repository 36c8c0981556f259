// @vitest-environment node
import { expect, test } from "vitest";
import { createLocal } from "../../src/state/local";
import { openView } from "../../src/state/view";
import { Bitset } from "../../src/core/bitset";
import { FakeModel } from "../fake-model";

function openTool(): { fake: FakeModel; abort: AbortController; view: ReturnType<typeof openView> } {
  const fake = new FakeModel({ tool: "pan", mode: "replace" });
  const abort = new AbortController();
  return { fake, abort, view: openView(fake.model, abort.signal) };
}

test("a local change is saved, once", () => {
  const { fake, view } = openTool();
  const tool = view.signalOf<string>("tool");
  tool.value = "lasso";
  expect(fake.saved).toEqual([{ tool: "lasso" }]);
  expect(fake.get("tool")).toBe("lasso");
});

test("a change from Python arrives and is not sent back", () => {
  const { fake, view } = openTool();
  const tool = view.signalOf<string>("tool");
  fake.update({ tool: "brush" });
  expect(tool.value).toBe("brush");
  fake.update({ tool: "brush" });
  expect(fake.saved).toEqual([]);
});

test("one trait is one signal, whoever asks for it", () => {
  const { view } = openTool();
  expect(view.signalOf("tool")).toBe(view.signalOf("tool"));
  expect(view.signalOf("tool")).not.toBe(view.signalOf("mode"));
});

test("after the abort nothing listens and nothing is saved", () => {
  const { fake, abort, view } = openTool();
  const tool = view.signalOf<string>("tool");
  expect(fake.listenerCount).toBe(1);
  abort.abort();
  expect(fake.listenerCount).toBe(0);
  tool.value = "lasso";
  expect(fake.saved).toEqual([]);
});

test("the hits of the local store are those of its search", () => {
  const local = createLocal();
  expect(local.hits.value).toBeNull();
  const hits = Bitset.of(4, [0]);
  local.found.value = { text: "free", total: 1, forget: 1, retain: 0, hits };
  expect(local.hits.value).toBe(hits);
});

// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import { guardShortcuts, type UndoOwner } from "../../src/ui/shortcuts";

const ATTRIBUTE = "data-lm-suppress-shortcuts";

function guarded(undo?: UndoOwner) {
  const abort = new AbortController();
  const root = document.body.appendChild(document.createElement("div"));
  guardShortcuts(root, abort.signal, undo);
  let seen: boolean | null = null;
  // The host decides in the capture phase of the document, as JupyterLab does.
  document.addEventListener("keydown", () => (seen = root.hasAttribute(ATTRIBUTE)), {
    capture: true,
    signal: abort.signal,
  });
  const press = (
    key: string,
    init: KeyboardEventInit = {},
    target: Element = root,
  ): boolean | null => {
    target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...init }));
    return seen;
  };
  return { root, abort, press };
}

describe("guardShortcuts", () => {
  it("keeps bare keys, undo and redo from the host", () => {
    const { abort, press } = guarded();
    expect(press("l")).toBe(true);
    expect(press("z", { ctrlKey: true })).toBe(true);
    expect(press("Z", { metaKey: true, shiftKey: true })).toBe(true);
    abort.abort();
  });

  it("leaves the host its other combinations, each time anew", () => {
    const { abort, press } = guarded();
    expect(press("s", { ctrlKey: true })).toBe(false);
    expect(press("d")).toBe(true);
    expect(press("f", { metaKey: true })).toBe(false);
    abort.abort();
  });

  it("takes a letter that needs AltGr for a letter", () => {
    const { abort, press } = guarded();
    const init = { ctrlKey: true, altKey: true };
    expect(press("n", init)).toBe(false);
    expect(press("ń", { ...init, modifierAltGraph: true })).toBe(true);
    abort.abort();
  });

  it("leaves undo to the fields of a view that has none of its own", () => {
    const { root, abort, press } = guarded("fields");
    expect(press("z", { ctrlKey: true })).toBe(false);
    const field = root.appendChild(document.createElement("input"));
    expect(press("z", { ctrlKey: true }, field)).toBe(true);
    expect(press("s", { ctrlKey: true }, field)).toBe(false);
    abort.abort();
  });

  it("stops with its view", () => {
    const { root, abort, press } = guarded();
    press("l");
    abort.abort();
    press("s", { ctrlKey: true });
    expect(root.hasAttribute(ATTRIBUTE)).toBe(true);
  });
});

import { render, type VNode } from "preact";
import { act } from "preact/test-utils";
import { afterEach, vi } from "vitest";

const mounted: HTMLElement[] = [];

afterEach(() => {
  for (const el of mounted.splice(0)) {
    render(null, el);
    el.remove();
  }
});

/** Mounts a component in the document and takes it away after the test. */
export async function mount(node: VNode): Promise<HTMLElement> {
  const el = document.createElement("div");
  // Views hear the host on the root that surrounds them.
  el.className = "uw-root";
  document.body.append(el);
  mounted.push(el);
  await act(() => render(node, el));
  return el;
}

/** Takes a mounted component away before its test ends. */
export async function unmount(el: HTMLElement): Promise<void> {
  await act(() => render(null, el));
}

/** Types into an input as a person does. */
export async function type(input: HTMLElement, text: string): Promise<void> {
  await act(() => {
    (input as HTMLInputElement).value = text;
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
}

/** Presses a key on an element. */
export async function press(target: Element, key: string): Promise<void> {
  await act(() => {
    target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  });
}

/** Clicks an element and waits for what follows. */
export async function click(target: HTMLElement): Promise<void> {
  await act(() => target.click());
}

/** Waits for a condition while the components follow what comes from the kernel. */
export async function until(check: () => void): Promise<void> {
  await vi.waitFor(check, { timeout: 4000, interval: 5 });
}

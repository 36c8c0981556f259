import { signal, type ReadonlySignal } from "@preact/signals";
import type { Stage } from "./stage";

const LINE = 16;
const HINT_MS = 1600;

/**
 * Zooms `plot` by the wheel when it has the focus or Ctrl is held, which is also how browsers report
 * a pinch on a touchpad; otherwise the page scrolls. True for a while after a wheel that scrolled.
 */
export function followWheel(
  plot: HTMLElement,
  stage: Stage,
  busy: () => boolean,
  abort: AbortSignal,
): ReadonlySignal<boolean> {
  const hint = signal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const turn = (event: WheelEvent): void => {
    const root = plot.getRootNode() as Document | ShadowRoot;
    const pinch = event.ctrlKey || event.metaKey;
    if (!pinch && root.activeElement !== plot) {
      hint.value = true;
      clearTimeout(timer);
      timer = setTimeout(() => (hint.value = false), HINT_MS);
      return;
    }
    event.preventDefault();
    hint.value = false;
    if (busy()) return;
    const unit = [1, LINE, plot.clientHeight][event.deltaMode] ?? 1;
    const amount = Math.max(-240, Math.min(240, event.deltaY * unit));
    const box = plot.getBoundingClientRect();
    const sensitivity = event.ctrlKey && Math.abs(amount) < 50 ? 0.01 : 0.002;
    stage.zoom(Math.exp(-amount * sensitivity), [
      event.clientX - box.left,
      event.clientY - box.top,
    ]);
  };

  plot.addEventListener("wheel", turn, { signal: abort, passive: false });
  abort.addEventListener("abort", () => clearTimeout(timer), { once: true });
  return hint;
}

import { actionOf, type MapAction } from "./keys";
import type { Scene } from "./scene";

/** Handles a key pressed anywhere in the map; keys for a field or a list are left to it. */
export function pressKey(
  event: KeyboardEvent,
  plot: HTMLElement,
  scene: Scene,
  act: (action: MapAction) => void,
): void {
  if (event.defaultPrevented) return;
  const target = event.composedPath()[0];
  const field = target instanceof HTMLSelectElement || target instanceof HTMLInputElement;
  const handled =
    !field && (target === plot ? onPlot(event, scene, act) : onMap(event, scene, act));
  if (handled) event.preventDefault();
  // Jupyter's command mode takes plain keys that reach the page, and deletes cells with them.
  if (handled || !(event.ctrlKey || event.metaKey)) event.stopPropagation();
}

function onMap(event: KeyboardEvent, scene: Scene, act: (action: MapAction) => void): boolean {
  if (event.key === "Escape") return scene.escape();
  const action = event.altKey ? null : actionOf(event);
  if (action === null) return false;
  act(action);
  return true;
}

function onPlot(event: KeyboardEvent, scene: Scene, act: (action: MapAction) => void): boolean {
  if (event.key === " ") {
    scene.moving.value = true;
    return true;
  }
  return scene.cursor.press(event) || onMap(event, scene, act);
}

const UNDO = new Set(["z", "y"]);

/** Who takes Ctrl+Z and Ctrl+Y: the view itself, or only the fields in it. */
export type UndoOwner = "view" | "fields";

/**
 * Keep JupyterLab's shortcuts away from keys pressed inside `root`, except combinations with Ctrl or
 * Cmd (save, find), of which only undo and redo may be ours. JupyterLab reads the attribute when it handles the key on the document, so it
 * is set just before, on the window.
 */
export function guardShortcuts(
  root: HTMLElement,
  signal: AbortSignal,
  undo: UndoOwner = "view",
): void {
  const decide = (event: KeyboardEvent): void => {
    // On some keyboards a letter takes AltGr, which browsers call Ctrl and Alt.
    const writes = event.getModifierState("AltGraph");
    const combination = (event.ctrlKey || event.metaKey) && !writes;
    const ours = UNDO.has(event.key.toLowerCase()) && (undo === "view" || isField(event.target));
    if (combination && !ours) {
      root.removeAttribute("data-lm-suppress-shortcuts");
    } else root.setAttribute("data-lm-suppress-shortcuts", "true");
  };
  window.addEventListener("keydown", decide, { capture: true, signal });
}

function isField(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches("input, textarea, select");
}

/** Undo and redo are ours; every other combination with Ctrl or Cmd (save, find) is the host's. */
const OURS = new Set(["z", "y"]);

/**
 * Keep JupyterLab's shortcuts away from keys pressed inside `root`, except combinations that the
 * kit does not use. JupyterLab reads the attribute when it handles the key on the document, so it
 * is set just before, on the window.
 */
export function guardShortcuts(root: HTMLElement, signal: AbortSignal): void {
  const decide = (event: KeyboardEvent): void => {
    const combination = event.ctrlKey || event.metaKey;
    if (combination && !OURS.has(event.key.toLowerCase())) {
      root.removeAttribute("data-lm-suppress-shortcuts");
    } else root.setAttribute("data-lm-suppress-shortcuts", "true");
  };
  window.addEventListener("keydown", decide, { capture: true, signal });
}

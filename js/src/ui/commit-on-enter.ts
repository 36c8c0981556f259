/**
 * Take Enter in a field for the end of its editing. Inside JupyterLab a browser fires no `change`
 * for it, so the field lets go of the focus and takes it back.
 */
export function commitOnEnter(event: KeyboardEvent): void {
  if (event.key !== "Enter" || !(event.currentTarget instanceof HTMLElement)) return;
  event.preventDefault();
  event.currentTarget.blur();
  event.currentTarget.focus();
}

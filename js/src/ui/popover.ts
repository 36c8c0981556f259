/** Where a floating panel prefers to stand. */
export interface Placement {
  readonly align: "start" | "end";
  readonly gap?: number;
}

/**
 * Puts `panel` under `anchor`, or above it when there is no room below, inside the window.
 *
 * The panel goes to the browser's top layer where there is one: JupyterLab clips output areas and
 * moves cells by transforms, which would cut off or displace a fixed element.
 */
export function place(anchor: Element, panel: HTMLElement, { align, gap = 4 }: Placement): void {
  if ("showPopover" in panel && !panel.matches(":popover-open")) panel.showPopover();
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const left = align === "start" ? box.left : box.right - width;
  const below = box.bottom + gap;
  const above = box.top - gap - height;
  const top = below + height > window.innerHeight && above >= 0 ? above : below;
  panel.style.left = `${Math.max(8, Math.min(left, window.innerWidth - width - 8))}px`;
  panel.style.top = `${Math.max(8, top)}px`;
}

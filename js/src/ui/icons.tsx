import type { VNode } from "preact";

const PATHS = {
  pan: "M8 1.5v13M1.5 8h13M6 3.5l2-2 2 2M6 12.5l2 2 2-2M3.5 6l-2 2 2 2M12.5 6l2 2-2 2",
  lasso:
    "M4.6 10.6C2.9 9.8 2 8.5 2 7c0-2.7 2.7-4.5 6-4.500s6 1.8 6 4.5-2.7 4.5-6 4.500c-.6 0-1.2-.1-1.7-.2M4.6 10.600a1.4 1.4 0 1 1 .1 2.100c-.5-.5-.6-1.4-.1-2.100zM5 13c.2 1-.3 1.7-1.2 2",
  rectangle: "M2.5 3.500h11v9h-11z",
  brush: "M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3zM8 7.900v.2",
  click: "M5 2.500l8 4.6-3.7 1-1.6 3.400zM9.3 8.100l3 4.4",
  undo: "M5.5 3L2.5 6l3 3M2.5 6h7a4 4 0 0 1 0 8H7",
  redo: "M10.5 3l3 3-3 3M13.5 6h-7a4 4 0 0 0 0 8H9",
  lock: "M3.5 7.500h9v6h-9zM5.5 7.500V5a2.5 2.5 0 0 1 5 0v2.5",
  unlock: "M3.5 7.500h9v6h-9zM5.5 7.500V5a2.5 2.5 0 0 1 4.9-.7",
  invert: "M2.5 3h11v10h-11zM8 3v10M10 5.500h1.500M10 8h1.500M10 10.500h1.5",
  clear: "M3.5 5h9M6.5 5V3.500h3V5M4.5 5l.6 8.500h5.800L11.5 5",
  zoom: "M2.5 6V2.500H6M10 2.500h3.500V6M13.5 10v3.500H10M6 13.500H2.500V10",
  plus: "M8 3.500v9M3.5 8h9",
  minus: "M3.5 8h9",
  search: "M7 2.500a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.300l3.2 3.2",
  close: "M4 4l8 8M12 4l-8 8",
  check: "M3.5 8.500l3 3 6-7",
  down: "M4.5 6.500L8 10l3.5-3.5",
  left: "M9.5 4.500L6 8l3.5 3.5",
  right: "M6.5 4.500L10 8l-3.5 3.5",
  target: "M8 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM8 1.500v3M8 11.500v3M1.500 8h3M11.500 8h3",
  info: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 7.300v3.700M8 5v.2",
  alert: "M8 2.500l6 11H2zM8 6.500v3.500M8 11.800v.2",
} as const;

/** The names of the drawn icons. */
export type IconName = keyof typeof PATHS;

/** A 16 pixel line icon in the colour of the text around it; it carries no name of its own. */
export function Icon({ name }: { readonly name: IconName }): VNode {
  return (
    <svg class="uw-icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

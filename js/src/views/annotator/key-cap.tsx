import type { VNode } from "preact";

/** A key as it stands on a button; screen readers hear it from `aria-keyshortcuts` instead. */
export function KeyCap({ children }: { readonly children: string }): VNode {
  return (
    <kbd class="uw-key" aria-hidden="true">
      {children}
    </kbd>
  );
}

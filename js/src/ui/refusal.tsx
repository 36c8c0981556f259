import type { Signal } from "@preact/signals";
import type { VNode } from "preact";
import { Icon } from "./icons";

/** The kernel's words about a request it refused, until the person puts them away. */
export function Refusal({ error }: { readonly error: Signal<string | null> }): VNode | null {
  if (error.value === null) return null;
  return (
    <div class="uw-refusal" role="alert" data-testid="uw-error">
      <Icon name="alert" />
      <span>{error.value}</span>
      <button
        type="button"
        class="uw-quiet uw-icon-button"
        aria-label="Dismiss this message"
        onClick={() => {
          error.value = null;
        }}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

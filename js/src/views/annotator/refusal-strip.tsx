import type { Signal } from "@preact/signals";
import type { VNode } from "preact";
import type { RefusedDecision } from "../../state/annotation";
import { Icon } from "../../ui/icons";

interface RefusalStripProps {
  readonly refusal: Signal<RefusedDecision | null>;
}

/** The kernel's words about a decision that it refused, until the next decision. */
export function RefusalStrip({ refusal }: RefusalStripProps): VNode | null {
  if (refusal.value === null) return null;
  const { key, words } = refusal.value;
  return (
    <div class="uw-annotator-strip" role="alert" data-testid="uw-annotator-error">
      <Icon name="alert" />
      <span>
        {key !== null && (
          <>
            <bdi>{String(key)}</bdi> was not stored:{" "}
          </>
        )}
        {words}
      </span>
      <button
        type="button"
        class="uw-quiet uw-icon-button"
        aria-label="Dismiss this message"
        onClick={() => {
          refusal.value = null;
        }}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

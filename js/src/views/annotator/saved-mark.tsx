import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { count } from "../../core/format";
import type { AnnotationStore } from "../../state/annotation";
import { Icon } from "../../ui/icons";
import { Term } from "../../ui/term";

/** An acknowledgement usually takes less, and a mark that flickers with every label says nothing. */
const UNUSUAL = 600;

/** What the kernel has not acknowledged, said when that is unusual. */
export function PendingStrip({ store }: { readonly store: AnnotationStore }): VNode {
  const pending = store.pending.value;
  const waits = pending > 0;
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    if (!waits) return;
    const timer = setTimeout(() => setSlow(true), UNUSUAL);
    return () => clearTimeout(timer);
  }, [waits]);

  const unreached = store.stalled.value || store.lost.value;
  const shown = waits && (slow || unreached);
  return (
    <div class="uw-annotator-strip" role="alert" hidden={!shown && !store.lost.value}>
      <Icon name="alert" />
      {unreached && <span>The kernel is not answering.</span>}
      <b data-testid="uw-annotator-pending" data-value={pending} hidden={!shown}>
        not stored yet: {count(pending)}
      </b>
      {unreached && (
        <button
          type="button"
          class="uw-primary"
          data-testid="uw-annotator-retry"
          onClick={() => store.retry()}
        >
          Try again
        </button>
      )}
    </div>
  );
}

/** How many labels the kernel acknowledged, and how long they last. */
export function SavedMark({ store }: { readonly store: AnnotationStore }): VNode | null {
  const saved = store.acknowledged.value;
  if (saved === 0) return null;
  return (
    <span
      class="uw-saved-mark"
      data-testid="uw-annotator-saved"
      data-value={saved}
      data-stored={store.state.value.stored}
    >
      <Icon name="check" />
      {store.state.value.stored ? (
        `${count(saved)} saved`
      ) : (
        <Term explanation="The session has no store: these labels end with the kernel. Session(store=…) writes each to a file.">
          {count(saved)} kept in this kernel only
        </Term>
      )}
    </span>
  );
}

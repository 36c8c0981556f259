import type { VNode } from "preact";
import type { SessionStore } from "../../state/session";

interface RetrainButtonProps {
  readonly session: SessionStore;
  readonly open: boolean;
  readonly onToggle: () => void;
}

/** Checks the selection by retraining and shows what was measured; counts while it runs. */
export function RetrainButton({ session, open, onToggle }: RetrainButtonProps): VNode {
  const { running } = session.check.value;
  const total = running?.total ?? null;
  return (
    <button
      type="button"
      class="uw-button uw-retrain-button"
      data-testid="uw-retrain"
      aria-pressed={open}
      title="Train a classifier with and without the chosen rows, and score rows that neither saw"
      onClick={() => {
        onToggle();
        if (!open && mayBegin(session)) void session.startCheck();
      }}
    >
      {running === null
        ? "Check by retraining"
        : total === null
          ? "Retraining…"
          : `Retraining ${running.done} of ${total}`}
    </button>
  );
}

/** Whether there is a selection that was not measured, and nothing that measures. */
function mayBegin(session: SessionStore): boolean {
  const { running, result } = session.check.peek();
  const { values, rev } = session.effect.peek();
  return running === null && result?.rev !== rev && values.n_removed > 0;
}

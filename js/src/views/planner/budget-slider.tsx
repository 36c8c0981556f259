import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { count } from "../../core/format";
import type { SessionStore } from "../../state/session";
import type { PlanModel } from "./plan-model";

/** Milliseconds after the last key until a slider moved by keys is taken at its word. */
const SETTLE = 300;

/** How many rows the chosen rule removes: a slider, a number and steps. */
export function BudgetSlider({
  session,
  model,
}: {
  readonly session: SessionStore;
  readonly model: PlanModel;
}): VNode {
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const most = session.effect.value.values.n_forget;
  const budget = model.budget.value;
  const byRule = session.status.value.rule;
  const byHand = byRule === null && budget > 0 && !model.setting.value;
  useEffect(() => () => clearTimeout(timer.current), []);

  const set = (rows: number): void => {
    clearTimeout(timer.current);
    const wanted = Math.min(most, Math.max(0, Math.round(rows)));
    if (wanted !== session.effect.peek().values.n_removed_forget || byHand) {
      void model.setBudget(wanted);
    } else model.cancel();
  };
  return (
    <div class="uw-budget">
      <label class="uw-budget-label" for={`uw-budget-${session.viewId}`}>
        Budget
      </label>
      <input
        id={`uw-budget-${session.viewId}`}
        type="range"
        data-testid="uw-budget"
        data-value={budget}
        min={0}
        max={most}
        step={1}
        value={budget}
        aria-valuetext={`${count(budget)} of ${count(most)} rows`}
        onInput={(event) => {
          clearTimeout(timer.current);
          model.moveBudget(event.currentTarget.valueAsNumber);
        }}
        onChange={(event) => {
          // Keys change a slider once each: wait for the last of them.
          const rows = event.currentTarget.valueAsNumber;
          clearTimeout(timer.current);
          timer.current = setTimeout(
            () => set(rows),
            event.currentTarget.matches(":active") ? SETTLE : 0,
          );
        }}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          clearTimeout(timer.current);
          if (model.cancel()) event.stopPropagation();
        }}
      />
      <button
        type="button"
        class="uw-icon-button"
        data-testid="uw-budget-less"
        aria-label="One row less"
        disabled={budget <= 0}
        onClick={() => set(budget - 1)}
      >
        −
      </button>
      <input
        type="number"
        data-testid="uw-budget-number"
        aria-label={`Rows to remove, 0 to ${count(most)}`}
        min={0}
        max={most}
        step={1}
        value={budget}
        onChange={(event) => {
          const rows = event.currentTarget.valueAsNumber;
          if (Number.isFinite(rows)) set(rows);
          else event.currentTarget.value = String(budget);
        }}
      />
      <button
        type="button"
        class="uw-icon-button"
        data-testid="uw-budget-more"
        aria-label="One row more"
        disabled={budget >= most}
        onClick={() => set(budget + 1)}
      >
        +
      </button>
      <span
        class="uw-budget-by uw-clip"
        title={
          byHand
            ? "Chosen by hand; moving the slider replaces it by the rule's choice, and undo brings it back."
            : "The marked rule of the table chooses."
        }
      >
        {byHand ? "by hand" : `by ${model.label(byRule?.name ?? model.rule.value)}`}
      </span>
    </div>
  );
}

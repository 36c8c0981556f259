import type { VNode } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";
import { count } from "../../core/format";
import { commitOnEnter } from "../../ui/commit-on-enter";
import { FrozenContext } from "../../ui/frozen";
import { Icon } from "../../ui/icons";
import type { PlanModel } from "./plan-model";

interface BudgetRowProps {
  readonly model: PlanModel;
}

/** Milliseconds after the last key until a slider moved by keys is taken at its word. */
const SETTLE = 300;

/** How many rows to remove, and by which rule: a slider, a number, steps and a choice of rule. */
export function BudgetRow({ model }: BudgetRowProps): VNode {
  const { n_forget: most, n_removed_forget: chosen } = model.standing.effect.value.values;
  const budget = model.budget.value;
  const frozen = useContext(FrozenContext);
  const byHand = model.standing.status.value.rule === null && chosen > 0 && !model.setting.value;
  const set = (rows: number): void => {
    const wanted = Math.min(most, Math.max(0, Math.round(rows)));
    void model.setBudget(wanted);
  };
  return (
    <div class="uw-budget">
      <span class="uw-budget-label">Budget</span>
      <Slider model={model} most={most} set={set} />
      <Step by={-10} from={budget} most={most} set={set} />
      <Step by={-1} from={budget} most={most} set={set} />
      <input
        type="number"
        data-testid="uw-budget-number"
        data-value={budget}
        aria-label={`Rows to remove, 0 to ${count(most)}`}
        min={0}
        max={most}
        step={1}
        value={budget}
        disabled={frozen}
        onKeyDown={commitOnEnter}
        onChange={(event) => {
          const rows = event.currentTarget.valueAsNumber;
          if (Number.isFinite(rows)) set(rows);
          else event.currentTarget.value = String(budget);
        }}
      />
      <Step by={1} from={budget} most={most} set={set} />
      <Step by={10} from={budget} most={most} set={set} />
      <label class="uw-budget-rule">
        by{" "}
        <select
          data-testid="uw-planner-rule"
          aria-label="Rule that chooses the rows"
          value={model.rule.value}
          onChange={(event) => model.choose(event.currentTarget.value)}
        >
          {(model.plan.value?.rules ?? []).map(({ name, label }) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {byHand && (
        <span
          class="uw-budget-hand uw-muted"
          data-testid="uw-budget-hand"
          title="These rows were chosen by hand. Setting a budget replaces them by the rule's choice; undo brings them back."
        >
          now by hand
        </span>
      )}
    </div>
  );
}

interface SliderProps extends BudgetRowProps {
  readonly most: number;
  readonly set: (rows: number) => void;
}

function Slider({ model, most, set }: SliderProps): VNode {
  const timer = useRef<ReturnType<typeof setTimeout>>();
  // A drag cannot be ended from here: after Escape it is ignored until it ends.
  const hold = useRef<"keys" | "pointer" | "dropped">("pointer");
  useEffect(() => () => clearTimeout(timer.current), []);
  const frozen = useContext(FrozenContext);
  const budget = model.budget.value;
  const restore = (el: HTMLInputElement): void => {
    el.value = String(model.budget.peek());
  };
  const settle = (): void => {
    clearTimeout(timer.current);
    if (model.setting.peek()) set(model.budget.peek());
  };
  return (
    <input
      type="range"
      data-testid="uw-budget"
      data-value={budget}
      data-state={model.setting.value ? "preview" : model.standing.shown.value.state}
      aria-label="Budget: rows to remove"
      aria-valuetext={`${count(budget)} of ${count(most)} rows`}
      min={0}
      max={most}
      step={1}
      value={budget}
      disabled={frozen}
      onPointerDown={() => {
        hold.current = "pointer";
      }}
      onInput={(event) => {
        if (hold.current === "dropped") restore(event.currentTarget);
        else model.moveBudget(event.currentTarget.valueAsNumber);
      }}
      onChange={(event) => {
        clearTimeout(timer.current);
        if (hold.current === "dropped") restore(event.currentTarget);
        // Keys change a slider once each: only the last of them is a choice.
        else if (hold.current === "keys") timer.current = setTimeout(settle, SETTLE);
        else settle();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") {
          hold.current = "keys";
          if (event.key === "Enter") settle();
          return;
        }
        clearTimeout(timer.current);
        if (!model.setting.peek()) return;
        if (hold.current === "pointer") hold.current = "dropped";
        model.cancel();
        restore(event.currentTarget);
        event.stopPropagation();
      }}
      onBlur={settle}
    />
  );
}

function Step({
  by,
  from,
  most,
  set,
}: {
  readonly by: number;
  readonly from: number;
  readonly most: number;
  readonly set: (rows: number) => void;
}): VNode {
  const frozen = useContext(FrozenContext);
  const size = Math.abs(by);
  const less = by < 0;
  return (
    <button
      type="button"
      class={`uw-icon-button uw-budget-step-${size}`}
      data-testid={`uw-budget-${less ? "less" : "more"}${size === 1 ? "" : `-${size}`}`}
      aria-label={`${size === 1 ? "One row" : `${size} rows`} ${less ? "less" : "more"}`}
      disabled={frozen || (less ? from <= 0 : from >= most)}
      onClick={() => set(from + by)}
    >
      {size === 1 ? <Icon name={less ? "minus" : "plus"} /> : `${less ? "−" : "+"}${size}`}
    </button>
  );
}

import type { VNode } from "preact";
import { useContext } from "preact/hooks";
import { dataValue } from "../../core/format";
import { commitOnEnter } from "../../ui/commit-on-enter";
import { FrozenContext } from "../../ui/frozen";
import { Term } from "../../ui/term";
import type { PlanModel, TargetKind } from "./plan-model";

const WORDS: Readonly<Record<TargetKind, readonly [name: string, bound: string, why: string]>> = {
  alpha: [
    "Removal",
    "α ≥",
    "How far the model refitted to the kept rows is from the forget domain. The target is a least value; drag its line or type it, and the smallest budget that meets it is chosen. Empty it for the suggestion.",
  ],
  epsilon: [
    "Preservation",
    "ε ≤",
    "How far the model refitted to the kept rows is from the retained domain. The target is a largest value; drag its line or type it, and the smallest budget that meets it is chosen. Empty it for the suggestion.",
  ],
};
const FORMULAS: Readonly<Record<TargetKind, string>> = {
  alpha: "α = KL(p₁‖p̂), in nats",
  epsilon: "ε = KL(p₂‖p̂), in nats",
};

/** The name of a number and its target as a field. */
export function TargetField({
  model,
  kind,
}: {
  readonly model: PlanModel;
  readonly kind: TargetKind;
}): VNode {
  const value = model.targets[kind].value;
  const frozen = useContext(FrozenContext);
  const [name, bound, why] = WORDS[kind];
  const shown = value === null ? "" : String(Number(value.toPrecision(4)));
  return (
    <span class="uw-chart-name">
      <Term explanation={why} formula={FORMULAS[kind]}>
        {name}
      </Term>
      <span aria-hidden="true">{bound}</span>
      <input
        type="number"
        data-testid={`uw-target-${kind}-number`}
        data-value={value === null ? "" : dataValue(value)}
        aria-label={`${name}, ${kind === "alpha" ? "at least" : "at most"}, nats`}
        title={value === null ? undefined : `${value} nats`}
        min={0}
        step="any"
        value={shown}
        disabled={frozen}
        onKeyDown={commitOnEnter}
        onChange={(event) => {
          const input = event.currentTarget;
          const wanted = input.valueAsNumber;
          if (input.value === "" && !input.validity.badInput) void model.setTarget(kind, null);
          else if (wanted >= 0) void model.setTarget(kind, wanted);
          else input.value = shown;
        }}
      />
    </span>
  );
}

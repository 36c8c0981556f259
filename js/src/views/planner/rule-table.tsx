import type { VNode } from "preact";
import { count, dataValue, quantity } from "../../core/format";
import { NumberText, type NumberState } from "../../ui/number";
import { Term } from "../../ui/term";
import type { Need, Plan, RuleRow } from "../../wire/messages";
import type { PlanModel, TargetKind } from "./plan-model";
import { ruleStyle } from "./rule-style";

/** Rules side by side: what each needs for the targets, and what each reaches at the budget. */
export function RuleTable({
  model,
  plan,
  rev,
}: {
  readonly model: PlanModel;
  readonly plan: Plan;
  readonly rev: number;
}): VNode {
  const table = model.table.value;
  const { alpha, epsilon } = model.targets;
  const behind = table?.budget !== model.budget.value || model.moving.value !== null;
  const state: NumberState = model.setting.value ? "preview" : behind ? "stale" : "current";
  return (
    <table class="uw-rules" data-testid="uw-rule-table">
      <thead>
        <tr>
          <th scope="col">rule</th>
          <th scope="col">
            <Term explanation="The first number of removed rows at which the ranking of the rule reaches the target for α, measured on these rows; in brackets what is predicted for the population.">
              α ≥ {alpha.value === null ? "–" : quantity(alpha.value)}
            </Term>
          </th>
          <th scope="col">
            <Term explanation="The first number of removed rows at which the ranking of the rule keeps to the target for ε, measured on these rows; in brackets what is predicted for the population.">
              ε ≤ {epsilon.value === null ? "–" : quantity(epsilon.value)}
            </Term>
          </th>
          <th scope="col" title="Removal measured at this budget, nats">
            α at {count(model.budget.value)}
          </th>
          <th scope="col" title="Preservation cost measured at this budget, nats">
            ε at {count(model.budget.value)}
          </th>
          <th scope="col" class="uw-rules-loss" title="Log-loss on the forget domain, nats per row">
            L₁
          </th>
          <th
            scope="col"
            class="uw-rules-loss"
            title="Log-loss on the retained domain, nats per row"
          >
            L₂
          </th>
        </tr>
      </thead>
      <tbody>
        {plan.rules.map(({ name, label }, place) => (
          <Row
            key={name}
            model={model}
            plan={plan}
            name={name}
            label={label}
            place={place}
            row={table?.rows.find((row) => row.rule === name)}
            rev={rev}
            state={state}
          />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly model: PlanModel;
  readonly plan: Plan;
  readonly name: string;
  readonly label: string;
  readonly place: number;
  readonly row: RuleRow | undefined;
  readonly rev: number;
  readonly state: NumberState;
}

function Row({ model, plan, name, label, place, row, rev, state }: RowProps): VNode {
  const chosen = model.rule.value === name;
  const ranked = model.ranked.value.get(name);
  const { color, dash } = ruleStyle(name, place);
  const at = row?.at ?? null;
  return (
    <tr data-rule={name} data-chosen={chosen} onClick={() => model.choose(name)}>
      <th scope="row">
        <label class="uw-rules-name" title={label}>
          <input
            type="radio"
            class="uw-hidden"
            checked={chosen}
            aria-label={`Choose by ${label}`}
            onChange={() => model.choose(name)}
          />
          <svg class="uw-rules-swatch" width="22" height="10" aria-hidden="true">
            <line x1="1" x2="21" y1="5" y2="5" style={{ stroke: color, strokeDasharray: dash }} />
          </svg>
          <span class="uw-clip">{label}</span>
        </label>
      </th>
      {at === null ? (
        <td colSpan={6} class="uw-muted">
          {ranked?.state === "failed" ? (
            <>
              <span title={ranked.reason}>no ranking: {ranked.reason}</span>{" "}
              <button type="button" class="uw-link" onClick={() => model.retry(name)}>
                Try again
              </button>
            </>
          ) : (
            "ranking…"
          )}
        </td>
      ) : (
        <>
          <Needed need={row?.alpha ?? null} kind="alpha" plan={plan} name={name} />
          <Needed need={row?.epsilon ?? null} kind="epsilon" plan={plan} name={name} />
          {(["alpha", "epsilon", "forget_log_loss", "retain_log_loss"] as const).map((number) => (
            <td key={number} class={number.endsWith("loss") ? "uw-rules-loss" : ""}>
              <NumberText
                testid={`uw-at-${number.replaceAll("_", "-")}`}
                value={at[number]}
                text={quantity(at[number])}
                rev={rev}
                state={state}
              />
            </td>
          ))}
        </>
      )}
    </tr>
  );
}

function Needed({
  need,
  kind,
  plan,
  name,
}: {
  readonly need: Need | null;
  readonly kind: TargetKind;
  readonly plan: Plan;
  readonly name: string;
}): VNode {
  if (need === null) return <td>–</td>;
  const past =
    name === "likelihood_ratio" && need.n !== null && plan.stop !== null && !plan.stop.beyond
      ? need.n > Math.ceil(plan.stop.removed)
      : false;
  return (
    <td>
      <span data-testid={`uw-need-${kind}`} data-value={need.n === null ? "" : dataValue(need.n)}>
        {need.n === null ? (
          <Term explanation={need.reason ?? "No budget meets this target."}>none</Term>
        ) : past ? (
          <Term explanation="Past the stop point: the edited mean overshoots the retained domain there.">
            {count(need.n)} !
          </Term>
        ) : (
          count(need.n)
        )}
      </span>{" "}
      <span
        class="uw-muted"
        data-testid={`uw-predicted-${kind}`}
        data-value={need.predicted === null ? "" : dataValue(need.predicted)}
        title={need.predicted_reason ?? "Predicted for the population, from the plug-in divergence"}
      >
        ({need.predicted === null ? "–" : count(need.predicted)})
      </span>
    </td>
  );
}

import type { VNode } from "preact";
import { count, dataValue, quantity } from "../../core/format";
import type { SessionStore } from "../../state/session";
import { NumberText, type NumberState } from "../../ui/number";
import { Term } from "../../ui/term";
import type { Need, Plan, RuleRow } from "../../wire/messages";
import { isPastStop, type PlanModel, type TargetKind } from "./plan-model";
import { ruleStyle } from "./rule-style";

const AT = ["alpha", "epsilon", "forget_log_loss", "retain_log_loss"] as const;

interface RuleTableProps {
  readonly session: SessionStore;
  readonly model: PlanModel;
  readonly plan: Plan;
}

/** Rules side by side: what each needs for the targets, and what each reaches at the budget. */
export function RuleTable({ session, model, plan }: RuleTableProps): VNode {
  const table = model.table.value;
  const budget = model.budget.value;
  const { forget, retain } = session.info.value.names;
  const behind = table?.budget !== budget || model.moving.value !== null;
  const lost = session.connection.value === "lost";
  const state: NumberState = lost
    ? "stale"
    : model.setting.value
      ? "preview"
      : behind
        ? "stale"
        : "current";
  return (
    <table class="uw-rules" data-testid="uw-rule-table">
      <thead>
        <tr>
          <td />
          <th scope="colgroup" colSpan={2}>
            <Term explanation="The first number of removed rows at which a rule's ranking meets the target, measured on these rows; below it what is predicted for the population from the plug-in divergence.">
              rows needed for
            </Term>
          </th>
          <th scope="colgroup" colSpan={2} class="uw-rules-at">
            <Term explanation="What each rule reaches when it removes as many rows as the budget says, measured on these rows, in nats.">
              at {count(budget)} rows
            </Term>
          </th>
          <td class="uw-rules-loss" colSpan={2} />
        </tr>
        <tr>
          <th scope="col">rule</th>
          <th scope="col">α ≥ {goal(model.targets.alpha.value)}</th>
          <th scope="col">ε ≤ {goal(model.targets.epsilon.value)}</th>
          <th scope="col" title="Removal, nats" class="uw-rules-at">
            α
          </th>
          <th scope="col" title="Preservation, nats">
            ε
          </th>
          <th scope="col" class="uw-rules-loss">
            log-loss {forget}
          </th>
          <th scope="col" class="uw-rules-loss">
            log-loss {retain}
          </th>
        </tr>
      </thead>
      <tbody>
        {plan.rules.map(({ name, label }, place) => (
          <Row
            key={name}
            {...{ session, model, plan, name, label, place, state }}
            row={table?.rows.find(({ rule }) => rule === name)}
          />
        ))}
      </tbody>
    </table>
  );
}

function goal(value: number | null): string {
  if (value === null) return "–";
  return value > 0 && value < 1e-4 ? quantity(value) : String(Number(value.toPrecision(3)));
}

interface RowProps extends RuleTableProps {
  readonly name: string;
  readonly label: string;
  readonly place: number;
  readonly row: RuleRow | undefined;
  readonly state: NumberState;
}

function Row({ session, model, plan, name, label, place, row, state }: RowProps): VNode {
  const chosen = model.rule.value === name;
  const ranked = model.ranked.value.get(name);
  const { color, dash } = ruleStyle(name, place);
  const at = row?.at ?? null;
  const mark = { rev: model.standing.effect.value.rev, state };
  return (
    <tr data-rule={name} data-chosen={chosen} onClick={() => model.choose(name)}>
      <th scope="row">
        <label class="uw-rules-name" title={label}>
          <input
            type="radio"
            class="uw-hidden"
            name={`uw-rule-${session.viewId}`}
            checked={chosen}
            aria-label={`Choose by ${label}`}
            onChange={() => model.choose(name)}
          />
          <svg class="uw-rules-swatch" width="18" height="10" aria-hidden="true">
            <line x1="0" x2="18" y1="5" y2="5" style={{ stroke: color, strokeDasharray: dash }} />
          </svg>
          <span class="uw-clip">{label}</span>
        </label>
      </th>
      {at === null ? (
        <td colSpan={6} class="uw-rules-waiting uw-muted">
          {ranked?.state === "failed" ? (
            <span class="uw-rules-failure">
              <span class="uw-clip" title={ranked.reason} role="alert">
                {ranked.reason}
              </span>
              <button
                type="button"
                class="uw-link"
                onClick={(event) => {
                  event.stopPropagation();
                  model.retry(name);
                }}
              >
                Try again
              </button>
            </span>
          ) : (
            "ranking…"
          )}
        </td>
      ) : (
        <>
          <Needed need={row?.alpha ?? null} kind="alpha" {...{ plan, name, mark }} />
          <Needed need={row?.epsilon ?? null} kind="epsilon" {...{ plan, name, mark }} />
          {AT.map((number) => (
            <td key={number} class={CLASSES[number]}>
              <NumberText
                {...mark}
                testid={`uw-at-${number.replaceAll("_", "-")}`}
                value={at[number]}
                text={quantity(at[number])}
              />
            </td>
          ))}
        </>
      )}
    </tr>
  );
}

const CLASSES: Readonly<Record<(typeof AT)[number], string | undefined>> = {
  alpha: "uw-rules-at",
  epsilon: undefined,
  forget_log_loss: "uw-rules-loss",
  retain_log_loss: "uw-rules-loss",
};

interface NeededProps {
  readonly need: Need | null;
  readonly kind: TargetKind;
  readonly plan: Plan;
  readonly name: string;
  readonly mark: { readonly rev: number; readonly state: NumberState };
}

function Needed({ need, kind, plan, name, mark }: NeededProps): VNode {
  if (need === null) return <td>–</td>;
  const { n, predicted } = need;
  const past = n !== null && isPastStop(name, n, plan);
  return (
    <td>
      <span
        class="uw-need"
        data-testid={`uw-need-${kind}`}
        data-value={n === null ? "" : dataValue(n)}
        data-rev={mark.rev}
        data-state={mark.state}
      >
        {n === null ? (
          <Term explanation={need.reason ?? "No budget meets this target."}>none</Term>
        ) : past ? (
          <Term
            class="uw-need-past"
            explanation="Past the stop point: the edited mean overshoots the retained domain there, and ε grows again."
          >
            {count(n)}
          </Term>
        ) : (
          count(n)
        )}
      </span>
      {past && <span class="uw-need-more uw-need-past">past the stop point</span>}
      <span
        class="uw-need-more uw-muted"
        data-testid={`uw-predicted-${kind}`}
        data-value={predicted === null ? "" : dataValue(predicted)}
        title={need.predicted_reason ?? "Predicted for the population, from the plug-in divergence"}
      >
        {predicted === null ? "–" : `pred. ${count(predicted)}`}
      </span>
    </td>
  );
}

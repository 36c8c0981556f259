import type { VNode } from "preact";
import { useContext, useEffect, useMemo, useState } from "preact/hooks";
import { quantity } from "../../core/format";
import { AnnouncerContext } from "../../ui/live-region";
import { Term } from "../../ui/term";
import type { Plan } from "../../wire/messages";
import type { ViewProps } from "../props";
import { BudgetPanel } from "./budget-panel";
import { BudgetSlider } from "./budget-slider";
import { FrontierPanel } from "./frontier-panel";
import { createPlanModel, type PlanModel, type TargetKind } from "./plan-model";
import "./planner.css";
import { RuleTable } from "./rule-table";

type Tab = "divergence" | "loss" | "frontier";

const TABS: readonly (readonly [Tab, string])[] = [
  ["divergence", "Divergence"],
  ["loss", "Log-loss"],
  ["frontier", "Frontier"],
];

/** Which rule, how many rows, and what it will do, before anything is removed. */
export function PlannerView({ session, local, view }: ViewProps): VNode {
  const announcer = useContext(AnnouncerContext);
  const abort = useMemo(() => new AbortController(), []);
  const model = useMemo(
    () => createPlanModel(session, local, view, abort.signal, (words) => announcer.say(words)),
    [session, local, view],
  );
  useEffect(() => () => abort.abort(), []);
  const plan = model.plan.value;
  const failure = model.failure.value;
  return (
    <section class="uw-planner" data-testid="uw-planner" aria-label="Budget planner">
      {plan === null ? (
        <p class="uw-empty" role={failure === null ? undefined : "alert"}>
          {failure === null ? "Ranking the rows…" : `No plan: ${failure}`}{" "}
          {failure !== null && (
            <button type="button" class="uw-link" onClick={() => model.retry()}>
              Try again
            </button>
          )}
        </p>
      ) : (
        <Planned session={session} model={model} plan={plan} />
      )}
    </section>
  );
}

function Planned({
  session,
  model,
  plan,
}: {
  readonly session: ViewProps["session"];
  readonly model: PlanModel;
  readonly plan: Plan;
}): VNode {
  const [half, setHalf] = useState<"divergence" | "loss">("divergence");
  const tab: Tab = model.view.value === "frontier" ? "frontier" : half;
  const { forget, retain } = session.info.value.names;
  const open = (next: Tab): void => {
    model.cancel();
    model.view.value = next === "frontier" ? "frontier" : "budget";
    if (next !== "frontier") setHalf(next);
  };
  const panel = { session, model, plan };
  return (
    <>
      <header class="uw-planner-header">
        <h3>Budget planner</h3>
        <div class="uw-segments uw-planner-tabs" role="group" aria-label="What the charts show">
          {TABS.map(([name, label]) => (
            <button
              key={name}
              type="button"
              data-tab={name}
              aria-pressed={tab === name}
              onClick={() => open(name)}
            >
              {label}
            </button>
          ))}
        </div>
        <Kinds plan={plan} />
        {tab === "frontier" && plan.frontiers.length > 1 && (
          <label class="uw-planner-refit">
            refit{" "}
            <select
              data-testid="uw-refit"
              value={model.refit.value}
              onChange={(event) => {
                model.refit.value = event.currentTarget.value as "mean" | "covariance";
              }}
            >
              <option value="mean">mean</option>
              <option value="covariance">mean and covariance</option>
            </select>
          </label>
        )}
      </header>
      <div class="uw-planner-body" data-tab={tab}>
        <div class="uw-panels">
          {tab === "frontier" ? (
            <FrontierPanel {...panel} />
          ) : (
            <>
              <BudgetPanel
                {...panel}
                number="alpha"
                head={<TargetField model={model} kind="alpha" name="Removal α ≥" />}
              />
              <BudgetPanel
                {...panel}
                number="epsilon"
                head={<TargetField model={model} kind="epsilon" name="Preservation ε ≤" />}
              />
              <BudgetPanel
                {...panel}
                number="forget_log_loss"
                head={<span class="uw-panel-name">Log-loss on {forget}, nats</span>}
              />
              <BudgetPanel
                {...panel}
                number="retain_log_loss"
                head={<span class="uw-panel-name">Log-loss on {retain}, nats</span>}
              />
            </>
          )}
        </div>
        <div class="uw-planner-side">
          <RuleTable model={model} plan={plan} rev={session.effect.value.rev} />
          <Notes model={model} plan={plan} />
        </div>
      </div>
      <BudgetSlider session={session} model={model} />
    </>
  );
}

function TargetField({
  model,
  kind,
  name,
}: {
  readonly model: PlanModel;
  readonly kind: TargetKind;
  readonly name: string;
}): VNode {
  const value = model.targets[kind].value;
  return (
    <label class="uw-panel-name">
      {name}{" "}
      <input
        type="number"
        data-testid={`uw-target-${kind}-number`}
        aria-label={`Target for ${kind}, nats`}
        min={0}
        step="any"
        value={value ?? ""}
        onChange={(event) => {
          const wanted = event.currentTarget.valueAsNumber;
          if (wanted >= 0) void model.setTarget(kind, wanted);
          else event.currentTarget.value = value === null ? "" : String(value);
        }}
      />
    </label>
  );
}

/** What each kind of line is, since the three must not be confused. */
function Kinds({ plan }: { readonly plan: Plan }): VNode {
  return (
    <span class="uw-kinds">
      <Term explanation="Plug-in numbers of really removing the first rows of each ranking: thick lines, one dash for each rule.">
        measured
      </Term>
      {plan.prediction_reason === null && (
        <Term
          explanation={`Expected for the population before any row is looked at, from the plug-in divergence k = ${quantity(plan.divergence)}: fine dots, for the marked rule.`}
          formula="α = (1 − wρ)² k,  ε = (wρ)² k"
        >
          predicted
        </Term>
      )}
      {plan.certificate_reason === null && (
        <Term
          explanation={`Bounds of the marked rule that hold with ${100 * (1 - plan.delta)} % confidence if the divergence were known; computed with the unbiased k = ${quantity(plan.divergence_unbiased)}: the pale line, where it lies inside the chart.`}
        >
          certified
        </Term>
      )}
    </span>
  );
}

function Notes({ model, plan }: { readonly model: PlanModel; readonly plan: Plan }): VNode {
  const { warning } = plan;
  const reason = plan.prediction_reason ?? plan.certificate_reason;
  const answer = model.answer.value;
  const warned = warning !== null && model.rule.value === "distance";
  return (
    <div class="uw-planner-notes">
      {answer !== null && (
        <p class="uw-planner-answer" data-testid="uw-planner-answer">
          {answer}
        </p>
      )}
      {warning !== null && (
        <p class="uw-planner-warning" data-testid="uw-planner-warning" data-strong={warned}>
          <Term explanation={warning.text}>
            Distance keeps {Math.round(100 * warning.efficiency)} % of the gain here
          </Term>
          {"; "}
          <button type="button" class="uw-link" onClick={() => model.choose(warning.rule)}>
            {model.label(warning.rule)}
          </button>{" "}
          keeps it.
        </p>
      )}
      {reason !== null && (
        <p class="uw-muted" data-testid="uw-planner-reason">
          {reason}
        </p>
      )}
      {plan.stop?.beyond === true && <p class="uw-muted">Stop point: beyond the last row.</p>}
    </div>
  );
}

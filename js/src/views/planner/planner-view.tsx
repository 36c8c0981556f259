import type { VNode } from "preact";
import { useContext, useEffect, useMemo, useState } from "preact/hooks";
import { AnnouncerContext } from "../../ui/live-region";
import type { Plan, SessionInfo } from "../../wire/messages";
import type { ViewProps } from "../props";
import { BudgetPanel } from "./budget-panel";
import { BudgetRow } from "./budget-row";
import { FrontierPanel } from "./frontier-panel";
import { Kinds, Notes } from "./notes";
import { createPlanModel, type PlanModel } from "./plan-model";
import "./planner.css";
import "./charts.css";
import { RuleTable } from "./rule-table";
import { TargetField } from "./target-field";

type Tab = "divergence" | "loss" | "frontier";

const TABS: readonly (readonly [Tab, string])[] = [
  ["divergence", "Divergence"],
  ["loss", "Log-loss"],
  ["frontier", "Frontier"],
];

/** Properties of {@link PlannerView}. */
export interface PlannerProps extends ViewProps {
  /** Whether it fills a pane rather than asking for its own height. */
  readonly fit?: boolean;
}

/** Which rule, how many rows, and what it will do, before anything is removed. */
export function PlannerView({ session, local, view, fit = false }: PlannerProps): VNode {
  const announcer = useContext(AnnouncerContext);
  const abort = useMemo(() => new AbortController(), []);
  const model = useMemo(
    () => createPlanModel(session, local, view, abort.signal, (words) => announcer.say(words)),
    [],
  );
  useEffect(() => () => abort.abort(), []);
  const plan = model.plan.value;
  const failure = model.failure.value;
  return (
    <section
      class={`uw-planner ${fit ? "uw-planner-fit" : "uw-planner-alone"}`}
      data-testid="uw-planner"
      aria-label="Budget planner"
    >
      <div class="uw-planner-frame">
        {plan !== null ? (
          <Planned session={session} model={model} plan={plan} />
        ) : failure !== null ? (
          <p class="uw-planner-absent" role="alert">
            There is no plan: {failure}{" "}
            <button type="button" class="uw-link" onClick={() => model.retry()}>
              Try again
            </button>
          </p>
        ) : (
          <p class="uw-planner-absent uw-muted">Planning…</p>
        )}
      </div>
    </section>
  );
}

interface PlannedProps {
  readonly session: ViewProps["session"];
  readonly model: PlanModel;
  readonly plan: Plan;
}

function Planned({ session, model, plan }: PlannedProps): VNode {
  const [half, setHalf] = useState<"divergence" | "loss">("divergence");
  const tab: Tab = model.view.value === "frontier" ? "frontier" : half;
  const open = (next: Tab): void => {
    model.cancel();
    model.show(next === "frontier" ? "frontier" : "budget");
    if (next !== "frontier") setHalf(next);
  };
  const planned = { session, model, plan };
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
      </header>
      <div class="uw-planner-body" data-tab={tab}>
        <div class="uw-charts">
          {tab === "frontier" ? (
            <FrontierPanel model={model} plan={plan} />
          ) : (
            <BudgetPanels {...planned} names={session.info.value.names} />
          )}
        </div>
        <div class="uw-planner-side">
          <RuleTable {...planned} />
        </div>
      </div>
      <Notes model={model} plan={plan} />
      <BudgetRow model={model} />
    </>
  );
}

function BudgetPanels({
  names: { forget, retain },
  ...planned
}: PlannedProps & { readonly names: SessionInfo["names"] }): VNode {
  const { model } = planned;
  const loss = (domain: string): string => `Log-loss on ${domain}, nats`;
  return (
    <>
      <BudgetPanel
        {...planned}
        number="alpha"
        name="Removal alpha"
        head={<TargetField model={model} kind="alpha" />}
      />
      <BudgetPanel
        {...planned}
        number="epsilon"
        name="Preservation epsilon"
        head={<TargetField model={model} kind="epsilon" />}
      />
      <BudgetPanel
        {...planned}
        number="forget_log_loss"
        name={loss(forget)}
        head={<span class="uw-chart-name uw-clip">{loss(forget)}</span>}
      />
      <BudgetPanel
        {...planned}
        number="retain_log_loss"
        name={loss(retain)}
        head={<span class="uw-chart-name uw-clip">{loss(retain)}</span>}
      />
    </>
  );
}

import type { VNode } from "preact";
import { quantity } from "../../core/format";
import { Term } from "../../ui/term";
import type { Plan } from "../../wire/messages";
import type { PlanModel } from "./plan-model";

interface NotesProps {
  readonly model: PlanModel;
  readonly plan: Plan;
}

/** What each kind of line is, since the three must not be confused. */
export function Kinds({ plan }: { readonly plan: Plan }): VNode {
  return (
    <span class="uw-kinds">
      <Sample kind="measured" />
      <Term explanation="Plug-in numbers of really removing the first rows of each ranking. Each rule has a colour and a dash of its own, as in the table; the rule that selects is thick.">
        measured
      </Term>
      {plan.prediction_reason === null && (
        <>
          <Sample kind="predicted" />
          <Term
            explanation={`What the rule that selects is expected to reach for the population, before any row is looked at; computed with the plug-in divergence k = ${quantity(plan.divergence)}. w is the share of the forget domain among all rows kept, ρ how far the rule shrinks its mean.`}
            formula="α = (1 − wρ)² k,  ε = (wρ)² k"
          >
            predicted
          </Term>
        </>
      )}
      {plan.certificate_reason === null && (
        <>
          <Sample kind="certified" />
          <Term
            explanation={`Bounds on what the rule that selects reaches, α at least and ε at most, which hold with ${100 * (1 - plan.delta)} % confidence before any row is looked at, if the divergence were known; computed with the unbiased k = ${quantity(plan.divergence_unbiased)}.`}
          >
            certified<span class="uw-kinds-more">, if the divergence were known</span>
          </Term>
        </>
      )}
    </span>
  );
}

function Sample({ kind }: { readonly kind: string }): VNode {
  return (
    <svg class="uw-kinds-sample" width="18" height="10" aria-hidden="true">
      <path class="uw-curve" data-kind={kind} data-chosen="true" d="M1,5H17" />
    </svg>
  );
}

/** The answer to the last target, what to beware of, and what is left out. */
export function Notes({ model, plan }: NotesProps): VNode | null {
  const { warning } = plan;
  const answer = model.answer.value;
  const omitted = new Set(
    [plan.prediction_reason, plan.certificate_reason, plan.frontier_reason].filter(
      (reason) => reason !== null,
    ),
  );
  if (answer === null && warning === null && omitted.size === 0) return null;
  return (
    <div class="uw-planner-notes">
      {answer !== null && (
        <p class="uw-planner-answer" data-testid="uw-planner-answer">
          {answer}
        </p>
      )}
      {warning !== null && (
        <p
          class="uw-planner-warning"
          data-testid="uw-planner-warning"
          data-strong={model.rule.value === "distance"}
        >
          <Term explanation={warning.text} formula="1 / √(1 + d / 4k)">
            Distance is predicted to keep {Math.round(100 * warning.efficiency)} % of the gain
          </Term>
          ;{" "}
          <button type="button" class="uw-link" onClick={() => model.choose(warning.rule)}>
            {model.label(warning.rule)}
          </button>{" "}
          all of it.
        </p>
      )}
      {omitted.size > 0 && (
        <p class="uw-planner-omitted uw-muted" data-testid="uw-planner-omitted">
          {[...omitted].join(" ")}
        </p>
      )}
    </div>
  );
}

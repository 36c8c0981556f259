import { batch, computed, effect, signal, type ReadonlySignal } from "@preact/signals";
import { combine, eligibleRows } from "../../core/algebra";
import { Bitset } from "../../core/bitset";
import { count, plural, quantity } from "../../core/format";
import { followPainted, painted, type Standing } from "../../state/after-paint";
import type { LocalStore } from "../../state/local";
import type { SessionStore } from "../../state/session";
import type { ViewTraits } from "../../state/view";
import type { Need, Plan, Refit, RuleTable, RuleTableQuery } from "../../wire/messages";
import { isAbort } from "../../wire/requests";
import { newestTable } from "./newest-table";
import { followRankings, wordsOf, type Rankings } from "./rankings";

/** A target line: removal to reach at least, or preservation cost to keep to at most. */
export type TargetKind = "alpha" | "epsilon";

/** Curves over the rows removed, or the plane of removal and preservation. */
export type PlanView = "budget" | "frontier";

/** What a planner knows, and what a person can do in it. */
export interface PlanModel extends Rankings {
  /** What is chosen and what it does, once the read-out has been painted. */
  readonly standing: Standing;
  readonly table: ReadonlySignal<RuleTable | null>;
  /** The rule that selects. */
  readonly rule: ReadonlySignal<string>;
  readonly refit: ReadonlySignal<Refit>;
  readonly view: ReadonlySignal<PlanView>;
  /** Rows removed: what is being set, or what is chosen. */
  readonly budget: ReadonlySignal<number>;
  /** Whether a budget is being set and not chosen yet. */
  readonly setting: ReadonlySignal<boolean>;
  readonly targets: Readonly<Record<TargetKind, ReadonlySignal<number | null>>>;
  /** The target that is being moved. */
  readonly moving: ReadonlySignal<TargetKind | null>;
  /** What the last target led to. */
  readonly answer: ReadonlySignal<string | null>;
  label(rule: string): string;
  choose(rule: string): void;
  show(view: PlanView): void;
  refitBy(refit: Refit): void;
  moveBudget(rows: number): void;
  setBudget(rows: number): Promise<void>;
  moveTarget(kind: TargetKind, value: number): void;
  /** Choose the smallest budget of the chosen rule that meets a target; null: the plan's target. */
  setTarget(kind: TargetKind, value: number | null): Promise<void>;
  /** Drop what is being moved; says whether there was anything. */
  cancel(): boolean;
}

/** A planner of `session` that ends with `abort`. */
export function createPlanModel(
  session: SessionStore,
  local: LocalStore,
  view: ViewTraits,
  abort: AbortSignal,
  say: (words: string) => void,
): PlanModel {
  const rankings = followRankings(session, abort);
  const standing = followPainted(session, abort);
  const { plan, ranked } = rankings;
  const table = signal<RuleTable | null>(null);
  const answer = signal<string | null>(null);
  const moving = signal<TargetKind | null>(null);
  const draft = signal<number | null>(null);
  const drafts = { alpha: signal<number | null>(null), epsilon: signal<number | null>(null) };
  const traits = {
    alpha: view.signalOf<number | null | undefined>("alpha_target"),
    epsilon: view.signalOf<number | null | undefined>("epsilon_target"),
    rule: view.signalOf<string | undefined>("rule"),
    refit: view.signalOf<Refit | undefined>("refit"),
    view: view.signalOf<PlanView | undefined>("plan_view"),
  };
  const rule = computed(() => {
    const rules = plan.value?.rules ?? [];
    const wanted = traits.rule.value ?? "likelihood_ratio";
    return rules.some(({ name }) => name === wanted) ? wanted : (rules.at(-1)?.name ?? wanted);
  });
  const target = (kind: TargetKind): ReadonlySignal<number | null> =>
    computed(
      () => drafts[kind].value ?? traits[kind].value ?? plan.value?.[`${kind}_target`] ?? null,
    );
  const targets = { alpha: target("alpha"), epsilon: target("epsilon") };
  const committed = computed(() => standing.effect.value.values.n_removed_forget);
  const budget = computed(() => draft.value ?? committed.value);
  const eligible = computed(() =>
    eligibleRows(session.domains.value, session.status.value.retain_locked),
  );
  // An answer that comes after the next thing was begun must not choose rows any more.
  let turn = 0;

  const query = (): RuleTableQuery => ({
    budget: budget.value,
    alpha: targets.alpha.value,
    epsilon: targets.epsilon.value,
  });
  const ask = newestTable(session, abort, (found) => (table.value = found));
  const stop = effect(() => {
    const ready = [...ranked.value.values()].some(({ state }) => state === "ready");
    if (ready) ask(query());
  });

  const firstRows = (name: string, n: number): Bitset | null => {
    const found = ranked.peek().get(name);
    const { n_rows, grouped } = session.info.peek();
    if (found?.state !== "ready" || grouped) return null;
    const first = Bitset.of(n_rows, found.curves.order.subarray(0, n));
    return combine("replace", session.removed.peek(), first, eligible.peek());
  };
  const drop = (): void =>
    batch(() => {
      draft.value = moving.value = drafts.alpha.value = drafts.epsilon.value = null;
      local.proposed.value = null;
    });
  const select = async (name: string, n: number): Promise<void> => {
    const mine = turn;
    const done = batch(() => {
      draft.value = n;
      const rows = firstRows(name, n) ?? undefined;
      local.proposed.value = null;
      return session.select({ by: "rule", rule: name, budget: n }, "replace", rows);
    });
    await done;
    await painted(abort);
    if (mine === turn) draft.value = null;
  };
  const tell = (words: string): void => {
    answer.value = words;
    say(words);
  };

  const model: PlanModel = {
    ...rankings,
    standing,
    table,
    rule,
    refit: computed(() => traits.refit.value ?? "mean"),
    view: computed(() => traits.view.value ?? "budget"),
    budget,
    setting: computed(() => draft.value !== null),
    targets,
    moving,
    answer,
    label: (name) => plan.value?.rules.find((known) => known.name === name)?.label ?? name,
    choose(name) {
      traits.rule.value = name;
    },
    show(next) {
      traits.view.value = next;
    },
    refitBy(refit) {
      traits.refit.value = refit;
    },
    moveBudget(n) {
      turn += 1;
      const name = rule.peek();
      batch(() => {
        draft.value = n;
        local.proposed.value = firstRows(name, n);
      });
      session.previewRule({ by: "rule", rule: name, budget: n, mode: "replace" });
    },
    async setBudget(n) {
      const mine = (turn += 1);
      const name = rule.peek();
      await select(name, n);
      if (mine !== turn) return;
      answer.value = null;
      say(`${plural(n, "row")} chosen by ${model.label(name)}.`);
    },
    moveTarget(kind, value) {
      turn += 1;
      batch(() => {
        answer.value = null;
        moving.value = kind;
        drafts[kind].value = value;
      });
    },
    async setTarget(kind, value) {
      const mine = (turn += 1);
      const name = rule.peek();
      batch(() => {
        traits[kind].value = value;
        drafts[kind].value = moving.value = null;
      });
      const goal = targets[kind].peek();
      if (value === null || goal === null) return;
      try {
        const found = await session.ruleTable({ ...query(), budget: committed.peek() }, abort);
        if (mine !== turn) return;
        const need = found.rows.find((one) => one.rule === name)?.[kind] ?? null;
        const n = need?.n ?? null;
        if (n !== null) await select(name, n);
        if (mine !== turn) return;
        const past = n !== null && isPastStop(name, n, plan.peek());
        tell(outcome(model.label(name), goalText(kind, goal), need, past));
      } catch (reason) {
        if (!isAbort(reason) && mine === turn) tell(wordsOf(reason));
      }
    },
    cancel() {
      const busy = draft.peek() !== null || moving.peek() !== null;
      if (!busy) return false;
      turn += 1;
      drop();
      session.endPreview();
      return true;
    },
  };
  abort.addEventListener(
    "abort",
    () => {
      stop();
      model.cancel();
    },
    { once: true },
  );
  return model;
}

function goalText(kind: TargetKind, goal: number): string {
  return kind === "alpha" ? `α ≥ ${quantity(goal)}` : `ε ≤ ${quantity(goal)}`;
}

function outcome(label: string, goal: string, need: Need | null, past: boolean): string {
  if (need === null) return `${label} is still ranking; nothing is chosen for ${goal}.`;
  if (need.n === null) return `${need.reason ?? `No budget meets ${goal}.`} Nothing is changed.`;
  const warning = past ? " This is past the stop point, where ε grows again." : "";
  return `${goal} needs ${plural(need.n, "row")} by ${label}: chosen.${warning}`;
}

/** Whether a budget of the likelihood ratio lies beyond its stop point. */
export function isPastStop(rule: string, n: number, plan: Plan | null): boolean {
  const stop = plan?.stop ?? null;
  if (rule !== "likelihood_ratio" || stop === null || stop.beyond) return false;
  return n > Math.ceil(stop.removed);
}

/** "354 rows", or why a target has no budget, beside the target that is moved. */
export function needText(need: Need | null): string {
  if (need === null) return "ranking…";
  return need.n === null ? "out of reach" : `${count(need.n)} rows`;
}

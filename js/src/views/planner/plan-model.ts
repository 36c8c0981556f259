import { batch, computed, effect, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { combine, eligibleRows } from "../../core/algebra";
import { Bitset } from "../../core/bitset";
import { count, quantity } from "../../core/format";
import type { LocalStore } from "../../state/local";
import type { SessionStore } from "../../state/session";
import type { ViewTraits } from "../../state/view";
import type { Need, Plan, Refit, RuleCurves, RuleTable, RuleTableQuery } from "../../wire/messages";
import { isAbort } from "../../wire/requests";

/** A target line: removal to reach at least, or preservation cost to keep to at most. */
export type TargetKind = "alpha" | "epsilon";

/** The curves of a rule, or what is in their way. */
export type Ranked =
  | { readonly state: "ranking" }
  | { readonly state: "ready"; readonly curves: RuleCurves }
  | { readonly state: "failed"; readonly reason: string };

/** What a planner knows, and what a person can do in it. */
export interface PlanModel {
  readonly plan: ReadonlySignal<Plan | null>;
  /** Why there is no plan. */
  readonly failure: ReadonlySignal<string | null>;
  readonly ranked: ReadonlySignal<ReadonlyMap<string, Ranked>>;
  readonly table: ReadonlySignal<RuleTable | null>;
  /** The rule that selects. */
  readonly rule: ReadonlySignal<string>;
  readonly refit: Signal<Refit>;
  readonly view: Signal<"budget" | "frontier">;
  /** Rows removed: what is being set, or what is chosen. */
  readonly budget: ReadonlySignal<number>;
  readonly setting: ReadonlySignal<boolean>;
  readonly targets: Readonly<Record<TargetKind, ReadonlySignal<number | null>>>;
  /** The target that is being moved. */
  readonly moving: ReadonlySignal<TargetKind | null>;
  /** What the last target or budget led to. */
  readonly answer: ReadonlySignal<string | null>;
  label(rule: string): string;
  choose(rule: string): void;
  moveBudget(rows: number): void;
  setBudget(rows: number): Promise<void>;
  moveTarget(kind: TargetKind, value: number): void;
  setTarget(kind: TargetKind, value: number): Promise<void>;
  /** Drop what is being moved; says whether there was anything. */
  cancel(): boolean;
  retry(rule?: string): void;
}

/** Milliseconds from one table of rules to the next while something is moved. */
const INTERVAL = 50;

/** A plan of `session` that ends with `abort`. */
export function createPlanModel(
  session: SessionStore,
  local: LocalStore,
  view: ViewTraits,
  abort: AbortSignal,
  say: (words: string) => void,
): PlanModel {
  const plan = signal<Plan | null>(null);
  const failure = signal<string | null>(null);
  const ranked = signal<ReadonlyMap<string, Ranked>>(new Map());
  const table = signal<RuleTable | null>(null);
  const answer = signal<string | null>(null);
  const moving = signal<TargetKind | null>(null);
  const draft = signal<number | null>(null);
  const drafts = { alpha: signal<number | null>(null), epsilon: signal<number | null>(null) };
  const traits = {
    alpha: view.signalOf<number | null | undefined>("alpha_target"),
    epsilon: view.signalOf<number | null | undefined>("epsilon_target"),
  };
  const chosen = view.signalOf<string | undefined>("rule");
  const rule = computed(() => {
    const rules = plan.value?.rules ?? [];
    const wanted = chosen.value ?? "likelihood_ratio";
    return rules.some(({ name }) => name === wanted) ? wanted : (rules.at(-1)?.name ?? wanted);
  });
  const target = (kind: TargetKind): ReadonlySignal<number | null> =>
    computed(
      () => drafts[kind].value ?? traits[kind].value ?? plan.value?.[`${kind}_target`] ?? null,
    );
  const targets = { alpha: target("alpha"), epsilon: target("epsilon") };
  const committed = computed(() => session.effect.value.values.n_removed_forget);
  const budget = computed(() => draft.value ?? committed.value);

  const update = (name: string, state: Ranked): void => {
    ranked.value = new Map(ranked.peek()).set(name, state);
  };
  const rank = (name: string): void => {
    update(name, { state: "ranking" });
    session.planRule(name, abort).then(
      (curves) => update(name, { state: "ready", curves }),
      (reason: unknown) => {
        if (!isAbort(reason)) update(name, { state: "failed", reason: words(reason) });
      },
    );
  };
  const load = (): void => {
    session.plan(abort).then(
      (found) => {
        batch(() => {
          plan.value = found;
          failure.value = null;
        });
        for (const { name } of found.rules) if (!ranked.peek().has(name)) rank(name);
      },
      (reason: unknown) => {
        if (!isAbort(reason)) failure.value = words(reason);
      },
    );
  };

  const ask = newestTable(session, abort, (found) => (table.value = found));
  const query = (): RuleTableQuery => ({
    budget: budget.value,
    alpha: targets.alpha.value,
    epsilon: targets.epsilon.value,
  });
  const rules = computed(() => session.info.value.rules.join("\n"));
  const stops = [
    effect(() => {
      if (rules.value !== "") load();
    }),
    effect(() => {
      const ready = [...ranked.value.values()].some(({ state }) => state === "ready");
      if (ready) ask(query());
    }),
  ];

  const rows = (name: string, n: number): Bitset | undefined => {
    const found = ranked.peek().get(name);
    if (found?.state !== "ready" || session.info.peek().grouped) return undefined;
    const first = Bitset.of(session.info.peek().n_rows, found.curves.order.subarray(0, n));
    const locked = session.status.peek().retain_locked;
    const eligible = eligibleRows(session.domains.peek(), locked);
    return combine("replace", session.removed.peek(), first, eligible);
  };
  const drop = (): boolean => {
    const busy = draft.peek() !== null || moving.peek() !== null;
    batch(() => {
      draft.value = moving.value = drafts.alpha.value = drafts.epsilon.value = null;
      local.proposed.value = null;
    });
    return busy;
  };
  const select = async (n: number): Promise<void> => {
    const name = rule.peek();
    const result = rows(name, n);
    const done = session.select({ by: "rule", rule: name, budget: n }, "replace", result);
    local.proposed.value = null;
    await done;
    draft.value = null;
  };

  const model: PlanModel = {
    plan,
    failure,
    ranked,
    table,
    rule,
    refit: defaulted(view.signalOf<Refit | undefined>("refit"), "mean"),
    view: defaulted(view.signalOf<"budget" | "frontier" | undefined>("plan_view"), "budget"),
    budget,
    setting: computed(() => draft.value !== null),
    targets,
    moving,
    answer,
    label: (name) => plan.value?.rules.find((known) => known.name === name)?.label ?? name,
    choose(name) {
      chosen.value = name;
    },
    moveBudget(n) {
      const name = rule.peek();
      batch(() => {
        draft.value = n;
        local.proposed.value = rows(name, n) ?? null;
      });
      session.previewRule({ by: "rule", rule: name, budget: n, mode: "replace" });
    },
    async setBudget(n) {
      draft.value = n;
      await select(n);
      answer.value = `${count(n)} rows chosen by ${model.label(rule.peek())}.`;
      say(answer.value);
    },
    moveTarget(kind, value) {
      batch(() => {
        moving.value = kind;
        drafts[kind].value = value;
      });
    },
    async setTarget(kind, value) {
      batch(() => {
        traits[kind].value = value;
        drafts[kind].value = null;
        moving.value = null;
      });
      const name = rule.peek();
      try {
        const found = await session.ruleTable(
          {
            budget: committed.peek(),
            alpha: targets.alpha.peek(),
            epsilon: targets.epsilon.peek(),
          },
          abort,
        );
        const row = found.rows.find((one) => one.rule === name);
        const need = row?.[kind] ?? null;
        if (need !== null && need.n !== null) await select(need.n);
        answer.value = outcome(model.label(name), kind, value, need);
        say(answer.value);
      } catch (reason) {
        if (!isAbort(reason)) answer.value = words(reason);
      }
    },
    cancel() {
      const busy = drop();
      if (busy) session.endPreview();
      return busy;
    },
    retry(name) {
      if (name === undefined) load();
      else rank(name);
    },
  };
  abort.addEventListener(
    "abort",
    () => {
      model.cancel();
      for (const stop of stops) stop();
    },
    { once: true },
  );
  return model;
}

function outcome(label: string, kind: TargetKind, value: number, need: Need | null): string {
  const goal = kind === "alpha" ? `α ≥ ${quantity(value)}` : `ε ≤ ${quantity(value)}`;
  if (need === null) return `${label} is still ranking; nothing is chosen for ${goal}.`;
  if (need.n === null) return `${need.reason ?? "No budget meets it."} Nothing is changed.`;
  return `${goal} needs ${count(need.n)} rows by ${label}: they are chosen.`;
}

/** Sends the newest query, one at a time and at most every `INTERVAL` milliseconds. */
function newestTable(
  session: SessionStore,
  abort: AbortSignal,
  receive: (table: RuleTable) => void,
): (query: RuleTableQuery) => void {
  let busy = false;
  let next: RuleTableQuery | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  abort.addEventListener("abort", () => clearTimeout(timer), { once: true });
  const run = async (query: RuleTableQuery): Promise<void> => {
    busy = true;
    try {
      receive(await session.ruleTable(query, abort));
    } catch {
      // The banner says why; the table keeps what it last heard.
    }
    if (abort.aborted) return;
    timer = setTimeout(() => {
      busy = false;
      const waiting = next;
      next = null;
      if (waiting !== null) void run(waiting);
    }, INTERVAL);
  };
  return (query) => {
    if (busy) next = query;
    else void run(query);
  };
}

/** A view's trait that reads as `fallback` where the model has no such trait. */
function defaulted<T>(trait: Signal<T | undefined>, fallback: T): Signal<T> {
  if (trait.peek() === undefined) trait.value = fallback;
  return trait as Signal<T>;
}

function words(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

import { batch, effect, computed, signal, type ReadonlySignal } from "@preact/signals";
import type { SessionStore } from "../../state/session";
import type { Plan, RuleCurves } from "../../wire/messages";
import { isAbort } from "../../wire/requests";

/** The curves of a rule, or what is in their way. */
export type Ranked =
  | { readonly state: "ranking" }
  | { readonly state: "ready"; readonly curves: RuleCurves }
  | { readonly state: "failed"; readonly reason: string };

/** The plan of a session and the rankings of its rules, as they come. */
export interface Rankings {
  readonly plan: ReadonlySignal<Plan | null>;
  /** Why there is no plan. */
  readonly failure: ReadonlySignal<string | null>;
  readonly ranked: ReadonlySignal<ReadonlyMap<string, Ranked>>;
  /** Ask again for a rule, or for the plan. */
  retry(rule?: string): void;
}

/** Ask for the plan, again whenever the session learns a rule, and for every rule once. */
export function followRankings(session: SessionStore, abort: AbortSignal): Rankings {
  const plan = signal<Plan | null>(null);
  const failure = signal<string | null>(null);
  const ranked = signal<ReadonlyMap<string, Ranked>>(new Map());
  const update = (name: string, state: Ranked): void => {
    ranked.value = new Map(ranked.peek()).set(name, state);
  };
  const rank = (name: string): void => {
    update(name, { state: "ranking" });
    session.planRule(name, abort).then(
      (curves) => update(name, { state: "ready", curves }),
      (reason: unknown) => {
        if (!isAbort(reason)) update(name, { state: "failed", reason: wordsOf(reason) });
      },
    );
  };
  const load = (): void => {
    failure.value = null;
    session.plan(abort).then(
      (found) =>
        batch(() => {
          plan.value = found;
          for (const { name } of found.rules) if (!ranked.peek().has(name)) rank(name);
        }),
      (reason: unknown) => {
        if (!isAbort(reason)) failure.value = wordsOf(reason);
      },
    );
  };
  const rules = computed(() => session.info.value.rules.join("\n"));
  const stop = effect(() => {
    if (rules.value.length > 0) load();
  });
  abort.addEventListener("abort", stop, { once: true });
  return {
    plan,
    failure,
    ranked,
    retry: (rule) => (rule === undefined ? load() : rank(rule)),
  };
}

/** What went wrong, in the kernel's words. */
export function wordsOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

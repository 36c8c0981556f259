import { Bitset } from "../core/bitset";
import { GaussianUpdate } from "../core/gaussian";
import type { ColumnHeader, RecordsQuery, RuleTableQuery, SelectBy } from "../wire/messages";
import { answerRequests, viewOf, type Answer, type PageRequest } from "./answering";
import { PageModel } from "./model";
import { savedPage, savedRecord } from "./saved-records";
import { PageSelection } from "./selection";
import type { PageState } from "./state";
import { SavedPlans } from "./tables";

/** What a page says when it is asked for something that only Python computes. */
export const NEEDS_PYTHON: Readonly<Record<string, string>> = {
  check: "This page trains no models: check by retraining in a notebook.",
  search: "This page does not carry the texts of all rows: search in a notebook.",
  neighbors: "This page knows no neighbours: grow the selection in a notebook.",
  duplicates: "This page does not look for near-duplicates: find them in a notebook.",
};

/**
 * Stands in for the session in a page that was written to a file. Numbers are computed anew where
 * the page carries what they need, are the saved ones otherwise, and are refused in words where it
 * has neither: nothing is ever estimated.
 */
export class StandaloneKernel {
  readonly model: PageModel;
  private readonly selection: PageSelection;
  private readonly plans: SavedPlans;
  private readonly groups: readonly (readonly number[])[];

  constructor(private readonly state: PageState) {
    const { live, domains, positions, removed } = state;
    const update = live === null ? null : new GaussianUpdate(live.constants, live.rows, domains);
    const refusal =
      update === null ? `${state.reason ?? ""} This page shows what was saved.`.trim() : null;
    this.plans = new SavedPlans(state);
    this.groups = membersOf(state.groups);
    this.model = new PageModel({
      _info: state.info,
      _positions: viewOf(positions),
      _domains: viewOf(domains),
      _check: { running: null, result: null, error: null },
    });
    this.selection = new PageSelection(
      this.model,
      {
        positions,
        domains,
        refusal,
        effect: (rows) => {
          if (update === null) throw new Error(refusal ?? "");
          return update.effect(rows);
        },
        ranked: (rule, budget) => this.ranked(rule, budget),
        whole: (rows) => this.whole(rows),
        found: (by) => this.found(by),
      },
      {
        removed,
        rev: state.rev,
        retainLocked: state.retainLocked,
        rule: state.rule,
        sets: state.sets,
        effect: state.effect,
      },
    );
    answerRequests(this.model, (request, buffers) => this.answer(request, buffers));
  }

  /** The rows chosen now. */
  get removed(): Bitset {
    return this.selection.removed;
  }

  private answer(request: PageRequest, buffers: readonly ArrayBuffer[]): Answer {
    const chosen = this.selection.answer(request, buffers);
    if (chosen !== null) return chosen;
    const { state } = this;
    const { removed } = this.selection;
    const asked: unknown = request;
    switch (request.kind) {
      case "records":
        return { fields: savedPage(state, removed, asked as RecordsQuery) };
      case "record":
        return { fields: savedRecord(state, removed, Number(request.row)) };
      case "column":
        return this.column(String(request.name));
      case "plan":
        return state.plan;
      case "plan_rule":
        return this.plans.curves(String(request.rule));
      case "rule_table":
        return this.plans.table(asked as RuleTableQuery);
      case "diagnosis":
        return { fields: state.diagnosis };
      default:
        throw new Error(NEEDS_PYTHON[request.kind] ?? `unknown message kind "${request.kind}".`);
    }
  }

  private ranked(rule: string, budget: number): Bitset {
    return Bitset.of(this.state.domains.length, this.plans.order(rule).subarray(0, budget));
  }

  private whole(rows: Bitset): Bitset {
    const { groups } = this.state;
    if (groups === null) return rows;
    const grown = rows.clone();
    rows.forEach((row) => {
      for (const other of this.groups[groups[row]!] ?? []) grown.set(other, true);
    });
    return grown;
  }

  private found({ by }: SelectBy): Bitset {
    throw new Error(NEEDS_PYTHON[by] ?? `by: unknown way to select "${by}".`);
  }

  private column(name: string): Answer {
    if (name !== "score") {
      throw new Error(`This page does not carry the column "${name}": colour by it in a notebook.`);
    }
    const { scores } = this.state;
    let [min, max] = [Infinity, -Infinity];
    for (const score of scores) [min, max] = [Math.min(min, score), Math.max(max, score)];
    const column: ColumnHeader = { kind: "numeric", min, max };
    return { fields: { column }, buffers: [scores] };
  }
}

/** The rows of each group by its number. */
function membersOf(groups: Uint32Array | null): number[][] {
  const members: number[][] = [];
  groups?.forEach((group, row) => (members[group] ??= []).push(row));
  return members;
}

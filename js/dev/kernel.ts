import { Bitset } from "../src/core/bitset";
import { answerRequests, viewOf, type Answer, type PageRequest } from "../src/page/answering";
import { PageModel } from "../src/page/model";
import { PageSelection } from "../src/page/selection";
import type { RuleTableQuery, SelectBy, SessionStatus } from "../src/wire/messages";
import type { PageData } from "./data";
import { effectOf, fitDomains, scores } from "./effect";
import { PagePlans } from "./planning";
import { pageOf, recordOf } from "./record-answers";

const RULES = ["random", "distance", "likelihood_ratio"];

/** Plays the kernel for the development page: every request is answered with computed data. */
export class PageKernel {
  readonly model: PageModel;
  /** Messages received, oldest first. */
  readonly received: PageRequest[] = [];
  /** False once the kernel is gone: nothing is answered any more. */
  alive = true;
  private readonly selection: PageSelection;
  private readonly scores: Float32Array;
  private readonly plans: PagePlans;
  /** The rule behind rows that were ranked by one. */
  private readonly origins = new WeakMap<Bitset, NonNullable<SessionStatus["rule"]>>();

  constructor(
    private readonly data: PageData,
    /** Milliseconds until a reply, as over a real connection. */
    latency = 12,
  ) {
    const fit = fitDomains(data);
    this.scores = scores(data, fit);
    this.plans = new PagePlans(data, fit, this.scores, RULES);
    const { forget, retain, divergence } = fit;
    this.model = new PageModel({
      _check: { running: null, result: null, error: null },
      _positions: viewOf(data.positions),
      _domains: viewOf(data.domains),
      _info: {
        n_rows: data.n,
        n_forget: forget.n,
        n_retain: retain.n,
        dim: 2,
        dim_effective: 2,
        title: "SMS messages",
        names: { forget: "spam", retain: "ham" },
        map: {
          name: "discriminant",
          x_label: "log-likelihood ratio",
          y_label: "largest remaining variation",
          x_ends: ["more like ham", "more like spam"],
          aspect: "free",
        },
        columns: [
          { name: "language", kind: "categorical" },
          { name: "length", kind: "numeric" },
          { name: "text", kind: "text" },
        ],
        key: "id",
        has_text: true,
        text_column: "text",
        rules: RULES,
        covariance: "shared",
        shrinkage_used: null,
        divergence,
        precision: "float64",
        grouped: false,
      },
    });
    this.selection = new PageSelection(
      this.model,
      {
        ...data,
        refusal: null,
        effect: (removed) => effectOf(data, fit, removed),
        ranked: (rule, budget) => this.ranked(rule, budget),
        whole: (rows) => rows,
        found: (by, removed) => this.found(by, removed),
      },
      {
        removed: new Bitset(data.n),
        rev: 0,
        retainLocked: true,
        rule: null,
        sets: new Map(),
        effect: null,
      },
    );
    answerRequests(this.model, (request, buffers) => this.answer(request, buffers), {
      latency,
      heard: (request) => this.received.push(request),
      alive: () => this.alive,
    });
  }

  /** Ends the kernel as a restart does: the comm closes and no request is answered. */
  die(): void {
    this.alive = false;
    this.model.comm_live = false;
    this.model.emit("comm_live_update");
    this.model.emit("comm:close");
  }

  /** Commits a selection as Python code in another cell would. */
  choose(removed: Bitset, source = "python"): void {
    this.selection.choose(removed, source, "Choice", this.origins.get(removed) ?? null);
  }

  /** The first rows of a rule's ranking. */
  ranked(rule: string, budget: number): Bitset {
    const rows = Bitset.of(this.data.n, this.plans.order(rule).subarray(0, budget));
    this.origins.set(rows, { name: rule, budget });
    return rows;
  }

  private answer(message: PageRequest, buffers: readonly ArrayBuffer[]): Answer {
    const chosen = this.selection.answer(message, buffers);
    if (chosen !== null) return chosen;
    const { removed } = this.selection;
    switch (message.kind) {
      case "records":
        return { fields: pageOf(this.data, this.scores, removed, message) };
      case "record":
        return { fields: recordOf(this.data, this.scores, removed, Number(message.row)) };
      case "search": {
        const hits = this.search(String(message.text));
        const share = (code: number): number =>
          [...hits.indices()].filter((row) => this.data.domains[row] === code).length;
        return {
          fields: { total: hits.count(), forget: share(2), retain: share(1) },
          buffers: [hits.bytes],
        };
      }
      case "column":
        return this.column(String(message.name));
      case "duplicates":
        return { fields: { total: this.duplicates().count() } };
      case "check": {
        const error = "This page trains no models: check by retraining in a notebook.";
        this.model.update({ _check: { running: null, result: null, error } });
        return { fields: {} };
      }
      case "plan":
        return this.plans.plan();
      case "plan_rule":
        return this.plans.planRule(String(message.rule));
      case "rule_table":
        return this.plans.table(message as unknown as RuleTableQuery);
      case "diagnosis":
        return {
          fields: { verdict: "good", reasons: ["The rows of this page are drawn from Gaussians."] },
        };
      default:
        throw new Error(`unknown message kind "${message.kind}".`);
    }
  }

  private found(by: SelectBy, removed: Bitset): Bitset {
    if (by.by === "search") return this.search(by.text);
    if (by.by === "neighbors") return this.ranked("distance", removed.count() + by.k);
    return this.duplicates();
  }

  private duplicates(): Bitset {
    const { texts, domains, n } = this.data;
    const removed = this.selection.removed;
    const seen = new Set([...removed.indices()].map((row) => texts[row]));
    return Bitset.from(
      n,
      (row) => row % 7 === 0 && domains[row] === 2 && !removed.has(row) && seen.has(texts[row]),
    );
  }

  private search(text: string): Bitset {
    const wanted = text.toLowerCase();
    const { texts, keys, n } = this.data;
    return Bitset.from(n, (row) => `${keys[row]} ${texts[row]}`.toLowerCase().includes(wanted));
  }

  private column(name: string): Answer {
    if (name === "language") {
      const labels = [...new Set(this.data.languages)];
      const codes = Uint8Array.from(this.data.languages, (label) => labels.indexOf(label));
      const counts = labels.map((_, code) => codes.filter((known) => known === code).length);
      return { fields: { column: { kind: "categorical", labels, counts } }, buffers: [codes] };
    }
    const values = name === "length" ? this.data.lengths : this.scores;
    const finite = values.filter(Number.isFinite);
    const [min, max] = finite.reduce(
      ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
      [Infinity, -Infinity],
    );
    return { fields: { column: { kind: "numeric", min, max } }, buffers: [values] };
  }
}

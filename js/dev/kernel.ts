import { combine, eligibleRows } from "../src/core/algebra";
import { Bitset } from "../src/core/bitset";
import { PointIndex } from "../src/core/geometry";
import type {
  EffectValues,
  Mode,
  RuleProposal,
  RuleTableQuery,
  SelectBy,
  SessionStatus,
} from "../src/wire/messages";
import type { PageData } from "./data";
import { effectOf, fitDomains, scores } from "./effect";
import { PageModel } from "./model";
import { PagePlans } from "./planning";
import { pageOf, recordOf } from "./record-answers";

interface Message {
  readonly v: number;
  readonly id: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

interface Answer {
  readonly fields: object;
  readonly buffers?: readonly ArrayBufferView[];
}

interface GestureMessage {
  readonly tool: "lasso" | "rectangle" | "brush" | "click";
  readonly mode: Mode;
  readonly radius?: readonly [number, number];
  readonly row?: number;
}

const RULES = ["random", "distance", "likelihood_ratio"];

function wire(values: EffectValues): Record<string, unknown> {
  const spell = (value: unknown): unknown =>
    typeof value === "number" && !Number.isFinite(value) ? String(value).toLowerCase() : value;
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, spell(value)]));
}

/** Plays the kernel for the development page: every request is answered with computed data. */
export class PageKernel {
  readonly model: PageModel;
  /** Messages received, oldest first. */
  readonly received: Message[] = [];
  /** False once the kernel is gone: nothing is answered any more. */
  alive = true;
  private removed: Bitset;
  private rev = 0;
  private locked = true;
  private gesture: SessionStatus["gesture"] = null;
  private readonly past: Bitset[] = [];
  private readonly future: Bitset[] = [];
  private readonly sets = new Map<string, Bitset>();
  private readonly index: PointIndex;
  private readonly fit: ReturnType<typeof fitDomains>;
  private readonly scores: Float32Array;
  private readonly plans: PagePlans;
  /** The rule behind a selection that was chosen by one. */
  private readonly origins = new WeakMap<Bitset, NonNullable<SessionStatus["rule"]>>();

  constructor(
    private readonly data: PageData,
    /** Milliseconds until a reply, as over a real connection. */
    private readonly latency = 12,
  ) {
    this.removed = new Bitset(data.n);
    this.index = new PointIndex(data.positions);
    this.fit = fitDomains(data);
    this.scores = scores(data, this.fit);
    this.plans = new PagePlans(data, this.fit, this.scores, RULES);
    const { forget, retain, divergence } = this.fit;
    const bytes = (array: Float32Array | Uint8Array): DataView =>
      new DataView(array.buffer, array.byteOffset, array.byteLength);
    this.model = new PageModel({
      _check: { running: null, result: null, error: null },
      _positions: bytes(data.positions),
      _domains: bytes(data.domains),
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
      ...this.state("python"),
    });
    this.model.onSend = (content, buffers) => this.receive(content as Message, buffers);
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
    this.past.push(this.removed);
    this.future.length = 0;
    this.show(removed, source);
  }

  /** The first rows of a rule's ranking. */
  ranked(rule: string, budget: number): Bitset {
    const rows = Bitset.of(this.data.n, this.plans.order(rule).subarray(0, budget));
    this.origins.set(rows, { name: rule, budget });
    return rows;
  }

  private state(source: string): Record<string, unknown> {
    const n = (set: Bitset): number => set.count();
    const { bytes } = this.removed.clone();
    return {
      _removed: new DataView(bytes.buffer),
      _rev: this.rev,
      _source: source,
      _effect: { rev: this.rev, values: wire(effectOf(this.data, this.fit, this.removed)) },
      _status: {
        can_undo: this.past.length > 0,
        can_redo: this.future.length > 0,
        undo_label: this.past.length > 0 ? "last step" : null,
        redo_label: this.future.length > 0 ? "next step" : null,
        retain_locked: this.locked,
        sets: [...this.sets].map(([name, set]) => ({ name, n: n(set) })),
        gesture: this.gesture,
        rule: this.origins.get(this.removed) ?? null,
      } satisfies SessionStatus,
    };
  }

  private show(removed: Bitset, source: string): void {
    this.removed = removed;
    this.rev += 1;
    this.model.update(this.state(source));
  }

  private receive(message: Message, buffers: readonly ArrayBuffer[]): void {
    if (message.kind === "nudge") return;
    this.received.push(message);
    setTimeout(() => this.reply(message, buffers), this.latency);
  }

  private reply(message: Message, buffers: readonly ArrayBuffer[]): void {
    if (!this.alive) return;
    const { id, kind } = message;
    try {
      const { fields, buffers: out = [] } = this.answer(message, buffers);
      const views = out.map((part) => new DataView(part.buffer, part.byteOffset, part.byteLength));
      this.model.emit("msg:custom", { v: 1, id, kind, ok: true, ...fields }, views);
    } catch (reason) {
      const error = { type: "ValueError", message: (reason as Error).message };
      this.model.emit("msg:custom", { v: 1, id, kind, ok: false, error }, []);
    }
  }

  private answer(message: Message, buffers: readonly ArrayBuffer[]): Answer {
    const view = message.id.split(":")[0] ?? "";
    switch (message.kind) {
      case "preview":
        return message.by === "rule"
          ? this.proposed(message as unknown as RuleProposal)
          : this.gestured(message as unknown as GestureMessage, "preview", view, buffers);
      case "gesture":
        return this.gestured(message as unknown as GestureMessage, "gesture", view, buffers);
      case "command":
        return this.command(String(message.name), view);
      case "select":
        return this.select(message as unknown as SelectBy & { mode: Mode }, view);
      case "records":
        return { fields: pageOf(this.data, this.scores, this.removed, message) };
      case "record":
        return { fields: recordOf(this.data, this.scores, this.removed, Number(message.row)) };
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
      case "set": {
        const name = String(message.name);
        if (message.op === "save") this.sets.set(name, this.removed);
        else this.sets.delete(name);
        this.model.update({ _status: this.state(view)._status });
        return { fields: { sets: (this.state(view)._status as SessionStatus).sets } };
      }
      case "check": {
        const error = "This page trains no models: check by retraining in a notebook.";
        this.model.update({ _check: { running: null, result: null, error } });
        return { fields: {} };
      }
      case "preview_end":
        return { fields: {} };
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

  private proposed({ rule, budget, mode }: RuleProposal): Answer {
    const eligible = eligibleRows(this.data.domains, this.locked);
    const next = combine(mode, this.removed, this.ranked(rule, budget), eligible);
    const values = wire(effectOf(this.data, this.fit, next));
    return { fields: { rev: this.rev, values, inside_forget: budget, inside_retain: 0 } };
  }

  private gestured(
    { tool, mode, radius = [0, 0], row = -1 }: GestureMessage,
    kind: "gesture" | "preview",
    view: string,
    buffers: readonly ArrayBuffer[],
  ): Answer {
    const path = new Float64Array(buffers[0] ?? new ArrayBuffer(0));
    const inside = {
      lasso: () => this.index.lasso(path),
      rectangle: () => this.index.rectangle(path),
      brush: () => this.index.disc(path, radius),
      click: () => Bitset.of(this.data.n, [row]),
    }[tool]();
    const of = (code: number): number =>
      [...inside.indices()].filter((at) => this.data.domains[at] === code).length;
    const counts = { inside_forget: of(2), inside_retain: of(1) };
    const eligible = eligibleRows(this.data.domains, this.locked);
    const next = combine(mode, this.removed, inside, eligible);
    if (kind === "preview") {
      const values = wire(effectOf(this.data, this.fit, next));
      return { fields: { rev: this.rev, values, ...counts } };
    }
    const changed = next.xor(this.removed).count();
    this.gesture = { tool, mode, ...counts, locked: this.locked };
    if (changed > 0) this.choose(next, view);
    else this.model.update({ _status: this.state(view)._status });
    return { fields: { rev: this.rev, ...counts, n_changed: changed } };
  }

  private command(name: string, view: string): Answer {
    const eligible = eligibleRows(this.data.domains, this.locked);
    const back = name === "undo" ? this.past.pop() : this.future.pop();
    if (name === "lock" || name === "unlock") {
      this.locked = name === "lock";
      this.model.update({ _status: this.state(view)._status });
    } else if (name === "clear") this.choose(new Bitset(this.data.n), view);
    else if (name === "invert") this.choose(this.removed.xor(eligible), view);
    else if (back !== undefined) {
      (name === "undo" ? this.future : this.past).push(this.removed);
      this.show(back, view);
    }
    return { fields: { rev: this.rev } };
  }

  private select(by: SelectBy & { mode: Mode }, view: string): Answer {
    const rows = this.chosenBy(by);
    const eligible = eligibleRows(this.data.domains, this.locked);
    const next = combine(by.mode, this.removed, rows, eligible);
    const changed = next.xor(this.removed).count();
    if (by.by === "rule" && by.mode === "replace") {
      this.origins.set(next, { name: by.rule, budget: by.budget });
    }
    if (changed > 0) this.choose(next, view);
    return { fields: { rev: this.rev, n_changed: changed } };
  }

  private chosenBy(by: SelectBy): Bitset {
    const { n } = this.data;
    if (by.by === "rows") return Bitset.of(n, by.rows);
    if (by.by === "rule") return this.ranked(by.rule, by.budget);
    if (by.by === "search") return this.search(by.text);
    if (by.by === "duplicates") return this.duplicates();
    if (by.by === "neighbors") return this.ranked("distance", this.removed.count() + by.k);
    const set = this.sets.get(by.name);
    if (set === undefined) {
      throw new Error(`set: expected the name of a saved set, got "${by.name}". Save it first.`);
    }
    return set;
  }

  private duplicates(): Bitset {
    const { texts, domains, n } = this.data;
    const seen = new Set([...this.removed.indices()].map((row) => texts[row]));
    return Bitset.from(
      n,
      (row) =>
        row % 7 === 0 && domains[row] === 2 && !this.removed.has(row) && seen.has(texts[row]),
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

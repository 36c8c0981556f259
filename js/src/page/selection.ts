import { combine, eligibleRows } from "../core/algebra";
import { Bitset } from "../core/bitset";
import { count } from "../core/format";
import { PointIndex } from "../core/geometry";
import { encodeNumbers } from "../wire/codecs";
import type {
  ChoiceKind,
  EffectValues,
  Mode,
  RuleProposal,
  SelectBy,
  SessionStatus,
  Tool,
} from "../wire/messages";
import { viewOf, type Answer, type PageRequest } from "./answering";
import type { PageModel } from "./model";
import { Steps } from "./steps";

/** What a selection is made over, and what it asks others for. */
export interface SelectionParts {
  readonly positions: Float32Array;
  /** 0 neither, 1 retain, 2 forget. */
  readonly domains: Uint8Array;
  /** Why nothing can be chosen; null when it can. */
  readonly refusal: string | null;
  /** The effect of removing rows; throws words when there is none. */
  effect(removed: Bitset): EffectValues;
  /** The first rows of a rule's ranking. */
  ranked(rule: string, budget: number): Bitset;
  /** Rows with the rest of their groups. */
  whole(rows: Bitset): Bitset;
  /** Rows chosen by other means than a rule, a set or a list. */
  found(by: SelectBy, removed: Bitset): Bitset;
}

/** What a selection begins with. */
export interface SelectionStart {
  readonly removed: Bitset;
  readonly rev: number;
  readonly retainLocked: boolean;
  readonly rule: SessionStatus["rule"];
  readonly sets: ReadonlyMap<string, Bitset>;
  /** The effect of `removed` where it is known already. */
  readonly effect: EffectValues | null;
}

interface GestureMessage {
  readonly tool: Tool;
  readonly mode: Mode;
  readonly radius?: readonly [number, number];
  readonly row?: number;
}

const KINDS: Readonly<Partial<Record<SelectBy["by"], ChoiceKind>>> = {
  neighbors: "grow",
  rows: "select",
};

/** Owner of the chosen rows in a page without a kernel: the way back, the sets, and the numbers. */
export class PageSelection {
  private readonly steps: Steps;
  private rev: number;
  private source = "python";
  private locked: boolean;
  private gesture: SessionStatus["gesture"] = null;
  private readonly sets: Map<string, Bitset>;
  private readonly index: PointIndex;
  /** Undo brings back the very numbers that were shown. */
  private readonly effects = new WeakMap<Bitset, EffectValues>();

  constructor(
    private readonly model: PageModel,
    private readonly parts: SelectionParts,
    start: SelectionStart,
  ) {
    this.steps = new Steps({ removed: start.removed, rule: start.rule, label: "" });
    this.rev = start.rev;
    this.locked = start.retainLocked;
    this.sets = new Map(start.sets);
    this.index = new PointIndex(parts.positions);
    if (start.effect !== null) this.effects.set(start.removed, start.effect);
    model.update(this.traits());
  }

  /** The rows chosen for removal. */
  get removed(): Bitset {
    return this.steps.current.removed;
  }

  /** Answers the requests that are about the selection; null for all others. */
  answer(request: PageRequest, buffers: readonly ArrayBuffer[]): Answer | null {
    const view = request.id.split(":")[0] ?? "";
    const asked: unknown = request;
    switch (request.kind) {
      case "preview_end":
        return { fields: {} };
      case "preview":
        this.requireFree();
        if (request.by !== "rule") return this.preview(asked as GestureMessage, buffers);
        return this.proposal(asked as RuleProposal);
      case "gesture":
        this.requireFree();
        return this.gestured(asked as GestureMessage, view, buffers);
      case "command":
        this.requireFree();
        return this.command(String(request.name), view);
      case "select":
        this.requireFree();
        return this.select(asked as SelectBy & { mode: Mode }, view);
      case "set":
        this.requireFree();
        return this.set(String(request.op), String(request.name));
      default:
        return null;
    }
  }

  /** Chooses rows as one step that can be undone; says how many changed. */
  choose(
    removed: Bitset,
    source = "python",
    label = "Choice",
    rule: SessionStatus["rule"] = null,
  ): number {
    const changed = removed.xor(this.removed).count();
    if (changed === 0) return 0;
    this.effectOf(removed);
    this.steps.push({ removed, rule, label: `${label} ${count(changed)}` });
    this.show(source);
    return changed;
  }

  private traits(): Record<string, unknown> {
    const { steps, rev } = this;
    return {
      _removed: viewOf(this.removed.clone().bytes),
      _rev: rev,
      _source: this.source,
      _effect: {
        rev,
        values: encodeNumbers(this.effectOf(this.removed) as unknown as Record<string, unknown>),
      },
      _status: {
        ...steps.status,
        retain_locked: this.locked,
        sets: [...this.sets].map(([name, set]) => ({ name, n: set.count() })),
        gesture: this.gesture,
        rule: steps.current.rule,
      } satisfies SessionStatus,
    };
  }

  private show(source: string): void {
    this.rev += 1;
    this.source = source;
    this.model.update(this.traits());
  }

  private showStatus(): void {
    this.model.update({ _status: this.traits()._status });
  }

  private effectOf(removed: Bitset): EffectValues {
    const known = this.effects.get(removed) ?? this.parts.effect(removed);
    this.effects.set(removed, known);
    return known;
  }

  private requireFree(): void {
    if (this.parts.refusal !== null) throw new Error(this.parts.refusal);
  }

  private get eligible(): Bitset {
    return eligibleRows(this.parts.domains, this.locked);
  }

  private combined(mode: Mode, inside: Bitset): Bitset {
    return combine(mode, this.removed, this.parts.whole(inside), this.eligible);
  }

  private counts(inside: Bitset): { inside_forget: number; inside_retain: number } {
    const counts = { inside_forget: 0, inside_retain: 0 };
    inside.forEach((row) => {
      const code = this.parts.domains[row];
      if (code === 2) counts.inside_forget += 1;
      else if (code === 1) counts.inside_retain += 1;
    });
    return counts;
  }

  private inside(
    { tool, radius = [0, 0], row = -1 }: GestureMessage,
    buffers: readonly ArrayBuffer[],
  ): Bitset {
    const path = new Float64Array(buffers[0] ?? new ArrayBuffer(0));
    if (tool === "lasso") return this.index.lasso(path);
    if (tool === "rectangle") return this.index.rectangle(path);
    if (tool === "brush") return this.index.disc(path, radius);
    return Bitset.of(this.index.n, [row]);
  }

  private previewOf(inside: Bitset, mode: Mode): Answer {
    const values = this.parts.effect(this.combined(mode, inside));
    const spelled = encodeNumbers(values as unknown as Record<string, unknown>);
    return { fields: { rev: this.rev, values: spelled, ...this.counts(inside) } };
  }

  private preview(gesture: GestureMessage, buffers: readonly ArrayBuffer[]): Answer {
    return this.previewOf(this.inside(gesture, buffers), gesture.mode);
  }

  private proposal({ rule, budget, mode }: RuleProposal): Answer {
    return this.previewOf(this.parts.ranked(rule, budget), mode);
  }

  private gestured(gesture: GestureMessage, view: string, buffers: readonly ArrayBuffer[]): Answer {
    const inside = this.inside(gesture, buffers);
    const { tool, mode } = gesture;
    const n_changed = this.commit(inside, mode, tool, view);
    return { fields: { rev: this.rev, ...this.counts(inside), n_changed } };
  }

  private commit(
    inside: Bitset,
    mode: Mode,
    tool: ChoiceKind,
    view: string,
    rule: SessionStatus["rule"] = null,
  ): number {
    const next = this.combined(mode, inside);
    const before = this.gesture;
    this.gesture = { tool, mode, ...this.counts(inside), locked: this.locked };
    try {
      const changed = this.choose(next, view, `${named(tool)}, ${mode}`, rule);
      if (changed === 0) this.showStatus();
      return changed;
    } catch (reason) {
      this.gesture = before;
      throw reason;
    }
  }

  private command(name: string, view: string): Answer {
    if (name === "lock" || name === "unlock") {
      this.locked = name === "lock";
      this.showStatus();
    } else {
      this.gesture = null;
      if (name === "undo" || name === "redo") {
        if (this.steps.walk(name)) this.show(view);
      } else if (name === "clear") {
        this.choose(new Bitset(this.removed.n), view, "Clear");
      } else {
        this.choose(this.removed.xor(this.eligible), view, "Invert");
      }
    }
    return { fields: { rev: this.rev } };
  }

  private select(by: SelectBy & { mode: Mode }, view: string): Answer {
    const rule =
      by.by === "rule" && by.mode === "replace" ? { name: by.rule, budget: by.budget } : null;
    const kind = KINDS[by.by] ?? (by.by as ChoiceKind);
    const n_changed = this.commit(this.chosenBy(by), by.mode, kind, view, rule);
    return { fields: { rev: this.rev, n_changed } };
  }

  private chosenBy(by: SelectBy): Bitset {
    if (by.by === "rows") return Bitset.of(this.removed.n, by.rows);
    if (by.by === "rule") return this.parts.ranked(by.rule, by.budget);
    if (by.by !== "set") return this.parts.found(by, this.removed);
    const set = this.sets.get(by.name);
    if (set !== undefined) return set;
    throw new Error(`set: expected the name of a saved set, got "${by.name}". Save it first.`);
  }

  private set(op: string, name: string): Answer {
    if (op === "save") this.sets.set(name, this.removed);
    else this.sets.delete(name);
    this.showStatus();
    return { fields: { sets: (this.model.get("_status") as SessionStatus).sets } };
  }
}

function named(kind: ChoiceKind): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}

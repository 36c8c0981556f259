import type { Bitset } from "../core/bitset";
import type { SessionStatus } from "../wire/messages";

/** A selection and how it came about. */
export interface Step {
  readonly removed: Bitset;
  /** The rule whose ranking the rows begin, if a rule chose them. */
  readonly rule: SessionStatus["rule"];
  /** What was done to come here, in plain words. */
  readonly label: string;
}

/** The steps that led to the present selection, and those undone since. */
export class Steps {
  private readonly past: Step[] = [];
  private readonly future: Step[] = [];

  constructor(private present: Step) {}

  /** The step whose selection is the present one. */
  get current(): Step {
    return this.present;
  }

  /** What can be done next, as a session's status says it. */
  get status(): Pick<SessionStatus, "can_undo" | "can_redo" | "undo_label" | "redo_label"> {
    const { past, future, present } = this;
    return {
      can_undo: past.length > 0,
      can_redo: future.length > 0,
      undo_label: past.length > 0 ? present.label : null,
      redo_label: future.at(-1)?.label ?? null,
    };
  }

  /** Adds a step; those undone are forgotten. */
  push(step: Step): void {
    this.past.push(this.present);
    this.future.length = 0;
    this.present = step;
  }

  /** Takes a step back or forth; says whether there was one. */
  walk(way: "undo" | "redo"): boolean {
    const [from, to] = way === "undo" ? [this.past, this.future] : [this.future, this.past];
    const step = from.pop();
    if (step === undefined) return false;
    to.push(this.present);
    this.present = step;
    return true;
  }
}

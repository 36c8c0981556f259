import type { Mode } from "../wire/messages";
import { Bitset } from "./bitset";

/**
 * The selection after a gesture: (old & ~eligible) | op(old & eligible, inside & eligible). Rows that
 * may not change keep their state. Twin of the rule in unlearn_widgets/session/removal.py.
 */
export function combine(mode: Mode, old: Bitset, inside: Bitset, eligible: Bitset): Bitset {
  const before = old.and(eligible);
  const reached = inside.and(eligible);
  return old.andNot(eligible).or(apply(mode, before, reached));
}

/** The rows that may change: the forget domain, and the retained domain too when it is unlocked. */
export function eligibleRows(domains: Uint8Array, retainLocked: boolean): Bitset {
  return Bitset.from(domains.length, (row) => domains[row]! >= (retainLocked ? 2 : 1));
}

function apply(mode: Mode, before: Bitset, reached: Bitset): Bitset {
  switch (mode) {
    case "replace":
      return reached;
    case "add":
      return before.or(reached);
    case "subtract":
      return before.andNot(reached);
    case "intersect":
      return before.and(reached);
  }
}

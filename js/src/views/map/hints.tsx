import type { ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import { count } from "../../core/format";
import type { SessionStore } from "../../state/session";
import type { ChoiceKind } from "../../wire/messages";
import type { Drawing } from "./drawing";

/** How many retained rows lie inside the gesture, and what becomes of them. */
export function RetainedHint(props: {
  readonly session: SessionStore;
  readonly drawing: Drawing;
  /** A retained row that was clicked while it is locked. */
  readonly refused: ReadonlySignal<number | null>;
}): VNode | null {
  const { session, drawing, refused } = props;
  const { names } = session.info.value;
  const { gesture, retain_locked: locked } = session.status.value;
  const reached = drawing.reach.value;
  const choice =
    reached !== null
      ? { kind: reached.tool, inside: reached.insideRetain, locked }
      : refused.value !== null
        ? { kind: "click" as const, inside: 1, locked }
        : gesture !== null
          ? { kind: gesture.tool, inside: gesture.inside_retain, locked: gesture.locked }
          : null;
  const words = choice && retainedWords(choice.kind, choice.inside, names.retain, choice.locked);
  if (choice === null || words === null) return null;
  return (
    <p
      class="uw-hint uw-hint-retained"
      data-testid="uw-gesture-retained"
      data-value={choice.inside}
    >
      {words}
    </p>
  );
}

const AREAS: ReadonlySet<ChoiceKind> = new Set(["lasso", "rectangle", "brush"]);

/**
 * "3 ham rows lie inside and are kept (locked)". Only an area on the map can hold rows unseen, so that
 * none is worth saying; null where there is nothing to say.
 */
export function retainedWords(
  kind: ChoiceKind,
  inside: number,
  name: string,
  locked: boolean,
): string | null {
  const area = AREAS.has(kind);
  if (inside === 0) return area ? `no ${name} row lies inside` : null;
  const one = inside === 1;
  const be = one ? "is" : "are";
  const rows = `${count(inside)} ${name} ${one ? "row" : "rows"}`;
  const kept = `${be} kept (locked)`;
  let where: string | null = null;
  if (area) where = one ? "lies inside" : "lie inside";
  else if (kind === "search") where = one ? "matches" : "match";
  else if (kind === "set") where = `${be} in the set`;
  if (where === null) return `${rows} ${locked ? kept : "among them (unlocked)"}`;
  return `${rows} ${where} ${locked ? `and ${kept}` : "(unlocked)"}`;
}

/** How to zoom, said when the wheel scrolled the page instead. */
export function WheelHint({ shown }: { readonly shown: ReadonlySignal<boolean> }): VNode | null {
  if (!shown.value) return null;
  return <p class="uw-hint uw-hint-wheel">Click the map, or hold Ctrl, to zoom with the wheel</p>;
}

/** Why there is no picture, in its place. */
export function Failure({
  reason,
}: {
  readonly reason: ReadonlySignal<string | null>;
}): VNode | null {
  if (reason.value === null) return null;
  return (
    <p class="uw-map-failure" role="alert" data-testid="uw-map-failure">
      {reason.value}
    </p>
  );
}

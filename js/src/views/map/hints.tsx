import type { ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import { count } from "../../core/format";
import type { SessionStore } from "../../state/session";
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
  const now = drawing.reach.value;
  const inside = now?.insideRetain ?? (refused.value === null ? gesture?.inside_retain : 1) ?? null;
  if (inside === null) return null;
  const kept = now === null && refused.value === null ? (gesture?.locked ?? locked) : locked;
  return (
    <p class="uw-hint uw-hint-retained" data-testid="uw-gesture-retained" data-value={inside}>
      {retainedWords(inside, names.retain, kept)}
    </p>
  );
}

/** "3 ham rows lie inside and are kept (locked)". */
export function retainedWords(inside: number, name: string, locked: boolean): string {
  if (inside === 0) return `no ${name} row lies inside`;
  const one = inside === 1;
  const rows = `${count(inside)} ${name} ${one ? "row lies" : "rows lie"} inside`;
  return locked ? `${rows} and ${one ? "is" : "are"} kept (locked)` : `${rows} (unlocked)`;
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

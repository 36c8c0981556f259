import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { count } from "../../core/format";

/** Properties of {@link LongList}. */
export interface LongListProps {
  readonly items: readonly unknown[];
  /** What the entries are called, in the plural. */
  readonly what: string;
  readonly children: (item: unknown, index: number) => VNode;
  readonly class?: string;
  readonly testid?: string;
}

const STEP = 100;

/** A list that shows its first hundred entries, and more when asked: a file may hold millions. */
export function LongList({ items, what, children, class: name, testid }: LongListProps): VNode {
  const [shown, setShown] = useState(STEP);
  const hidden = items.length - shown;
  return (
    <>
      <ol class={name} data-testid={testid} tabIndex={0} aria-label={what}>
        {items.slice(0, shown).map(children)}
      </ol>
      {hidden > 0 && (
        <button type="button" onClick={() => setShown(shown + 10 * STEP)}>
          {count(hidden)} more {what}
        </button>
      )}
    </>
  );
}

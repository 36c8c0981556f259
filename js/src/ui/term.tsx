import type { ComponentChildren, VNode } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { place } from "./popover";

/** Properties of {@link Term}. */
export interface TermProps {
  readonly children: ComponentChildren;
  /** One sentence that says what the term means. */
  readonly explanation: string;
  readonly formula?: string | undefined;
  readonly class?: string | undefined;
}

/** A word or symbol that explains itself on hover and on focus. */
export function Term({ children, explanation, formula, class: name = "" }: TermProps): VNode {
  const [shown, setShown] = useState(false);
  const anchor = useRef<HTMLSpanElement>(null);
  const tip = useRef<HTMLSpanElement>(null);

  useLayoutEffect(() => {
    if (shown && anchor.current !== null && tip.current !== null) {
      place(anchor.current, tip.current, { align: "start", gap: 6 });
    }
  }, [shown]);

  return (
    <>
      <span
        ref={anchor}
        class={`uw-term ${name}`}
        tabIndex={0}
        role="term"
        aria-description={formula === undefined ? explanation : `${explanation} ${formula}`}
        onPointerEnter={() => setShown(true)}
        onPointerLeave={() => setShown(false)}
        onFocus={() => setShown(true)}
        onBlur={() => setShown(false)}
        onKeyDown={(event) => {
          if (event.key === "Escape") setShown(false);
        }}
      >
        {children}
      </span>
      {shown && (
        <span ref={tip} class="uw-tip" role="tooltip" aria-hidden="true" popover="manual">
          {explanation}
          {formula !== undefined && <span class="uw-formula">{formula}</span>}
        </span>
      )}
    </>
  );
}

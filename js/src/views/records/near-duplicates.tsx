import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { count, plural } from "../../core/format";
import type { SessionStore } from "../../state/session";

/** Pairs of rows up to which the kernel answers in a moment, so that nobody need ask. */
const CHEAP_PAIRS = 2e6;
const SETTLE = 600;

/** Says how many near-duplicates of removed rows would stay behind, and offers to take them. */
export function NearDuplicates({ session }: { readonly session: SessionStore }): VNode | null {
  const { rev, values } = session.effect.value;
  const [left, setLeft] = useState<{ rev: number; total: number } | null>(null);
  const [asked, setAsked] = useState(-1);
  const kept = values.n_forget - values.n_removed_forget;
  const some = values.n_removed > 0 && kept > 0;
  const cheap = values.n_removed * kept <= CHEAP_PAIRS;
  const wanted = some && (cheap || asked === rev);

  useEffect(() => {
    if (!wanted) return;
    const abort = new AbortController();
    const ask = async (): Promise<void> => {
      try {
        const total = await session.duplicates(abort.signal);
        if (!abort.signal.aborted) setLeft({ rev, total });
      } catch {
        // Without an answer nothing is claimed; the connection banner says why.
        if (!abort.signal.aborted) setLeft(null);
      }
    };
    const timer = setTimeout(() => void ask(), asked === rev ? 0 : SETTLE);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [session, rev, wanted, asked]);

  if (!some) return null;
  if (left?.rev !== rev) {
    if (wanted) return null;
    return (
      <button type="button" class="uw-link" onClick={() => setAsked(rev)}>
        Look for near-duplicates left behind
      </button>
    );
  }
  if (left.total === 0) {
    return <span class="uw-muted">no near-duplicates left behind</span>;
  }
  return (
    <span class="uw-duplicates" data-testid="uw-duplicates" data-value={left.total}>
      {plural(left.total, "near-duplicate")} of removed rows{" "}
      {left.total === 1 ? "remains" : "remain"}{" "}
      <button
        type="button"
        class="uw-link"
        data-testid="uw-duplicates-add"
        onClick={() => void session.select({ by: "duplicates" }, "add")}
      >
        Add {count(left.total)}
      </button>
    </span>
  );
}

import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { SessionStore } from "../../state/session";
import { Term } from "../../ui/term";
import type { Diagnosis } from "../../wire/messages";

/** How far the Gaussian predictions can be trusted on these rows, with the reasons on hover. */
export function Verdict({ session }: { readonly session: SessionStore }): VNode {
  const [found, setFound] = useState<Diagnosis | null>(null);
  const connection = session.connection.value;

  useEffect(() => {
    if (found !== null || connection === "lost") return;
    const abort = new AbortController();
    session.diagnosis(abort.signal).then(
      (diagnosis) => {
        if (!abort.signal.aborted) setFound(diagnosis);
      },
      () => {
        // Nothing is claimed without an answer; the banner says what is wrong.
      },
    );
    return () => abort.abort();
  }, [session, connection, found]);

  if (found === null) {
    return <span class="uw-verdict">Gaussian predictions: not judged yet</span>;
  }
  return (
    <span class="uw-verdict" data-testid="uw-verdict" data-verdict={found.verdict}>
      Gaussian predictions: <Term explanation={found.reasons.join(" ")}>{found.verdict}</Term>
    </span>
  );
}

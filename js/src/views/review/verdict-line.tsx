import type { VNode } from "preact";
import { listAt } from "./rows";
import { textAt, wordOf } from "./subject";

const MOST = 20;

/** How far the Gaussian predictions can be trusted, as a manifest states it. */
export function VerdictLine(props: {
  readonly manifest: unknown;
  readonly testid: string;
}): VNode | null {
  const verdict = textAt(props.manifest, ["diagnosis", "verdict"]);
  if (verdict === "") return null;
  const reasons = listAt(props.manifest, "diagnosis", "reasons");
  return (
    <p data-testid={props.testid} data-verdict={verdict}>
      Gaussian predictions: <b>{verdict}</b>.
      {reasons.slice(0, MOST).map((reason, index) => (
        <span key={index} class="uw-muted">
          {" "}
          {wordOf(reason)}
        </span>
      ))}
    </p>
  );
}

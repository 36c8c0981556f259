import type { VNode } from "preact";
import { count, plural } from "../../core/format";
import { Term } from "../../ui/term";
import type { SessionInfo } from "../../wire/messages";

/** How many rows there are, in which domains, and what the numbers assume of them. */
export function Facts({ info }: { readonly info: SessionInfo }): VNode {
  const { names } = info;
  const [fit, explanation] = covariance(info);
  return (
    <p class="uw-facts">
      <span>{count(info.n_rows)} rows</span>
      <span>
        forget{" "}
        <b class="uw-facts-forget" title={names.forget}>
          {names.forget}
        </b>{" "}
        {count(info.n_forget)}
      </span>
      <span>
        retain{" "}
        <b class="uw-facts-retain" title={names.retain}>
          {names.retain}
        </b>{" "}
        {count(info.n_retain)}
      </span>
      <span>
        <Term explanation={explanation}>{fit}</Term>
      </span>
      {info.grouped && (
        <span>
          <Term explanation="Rows are removed by whole groups: whatever is chosen takes the rest of its group within the same domain along.">
            whole groups
          </Term>
        </span>
      )}
    </p>
  );
}

function covariance(info: SessionInfo): readonly [string, string] {
  const { dim, dim_effective: effective, shrinkage_used: shrinkage } = info;
  const parts: string[] = [];
  let name = "shared covariance";
  if (info.covariance === "refit") {
    name = "covariance refitted";
    parts.push("Mean and covariance are fitted anew to the kept rows of both domains.");
  } else if (info.covariance === "shared") {
    parts.push("Both domains are Gaussians with one pooled covariance; a removal moves the mean.");
  } else {
    name = "known covariance";
    parts.push("Both domains are Gaussians with the covariance given; a removal moves the mean.");
  }
  if (effective < dim) {
    parts.push(
      `${count(effective)} of ${count(dim)} directions vary on their own; the others carry nothing.`,
    );
  }
  if (shrinkage !== null) parts.push(`The covariance is shrunk (${shrinkage}).`);
  if (info.precision !== "float64") parts.push(`Rows are stored as ${info.precision}.`);
  return [`${plural(effective, "dimension")}, ${name}`, parts.join(" ")];
}

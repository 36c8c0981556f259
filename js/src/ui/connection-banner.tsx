import type { ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import { Icon } from "./icons";

/** Says that the kernel does not answer, instead of letting old numbers pass for new ones. */
export function ConnectionBanner({
  connection,
}: {
  readonly connection: ReadonlySignal<"live" | "lost">;
}): VNode | null {
  if (connection.value === "live") return null;
  return (
    <div class="uw-banner" role="alert" data-testid="uw-connection">
      <Icon name="alert" />
      <span>
        The kernel is not answering. The selection and numbers shown are the last ones it confirmed;
        after a restart, run the cell again.
      </span>
    </div>
  );
}

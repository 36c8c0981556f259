import type { ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import type { SessionInfo } from "../../wire/messages";

/** Which way the map reads: the ends of the horizontal axis around its name. */
export function AxisCaption({ info }: { readonly info: ReadonlySignal<SessionInfo> }): VNode {
  const { x_ends: ends, x_label: label } = info.value.map;
  return (
    <p class="uw-axis-x" data-testid="uw-axis">
      {ends !== null && <span title={ends[0]}>← {ends[0]}</span>}
      <span title={label}>{label}</span>
      {ends !== null && <span title={ends[1]}>{ends[1]} →</span>}
    </p>
  );
}

/** The name of the vertical axis, beside it. */
export function VerticalCaption({ info }: { readonly info: ReadonlySignal<SessionInfo> }): VNode {
  return <p class="uw-axis-y">{info.value.map.y_label}</p>;
}

import type { Signal } from "@preact/signals";
import type { VNode } from "preact";
import { BRUSH } from "./actions";

/** The size of the brush, for hands without a keyboard. */
export function BrushSize({ radius }: { readonly radius: Signal<number> }): VNode {
  return (
    <label class="uw-brush-size" title="Brush size ([ and ])">
      <span>Brush size</span>
      <input
        type="range"
        data-testid="uw-brush-size"
        min={BRUSH.least}
        max={BRUSH.most}
        value={radius.value}
        onInput={(event) => {
          radius.value = event.currentTarget.valueAsNumber;
        }}
      />
    </label>
  );
}

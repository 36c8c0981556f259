import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { type Axis, snap, stepOf, type Frame } from "../../core/curves";
import { dataValue, quantity } from "../../core/format";
import type { PlanModel, TargetKind } from "./plan-model";

/** Properties of {@link TargetLine}. */
export interface TargetLineProps {
  readonly model: PlanModel;
  readonly kind: TargetKind;
  readonly axis: Axis;
  readonly frame: Frame;
  readonly upright?: boolean;
}

const REACH = 9;
const NAMES: Readonly<Record<TargetKind, string>> = {
  alpha: "Target for removal α, at least",
  epsilon: "Target for preservation ε, at most",
};

/** A target that is dragged, or moved by arrow keys; letting go chooses what it needs. */
export function TargetLine({
  model,
  kind,
  axis,
  frame,
  upright = false,
}: TargetLineProps): VNode | null {
  const held = useRef<number | null>(null);
  const value = model.targets[kind].value;
  if (value === null) return null;
  const [low = 0, high = 1] = axis.domain();
  const step = stepOf([low, high]);
  const least = Math.max(0, low);
  const clamp = (wanted: number): number => Math.min(high, Math.max(least, snap(wanted, step)));
  const at = axis(Math.min(high, Math.max(low, value)));

  const read = (event: PointerEvent): number => {
    const box = (event.currentTarget as SVGElement).ownerSVGElement!.getBoundingClientRect();
    return clamp(axis.invert(upright ? event.clientX - box.left : event.clientY - box.top));
  };
  const release = (event: PointerEvent): boolean => {
    const mine = held.current === event.pointerId;
    held.current = null;
    return mine;
  };
  const keys: Readonly<Record<string, number>> = {
    ArrowUp: step,
    ArrowRight: step,
    ArrowDown: -step,
    ArrowLeft: -step,
    PageUp: 10 * step,
    PageDown: -10 * step,
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === "Escape") {
      held.current = null;
      if (model.cancel()) event.stopPropagation();
      return;
    }
    const ends: Readonly<Record<string, number>> = { Home: least, End: high };
    const change = keys[event.key];
    if (change === undefined && !(event.key in ends)) return;
    event.preventDefault();
    event.stopPropagation();
    const next =
      change === undefined ? ends[event.key]! : value + change * (event.shiftKey ? 10 : 1);
    model.moveTarget(kind, clamp(next));
  };

  const [x1, x2] = upright ? [at, at] : [frame.left, frame.right];
  const [y1, y2] = upright ? [frame.top, frame.bottom] : [at, at];
  const handle = upright ? { cx: at, cy: frame.top } : { cx: frame.right, cy: at };
  return (
    <g
      class="uw-target"
      data-testid={`uw-target-${kind}`}
      data-value={dataValue(value)}
      data-moving={model.moving.value === kind}
      role="slider"
      tabIndex={0}
      aria-label={NAMES[kind]}
      aria-orientation={upright ? "horizontal" : "vertical"}
      aria-valuemin={least}
      aria-valuemax={high}
      aria-valuenow={value}
      aria-valuetext={`${quantity(value)} nats`}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.preventDefault();
        held.current = event.pointerId;
        event.currentTarget.setPointerCapture(event.pointerId);
        event.currentTarget.focus();
      }}
      onPointerMove={(event) => {
        if (held.current === event.pointerId) model.moveTarget(kind, read(event));
      }}
      onPointerUp={(event) => {
        const moved = model.moving.peek() === kind;
        if (release(event) && moved) void model.setTarget(kind, read(event));
      }}
      onPointerCancel={(event) => {
        if (release(event)) model.cancel();
      }}
      onKeyDown={pressed}
      onKeyUp={() => {
        if (model.moving.peek() === kind && held.current === null) {
          void model.setTarget(kind, model.targets[kind].peek() ?? value);
        }
      }}
      onBlur={() => {
        if (held.current === null && model.moving.peek() === kind) model.cancel();
      }}
    >
      <rect
        class="uw-target-reach"
        x={Math.min(x1, x2) - (upright ? REACH : 0)}
        y={Math.min(y1, y2) - (upright ? 0 : REACH)}
        width={upright ? 2 * REACH : x2 - x1}
        height={upright ? y2 - y1 : 2 * REACH}
      />
      <line x1={x1} x2={x2} y1={y1} y2={y2} />
      <circle {...handle} r={5} />
    </g>
  );
}

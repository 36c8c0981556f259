import type { VNode } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";
import { clamp, snap, stepOf, type Axis, type Frame } from "../../core/curves";
import { dataValue, quantity } from "../../core/format";
import { FrozenContext } from "../../ui/frozen";
import { needText, type PlanModel, type TargetKind } from "./plan-model";

/** Properties of {@link TargetLine}. */
export interface TargetLineProps {
  readonly model: PlanModel;
  readonly kind: TargetKind;
  readonly axis: Axis;
  readonly frame: Frame;
  /** An upright line moves sideways. */
  readonly upright?: boolean;
}

/** Half the width of what a pointer can take hold of. */
const REACH = 9;
/** Milliseconds after the last key until a target moved by keys is taken at its word. */
const SETTLE = 300;
const NAMES: Readonly<Record<TargetKind, string>> = {
  alpha: "Target for removal α, at least",
  epsilon: "Target for preservation ε, at most",
};

/** A target that is dragged, or moved by arrow keys; letting go chooses what it needs. */
export function TargetLine(props: TargetLineProps): VNode | null {
  const { model, kind, axis, frame, upright = false } = props;
  const held = useRef<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => () => clearTimeout(timer.current), []);
  const frozen = useContext(FrozenContext);
  const value = model.targets[kind].value;
  if (value === null) return null;

  const [low = 0, high = 1] = axis.domain();
  const least = Math.max(0, low);
  const step = stepOf([low, high]);
  const moved = model.moving.value === kind;
  const move = (wanted: number): void => {
    model.moveTarget(kind, clamp(snap(wanted, step), [least, high]));
  };
  const settle = (): void => {
    clearTimeout(timer.current);
    held.current = null;
    if (model.moving.peek() === kind) void model.setTarget(kind, model.targets[kind].peek());
  };
  const drop = (): boolean => {
    clearTimeout(timer.current);
    held.current = null;
    return model.moving.peek() === kind && model.cancel();
  };
  const read = (event: PointerEvent): number => {
    const box = (event.currentTarget as SVGElement).ownerSVGElement!.getBoundingClientRect();
    return axis.invert(upright ? event.clientX - box.left : event.clientY - box.top);
  };
  const pressed = (event: KeyboardEvent): void => {
    if (frozen) return;
    const to = destination(event, value, step, [least, high]);
    if (to !== null) {
      clearTimeout(timer.current);
      move(to);
    } else if (event.key === "Enter") settle();
    else if (event.key !== "Escape" || !drop()) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const at = axis(clamp(value, [least, high]));
  const [x1, x2] = upright ? [at, at] : [frame.left, frame.right];
  const [y1, y2] = upright ? [frame.top, frame.bottom] : [at, at];
  return (
    <g
      class="uw-target"
      data-testid={`uw-target-${kind}`}
      data-value={dataValue(value)}
      data-moving={moved}
      role="slider"
      tabIndex={frozen ? -1 : 0}
      aria-disabled={frozen}
      aria-label={NAMES[kind]}
      aria-orientation={upright ? "horizontal" : "vertical"}
      aria-valuemin={Math.min(least, value)}
      aria-valuemax={Math.max(high, value)}
      aria-valuenow={value}
      aria-valuetext={`${quantity(value)} nats`}
      onPointerDown={(event) => {
        if (frozen || event.button !== 0) return;
        event.preventDefault();
        held.current = event.pointerId;
        event.currentTarget.setPointerCapture(event.pointerId);
        event.currentTarget.focus({ preventScroll: true });
      }}
      onPointerMove={(event) => {
        if (held.current === event.pointerId) move(read(event));
      }}
      onPointerUp={(event) => {
        if (held.current === event.pointerId) settle();
      }}
      onPointerCancel={(event) => {
        if (held.current === event.pointerId) drop();
      }}
      onKeyDown={pressed}
      onKeyUp={() => {
        if (held.current !== null || model.moving.peek() !== kind) return;
        clearTimeout(timer.current);
        timer.current = setTimeout(settle, SETTLE);
      }}
      onBlur={() => {
        if (held.current === null) settle();
      }}
    >
      <rect
        class="uw-target-reach"
        x={x1 - (upright ? REACH : 0)}
        y={y1 - (upright ? 0 : REACH)}
        width={upright ? 2 * REACH : x2 - x1}
        height={upright ? y2 - y1 : 2 * REACH}
      />
      <line x1={x1} x2={x2} y1={y1} y2={y2} />
      <circle {...(upright ? { cx: at, cy: frame.top } : { cx: frame.right, cy: at })} r={5} />
      {moved && <Answer {...props} at={at} />}
    </g>
  );
}

/** What the chosen rule needs for the target as it stands, beside the line. */
function Answer({
  model,
  kind,
  frame,
  upright = false,
  at,
}: TargetLineProps & { readonly at: number }): VNode {
  const name = model.rule.value;
  const need = model.table.value?.rows.find(({ rule }) => rule === name)?.[kind] ?? null;
  const near = upright ? at > 0.5 * (frame.left + frame.right) : at < frame.top + 20;
  const place = upright
    ? { x: near ? at - 7 : at + 7, y: frame.top + 20, "text-anchor": near ? "end" : "start" }
    : { x: frame.left + 6, y: near ? at + 14 : at - 6 };
  return (
    <text class="uw-target-answer" {...place}>
      {model.label(name)}: {needText(need)}
    </text>
  );
}

function destination(
  { key, shiftKey }: KeyboardEvent,
  value: number,
  step: number,
  [least, high]: readonly [number, number],
): number | null {
  const size = shiftKey ? 10 * step : step;
  switch (key) {
    case "ArrowUp":
    case "ArrowRight":
      return value + size;
    case "ArrowDown":
    case "ArrowLeft":
      return value - size;
    case "PageUp":
      return value + 10 * step;
    case "PageDown":
      return value - 10 * step;
    case "Home":
      return least;
    case "End":
      return high;
    default:
      return null;
  }
}

import type { ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import type { Camera } from "../../core/camera";
import type { Gesture } from "../../wire/messages";
import type { Drawing } from "./drawing";
import type { PixelPoint } from "./pointers";

/** What the overlay draws above the points. */
export interface OverlayProps {
  readonly camera: ReadonlySignal<Camera>;
  readonly positions: ReadonlySignal<Float32Array>;
  readonly drawing: Drawing;
  readonly hovered: ReadonlySignal<number | null>;
  readonly cursor: ReadonlySignal<number | null>;
  readonly discRadius: ReadonlySignal<number>;
  /** Radius and place of the brush that would paint here. */
  readonly brush: ReadonlySignal<{ readonly at: PixelPoint; readonly radius: number } | null>;
}

/** Gesture, brush, cursor and hovered point: vectors above a canvas that need not be redrawn. */
export function Overlay(props: OverlayProps): VNode {
  const camera = props.camera.value;
  const draft = props.drawing.draft.value;
  const brush = props.brush.value;
  const positions = props.positions.value;
  const pixel = (row: number | null): readonly [number, number] | null =>
    row === null || 2 * row + 1 >= positions.length
      ? null
      : camera.toPixel(positions[2 * row]!, positions[2 * row + 1]!);
  const hovered = pixel(props.hovered.value);
  const cursor = pixel(props.cursor.value);
  return (
    <svg class="uw-overlay" aria-hidden="true">
      {draft !== null && <Outline gesture={draft.gesture} camera={camera} />}
      {brush !== null && (
        <circle class="uw-brush-ring" cx={brush.at[0]} cy={brush.at[1]} r={brush.radius} />
      )}
      {hovered !== null && <circle class="uw-hovered" cx={hovered[0]} cy={hovered[1]} r={7} />}
      {cursor !== null && (
        <g class="uw-cursor" transform={`translate(${cursor[0]} ${cursor[1]})`}>
          <circle class="uw-cursor-under" r={9} />
          <circle r={9} />
          <path d="M-15 0h6M9 0h6M0-15v6M0 9v6" />
          {props.discRadius.value > 0 && (
            <circle class="uw-brush-ring" r={props.discRadius.value} />
          )}
        </g>
      )}
    </svg>
  );
}

function Outline({
  gesture,
  camera,
}: {
  readonly gesture: Gesture;
  readonly camera: Camera;
}): VNode {
  const { path, tool } = gesture;
  const points: string[] = [];
  for (let i = 0; i + 1 < path.length; i += 2) {
    const [px, py] = camera.toPixel(path[i]!, path[i + 1]!);
    points.push(`${px.toFixed(1)} ${py.toFixed(1)}`);
  }
  if (tool === "brush") {
    const width = 2 * camera.kx * (gesture.radius?.[0] ?? 0);
    const d = `M${points.join("L")}`;
    return <path class="uw-sweep" d={points.length === 1 ? `${d}h0` : d} stroke-width={width} />;
  }
  if (tool === "rectangle") {
    const [ax, ay] = camera.toPixel(path[0]!, path[1]!);
    const [bx, by] = camera.toPixel(path[2]!, path[3]!);
    return <path class="uw-outline" d={`M${ax} ${ay}H${bx}V${by}H${ax}Z`} />;
  }
  return <path class="uw-outline" d={`M${points.join("L")}Z`} />;
}

import type { Signal } from "@preact/signals";
import type { PointIndex } from "../../core/geometry";
import type { Mode } from "../../wire/messages";
import type { Drawing } from "./drawing";
import type { MapTool } from "./keys";
import { BrushShape, LassoShape, RectangleShape, type Shape } from "./shapes";
import type { Stage } from "./stage";

/** A position in CSS pixels from the top left corner of the plot. */
export type PixelPoint = readonly [px: number, py: number];

/** What the pointer acts on. */
export interface PointerTargets {
  readonly plot: HTMLElement;
  readonly stage: Stage;
  readonly drawing: Drawing;
  readonly tool: () => MapTool;
  readonly mode: () => Mode;
  /** Radius of the brush in CSS pixels. */
  readonly brushRadius: () => number;
  readonly index: () => PointIndex;
  /** The row nearest to a pixel, at most `reach` pixels away. */
  readonly nearest: (at: PixelPoint, reach: number) => number | null;
  /** Takes one row in the given mode. */
  readonly take: (row: number, mode: Mode) => void;
  readonly hover: (row: number | null) => void;
  /** Called at every press, before anything is drawn. */
  readonly begin: () => void;
  /** Where the pointer is over the plot; null when it is elsewhere. */
  readonly pointer: Signal<PixelPoint | null>;
  /** Whether a drag moves the map whatever the tool is (the space bar is down). */
  readonly moving: () => boolean;
}

/** Handle on the pointers of one plot. */
export interface Pointers {
  /** Drops what is being dragged; says whether there was anything. */
  cancel(): boolean;
  /** Whether a gesture is being drawn. */
  drawing(): boolean;
}

interface Drag {
  readonly id: number;
  readonly kind: "pan" | "click" | "shape";
  readonly shape: Shape | null;
  readonly start: PixelPoint;
  last: PixelPoint;
  shift: boolean;
  alt: boolean;
}

const SLIP: Readonly<Record<string, number>> = { mouse: 4, pen: 6, touch: 10 };
const REACH: Readonly<Record<string, number>> = { mouse: 10, pen: 14, touch: 22 };

/** The mode of a gesture: Shift adds, Alt subtracts, both intersect, as drawing programs do. */
export function modeWith(base: Mode, shift: boolean, alt: boolean): Mode {
  if (shift) return alt ? "intersect" : "add";
  return alt ? "subtract" : base;
}

/** Follows mouse, pen and fingers on the plot until `abort` fires. */
export function followPointers(targets: PointerTargets, abort: AbortSignal): Pointers {
  const { plot, stage, drawing } = targets;
  const fingers = new Map<number, PixelPoint>();
  let drag: Drag | null = null;
  let frame = 0;

  const position = (event: MouseEvent): PixelPoint => {
    const box = plot.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  const currentMode = (now: Drag): Mode => modeWith(targets.mode(), now.shift, now.alt);

  const show = (): void => {
    frame = 0;
    if (drag?.shape?.drawn !== true) return;
    drawing.show(drag.shape.gesture(currentMode(drag)), drag.shape.inside());
  };
  const schedule = (): void => {
    if (frame === 0) frame = requestAnimationFrame(show);
  };
  const end = (): void => {
    cancelAnimationFrame(frame);
    frame = 0;
    drag = null;
    plot.removeAttribute("data-drag");
  };
  const cancel = (): boolean => {
    const held = drag;
    end();
    fingers.clear();
    drawing.cancel();
    if (held !== null && plot.hasPointerCapture(held.id)) plot.releasePointerCapture(held.id);
    return held !== null;
  };

  const shapeFor = (tool: MapTool): Shape | null => {
    if (tool === "lasso") return new LassoShape(targets.index());
    if (tool === "rectangle") return new RectangleShape(targets.index());
    if (tool !== "brush") return null;
    return new BrushShape(targets.index(), targets.brushRadius(), stage.camera.peek());
  };

  const press = (event: PointerEvent): void => {
    const at = position(event);
    if (event.pointerType === "touch") {
      fingers.set(event.pointerId, at);
      if (fingers.size > 1) {
        // A second finger turns the drag into a pinch, which selects nothing.
        end();
        drawing.cancel();
        plot.setPointerCapture(event.pointerId);
        return;
      }
    }
    if (drag !== null || event.button > 1) return;
    // The press itself gives the plot the focus, and the host its active cell.
    plot.setPointerCapture(event.pointerId);
    targets.begin();
    const tool = targets.tool();
    const moves = tool === "pan" || event.button === 1 || targets.moving();
    const shape = moves ? null : shapeFor(tool);
    drag = {
      id: event.pointerId,
      kind: moves ? "pan" : shape === null ? "click" : "shape",
      shape,
      start: at,
      last: at,
      shift: event.shiftKey,
      alt: event.altKey,
    };
    plot.dataset.drag = drag.kind;
    shape?.push(at[0], at[1], stage.camera.peek());
    if (shape?.drawn === true) schedule();
  };

  const pinch = (event: PointerEvent): void => {
    const before = [...fingers.values()].slice(0, 2);
    fingers.set(event.pointerId, position(event));
    const after = [...fingers.values()].slice(0, 2);
    const [a, b] = before as [PixelPoint, PixelPoint];
    const [c, d] = after as [PixelPoint, PixelPoint];
    const middle = (p: PixelPoint, q: PixelPoint): PixelPoint => [
      (p[0] + q[0]) / 2,
      (p[1] + q[1]) / 2,
    ];
    const apart = (p: PixelPoint, q: PixelPoint): number =>
      Math.max(16, Math.hypot(p[0] - q[0], p[1] - q[1]));
    const from = middle(a, b);
    const to = middle(c, d);
    stage.pan(to[0] - from[0], to[1] - from[1]);
    stage.zoom(apart(c, d) / apart(a, b), to);
  };

  const steps = (event: PointerEvent): readonly PointerEvent[] => {
    // Browsers offer these only on pages served by TLS or from this machine.
    const all = (event as Partial<PointerEvent>).getCoalescedEvents?.() ?? [];
    return all.length > 0 ? all : [event];
  };

  const extend = (now: Drag, events: readonly PointerEvent[]): void => {
    if (now.shape === null) return;
    const camera = stage.camera.peek();
    for (const each of events) now.shape.push(...position(each), camera);
    schedule();
  };

  const move = (event: PointerEvent): void => {
    const at = position(event);
    targets.pointer.value = at;
    if (event.pointerType === "touch" && fingers.size > 1) {
      if (fingers.has(event.pointerId)) pinch(event);
      return;
    }
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, at);
    if (drag === null) {
      if (event.pointerType !== "touch") targets.hover(targets.nearest(at, REACH.mouse!));
      return;
    }
    if (event.pointerId !== drag.id) return;
    if (event.pointerType === "mouse" && event.buttons === 0) {
      cancel(); // The release went to another window.
      return;
    }
    drag.shift ||= event.shiftKey;
    drag.alt ||= event.altKey;
    if (drag.kind === "pan") stage.pan(at[0] - drag.last[0], at[1] - drag.last[1]);
    else extend(drag, steps(event));
    drag.last = at;
  };

  const release = (event: PointerEvent): void => {
    fingers.delete(event.pointerId);
    const now = drag;
    if (now?.id !== event.pointerId) return;
    const at = position(event);
    extend(now, [event]);
    end();
    const tap =
      Math.hypot(at[0] - now.start[0], at[1] - now.start[1]) < (SLIP[event.pointerType] ?? 6);
    if (now.shape?.drawn === true) {
      drawing.commit(now.shape.gesture(currentMode(now)), now.shape.inside());
      return;
    }
    drawing.cancel();
    const row = tap ? targets.nearest(at, REACH[event.pointerType] ?? 14) : null;
    if (row === null) return;
    if (now.kind === "click") targets.take(row, currentMode(now));
    targets.hover(row);
  };

  const leave = (): void => {
    targets.pointer.value = null;
    if (drag === null) targets.hover(null);
  };
  const modifier = (event: KeyboardEvent): void => {
    if (drag?.kind !== "shape" || (event.key !== "Shift" && event.key !== "Alt")) return;
    event.preventDefault(); // Alt alone would open the browser's menu and end the drag.
    drag.shift ||= event.key === "Shift";
    drag.alt ||= event.key === "Alt";
    schedule();
  };
  const lost = (event: PointerEvent): void => {
    fingers.delete(event.pointerId);
    if (drag?.id === event.pointerId) cancel();
  };

  const options = { signal: abort };
  plot.addEventListener("pointerdown", press, options);
  plot.addEventListener("pointermove", move, options);
  plot.addEventListener("pointerup", release, options);
  plot.addEventListener("pointercancel", lost, options);
  plot.addEventListener("lostpointercapture", lost, options);
  plot.addEventListener("pointerleave", leave, options);
  // Middle-button scrolling of the page starts at mousedown.
  plot.addEventListener(
    "mousedown",
    (event) => event.button === 1 && event.preventDefault(),
    options,
  );
  plot.addEventListener("keydown", modifier, options);
  plot.addEventListener("keyup", modifier, options);
  window.addEventListener("blur", () => cancel(), options);
  abort.addEventListener("abort", () => cancel(), { once: true });

  return { cancel, drawing: () => drag?.kind === "shape" };
}

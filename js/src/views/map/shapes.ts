import type { Bitset } from "../../core/bitset";
import type { Camera } from "../../core/camera";
import { DiscTrail, LassoTrail, type PointIndex } from "../../core/geometry";
import type { Gesture, Mode, Tool } from "../../wire/messages";

/** A gesture while it is being drawn. All coordinates that enter are CSS pixels of the plot. */
export interface Shape {
  readonly tool: Tool;
  /** Takes the next pointer position. */
  push(px: number, py: number, camera: Camera): void;
  /** The rows inside now. */
  inside(): Bitset;
  /** The gesture so far: its path is the one that membership was decided on. */
  gesture(mode: Mode): Gesture;
  /** Whether it is more than a press that hardly moved. */
  readonly drawn: boolean;
}

/** Movement below this many pixels is a click and selects nothing. */
const SLIP = 3;

class Extent {
  #x: number | null = null;
  #y = 0;
  moved = false;

  include(px: number, py: number): void {
    if (this.#x === null) {
      this.#x = px;
      this.#y = py;
    } else if (Math.hypot(px - this.#x, py - this.#y) >= SLIP) this.moved = true;
  }
}

/** A closed polygon with the even-odd rule; vertices stay at least one pixel apart. */
export class LassoShape implements Shape {
  readonly tool = "lasso";
  readonly #trail: LassoTrail;
  readonly #path: number[] = [];
  readonly #extent = new Extent();
  #last: [number, number] | null = null;

  constructor(index: PointIndex) {
    this.#trail = new LassoTrail(index);
  }

  push(px: number, py: number, camera: Camera): void {
    if (this.#last !== null && Math.hypot(px - this.#last[0], py - this.#last[1]) < 1) return;
    this.#last = [px, py];
    this.#extent.include(px, py);
    const [x, y] = camera.toMap(px, py);
    this.#path.push(x, y);
    this.#trail.push(x, y);
  }

  inside(): Bitset {
    return this.#trail.mask();
  }

  gesture(mode: Mode): Gesture {
    return { tool: this.tool, mode, path: Float64Array.from(this.#path) };
  }

  get drawn(): boolean {
    return this.#path.length >= 6 && this.#extent.moved;
  }
}

/** A rectangle between the press and the pointer. */
export class RectangleShape implements Shape {
  readonly tool = "rectangle";
  readonly #index: PointIndex;
  readonly #extent = new Extent();
  #path: [number, number, number, number] | null = null;

  constructor(index: PointIndex) {
    this.#index = index;
  }

  push(px: number, py: number, camera: Camera): void {
    this.#extent.include(px, py);
    const [x, y] = camera.toMap(px, py);
    this.#path = this.#path === null ? [x, y, x, y] : [this.#path[0], this.#path[1], x, y];
  }

  inside(): Bitset {
    return this.#index.rectangle(this.#corners());
  }

  gesture(mode: Mode): Gesture {
    return { tool: this.tool, mode, path: this.#corners() };
  }

  get drawn(): boolean {
    return this.#extent.moved;
  }

  #corners(): Float64Array {
    return Float64Array.from(this.#path ?? []);
  }
}

/** A disc swept along the drag, its centres close enough to leave no gap. */
export class BrushShape implements Shape {
  readonly tool = "brush";
  readonly drawn = true;
  readonly radius: readonly [rx: number, ry: number];
  readonly #trail: DiscTrail;
  readonly #step: number;
  readonly #path: number[] = [];
  #last: [number, number] | null = null;

  constructor(index: PointIndex, radiusPixels: number, camera: Camera) {
    this.radius = [radiusPixels / camera.kx, radiusPixels / camera.ky];
    this.#trail = new DiscTrail(index, this.radius);
    this.#step = Math.max(1, radiusPixels / 4);
  }

  push(px: number, py: number, camera: Camera): void {
    const [fromX, fromY] = this.#last ?? [px, py];
    const length = Math.hypot(px - fromX, py - fromY);
    if (this.#last !== null && length < 1) return;
    const steps = Math.max(1, Math.ceil(length / this.#step));
    for (let i = 1; i <= steps; i++) {
      const t = i / steps;
      const [x, y] = camera.toMap(fromX + (px - fromX) * t, fromY + (py - fromY) * t);
      this.#path.push(x, y);
      this.#trail.push(x, y);
    }
    this.#last = [px, py];
  }

  inside(): Bitset {
    return this.#trail.mask();
  }

  gesture(mode: Mode): Gesture {
    return { tool: this.tool, mode, path: Float64Array.from(this.#path), radius: this.radius };
  }
}

/** A click that takes one row: its path is the row's own place on the map. */
export function pointGesture(positions: Float32Array, row: number, mode: Mode): Gesture {
  const path = Float64Array.from(positions.subarray(2 * row, 2 * row + 2));
  return { tool: "click", mode, path, row };
}

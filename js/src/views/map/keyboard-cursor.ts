import { effect, signal, untracked, type ReadonlySignal } from "@preact/signals";
import type { Bitset } from "../../core/bitset";
import type { PointIndex } from "../../core/geometry";
import type { Direction, GridIndex } from "../../core/grid";
import type { LocalStore } from "../../state/local";
import type { SessionStore } from "../../state/session";
import type { DomainCode, Gesture, Mode } from "../../wire/messages";
import type { Drawing } from "./drawing";
import { modeWith } from "./pointers";
import type { Stage } from "./stage";

/** What the keyboard cursor acts on. */
export interface CursorTargets {
  readonly session: SessionStore;
  readonly local: LocalStore;
  readonly stage: Stage;
  readonly drawing: Drawing;
  readonly mode: ReadonlySignal<Mode>;
  readonly index: () => PointIndex;
  readonly grid: () => GridIndex;
  readonly take: (row: number, mode: Mode) => void;
  readonly say: (words: string) => void;
}

/** A cursor that walks from point to point, with a disc around it. */
export interface KeyboardCursor {
  /** Radius of the disc in CSS pixels; 0 while the cursor stands for its point alone. */
  readonly radius: ReadonlySignal<number>;
  /** Handles a key press; says whether it was one of the cursor's. */
  press(event: KeyboardEvent): boolean;
  /**
   * Walks to the next or the previous chosen row, or row of the forget domain where none is chosen,
   * in order of position and round its ends.
   */
  step(by: 1 | -1): void;
  /** Puts the disc away, then the cursor; says whether there was anything. */
  drop(): boolean;
  /** Puts the disc away and leaves the cursor where it is. */
  dropDisc(): boolean;
}

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};
const PAN: Readonly<Record<Direction, readonly [dx: number, dy: number]>> = {
  left: [64, 0],
  right: [-64, 0],
  up: [0, 64],
  down: [0, -64],
};
const FORGET: DomainCode = 2;
const DISC_STEP = 8;
const DISC_LARGEST = 240;

/** The keyboard cursor of one plot; its disc is previewed like a drag until `abort` fires. */
export function createKeyboardCursor(targets: CursorTargets, abort: AbortSignal): KeyboardCursor {
  const { session, local, stage, drawing, mode } = targets;
  const radius = signal(0);

  const place = (row: number): readonly [x: number, y: number] => {
    const positions = session.positions.peek();
    return [positions[2 * row]!, positions[2 * row + 1]!];
  };

  const disc = (row: number, as: Mode): { gesture: Gesture; inside: Bitset } => {
    const { kx, ky } = stage.camera.peek();
    const path = Float64Array.from(place(row));
    const half: readonly [number, number] = [radius.peek() / kx, radius.peek() / ky];
    const gesture: Gesture = { tool: "brush", mode: as, path, radius: half };
    return { gesture, inside: targets.index().disc(path, half) };
  };

  const stop = effect(() => {
    const row = local.cursor.value;
    if (radius.value === 0 || row === null) return;
    // The disc is measured in pixels: zooming changes what it holds.
    if (stage.camera.value.width === 0) return;
    const { gesture, inside } = disc(row, mode.value);
    untracked(() => drawing.show(gesture, inside));
  });
  abort.addEventListener("abort", stop, { once: true });

  const first = (): number | null => {
    const { width, height, kx, ky } = stage.camera.peek();
    if (session.positions.peek().length === 0) return null;
    const [x, y] = stage.camera.peek().toMap(width / 2, height / 2);
    return targets.grid().nearest(x, y, kx, ky, Math.hypot(width, height)) ?? 0;
  };

  const walk = (direction: Direction): void => {
    const { kx, ky } = stage.camera.peek();
    const from = local.cursor.peek();
    const to = from === null ? first() : targets.grid().toward(from, direction, kx, ky);
    if (to === null) {
      targets.say("No point further in this direction.");
      return;
    }
    local.cursor.value = to;
    stage.reveal(...place(to));
  };

  const resize = (step: number): void => {
    if (local.cursor.peek() === null) local.cursor.value = first();
    if (local.cursor.peek() === null) return;
    const next = Math.min(DISC_LARGEST, Math.max(0, radius.peek() + step));
    if (next === 0) dropDisc();
    else radius.value = next;
  };

  const take = (row: number, as: Mode): void => {
    if (radius.peek() === 0) {
      targets.take(row, as);
      return;
    }
    const { gesture, inside } = disc(row, as);
    radius.value = 0;
    drawing.commit(gesture, inside);
  };

  const dropDisc = (): boolean => {
    if (radius.peek() === 0) return false;
    radius.value = 0;
    drawing.cancel();
    return true;
  };

  const step = (by: 1 | -1): void => {
    const removed = session.removed.peek();
    const domains = session.domains.peek();
    const anyChosen = removed.count() > 0;
    const start = local.cursor.peek() ?? (by > 0 ? -1 : domains.length);
    for (let far = 1; far <= domains.length; far++) {
      const row = (start + by * far + domains.length) % domains.length;
      if (anyChosen ? !removed.has(row) : domains[row] !== FORGET) continue;
      dropDisc();
      local.cursor.value = row;
      stage.reveal(...place(row));
      return;
    }
  };

  return {
    radius,
    dropDisc,
    step,
    press(event) {
      if (event.ctrlKey || event.metaKey) return false;
      const direction = DIRECTIONS[event.key];
      if (direction !== undefined) {
        if (event.shiftKey) stage.pan(...PAN[direction]);
        else walk(direction);
        return true;
      }
      const row = local.cursor.peek();
      switch (event.key) {
        case "+":
        case "=":
          resize(DISC_STEP);
          return true;
        case "-":
        case "_":
          resize(-DISC_STEP);
          return true;
        case "Enter":
          if (row !== null) take(row, modeWith(mode.peek(), event.shiftKey, event.altKey));
          return true;
        default:
          return false;
      }
    },
    drop() {
      if (dropDisc()) return true;
      if (local.cursor.peek() === null) return false;
      local.cursor.value = null;
      return true;
    },
  };
}

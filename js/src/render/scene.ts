import type { Bitset } from "../core/bitset";
import { boundsOf, type Bounds, type Camera } from "../core/camera";
import type { PointStyle } from "./renderer";

/** What must be redone before the next frame is right. */
export interface Dirty {
  points: boolean;
  order: boolean;
  colors: boolean;
  marks: boolean;
  camera: boolean;
}

/** Everything a renderer shows, and which of it has changed since the last frame. */
export class Scene {
  positions: Float32Array = new Float32Array(0);
  bounds: Bounds = boundsOf(this.positions);
  style: PointStyle | null = null;
  /** The selection an ongoing gesture would leave. */
  preview: Bitset | null = null;
  camera: Camera | null = null;
  width = 0;
  height = 0;
  dpr = 1;
  readonly dirty: Dirty = { points: true, order: true, colors: true, marks: true, camera: true };

  /** Number of points. */
  get n(): number {
    return this.positions.length >> 1;
  }

  setPoints(positions: Float32Array): void {
    if (positions === this.positions) return;
    this.positions = positions;
    this.bounds = boundsOf(positions);
    this.touchAll();
  }

  /** Size in CSS pixels; says whether it changed. */
  resize(width: number, height: number, dpr: number): boolean {
    if (width === this.width && height === this.height && dpr === this.dpr) return false;
    this.width = width;
    this.height = height;
    this.dpr = dpr;
    this.dirty.camera = true;
    return true;
  }

  /** Change parts of the style. Throws a TypeError while required parts have never been given. */
  setStyle(change: Partial<PointStyle>): void {
    const old = this.style;
    const next = { colors: null, visible: null, hits: null, ...old, ...change };
    const { domains, removed, theme } = next;
    if (domains === undefined || removed === undefined || theme === undefined) {
      throw new TypeError("setStyle: the first style needs domains, removed and theme.");
    }
    this.style = { ...next, domains, removed, theme };
    const changed = (name: keyof PointStyle): boolean => old?.[name] !== this.style?.[name];
    this.dirty.order ||= changed("domains");
    this.dirty.colors ||= changed("colors") || changed("theme") || changed("visible");
    this.dirty.marks ||= changed("removed") || changed("hits");
  }

  /** Set the preview, copied because a trail reuses its set; says whether it changed. */
  setPreview(preview: Bitset | null): boolean {
    if (preview === null ? this.preview === null : this.preview?.equals(preview)) return false;
    this.preview = preview?.clone() ?? null;
    this.dirty.marks = true;
    return true;
  }

  setCamera(camera: Camera): void {
    if (this.camera?.equals(camera)) return;
    this.camera = camera;
    this.dirty.camera = true;
  }

  /** Whether anything differs from the last frame and everything needed for one is there. */
  get needsFrame(): boolean {
    const { points, order, colors, marks, camera } = this.dirty;
    return this.drawable && (points || order || colors || marks || camera);
  }

  /** The frame is right. */
  clean(): void {
    for (const part of Object.keys(this.dirty) as (keyof Dirty)[]) this.dirty[part] = false;
  }

  /** Everything must be redone. */
  touchAll(): void {
    for (const part of Object.keys(this.dirty) as (keyof Dirty)[]) this.dirty[part] = true;
  }

  private get drawable(): boolean {
    return (
      this.style !== null &&
      this.camera !== null &&
      this.width > 0 &&
      this.height > 0 &&
      this.style.domains.length === this.n &&
      this.style.removed.n === this.n
    );
  }
}

/** Marks of one row: bits of the state byte that both backends draw from. */
export const MARK = { removed: 1, entering: 2, leaving: 4, hit: 8 } as const;

/** Call `visit` with every marked, visible row and its marks, in row order. */
export function eachMark(scene: Scene, visit: (row: number, marks: number) => void): void {
  const style = scene.style;
  if (style === null) return;
  const { removed, hits, visible } = style;
  const next = scene.preview?.n === removed.n ? scene.preview : removed;
  for (let k = 0; k < removed.bytes.length; k++) {
    const was = removed.bytes[k]!;
    const will = next.bytes[k]!;
    const hit = hits?.bytes[k] ?? 0;
    let bits = (was | will | hit) & (visible?.bytes[k] ?? 255);
    for (; bits !== 0; bits &= bits - 1) {
      const bit = bits & -bits;
      const before = (was & bit) !== 0;
      const after = (will & bit) !== 0;
      let marks: number = (hit & bit) !== 0 ? MARK.hit : 0;
      if (before && after) marks |= MARK.removed;
      else if (after) marks |= MARK.entering;
      else if (before) marks |= MARK.leaving;
      visit((k << 3) + 31 - Math.clz32(bit), marks);
    }
  }
}

/** Runs a callback at most once per animation frame. */
export class FrameRequest {
  private handle: number | null = null;

  constructor(private readonly run: () => void) {}

  /** Run in the next frame, however often this is called before. */
  request(): void {
    this.handle ??= requestAnimationFrame(() => {
      this.handle = null;
      this.run();
    });
  }

  cancel(): void {
    if (this.handle !== null) cancelAnimationFrame(this.handle);
    this.handle = null;
  }
}

import { packColor, domainColors } from "../core/palette";
import { drawOrder, MAX_REACH, pointMetrics, type PointMetrics } from "./metrics";
import { eachMark, MARK, type Scene } from "./scene";
import { disc, makeSprites, PHASES, ring, stamp, type Sprite } from "./sprites";

interface Marks {
  readonly dots: readonly Sprite[][];
  readonly ring: readonly Sprite[];
  readonly fading: readonly Sprite[];
  readonly halo: readonly Sprite[];
}

/**
 * Paints points into memory. Dots are kept apart from the marks above them, so that a growing
 * selection costs a copy and its own marks but no dots. The field has a margin on every side, in
 * which sprites that reach over the edge are painted without clipping.
 */
export class Raster {
  /** Width and height of the visible part in device pixels. */
  width = 0;
  height = 0;
  /** Device pixels around the visible part. */
  margin = 0;
  /** Pixels of the whole field, margin included; bytes in memory are r, g, b, a. */
  pixels: Uint32Array = new Uint32Array(0);

  private dots: Uint32Array = new Uint32Array(0);
  private order = drawOrder(new Uint8Array(0));
  private metrics: PointMetrics | null = null;
  private sprites: Marks | null = null;
  private spriteKey = "";

  /** Width of the field. */
  get stride(): number {
    return this.width + 2 * this.margin;
  }

  /** Height of the field. */
  get lines(): number {
    return this.height + 2 * this.margin;
  }

  /** Take the size of the scene; `pixels` is field memory of stride x lines from elsewhere. */
  resize(scene: Scene, memory?: (stride: number, lines: number) => Uint32Array): void {
    this.width = Math.max(1, Math.round(scene.width * scene.dpr));
    this.height = Math.max(1, Math.round(scene.height * scene.dpr));
    this.margin = 2 * Math.ceil(MAX_REACH * scene.dpr) + 2;
    const size = this.stride * this.lines;
    this.pixels = memory?.(this.stride, this.lines) ?? new Uint32Array(size);
    this.dots = new Uint32Array(size);
  }

  /** Bring `pixels` up to date with the scene. */
  paint(scene: Scene): void {
    const { dirty, style, camera } = scene;
    if (style === null || camera === null) return;
    if (dirty.order || dirty.points) this.order = drawOrder(style.domains);
    if (dirty.points || dirty.order || dirty.colors || dirty.camera) {
      this.metrics = pointMetrics(scene.n, scene.bounds, camera, style.colors !== null);
      this.sprites = this.spritesFor(this.metrics, scene.dpr);
      this.paintDots(scene, this.sprites);
    }
    this.pixels.set(this.dots);
    if (this.sprites !== null) this.paintMarks(scene, this.sprites);
  }

  private paintDots(scene: Scene, sprites: Marks): void {
    const { style, camera, positions } = scene;
    if (style === null || camera === null) return;
    const { colors, visible, theme } = style;
    const { rows, starts } = this.order;
    const { dots, stride, margin } = this;
    const palette = domainColors(theme).map(packColor);
    dots.fill(packColor(theme.background));
    const place = this.placement(scene);
    for (let pass = 0; pass < 3; pass++) {
      const phases = sprites.dots[pass]!;
      const flat = palette[pass]!;
      const stop = starts[pass + 1]!;
      for (let k = starts[pass]!; k < stop; k++) {
        const row = rows[k]!;
        const x = place.kx * positions[2 * row]! + place.tx;
        const y = place.ty - place.ky * positions[2 * row + 1]!;
        if (!(x >= place.low && x < place.right && y >= place.low && y < place.bottom)) continue;
        if (visible !== null && (visible.bytes[row >> 3]! & (1 << (row & 7))) === 0) continue;
        const qx = ((x + margin) * PHASES) | 0;
        const qy = ((y + margin) * PHASES) | 0;
        const sprite = phases[(qy % PHASES) * PHASES + (qx % PHASES)]!;
        const at = ((qy / PHASES) | 0) * stride + ((qx / PHASES) | 0);
        stamp(dots, at, sprite, colors === null ? flat : colors[row]!);
      }
    }
  }

  private paintMarks(scene: Scene, sprites: Marks): void {
    const { style, positions } = scene;
    if (style === null) return;
    const { pixels, stride, margin } = this;
    const { domains, colors, theme } = style;
    const palette = domainColors(theme).map(packColor);
    const removed = packColor(theme.removed);
    const preview = packColor(theme.preview);
    const hit = packColor(theme.hit);
    const place = this.placement(scene);
    eachMark(scene, (row, marks) => {
      const x = place.kx * positions[2 * row]! + place.tx;
      const y = place.ty - place.ky * positions[2 * row + 1]!;
      if (!(x >= place.low && x < place.right && y >= place.low && y < place.bottom)) return;
      const qx = ((x + margin) * PHASES) | 0;
      const qy = ((y + margin) * PHASES) | 0;
      const phase = (qy % PHASES) * PHASES + (qx % PHASES);
      const at = ((qy / PHASES) | 0) * stride + ((qx / PHASES) | 0);
      if (marks & MARK.hit) stamp(pixels, at, sprites.halo[phase]!, hit);
      if (marks & MARK.removed) stamp(pixels, at, sprites.ring[phase]!, removed);
      else if (marks & MARK.entering) stamp(pixels, at, sprites.ring[phase]!, preview);
      else if (marks & MARK.leaving) stamp(pixels, at, sprites.fading[phase]!, removed);
      const pass = domains[row]! > 2 ? 0 : domains[row]!;
      const color = colors === null ? palette[pass]! : colors[row]!;
      stamp(pixels, at, sprites.dots[pass]![phase]!, color);
    });
  }

  /** The camera in device pixels, and the range of pixels whose points may be seen. */
  private placement(scene: Scene) {
    const { dpr, camera } = scene;
    const reach = Math.ceil(MAX_REACH * dpr);
    return {
      kx: camera!.kx * dpr,
      ky: camera!.ky * dpr,
      tx: camera!.tx * dpr,
      ty: camera!.ty * dpr,
      low: -reach,
      right: this.width + reach,
      bottom: this.height + reach,
    };
  }

  private spritesFor(metrics: PointMetrics, dpr: number): Marks {
    const key = JSON.stringify([metrics, dpr, this.stride]);
    if (this.sprites !== null && key === this.spriteKey) return this.sprites;
    this.spriteKey = key;
    const { radius, opacity, ringRadius, ringWidth, haloRadius, haloWidth } = metrics;
    const stride = this.stride;
    const outline = (r: number, width: number, alpha: number): Sprite[] =>
      makeSprites(ring(r * dpr, width * dpr, alpha), (r + width / 2) * dpr + 1, stride);
    return {
      dots: radius.map((r, pass) =>
        makeSprites(disc(r * dpr, opacity[pass]!), r * dpr + 1, stride),
      ),
      ring: outline(ringRadius, ringWidth, 0.95),
      fading: outline(ringRadius, ringWidth, 0.3),
      halo: outline(haloRadius, haloWidth, 0.9),
    };
  }
}

import { effect, signal, type ReadonlySignal } from "@preact/signals";
import { boundsOf, Camera, type Bounds } from "../../core/camera";
import type { PointRenderer, PointStyle, RendererOptions } from "../../render/renderer";

/** Makes a renderer for a canvas; tests give their own. */
export type RendererFactory = (
  canvas: HTMLCanvasElement,
  options?: RendererOptions,
) => PointRenderer;

/** How the points are laid out for one session. */
export interface Layout {
  readonly positions: Float32Array;
  readonly aspect: "free" | "equal";
}

const ZOOM_STEP = 1.5;
const ANIMATION_MS = 180;
const FARTHEST = 1 / 4;
const CLOSEST = 1e5;

/** The canvas of a plot: its size, its camera, and the one animation frame that draws it. */
export class Stage {
  readonly #camera = signal(new Camera(1, 1, 0, 0, 0, 0));
  readonly #failure = signal<string | null>(null);
  readonly #host: HTMLElement;
  readonly #factory: RendererFactory;
  readonly #reducedMotion: () => boolean;
  #renderer: PointRenderer | null = null;
  #canvas: HTMLCanvasElement | null = null;
  #layout: Layout;
  #bounds: Bounds;
  #style: PointStyle;
  #preview: PointStyle["visible"] = null;
  #fitted = true;
  #drawFrame = 0;
  #moveFrame = 0;

  /** Fills `host`; everything stops when `abort` fires. */
  constructor(
    host: HTMLElement,
    layout: Layout,
    style: PointStyle,
    factory: RendererFactory,
    abort: AbortSignal,
  ) {
    this.#host = host;
    this.#layout = layout;
    this.#bounds = boundsOf(layout.positions);
    this.#style = style;
    this.#factory = factory;
    const motion = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.#reducedMotion = () => motion.matches;
    this.#open();

    const observer = new ResizeObserver(() => this.measure());
    observer.observe(host);
    this.#watchDensity(abort);
    const stop = effect(() => {
      const { width } = this.#camera.value;
      if (width > 0) this.#schedule();
    });
    abort.addEventListener(
      "abort",
      () => {
        stop();
        observer.disconnect();
        cancelAnimationFrame(this.#drawFrame);
        cancelAnimationFrame(this.#moveFrame);
        this.#close();
      },
      { once: true },
    );
  }

  /** Where the plot looks now. */
  get camera(): ReadonlySignal<Camera> {
    return this.#camera;
  }

  /** Why nothing can be drawn, in words for the person; null while drawing works. */
  get failure(): ReadonlySignal<string | null> {
    return this.#failure;
  }

  /** Takes over the size of the host and draws at once, because a resized canvas is empty. */
  measure(): void {
    const { clientWidth: width, clientHeight: height } = this.#host;
    if (width === 0 || height === 0) return;
    this.#renderer?.resize(width, height, window.devicePixelRatio);
    cancelAnimationFrame(this.#moveFrame);
    const now = this.#camera.peek();
    this.#camera.value =
      this.#fitted || now.width === 0 ? this.#whole(width, height) : now.resize(width, height);
    this.draw();
  }

  /** Other points, or the same points in another place. */
  setLayout(layout: Layout): void {
    const { positions, aspect } = this.#layout;
    if (layout.positions === positions && layout.aspect === aspect) return;
    this.#layout = layout;
    this.#bounds = boundsOf(layout.positions);
    this.#renderer?.setPoints(layout.positions);
    this.#fitted = true;
    this.measure();
  }

  /** Changes how points look, in the next frame. */
  setStyle(style: Partial<PointStyle>): void {
    this.#style = { ...this.#style, ...style };
    this.#renderer?.setStyle(style);
    this.#schedule();
  }

  /** Shows the selection that a draft would leave; null shows the committed one. */
  setPreview(selection: PointStyle["visible"]): void {
    this.#preview = selection;
    this.#renderer?.updateMembership(selection);
  }

  /** Moves by CSS pixels: the points follow. */
  pan(dx: number, dy: number): void {
    this.#jump(this.#camera.peek().pan(dx, dy));
  }

  /** Scales about a pixel; without one, about the centre and in a short movement. */
  zoom(factor: number, at?: readonly [px: number, py: number]): void {
    const now = this.#camera.peek();
    const { kx } = this.#whole(now.width, now.height);
    const bounded = Math.min(Math.max(now.kx * factor, kx * FARTHEST), kx * CLOSEST) / now.kx;
    if (at !== undefined) this.#jump(now.zoomAt(at[0], at[1], bounded));
    else this.#glide(now.zoomAt(now.width / 2, now.height / 2, bounded), false);
  }

  /** One step of the zoom buttons. */
  zoomStep(direction: "in" | "out"): void {
    this.zoom(direction === "in" ? ZOOM_STEP : 1 / ZOOM_STEP);
  }

  /** Shows all points again. */
  fit(): void {
    const { width, height } = this.#camera.peek();
    this.#glide(this.#whole(width, height), true);
  }

  /** Moves as little as needed to have a map position well inside the plot. */
  reveal(x: number, y: number): void {
    const now = this.#camera.peek();
    const [px, py] = now.toPixel(x, y);
    const margin = Math.min(48, now.width / 4, now.height / 4);
    const dx = Math.max(margin - px, 0) + Math.min(now.width - margin - px, 0);
    const dy = Math.max(margin - py, 0) + Math.min(now.height - margin - py, 0);
    if (dx !== 0 || dy !== 0) this.#glide(now.pan(dx, dy), false);
  }

  /** Draws now, unless nothing has changed. */
  draw(): void {
    cancelAnimationFrame(this.#drawFrame);
    this.#drawFrame = 0;
    const camera = this.#camera.peek();
    if (camera.width > 0) this.#renderer?.draw(camera);
  }

  #whole(width: number, height: number): Camera {
    return Camera.fit(this.#bounds, width, height, this.#layout.aspect);
  }

  #jump(next: Camera): void {
    cancelAnimationFrame(this.#moveFrame);
    this.#fitted = false;
    this.#camera.value = next;
  }

  #glide(to: Camera, fitted: boolean): void {
    cancelAnimationFrame(this.#moveFrame);
    this.#fitted = fitted;
    const from = this.#camera.peek();
    if (this.#reducedMotion() || from.equals(to)) {
      this.#camera.value = to;
      return;
    }
    const start = performance.now();
    const step = (now: number): void => {
      const t = Math.min(1, Math.max(0, now - start) / ANIMATION_MS);
      this.#camera.value = t === 1 ? to : between(from, to, t * (2 - t));
      if (t < 1) this.#moveFrame = requestAnimationFrame(step);
    };
    this.#moveFrame = requestAnimationFrame(step);
  }

  #schedule(): void {
    if (this.#drawFrame === 0) {
      this.#drawFrame = requestAnimationFrame(() => {
        this.#drawFrame = 0;
        this.draw();
      });
    }
  }

  #open(options?: RendererOptions): void {
    const canvas = document.createElement("canvas");
    canvas.setAttribute("aria-hidden", "true");
    this.#host.prepend(canvas);
    this.#canvas = canvas;
    try {
      const renderer = this.#factory(canvas, options);
      renderer.onLost = () => this.#recover();
      renderer.setPoints(this.#layout.positions);
      renderer.setStyle(this.#style);
      this.#renderer = renderer;
    } catch (error) {
      canvas.remove();
      this.#failure.value = error instanceof Error ? error.message : String(error);
    }
  }

  #close(): void {
    this.#renderer?.dispose();
    this.#renderer = null;
    this.#canvas?.remove();
    this.#canvas = null;
  }

  #recover(): void {
    this.#close();
    this.#open({ prefer: "raster" });
    this.measure();
    this.setPreview(this.#preview);
  }

  #watchDensity(abort: AbortSignal): void {
    const query = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    query.addEventListener(
      "change",
      () => {
        this.measure();
        this.#watchDensity(abort);
      },
      { once: true, signal: abort },
    );
  }
}

/** A camera on the way, at one scale of time for scale and centre, so that nothing swings. */
function between(from: Camera, to: Camera, t: number): Camera {
  const mix = (a: number, b: number): number => a + (b - a) * t;
  return new Camera(
    mix(from.kx, to.kx),
    mix(from.ky, to.ky),
    mix(from.tx, to.tx),
    mix(from.ty, to.ty),
    to.width,
    to.height,
  );
}

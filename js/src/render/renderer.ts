import type { Bitset } from "../core/bitset";
import type { Camera } from "../core/camera";
import type { PlotTheme } from "../core/palette";
import { RasterRenderer } from "./points-raster";
import { WebGLRenderer } from "./points-webgl2";
import { createWebGL2, releaseContext } from "./webgl-context";

/** How points look. Every part can change on its own. */
export interface PointStyle {
  /** Domain per row (0 neither, 1 retain, 2 forget): the order and weight of drawing. */
  readonly domains: Uint8Array;
  /** Packed colour per row (see packColor), or null for the domain colours of the theme. */
  readonly colors: Uint32Array | null;
  /** Rows that are drawn; null draws all. */
  readonly visible: Bitset | null;
  /** Committed removals, drawn with a ring. */
  readonly removed: Bitset;
  /** Rows found by a search, drawn with a halo. */
  readonly hits: Bitset | null;
  readonly theme: PlotTheme;
}

/** Draws points into one canvas. The view draws lasso, cursor and hovered point on an overlay. */
export interface PointRenderer {
  readonly kind: "webgl2" | "raster";
  /** Size in CSS pixels and device pixels per CSS pixel. */
  resize(width: number, height: number, dpr: number): void;
  /** x0, y0, x1, y1, ... in map coordinates. */
  setPoints(positions: Float32Array): void;
  setStyle(style: Partial<PointStyle>): void;
  /** Draw now if the camera, the size or anything shown has changed; says whether it drew. */
  draw(camera: Camera): boolean;
  /**
   * The selection that an ongoing gesture would leave, or null after it. Points are redrawn with the
   * last camera at most once per animation frame, and not at all if the set is the same.
   */
  updateMembership(preview: Bitset | null): void;
  /** Called when the graphics context is lost; the view then asks for a new renderer. */
  onLost: (() => void) | null;
  dispose(): void;
}

/** Neither WebGL2 nor a 2D canvas is available. */
export class NoRendererError extends Error {
  override readonly name = "NoRendererError";
}

/** Choice of backend; without `prefer` a real GPU gets WebGL2 and everything else the raster. */
export interface RendererOptions {
  readonly prefer?: "webgl2" | "raster";
}

/**
 * A renderer for the canvas. A canvas that has given a WebGL context gives no other, so a caller
 * that falls back after a loss puts a new canvas in its place. Throws a NoRendererError when
 * the browser offers neither backend.
 */
export function createRenderer(
  canvas: HTMLCanvasElement,
  options: RendererOptions = {},
): PointRenderer {
  if (options.prefer !== "raster") {
    const gl = createWebGL2(canvas, options.prefer === "webgl2");
    if (gl !== null) {
      try {
        return new WebGLRenderer(canvas, gl);
      } catch (error) {
        releaseContext(gl);
        throw new NoRendererError("WebGL2 was offered but its shaders do not build.", {
          cause: error,
        });
      }
    }
  }
  const context = canvas.getContext("2d", { alpha: false });
  if (context === null) {
    throw new NoRendererError(
      "The map cannot be drawn: this browser offers neither WebGL2 nor a 2D canvas. Turn on hardware acceleration or use another browser; the numbers stay correct without the map.",
    );
  }
  return new RasterRenderer(canvas, context);
}

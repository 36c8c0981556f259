import { buildProgram } from "./shaders";

// Browsers drop the oldest of about 16 contexts a page; other widgets need some of them.
const MOST_CONTEXTS = 8;
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;
const ATTRIBUTES: WebGLContextAttributes = {
  alpha: false,
  antialias: false,
  depth: false,
  stencil: false,
  powerPreference: "high-performance",
};

const live = new Set<WebGL2RenderingContext>();
const probed: { gpu: boolean | null; software: boolean | null } = { gpu: null, software: null };

/**
 * A WebGL2 context for the canvas, or null where the raster serves better: no WebGL2, one emulated
 * in software (unless `allowSoftware`), shaders that do not build, or too many contexts already.
 */
export function createWebGL2(
  canvas: HTMLCanvasElement,
  allowSoftware = false,
): WebGL2RenderingContext | null {
  if (live.size >= MOST_CONTEXTS) return null;
  // Tried on another canvas first: one that has given a WebGL context gives no 2D context.
  const usable = allowSoftware ? (probed.software ??= probe(true)) : (probed.gpu ??= probe(false));
  if (!usable) return null;
  const gl = canvas.getContext("webgl2", ATTRIBUTES);
  if (gl !== null) live.add(gl);
  return gl;
}

/** Give a context back to the browser at once instead of at the next garbage collection. */
export function releaseContext(gl: WebGL2RenderingContext): void {
  live.delete(gl);
  gl.getExtension("WEBGL_lose_context")?.loseContext();
}

/** Whether a renderer string names software in place of a GPU. */
export function isSoftwareRenderer(name: string): boolean {
  return SOFTWARE.test(name);
}

function probe(allowSoftware: boolean): boolean {
  const gl = document.createElement("canvas").getContext("webgl2", ATTRIBUTES);
  if (gl === null) return false;
  try {
    if (!allowSoftware && isSoftwareRenderer(rendererName(gl))) return false;
    buildProgram(gl);
    return true;
  } catch {
    // A driver that rejects the shaders is one that the raster replaces.
    return false;
  } finally {
    gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

function rendererName(gl: WebGL2RenderingContext): string {
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  return String(gl.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER));
}

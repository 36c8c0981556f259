import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Bitset } from "../../src/core/bitset";
import { Camera } from "../../src/core/camera";
import { plotTheme } from "../../src/core/palette";
import type { createRenderer, PointRenderer } from "../../src/render/renderer";
import { isSoftwareRenderer } from "../../src/render/webgl-context";
import { FakeContext2D, FakeGL } from "./fake-contexts";

const CAMERA = Camera.fit({ xmin: 0, xmax: 1, ymin: 0, ymax: 1 }, 200, 100);
const GPU = "ANGLE (Intel, Mesa Intel(R) UHD Graphics 620)";

/** The browser's answers to getContext: GL contexts in the order they are made. */
let contexts: FakeGL[];
let frames: (() => void)[];
let create: typeof createRenderer;

interface Browser {
  readonly renderer?: string | null;
  readonly canvas2d?: boolean;
  readonly links?: boolean;
}

function browser({ renderer = GPU, canvas2d = true, links = true }: Browser): void {
  const taken = new WeakMap<HTMLCanvasElement, string>();
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockImplementation(function (
    this: HTMLCanvasElement,
    kind: string,
  ) {
    if (taken.has(this) && taken.get(this) !== kind) return null;
    if (kind === "webgl2" ? renderer === null : !canvas2d) return null;
    taken.set(this, kind);
    if (kind === "2d") return new FakeContext2D() as unknown as RenderingContext;
    const gl = new FakeGL(renderer ?? "", links);
    contexts.push(gl);
    return gl as unknown as RenderingContext;
  } as HTMLCanvasElement["getContext"]);
}

beforeEach(async () => {
  contexts = [];
  frames = [];
  vi.stubGlobal("requestAnimationFrame", (run: () => void) => frames.push(run));
  vi.stubGlobal("cancelAnimationFrame", (handle: number) => {
    frames[handle - 1] = () => undefined;
  });
  vi.resetModules();
  ({ createRenderer: create } = await import("../../src/render/renderer"));
});

afterEach(() => {
  vi.restoreAllMocks();
});

function runFrames(): void {
  for (const run of frames.splice(0)) run();
}

/** A renderer that shows three points. */
function shown(renderer: PointRenderer): PointRenderer {
  renderer.resize(200, 100, 1);
  renderer.setPoints(Float32Array.of(0, 0, 1, 1, 0.5, 0.5));
  renderer.setStyle({
    domains: Uint8Array.of(1, 2, 2),
    removed: new Bitset(3),
    theme: plotTheme("light"),
  });
  return renderer;
}

describe("the choice of backend", () => {
  test("is WebGL2 where a GPU answers", () => {
    browser({});
    expect(create(document.createElement("canvas")).kind).toBe("webgl2");
  });

  test.each([
    "ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)), SwiftShader driver)",
    "llvmpipe (LLVM 15.0.7, 256 bits)",
    "ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11 vs_5_0 ps_5_0)",
    "Apple Software Renderer",
    null,
  ])("is the raster with %s", (renderer) => {
    browser({ renderer });
    expect(create(document.createElement("canvas")).kind).toBe("raster");
    expect(contexts.every(({ lost }) => lost)).toBe(true);
  });

  test("is the raster where the shaders do not build", () => {
    browser({ links: false });
    expect(create(document.createElement("canvas")).kind).toBe("raster");
  });

  test("follows the caller's preference", () => {
    browser({ renderer: "llvmpipe" });
    expect(create(document.createElement("canvas"), { prefer: "webgl2" }).kind).toBe("webgl2");
    browser({});
    expect(create(document.createElement("canvas"), { prefer: "raster" }).kind).toBe("raster");
  });

  test("fails with a reason where neither works", () => {
    browser({ renderer: null, canvas2d: false });
    expect(() => create(document.createElement("canvas"))).toThrow(
      expect.objectContaining({ name: "NoRendererError" }) as Error,
    );
  });

  test("knows a GPU from its emulation", () => {
    expect(isSoftwareRenderer(GPU)).toBe(false);
    expect(isSoftwareRenderer("NVIDIA GeForce RTX 3060/PCIe/SSE2")).toBe(false);
    expect(isSoftwareRenderer("Google SwiftShader")).toBe(true);
  });

  test("asks the browser once and keeps contexts for others", () => {
    browser({});
    const kinds = Array.from({ length: 12 }, () => create(document.createElement("canvas")).kind);
    expect(kinds.filter((kind) => kind === "webgl2")).toHaveLength(8);
    expect(contexts).toHaveLength(9);
    expect(contexts[0]!.lost).toBe(true);
  });

  test("reuses the place of a renderer that is disposed of", () => {
    browser({});
    for (let k = 0; k < 20; k++) {
      const renderer = create(document.createElement("canvas"));
      expect(renderer.kind).toBe("webgl2");
      renderer.dispose();
    }
    expect(contexts.every(({ lost }) => lost)).toBe(true);
  });
});

describe.each([
  ["webgl2", {}],
  ["raster", { renderer: null }],
] as const)("the %s renderer", (kind, host) => {
  let renderer: PointRenderer;

  beforeEach(() => {
    browser(host);
    renderer = shown(create(document.createElement("canvas")));
    expect(renderer.kind).toBe(kind);
  });

  test("draws when something has changed and only then", () => {
    expect(renderer.draw(CAMERA)).toBe(true);
    expect(renderer.draw(CAMERA)).toBe(false);
    expect(renderer.draw(CAMERA.pan(1, 0))).toBe(true);
    renderer.setStyle({ removed: Bitset.of(3, [1]) });
    expect(renderer.draw(CAMERA.pan(1, 0))).toBe(true);
    renderer.resize(200, 100, 1);
    expect(renderer.draw(CAMERA.pan(1, 0))).toBe(false);
    renderer.resize(200, 100, 2);
    expect(renderer.draw(CAMERA.pan(1, 0))).toBe(true);
  });

  test("draws nothing without points, size or style that belong together", () => {
    const empty = create(document.createElement("canvas"));
    expect(empty.draw(CAMERA)).toBe(false);
    renderer.setPoints(Float32Array.of(0, 0));
    expect(renderer.draw(CAMERA)).toBe(false);
  });

  test("redraws a growing selection at most once per frame", () => {
    renderer.draw(CAMERA);
    const growing = new Bitset(3);
    for (const row of [0, 1, 2]) {
      growing.set(row, true);
      renderer.updateMembership(growing);
    }
    expect(frames).toHaveLength(1);
    runFrames();
    expect(renderer.draw(CAMERA)).toBe(false);
    renderer.updateMembership(growing);
    expect(frames).toHaveLength(0);
    renderer.updateMembership(null);
    expect(frames).toHaveLength(1);
  });

  test("draws a selection at once when it draws anyway", () => {
    renderer.draw(CAMERA);
    renderer.updateMembership(Bitset.of(3, [2]));
    expect(renderer.draw(CAMERA.pan(2, 0))).toBe(true);
    runFrames();
    expect(renderer.draw(CAMERA.pan(2, 0))).toBe(false);
  });

  test("leaves no frame behind", () => {
    renderer.draw(CAMERA);
    renderer.updateMembership(Bitset.of(3, [2]));
    renderer.dispose();
    expect(() => runFrames()).not.toThrow();
  });

  test("needs its first style whole", () => {
    const empty = create(document.createElement("canvas"));
    expect(() => empty.setStyle({ hits: null })).toThrow("needs domains, removed and theme");
  });
});

describe("the WebGL2 renderer", () => {
  test("uploads only what has changed", () => {
    browser({});
    const renderer = shown(create(document.createElement("canvas")));
    const gl = contexts.at(-1)!;
    renderer.draw(CAMERA);
    expect(gl.uploads).toHaveLength(4);
    renderer.draw(CAMERA.pan(3, 0));
    expect(gl.uploads).toHaveLength(4);
    renderer.setStyle({ removed: Bitset.of(3, [1]) });
    renderer.draw(CAMERA.pan(3, 0));
    expect(gl.uploads).toHaveLength(5);
    expect([...(gl.uploads[4] as Uint8Array)]).toEqual([0x50, 0x61, 0x60]);
  });

  test("tells when its context is lost, and draws no more", () => {
    browser({});
    const canvas = document.createElement("canvas");
    const renderer = shown(create(canvas));
    const lost = vi.fn();
    renderer.onLost = lost;
    renderer.draw(CAMERA);
    contexts.at(-1)!.lost = true;
    canvas.dispatchEvent(new Event("webglcontextlost", { cancelable: true }));
    expect(lost).toHaveBeenCalledOnce();
    expect(renderer.draw(CAMERA.pan(1, 0))).toBe(false);
    renderer.dispose();
    canvas.dispatchEvent(new Event("webglcontextlost"));
    expect(lost).toHaveBeenCalledOnce();
  });
});

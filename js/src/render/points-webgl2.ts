import type { Bitset } from "../core/bitset";
import type { Camera } from "../core/camera";
import { domainColors, packColor } from "../core/palette";
import { drawOrder, pointMetrics } from "./metrics";
import type { PointRenderer, PointStyle } from "./renderer";
import { eachMark, FrameRequest, Scene } from "./scene";
import { ATTRIBUTE, buildProgram, STATE, uniformsOf, type Uniforms } from "./shaders";
import { releaseContext } from "./webgl-context";

/** Points drawn by the GPU, looking as the raster paints them. */
export class WebGLRenderer implements PointRenderer {
  readonly kind = "webgl2";
  onLost: (() => void) | null = null;

  private readonly scene = new Scene();
  private readonly frame = new FrameRequest(() => this.drawNow());
  private readonly listeners = new AbortController();
  private readonly program: WebGLProgram;
  private readonly uniforms: Uniforms;
  private readonly buffers: Record<"position" | "color" | "state" | "order", WebGLBuffer>;
  private states = new Uint8Array(0);

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly gl: WebGL2RenderingContext,
  ) {
    this.program = buildProgram(gl);
    this.uniforms = uniformsOf(gl, this.program);
    this.buffers = {
      position: gl.createBuffer(),
      color: gl.createBuffer(),
      state: gl.createBuffer(),
      order: gl.createBuffer(),
    };
    this.wireAttributes();
    canvas.addEventListener(
      "webglcontextlost",
      (event) => {
        event.preventDefault();
        this.frame.cancel();
        this.onLost?.();
      },
      { signal: this.listeners.signal },
    );
  }

  resize(width: number, height: number, dpr: number): void {
    if (!this.scene.resize(width, height, dpr)) return;
    this.canvas.width = Math.max(1, Math.round(width * dpr));
    this.canvas.height = Math.max(1, Math.round(height * dpr));
  }

  setPoints(positions: Float32Array): void {
    this.scene.setPoints(positions);
  }

  setStyle(style: Partial<PointStyle>): void {
    this.scene.setStyle(style);
  }

  draw(camera: Camera): boolean {
    this.scene.setCamera(camera);
    return this.drawNow();
  }

  updateMembership(preview: Bitset | null): void {
    if (this.scene.setPreview(preview)) this.frame.request();
  }

  dispose(): void {
    this.frame.cancel();
    this.onLost = null;
    this.listeners.abort();
    releaseContext(this.gl);
  }

  private drawNow(): boolean {
    const { gl, scene } = this;
    if (gl.isContextLost() || !scene.needsFrame) return false;
    this.frame.cancel();
    this.upload();
    this.setUniforms();
    gl.clear(gl.COLOR_BUFFER_BIT);
    for (const pass of [0, 1]) {
      gl.uniform1i(this.uniforms.pass, pass);
      gl.drawElements(gl.POINTS, scene.n, gl.UNSIGNED_INT, 0);
    }
    scene.clean();
    return true;
  }

  private upload(): void {
    const { gl, scene, buffers } = this;
    const { dirty, style } = scene;
    if (style === null) return;
    if (dirty.points) this.fill(gl.ARRAY_BUFFER, buffers.position, scene.positions);
    if (dirty.points || dirty.order) {
      this.fill(gl.ELEMENT_ARRAY_BUFFER, buffers.order, drawOrder(style.domains).rows);
    }
    if (dirty.points || dirty.order || dirty.colors) {
      this.fill(gl.ARRAY_BUFFER, buffers.color, style.colors ?? this.domainFill(style));
    }
    if (dirty.points || dirty.order || dirty.colors || dirty.marks) {
      this.fill(gl.ARRAY_BUFFER, buffers.state, this.stateBytes(style));
    }
  }

  private setUniforms(): void {
    const { gl, scene, uniforms } = this;
    const { style, camera, dpr } = scene;
    if (style === null || camera === null) return;
    const metrics = pointMetrics(scene.n, scene.bounds, camera, style.colors !== null);
    gl.useProgram(this.program);
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.clearColor(...rgb(style.theme.background), 1);
    // Differences to a float32 position near the middle keep deep zooms steady in the GPU's float32.
    const [mx, my] = camera.toMap(camera.width / 2, camera.height / 2).map(Math.fround) as [
      number,
      number,
    ];
    const [px, py] = camera.toPixel(mx, my);
    gl.uniform2f(uniforms.origin, mx, my);
    gl.uniform2f(uniforms.scale, camera.kx * dpr, -camera.ky * dpr);
    gl.uniform2f(uniforms.offset, px * dpr, py * dpr);
    gl.uniform2f(uniforms.surface, this.canvas.width, this.canvas.height);
    gl.uniform1f(uniforms.dpr, dpr);
    gl.uniform3f(uniforms.radius, ...metrics.radius);
    gl.uniform3f(uniforms.opacity, ...metrics.opacity);
    gl.uniform2f(uniforms.ring, metrics.ringRadius, metrics.ringWidth);
    gl.uniform2f(uniforms.halo, metrics.haloRadius, metrics.haloWidth);
    gl.uniform3f(uniforms.removedColor, ...rgb(style.theme.removed));
    gl.uniform3f(uniforms.previewColor, ...rgb(style.theme.preview));
    gl.uniform3f(uniforms.hitColor, ...rgb(style.theme.hit));
  }

  private domainFill(style: PointStyle): Uint32Array {
    const palette = domainColors(style.theme).map(packColor);
    return Uint32Array.from(style.domains, (code) => palette[code] ?? palette[0]!);
  }

  private stateBytes(style: PointStyle): Uint8Array {
    const { domains, visible } = style;
    if (this.states.length !== domains.length) this.states = new Uint8Array(domains.length);
    const { states } = this;
    for (let row = 0; row < states.length; row++) {
      const domain = domains[row]! > 2 ? 0 : domains[row]!;
      const shown = visible === null || visible.has(row);
      states[row] = (domain << STATE.domainShift) | (shown ? STATE.visible : 0);
    }
    eachMark(this.scene, (row, marks) => {
      states[row]! |= marks;
    });
    return states;
  }

  private fill(target: number, buffer: WebGLBuffer, data: ArrayBufferView): void {
    const { gl } = this;
    gl.bindBuffer(target, buffer);
    gl.bufferData(target, data, gl.DYNAMIC_DRAW);
  }

  private wireAttributes(): void {
    const { gl, buffers } = this;
    gl.bindVertexArray(gl.createVertexArray());
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers.position);
    gl.vertexAttribPointer(ATTRIBUTE.position, 2, gl.FLOAT, false, 0, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers.color);
    gl.vertexAttribPointer(ATTRIBUTE.color, 4, gl.UNSIGNED_BYTE, true, 0, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers.state);
    gl.vertexAttribIPointer(ATTRIBUTE.state, 1, gl.UNSIGNED_BYTE, 0, 0);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, buffers.order);
    for (const location of Object.values(ATTRIBUTE)) gl.enableVertexAttribArray(location);
  }
}

function rgb(color: string): [number, number, number] {
  const packed = packColor(color);
  return [(packed & 255) / 255, ((packed >> 8) & 255) / 255, ((packed >> 16) & 255) / 255];
}

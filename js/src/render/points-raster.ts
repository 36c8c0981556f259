import type { Bitset } from "../core/bitset";
import type { Camera } from "../core/camera";
import { Raster } from "./raster";
import type { PointRenderer, PointStyle } from "./renderer";
import { FrameRequest, Scene } from "./scene";

/**
 * Points painted by the processor and put on a 2D canvas: where WebGL is emulated in software this
 * is nine times faster at 100,000 points (13 ms against 120 ms a frame).
 */
export class RasterRenderer implements PointRenderer {
  readonly kind = "raster";
  onLost: (() => void) | null = null;

  private readonly scene = new Scene();
  private readonly raster = new Raster();
  private readonly frame = new FrameRequest(() => this.drawNow());
  private image: ImageData | null = null;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly context: CanvasRenderingContext2D,
  ) {}

  resize(width: number, height: number, dpr: number): void {
    if (!this.scene.resize(width, height, dpr) || width <= 0 || height <= 0) return;
    this.raster.resize(this.scene, (stride, lines) => {
      this.image = this.context.createImageData(stride, lines);
      return new Uint32Array(this.image.data.buffer);
    });
    this.canvas.width = this.raster.width;
    this.canvas.height = this.raster.height;
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
    this.image = null;
    this.canvas.width = 0;
    this.canvas.height = 0;
  }

  private drawNow(): boolean {
    if (this.image === null || !this.scene.needsFrame) return false;
    this.frame.cancel();
    this.raster.paint(this.scene);
    this.scene.clean();
    this.context.putImageData(this.image, -this.raster.margin, -this.raster.margin);
    return true;
  }
}

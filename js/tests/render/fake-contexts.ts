/** A 2D context that only takes images. */
export class FakeContext2D {
  readonly images: unknown[] = [];

  createImageData(width: number, height: number): { data: Uint8ClampedArray } {
    return { data: new Uint8ClampedArray(4 * width * height) };
  }

  putImageData(image: unknown): void {
    this.images.push(image);
  }
}

/** A WebGL2 context that draws nothing and remembers what was uploaded. */
export class FakeGL {
  readonly uploads: ArrayBufferView[] = [];
  lost = false;
  readonly LINK_STATUS = 1;
  readonly RENDERER = 2;

  constructor(
    private readonly renderer: string,
    private readonly links: boolean,
  ) {
    // Every other call of the API is accepted and answered with an object.
    return new Proxy(this, {
      get: (target, name) => {
        if (name in target) return Reflect.get(target, name) as unknown;
        return /^[A-Z]/.test(String(name)) ? 0 : () => ({});
      },
    });
  }

  getParameter(name: number): string {
    return name === 3 ? this.renderer : "WebKit WebGL";
  }

  getProgramParameter(): boolean {
    return this.links;
  }

  getExtension(name: string): object {
    if (name === "WEBGL_debug_renderer_info") return { UNMASKED_RENDERER_WEBGL: 3 };
    return {
      loseContext: () => {
        this.lost = true;
      },
    };
  }

  isContextLost(): boolean {
    return this.lost;
  }

  bufferData(_target: number, data: ArrayBufferView): void {
    this.uploads.push(data);
  }
}

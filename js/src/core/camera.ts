/** Extent of the points in map coordinates. */
export interface Bounds {
  readonly xmin: number;
  readonly xmax: number;
  readonly ymin: number;
  readonly ymax: number;
}

/** Room kept free between the outermost points and the edges, in CSS pixels. */
export interface Insets {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const EVEN: Insets = { left: 16, right: 16, top: 16, bottom: 16 };

/**
 * The affine map between map coordinates (y up) and CSS pixels (y down):
 * px = kx x + tx, py = ty - ky y. Immutable: every move gives a new camera.
 */
export class Camera {
  constructor(
    readonly kx: number,
    readonly ky: number,
    readonly tx: number,
    readonly ty: number,
    /** Size of the drawing surface in CSS pixels. */
    readonly width: number,
    readonly height: number,
  ) {}

  /** The camera that shows all of `bounds`; "equal" keeps one scale for both axes. */
  static fit(
    bounds: Bounds,
    width: number,
    height: number,
    aspect: "free" | "equal" = "free",
    insets: Insets = EVEN,
  ): Camera {
    const roomX = Math.max(1, width - insets.left - insets.right);
    const roomY = Math.max(1, height - insets.top - insets.bottom);
    let kx = roomX / spanOf(bounds.xmin, bounds.xmax);
    let ky = roomY / spanOf(bounds.ymin, bounds.ymax);
    if (aspect === "equal") kx = ky = Math.min(kx, ky);
    const tx = insets.left + roomX / 2 - (kx * (bounds.xmin + bounds.xmax)) / 2;
    const ty = insets.top + roomY / 2 + (ky * (bounds.ymin + bounds.ymax)) / 2;
    return new Camera(kx, ky, tx, ty, width, height);
  }

  /** CSS pixel of a map position, from the top left corner. */
  toPixel(x: number, y: number): [px: number, py: number] {
    return [this.kx * x + this.tx, this.ty - this.ky * y];
  }

  /** Map position of a CSS pixel. */
  toMap(px: number, py: number): [x: number, y: number] {
    return [(px - this.tx) / this.kx, (this.ty - py) / this.ky];
  }

  /** Scaled by `factor` about the pixel (px, py), which stays where it is. */
  zoomAt(px: number, py: number, factor: number): Camera {
    return new Camera(
      this.kx * factor,
      this.ky * factor,
      px + (this.tx - px) * factor,
      py + (this.ty - py) * factor,
      this.width,
      this.height,
    );
  }

  /** Moved by (dx, dy) CSS pixels: the points follow the pointer. */
  pan(dx: number, dy: number): Camera {
    return new Camera(this.kx, this.ky, this.tx + dx, this.ty + dy, this.width, this.height);
  }

  /** The same scale and centre on a surface of another size. */
  resize(width: number, height: number): Camera {
    const tx = this.tx + (width - this.width) / 2;
    const ty = this.ty + (height - this.height) / 2;
    return new Camera(this.kx, this.ky, tx, ty, width, height);
  }

  /** Map coordinates at the edges of the surface. */
  domain(): [xmin: number, xmax: number, ymin: number, ymax: number] {
    const [xmin, ymax] = this.toMap(0, 0);
    const [xmax, ymin] = this.toMap(this.width, this.height);
    return [xmin, xmax, ymin, ymax];
  }

  /** Whether both show the same part of the map at the same size. */
  equals(other: Camera): boolean {
    return (
      this.kx === other.kx &&
      this.ky === other.ky &&
      this.tx === other.tx &&
      this.ty === other.ty &&
      this.width === other.width &&
      this.height === other.height
    );
  }
}

/** The extent of points given as x0, y0, x1, y1, ...; no points give the unit square around 0. */
export function boundsOf(positions: Float32Array): Bounds {
  let xmin = Infinity;
  let xmax = -Infinity;
  let ymin = Infinity;
  let ymax = -Infinity;
  for (let i = 0; i + 1 < positions.length; i += 2) {
    const x = positions[i]!;
    const y = positions[i + 1]!;
    if (x < xmin) xmin = x;
    if (x > xmax) xmax = x;
    if (y < ymin) ymin = y;
    if (y > ymax) ymax = y;
  }
  if (xmin > xmax) return { xmin: -0.5, xmax: 0.5, ymin: -0.5, ymax: 0.5 };
  return { xmin, xmax, ymin, ymax };
}

function spanOf(low: number, high: number): number {
  const span = high - low;
  if (span > 0) return span;
  return Math.max(1, Math.abs(low)) * 1e-3;
}

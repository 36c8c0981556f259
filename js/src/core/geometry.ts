import { Bitset } from "./bitset";
import { lowerBound, sortByY, upperBound, type YOrder } from "./y-order";

/**
 * Which points of a map lie inside a gesture, exactly. The twin of unlearn_widgets/maps/geometry.py: both
 * evaluate the same float64 expressions on the same float32 positions, so that the highlight here
 * and the kernel's recomputation agree bit for bit. Paths are x0, y0, x1, y1, ...
 */
export class PointIndex {
  readonly n: number;
  private readonly order: YOrder;

  /** Index points x0, y0, x1, y1, ...; sorts them once. */
  constructor(positions: Float32Array) {
    this.n = positions.length >> 1;
    this.order = sortByY(positions);
  }

  /** Rows inside a closed polygon by the even-odd rule; fewer than 3 vertices hold none. */
  lasso(path: Float64Array): Bitset {
    const m = path.length >> 1;
    const parity = new Uint8Array(this.n);
    if (m < 3) return new Bitset(this.n);
    for (let k = 0; k < m; k++) {
      const next = k + 1 === m ? 0 : k + 1;
      this.toggleEdge(parity, path[2 * k]!, path[2 * k + 1]!, path[2 * next]!, path[2 * next + 1]!);
    }
    return this.collect(parity);
  }

  /** Rows inside or on the rectangle with two opposite corners. */
  rectangle(path: Float64Array): Bitset {
    const left = Math.min(path[0]!, path[2]!);
    const right = Math.max(path[0]!, path[2]!);
    const { rows, x, y } = this.order;
    const inside = new Bitset(this.n);
    const stop = upperBound(y, Math.max(path[1]!, path[3]!));
    for (let k = lowerBound(y, Math.min(path[1]!, path[3]!)); k < stop; k++) {
      if (x[k]! >= left && x[k]! <= right) inside.set(rows[k]!, true);
    }
    return inside;
  }

  /** Rows inside or on any disc (half axes `radius` in map units) centred on a point of the path. */
  disc(path: Float64Array, radius: readonly [rx: number, ry: number]): Bitset {
    const trail = new DiscTrail(this, radius);
    for (let k = 0; k + 1 < path.length; k += 2) trail.push(path[k]!, path[k + 1]!);
    return trail.mask();
  }

  /** Flip, in y order, the points left of an edge within its range of y. */
  toggleEdge(parity: Uint8Array, xi: number, yi: number, xj: number, yj: number): void {
    const { x, y } = this.order;
    // Exactly one end lies above y when min(yi, yj) <= y < max(yi, yj).
    const start = lowerBound(y, Math.min(yi, yj));
    const stop = lowerBound(y, Math.max(yi, yj));
    const dx = xj - xi;
    const dy = yj - yi;
    for (let k = start; k < stop; k++) {
      parity[k]! ^= x[k]! < (dx * (y[k]! - yi)) / dy + xi ? 1 : 0;
    }
  }

  /** Mark, in y order, the points within one disc. */
  markDisc(marks: Uint8Array, cx: number, cy: number, rx: number, ry: number): void {
    const { x, y } = this.order;
    // Wider than the disc by more than any rounding error; the test itself decides.
    const reach = ry * (1 + 1e-9) + Math.abs(cy) * 1e-9;
    const stop = upperBound(y, cy + reach);
    for (let k = lowerBound(y, cy - reach); k < stop; k++) {
      const across = (x[k]! - cx) / rx;
      const along = (y[k]! - cy) / ry;
      if (across * across + along * along <= 1) marks[k] = 1;
    }
  }

  /** The rows of the marked places of the y order, written into `into` when given. */
  collect(marks: Uint8Array, into: Bitset = new Bitset(this.n)): Bitset {
    const { rows } = this.order;
    const bytes = into.bytes.fill(0);
    for (let k = 0; k < marks.length; k++) {
      if (marks[k] === 1) {
        const row = rows[k]!;
        bytes[row >> 3]! |= 1 << (row & 7);
      }
    }
    return into;
  }
}

/**
 * A lasso while it grows: each new vertex takes the old closing edge out and puts the new edge and
 * the new closing edge in. The result is that of PointIndex.lasso on the whole path.
 */
export class LassoTrail {
  private readonly parity: Uint8Array;
  private first: [x: number, y: number] | null = null;
  private last: [x: number, y: number] = [0, 0];
  private vertices = 0;

  constructor(private readonly index: PointIndex) {
    this.parity = new Uint8Array(index.n);
  }

  /** Add a vertex. */
  push(x: number, y: number): void {
    this.vertices++;
    if (this.first === null) {
      this.first = [x, y];
    } else {
      const [x0, y0] = this.first;
      const [xl, yl] = this.last;
      this.index.toggleEdge(this.parity, xl, yl, x0, y0);
      this.index.toggleEdge(this.parity, xl, yl, x, y);
      this.index.toggleEdge(this.parity, x, y, x0, y0);
    }
    this.last[0] = x;
    this.last[1] = y;
  }

  /** The rows inside now; none before the third vertex. Reuses `into` when given. */
  mask(into?: Bitset): Bitset {
    if (this.vertices >= 3) return this.index.collect(this.parity, into);
    into?.bytes.fill(0);
    return into ?? new Bitset(this.index.n);
  }
}

/** A brush while it moves: every centre adds the points of its disc. */
export class DiscTrail {
  private readonly marks: Uint8Array;

  /** `radius` holds the half axes of the disc in map units. */
  constructor(
    private readonly index: PointIndex,
    private readonly radius: readonly [rx: number, ry: number],
  ) {
    this.marks = new Uint8Array(index.n);
  }

  /** Add a centre. */
  push(x: number, y: number): void {
    this.index.markDisc(this.marks, x, y, this.radius[0], this.radius[1]);
  }

  /** The rows covered so far. Reuses `into` when given. */
  mask(into?: Bitset): Bitset {
    return this.index.collect(this.marks, into);
  }
}

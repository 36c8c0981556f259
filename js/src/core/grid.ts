import { boundsOf, type Bounds } from "./camera";

/** Directions in which the keyboard cursor moves, as seen on screen. */
export type Direction = "left" | "right" | "up" | "down";

/** Accepts rows that may be hit; without one every row may. */
export type RowTest = (row: number) => boolean;

/** Points sorted into the cells of a grid, for hit tests and the keyboard cursor. */
export class GridIndex {
  private readonly bounds: Bounds;
  private readonly columns: number;
  private readonly lines: number;
  /** Cells per map unit. */
  private readonly sx: number;
  private readonly sy: number;
  private readonly starts: Uint32Array;
  private readonly rows: Uint32Array;

  /** Index points x0, y0, x1, y1, ... with about four of them in a cell. */
  constructor(private readonly positions: Float32Array) {
    const n = positions.length >> 1;
    this.bounds = boundsOf(positions);
    const { xmin, xmax, ymin, ymax } = this.bounds;
    const side = Math.min(512, Math.max(1, Math.ceil(Math.sqrt(n / 4))));
    this.columns = xmax > xmin ? side : 1;
    this.lines = ymax > ymin ? side : 1;
    this.sx = xmax > xmin ? this.columns / (xmax - xmin) : 0;
    this.sy = ymax > ymin ? this.lines / (ymax - ymin) : 0;
    this.starts = new Uint32Array(this.columns * this.lines + 1);
    this.rows = new Uint32Array(n);
    const cells = new Uint32Array(n);
    for (let row = 0; row < n; row++) {
      const cell =
        this.line(positions[2 * row + 1]!) * this.columns + this.column(positions[2 * row]!);
      cells[row] = cell;
      this.starts[cell + 1]!++;
    }
    for (let c = 1; c < this.starts.length; c++) this.starts[c]! += this.starts[c - 1]!;
    const next = this.starts.slice();
    for (let row = 0; row < n; row++) this.rows[next[cells[row]!]!++] = row;
  }

  /**
   * The row nearest to the map position (x, y) within `maxPixels`, or null. `kx` and `ky` are CSS
   * pixels per map unit; of equally near rows the one drawn last, the highest, is taken.
   */
  nearest(
    x: number,
    y: number,
    kx: number,
    ky: number,
    maxPixels: number,
    accept: RowTest = anyRow,
  ): number | null {
    const reachX = maxPixels / kx;
    const reachY = maxPixels / ky;
    const { xmin, xmax, ymin, ymax } = this.bounds;
    if (x + reachX < xmin || x - reachX > xmax || y + reachY < ymin || y - reachY > ymax) {
      return null;
    }
    const { positions, rows, starts } = this;
    const left = this.column(x - reachX);
    const right = this.column(x + reachX);
    const top = this.line(y + reachY);
    let best = maxPixels * maxPixels;
    let found: number | null = null;
    for (let line = this.line(y - reachY); line <= top; line++) {
      const stop = starts[line * this.columns + right + 1]!;
      for (let k = starts[line * this.columns + left]!; k < stop; k++) {
        const row = rows[k]!;
        const dx = (positions[2 * row]! - x) * kx;
        const dy = (positions[2 * row + 1]! - y) * ky;
        const distance = dx * dx + dy * dy;
        if (distance > best || (distance === best && found !== null && row < found)) continue;
        if (!accept(row)) continue;
        best = distance;
        found = row;
      }
    }
    return found;
  }

  /**
   * The row the cursor reaches from `row` in a direction: the one with the least distance along it
   * plus twice the distance across, within the 45 degrees on either side; null at the border. Rows
   * at the very same place are visited in row order first, so that none is out of reach.
   */
  toward(
    row: number,
    direction: Direction,
    kx: number,
    ky: number,
    accept: RowTest = anyRow,
  ): number | null {
    const { positions } = this;
    const forward = direction === "right" || direction === "up";
    const horizontal = direction === "left" || direction === "right";
    const sign = forward ? 1 : -1;
    const x = positions[2 * row]!;
    const y = positions[2 * row + 1]!;
    const reached: { cost: number; ahead: number | null; pile: number | null } = {
      cost: Infinity,
      ahead: null,
      pile: null,
    };
    this.sweep(x, y, horizontal, sign, kx, ky, (candidate) => {
      const dx = (positions[2 * candidate]! - x) * kx;
      const dy = (positions[2 * candidate + 1]! - y) * ky;
      const along = sign * (horizontal ? dx : dy);
      const across = Math.abs(horizontal ? dy : dx);
      if (along === 0 && across === 0) {
        const { pile } = reached;
        const next = forward ? candidate > row : candidate < row;
        const nearer = pile === null || (forward ? candidate < pile : candidate > pile);
        if (next && nearer && accept(candidate)) reached.pile = candidate;
      } else if (along > 0 && across <= along && along + 2 * across < reached.cost) {
        if (accept(candidate)) {
          reached.cost = along + 2 * across;
          reached.ahead = candidate;
        }
      }
      return reached.cost;
    });
    if (reached.pile !== null) return reached.pile;
    return reached.ahead === null ? null : this.endOfPile(reached.ahead, forward, accept);
  }

  /** The first row, in the order of travel, of those at the place of `row`. */
  private endOfPile(row: number, forward: boolean, accept: RowTest): number {
    const { positions, rows, starts } = this;
    const x = positions[2 * row]!;
    const y = positions[2 * row + 1]!;
    const cell = this.line(y) * this.columns + this.column(x);
    let end = row;
    for (let k = starts[cell]!; k < starts[cell + 1]!; k++) {
      const other = rows[k]!;
      if (positions[2 * other] !== x || positions[2 * other + 1] !== y || !accept(other)) continue;
      if (forward ? other < end : other > end) end = other;
    }
    return end;
  }

  /** Visit cells slice by slice away from (x, y) until a slice starts beyond the best cost. */
  private sweep(
    x: number,
    y: number,
    horizontal: boolean,
    sign: number,
    kx: number,
    ky: number,
    visit: (row: number) => number,
  ): void {
    const { bounds, columns, lines, rows, starts } = this;
    const slices = horizontal ? columns : lines;
    const width = horizontal ? kx / this.sx || 0 : ky / this.sy || 0;
    const origin = horizontal ? (x - bounds.xmin) * kx : (y - bounds.ymin) * ky;
    let best = Infinity;
    for (
      let slice = horizontal ? this.column(x) : this.line(y);
      slice >= 0 && slice < slices;
      slice += sign
    ) {
      const near = sign > 0 ? slice * width - origin : origin - (slice + 1) * width;
      if (near > best) return;
      const cells = horizontal ? lines : columns;
      for (let c = 0; c < cells; c++) {
        const cell = horizontal ? c * columns + slice : slice * columns + c;
        for (let k = starts[cell]!; k < starts[cell + 1]!; k++) best = visit(rows[k]!);
      }
    }
  }

  private column(x: number): number {
    return clamp(Math.floor((x - this.bounds.xmin) * this.sx), this.columns);
  }

  private line(y: number): number {
    return clamp(Math.floor((y - this.bounds.ymin) * this.sy), this.lines);
  }
}

function anyRow(): boolean {
  return true;
}

function clamp(cell: number, count: number): number {
  return Math.min(count - 1, Math.max(0, cell));
}

/** Points in ascending order of y, so that a range of y is one slice. */
export interface YOrder {
  /** Row of every place in the order. */
  readonly rows: Uint32Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
}

const RADIX_BITS = 11;
const RADIX = 1 << RADIX_BITS;

/** Sort points x0, y0, x1, y1, ... by y; equal y keep their row order. */
export function sortByY(positions: Float32Array): YOrder {
  const n = positions.length >> 1;
  const rows = radixOrder(positions, n);
  const x = new Float64Array(n);
  const y = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const row = rows[k]!;
    x[k] = positions[2 * row]!;
    y[k] = positions[2 * row + 1]!;
  }
  return { rows, x, y };
}

/** First place whose value is not below `value`. */
export function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** First place whose value is above `value`. */
export function upperBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function radixOrder(positions: Float32Array, n: number): Uint32Array {
  const y = new Float32Array(n);
  for (let i = 0; i < n; i++) y[i] = positions[2 * i + 1]!;
  const keys = new Uint32Array(y.buffer);
  // Float bits ascend with the value once negatives are inverted and positives get the top bit.
  for (let i = 0; i < n; i++) {
    const bits = keys[i]!;
    keys[i] = bits & 0x80000000 ? ~bits : bits | 0x80000000;
  }
  let rows = new Uint32Array(n);
  for (let i = 0; i < n; i++) rows[i] = i;
  let other = new Uint32Array(n);
  const starts = new Uint32Array(RADIX);
  for (let shift = 0; shift < 32; shift += RADIX_BITS) {
    starts.fill(0);
    for (let i = 0; i < n; i++) starts[(keys[i]! >>> shift) & (RADIX - 1)]!++;
    let next = 0;
    for (let digit = 0; digit < RADIX; digit++) {
      const count = starts[digit]!;
      starts[digit] = next;
      next += count;
    }
    for (let i = 0; i < n; i++) {
      const row = rows[i]!;
      other[starts[(keys[row]! >>> shift) & (RADIX - 1)]!++] = row;
    }
    [rows, other] = [other, rows];
  }
  return rows;
}

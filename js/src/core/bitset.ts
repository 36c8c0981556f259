/**
 * A set of rows as bits: row i is bit (i & 7) of byte (i >> 3), as on the wire. Padding bits are 0.
 */
export class Bitset {
  /** Number of rows the set ranges over. */
  readonly n: number;
  /** ceil(n / 8) bytes. */
  readonly bytes: Uint8Array;

  /** An empty set over `n` rows. */
  constructor(n: number) {
    this.n = n;
    this.bytes = new Uint8Array((n + 7) >> 3);
  }

  /**
   * A set from wire bytes, copied. Throws a RangeError when their number does not fit `n` or a bit
   * after the last row is set.
   */
  static fromBytes(bytes: Uint8Array, n: number): Bitset {
    const set = new Bitset(n);
    if (bytes.length !== set.bytes.length) {
      throw new RangeError(
        `Bitset: ${n} rows need ${set.bytes.length} bytes, got ${bytes.length}. Row i is bit (i & 7) of byte (i >> 3).`,
      );
    }
    set.bytes.set(bytes);
    const used = n & 7;
    if (used !== 0 && bytes[bytes.length - 1]! >> used !== 0) {
      throw new RangeError(`Bitset: the bits after row ${n - 1} must be 0, got set bits there.`);
    }
    return set;
  }

  /** The rows for which `test` is true. */
  static from(n: number, test: (row: number) => boolean): Bitset {
    const set = new Bitset(n);
    for (let i = 0; i < n; i++) if (test(i)) set.bytes[i >> 3]! |= 1 << (i & 7);
    return set;
  }

  /** The listed rows. */
  static of(n: number, rows: Iterable<number>): Bitset {
    const set = new Bitset(n);
    for (const row of rows) set.set(row, true);
    return set;
  }

  /** Whether `row` is in the set. */
  has(row: number): boolean {
    return ((this.bytes[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;
  }

  /** Put `row` in or out. Throws a RangeError outside 0..n-1. */
  set(row: number, on: boolean): void {
    if (!(row >= 0 && row < this.n)) {
      throw new RangeError(`Bitset: rows lie in 0..${this.n - 1}, got ${row}.`);
    }
    if (on) this.bytes[row >> 3]! |= 1 << (row & 7);
    else this.bytes[row >> 3]! &= ~(1 << (row & 7));
  }

  /** Number of rows in the set. */
  count(): number {
    let total = 0;
    for (const byte of this.bytes) total += POPULATION[byte]!;
    return total;
  }

  /** Number of rows in both sets, without building their intersection. */
  countAnd(other: Bitset): number {
    this.requireSameSize(other);
    const a = this.bytes;
    const b = other.bytes;
    let total = 0;
    for (let i = 0; i < a.length; i++) total += POPULATION[a[i]! & b[i]!]!;
    return total;
  }

  /** An independent copy. */
  clone(): Bitset {
    const copy = new Bitset(this.n);
    copy.bytes.set(this.bytes);
    return copy;
  }

  /** Whether both hold the same rows of the same number of rows. */
  equals(other: Bitset): boolean {
    if (this.n !== other.n) return false;
    const a = this.bytes;
    const b = other.bytes;
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
    return true;
  }

  /** Rows in both. */
  and(other: Bitset): Bitset {
    return this.combine(other, (a, b) => a & b);
  }

  /** Rows in either. */
  or(other: Bitset): Bitset {
    return this.combine(other, (a, b) => a | b);
  }

  /** Rows of this set that are not in the other. */
  andNot(other: Bitset): Bitset {
    return this.combine(other, (a, b) => a & ~b);
  }

  /** Rows in exactly one of the two. */
  xor(other: Bitset): Bitset {
    return this.combine(other, (a, b) => a ^ b);
  }

  /** The rows in ascending order. */
  indices(): Uint32Array {
    const rows = new Uint32Array(this.count());
    let next = 0;
    this.forEach((row) => {
      rows[next++] = row;
    });
    return rows;
  }

  /** Call `visit` with every row of the set in ascending order. */
  forEach(visit: (row: number) => void): void {
    const bytes = this.bytes;
    for (let k = 0; k < bytes.length; k++) {
      for (let bits = bytes[k]!; bits !== 0; bits &= bits - 1) {
        visit((k << 3) + 31 - Math.clz32(bits & -bits));
      }
    }
  }

  private combine(other: Bitset, op: (a: number, b: number) => number): Bitset {
    this.requireSameSize(other);
    const out = new Bitset(this.n);
    for (let i = 0; i < out.bytes.length; i++) out.bytes[i] = op(this.bytes[i]!, other.bytes[i]!);
    return out;
  }

  private requireSameSize(other: Bitset): void {
    if (other.n !== this.n) {
      throw new RangeError(`Bitset: both sets must range over ${this.n} rows, got ${other.n}.`);
    }
  }
}

const POPULATION = Uint8Array.from({ length: 256 }, (_, byte) => {
  let bits = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) bits++;
  return bits;
});

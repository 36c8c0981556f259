import { uniform } from "./data";

/** A small grey PNG of a few strokes, without compression, so that any browser decodes it. */
export function drawPicture(seed: number, size = 28): Uint8Array {
  const pixels = strokes(seed, size);
  const rows = new Uint8Array(size * (size + 1));
  for (let y = 0; y < size; y += 1) {
    rows.set(pixels.subarray(y * size, (y + 1) * size), y * (size + 1) + 1);
  }
  const header = [...bytes32(size), ...bytes32(size), 8, 0, 0, 0, 0];
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk("IHDR", header),
    ...chunk("IDAT", stored(rows)),
    ...chunk("IEND", []),
  ]);
}

function strokes(seed: number, size: number): Uint8Array {
  const next = uniform(seed + 1);
  const pixels = new Uint8Array(size * size);
  let [x, y] = [size * (0.3 + 0.4 * next()), size * 0.2];
  let angle = Math.PI * next();
  for (let step = 0; step < 2.4 * size; step += 1) {
    angle += (next() - 0.4) * 1.3;
    x = Math.min(size - 3, Math.max(2, x + Math.cos(angle) * 0.6));
    y = Math.min(size - 3, Math.max(2, y + Math.sin(angle) * 0.6));
    for (const [dx, dy] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const) {
      pixels[(Math.floor(y) + dy) * size + Math.floor(x) + dx] = 255 - 60 * (dx + dy);
    }
  }
  return pixels;
}

function bytes32(value: number): number[] {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
}

function chunk(name: string, data: readonly number[]): number[] {
  const body = [...new TextEncoder().encode(name), ...data];
  return [...bytes32(data.length), ...body, ...bytes32(crc32(body))];
}

/** A zlib stream of one block that is stored as it is. */
function stored(data: Uint8Array): number[] {
  const n = data.length;
  let [a, b] = [1, 0];
  for (const byte of data) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  const length = [n & 255, n >> 8, ~n & 255, (~n >> 8) & 255];
  return [0x78, 1, 1, ...length, ...data, ...bytes32(b * 65536 + a)];
}

function crc32(data: readonly number[]): number {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

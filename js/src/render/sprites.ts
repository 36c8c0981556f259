/** Positions between two device pixels that are told apart, per axis. */
export const PHASES = 4;

/** Pixels of a shape: offsets from its pixel in a row-major field and weights 0..256. */
export interface Sprite {
  readonly offsets: Int32Array;
  readonly weights: Int32Array;
}

/** Share of a pixel that a shape covers, by the distance of their centres. */
export type Coverage = (distance: number) => number;

/** A disc with an edge one pixel soft. */
export function disc(radius: number, opacity: number): Coverage {
  return (distance) => opacity * unit(radius + 0.5 - distance);
}

/** A ring with edges one pixel soft. */
export function ring(radius: number, width: number, opacity: number): Coverage {
  return (distance) => opacity * unit(width / 2 + 0.5 - Math.abs(distance - radius));
}

/**
 * One sprite per phase (phase y * PHASES + phase x) for a field `stride` pixels wide. `reach` is
 * the largest distance, in device pixels, at which the shape still covers anything.
 */
export function makeSprites(coverage: Coverage, reach: number, stride: number): Sprite[] {
  const side = Math.ceil(reach) + 1;
  return Array.from({ length: PHASES * PHASES }, (_, phase) => {
    const shiftX = ((phase % PHASES) + 0.5) / PHASES - 0.5;
    const shiftY = (Math.floor(phase / PHASES) + 0.5) / PHASES - 0.5;
    const offsets: number[] = [];
    const weights: number[] = [];
    for (let y = -side; y <= side; y++) {
      for (let x = -side; x <= side; x++) {
        const weight = Math.round(256 * coverage(Math.hypot(x - shiftX, y - shiftY)));
        if (weight === 0) continue;
        offsets.push(y * stride + x);
        weights.push(weight);
      }
    }
    return { offsets: Int32Array.from(offsets), weights: Int32Array.from(weights) };
  });
}

/** Blend a sprite in one colour (0xAABBGGRR, alpha ignored) over opaque pixels. */
export function stamp(pixels: Uint32Array, at: number, sprite: Sprite, color: number): void {
  const { offsets, weights } = sprite;
  const redBlue = color & 0xff00ff;
  const green = color & 0x00ff00;
  for (let k = 0; k < offsets.length; k++) {
    const where = at + offsets[k]!;
    const weight = weights[k]!;
    const rest = 256 - weight;
    const under = pixels[where]!;
    pixels[where] =
      (((Math.imul(redBlue, weight) + Math.imul(under & 0xff00ff, rest)) >>> 8) & 0xff00ff) |
      (((Math.imul(green, weight) + Math.imul(under & 0x00ff00, rest)) >>> 8) & 0x00ff00) |
      0xff000000;
  }
}

function unit(value: number): number {
  return Math.min(1, Math.max(0, value));
}

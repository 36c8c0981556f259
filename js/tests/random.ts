/** Reproducible numbers in [0, 1): the same seed gives the same case again. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** `n` points with many ties: coordinates on a coarse grid, x0, y0, x1, y1, ... */
export function gridPoints(n: number, random: () => number): Float32Array {
  return Float32Array.from({ length: 2 * n }, () => Math.round(random() * 24 - 12) / 4);
}

/** A closed path of `m` vertices, half of them on the grid of `gridPoints`. */
export function wildPath(m: number, random: () => number): Float64Array {
  return Float64Array.from({ length: 2 * m }, () => {
    const at = random() * 8 - 4;
    return random() < 0.5 ? Math.round(at * 4) / 4 : at;
  });
}

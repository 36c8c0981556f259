/** The bytes of a binary trait or buffer, without copying. Throws a TypeError for anything else. */
export function toUint8(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  if (isArrayBuffer(value)) return new Uint8Array(value);
  throw new TypeError(`Expected binary data from the kernel, got ${describe(value)}.`);
}

/** Little-endian float32 values, copied only when they are not aligned. */
export function toFloat32(value: unknown): Float32Array {
  const bytes = aligned(toUint8(value), 4);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

/** Little-endian uint32 values, copied only when they are not aligned. */
export function toUint32(value: unknown): Uint32Array {
  const bytes = aligned(toUint8(value), 4);
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

/** Little-endian float64 values, copied only when they are not aligned. */
export function toFloat64(value: unknown): Float64Array {
  const bytes = aligned(toUint8(value), 8);
  return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
}

/**
 * Exactly the viewed bytes as a buffer of their own. Jupyter's serializer sends the whole buffer
 * under a view and ignores its offset and length.
 */
export function toBuffer(view: ArrayBufferView): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = view;
  if (buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength) {
    return buffer;
  }
  return new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength)).buffer;
}

/** A number from JSON, where the non-finite ones are spelled "inf", "-inf" and "nan". */
export function decodeNumber(value: unknown): number {
  if (typeof value === "number") return value;
  const special = typeof value === "string" ? SPELLED[value] : undefined;
  if (special === undefined) throw new TypeError(`Expected a number, got ${describe(value)}.`);
  return special;
}

/** Every value of a record with "inf", "-inf" and "nan" turned into numbers. */
export function decodeNumbers(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === "string" ? (SPELLED[value] ?? value) : value,
    ]),
  );
}

/** Every value of a record ready for JSON: non-finite numbers spelled "inf", "-inf" and "nan". */
export function encodeNumbers(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const spell = (value: unknown): unknown => {
    if (typeof value !== "number" || Number.isFinite(value)) return value;
    return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, spell(value)]));
}

const SPELLED: Readonly<Record<string, number>> = {
  inf: Infinity,
  "-inf": -Infinity,
  nan: NaN,
};

// Inside an iframe the buffer may come from another realm, where instanceof fails.
function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return Object.prototype.toString.call(value) === "[object ArrayBuffer]";
}

function aligned(bytes: Uint8Array, size: number): Uint8Array {
  if (bytes.byteLength % size !== 0) {
    throw new TypeError(
      `Expected a whole number of ${size}-byte values from the kernel, got ${bytes.byteLength} bytes.`,
    );
  }
  return bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === "object" ? `an object (${Object.keys(value).length} keys)` : typeof value;
}

/** The bytes of a hexadecimal string, as a host delivers a buffer. */
export function fromHex(hex: string): DataView {
  const bytes = Uint8Array.from({ length: hex.length / 2 }, (_, k) =>
    Number.parseInt(hex.slice(2 * k, 2 * k + 2), 16),
  );
  return new DataView(bytes.buffer);
}

/** Bytes in hexadecimal. */
export function toHex(view: ArrayBufferView): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

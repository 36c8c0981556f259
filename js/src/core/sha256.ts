import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/**
 * The SHA-256 of bytes, or of the UTF-8 of a text, as 64 lower-case hexadecimal digits.
 *
 * `crypto.subtle` is missing on plain http, where many JupyterHubs live.
 */
export function sha256Hex(data: Uint8Array | string): string {
  return bytesToHex(sha256(typeof data === "string" ? new TextEncoder().encode(data) : data));
}

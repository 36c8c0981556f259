import { decodeNumber, toUint8 } from "../wire/codecs";
import { type AnnotatedRecord, IMAGE_TYPES } from "../wire/annotation-messages";

/** A record of the queue, its score a number and its image beside it. */
export interface QueuedRecord extends Omit<AnnotatedRecord, "score" | "image"> {
  readonly score: number;
  readonly image: { readonly bytes: Uint8Array; readonly type: string } | null;
  /** Whether the person passed over it. */
  readonly skipped: boolean;
}

/** Whether the person is done with a record. */
export function isDecided({ label, skipped }: QueuedRecord): boolean {
  return label !== null || skipped;
}

/** The records of a reply. Throws a TypeError for an image of a kind that is not shown. */
export function decodeRecords(
  records: readonly AnnotatedRecord[],
  buffers: readonly DataView[],
): QueuedRecord[] {
  return records.map((record) => ({
    ...record,
    score: decodeNumber(record.score),
    image: record.image === null ? null : decodeImage(record.image, buffers),
    skipped: false,
  }));
}

function decodeImage(
  { buffer, type }: NonNullable<AnnotatedRecord["image"]>,
  buffers: readonly DataView[],
): QueuedRecord["image"] {
  if (!IMAGE_TYPES.some((known) => known === type)) {
    throw new TypeError(`Expected one of ${IMAGE_TYPES.join(", ")} from the kernel, got ${type}.`);
  }
  return { bytes: toUint8(buffers[buffer]), type };
}

import { useLayoutEffect, useMemo } from "preact/hooks";
import type { QueuedRecord } from "../../state/annotation-record";

type Picture = QueuedRecord["image"];

/** A URL for each picture that is wanted; the others' are revoked. */
export class ImageUrls {
  private readonly made = new Map<Uint8Array, { url: string; decoded: HTMLImageElement }>();

  /** Make the URLs of some pictures, and have the browser decode them before they are shown. */
  keep(pictures: readonly Picture[]): void {
    const wanted = new Set(pictures.map((picture) => picture?.bytes));
    for (const [bytes, { url }] of this.made) {
      if (wanted.has(bytes)) continue;
      URL.revokeObjectURL(url);
      this.made.delete(bytes);
    }
    for (const picture of pictures) {
      if (picture === null || this.made.has(picture.bytes)) continue;
      const { bytes, type } = picture;
      // A copy: the bytes of a message may lie in shared memory, which a Blob refuses.
      const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type }));
      const decoded = new Image();
      decoded.src = url;
      this.made.set(bytes, { url, decoded });
    }
  }

  /** The URL of a picture that is kept. */
  urlOf(picture: NonNullable<Picture>): string | undefined {
    return this.made.get(picture.bytes)?.url;
  }
}

/** URLs of the picture on screen and the next one, as long as they are either. */
export function useImageUrls(current: Picture, next: Picture): ImageUrls {
  const urls = useMemo(() => new ImageUrls(), []);
  urls.keep([current, next]);
  useLayoutEffect(() => () => urls.keep([]), [urls]);
  return urls;
}

import type { VNode } from "preact";
import { useState } from "preact/hooks";

interface RecordImageProps {
  readonly url: string;
  readonly alt: string;
}

/** Pictures smaller than this are enlarged pixel by pixel. */
const SMALL = 96;

/** A picture as large as there is room. */
export function RecordImage({ url, alt }: RecordImageProps): VNode {
  const [failed, setFailed] = useState<string | null>(null);
  if (failed === url) {
    return (
      <p class="uw-muted" role="alert">
        This image could not be shown: its bytes are not what they are said to be.
      </p>
    );
  }
  return (
    <img
      class="uw-record-image"
      src={url}
      alt={alt}
      draggable={false}
      onError={() => setFailed(url)}
      onLoad={({ currentTarget: shown }) => {
        shown.dataset.small = String(Math.max(shown.naturalWidth, shown.naturalHeight) < SMALL);
      }}
    />
  );
}

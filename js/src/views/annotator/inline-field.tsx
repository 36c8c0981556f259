import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** Properties of {@link InlineField}. */
export interface InlineFieldProps {
  readonly name: string;
  readonly placeholder: string;
  readonly text: string;
  /** Called with every change, so that nothing written is lost when the record goes away. */
  readonly onWrite: (text: string) => void;
  /** The person is done with the field, by Enter or Escape. */
  readonly onClose: () => void;
}

/** A field in the line of the remarks. Enter keeps what is written, Escape drops it. */
export function InlineField({
  name,
  placeholder,
  text,
  onWrite,
  onClose,
}: InlineFieldProps): VNode {
  const input = useRef<HTMLInputElement>(null);
  const before = useRef(text);
  // Before the next key: typed into the record instead of the field, it would decide something.
  useLayoutEffect(() => input.current?.focus(), []);
  return (
    <input
      ref={input}
      type="text"
      class="uw-remark-field"
      aria-label={name}
      placeholder={placeholder}
      maxLength={2000}
      value={text}
      onInput={(event) => onWrite(event.currentTarget.value)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
        event.preventDefault();
        if (event.key === "Escape") onWrite(before.current);
        onClose();
      }}
    />
  );
}

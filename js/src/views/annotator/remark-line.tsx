import type { Signal } from "@preact/signals";
import type { VNode } from "preact";
import type { AnnotationStore, Remarks } from "../../state/annotation";
import type { QueuedRecord } from "../../state/annotation-record";
import { InlineField } from "./inline-field";
import { KeyCap } from "./key-cap";

/** The remark that is being written. */
export type Writing = keyof Remarks | null;

interface RemarkLineProps {
  readonly store: AnnotationStore;
  readonly record: QueuedRecord | null;
  readonly writing: Signal<Writing>;
  readonly onDone: () => void;
}

const PARTS = [
  { what: "reason", key: "R", name: "Reason", asks: "Why? Enter keeps it for the label" },
  { what: "note", key: "N", name: "Note", asks: "A note. Enter keeps it for the label" },
] as const;

/** Reason and note of a record: what is written already, and a field for what is to be written. */
export function RemarkLine({ store, record, writing, onDone }: RemarkLineProps): VNode {
  const row = record?.row ?? -1;
  const remarks = store.remarks.value.get(row);
  return (
    <div class="uw-remarks">
      {PARTS.map(({ what, key, name, asks }) => {
        const text = remarks?.[what] ?? "";
        const open = record !== null && writing.value === what;
        return (
          <div key={what} class="uw-remark" data-open={open}>
            <button
              type="button"
              data-testid={`uw-annotator-${what}`}
              aria-disabled={record === null}
              aria-expanded={open}
              aria-keyshortcuts={key}
              title={text === "" ? undefined : text}
              onClick={() => {
                if (record !== null) writing.value = open ? null : what;
              }}
            >
              {name} <KeyCap>{key}</KeyCap>
            </button>
            {open ? (
              <InlineField
                key={row}
                name={name}
                placeholder={asks}
                text={text}
                onWrite={(written) => store.remark(row, what, written)}
                onClose={onDone}
              />
            ) : (
              text !== "" && (
                <bdi class="uw-remark-text" title={text}>
                  {text}
                </bdi>
              )
            )}
          </div>
        );
      })}
    </div>
  );
}

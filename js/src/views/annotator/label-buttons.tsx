import type { VNode } from "preact";
import { count } from "../../core/format";
import type { QueuedRecord } from "../../state/annotation-record";
import { KeyCap } from "./key-cap";
import "./labels.css";

/** Properties of {@link LabelButtons}. */
export interface LabelButtonsProps {
  readonly labels: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly record: QueuedRecord | null;
  readonly onLabel: (label: string) => void;
}

/** One large button for each label: its key, its name, how often it was given, the model's guess. */
export function LabelButtons({ labels, counts, record, onLabel }: LabelButtonsProps): VNode {
  return (
    <div class="uw-labels" role="group" aria-label="Labels" data-many={labels.length > MANY}>
      {labels.map((label, index) => {
        const guessed = record?.guess === label;
        const given = Object.hasOwn(counts, label) ? (counts[label] ?? 0) : 0;
        return (
          <button
            key={label}
            type="button"
            class="uw-label"
            data-testid={`uw-annotator-label-${index + 1}`}
            data-role={ROLES[index] ?? "open"}
            data-guess={guessed}
            aria-pressed={record?.label === label}
            aria-disabled={record === null}
            aria-keyshortcuts={String(index + 1)}
            title={guessed ? `${label}: the model would say so` : label}
            onClick={() => onLabel(label)}
          >
            <KeyCap>{String(index + 1)}</KeyCap>
            <bdi class="uw-label-name">{label}</bdi>
            {guessed && (
              <span class="uw-label-guess">
                <span class="uw-label-whose">model’s </span>guess
              </span>
            )}
            <span class="uw-label-count">
              {count(given)}
              <span class="uw-hidden"> given</span>
            </span>
          </button>
        );
      })}
    </div>
  );
}

/** More labels than have room for their names beside key and count. */
const MANY = 4;
const ROLES = ["unwanted", "opposite"];

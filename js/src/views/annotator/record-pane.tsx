import type { RefObject, VNode } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { fixed } from "../../core/format";
import type { AnnotationStore } from "../../state/annotation";
import type { QueuedRecord } from "../../state/annotation-record";
import type { SessionStore } from "../../state/session";
import { useImageUrls } from "./image-urls";
import { QueueEnd } from "./queue-end";
import { RecordImage } from "./record-image";

/** Properties of {@link RecordPane}. */
export interface RecordPaneProps {
  readonly session: SessionStore;
  readonly store: AnnotationStore;
  /** The part that scrolls and takes the keys. */
  readonly pane: RefObject<HTMLDivElement>;
  /** Whether the content is hidden until it is held. */
  readonly hidden: boolean;
  readonly onReveal: (on: boolean) => void;
}

/** The record on screen, large; its place stays the same while records change. */
export function RecordPane({ session, store, pane, hidden, onReveal }: RecordPaneProps): VNode {
  const record = store.trail.current.value;
  const next = store.ahead.records.value[0];
  const urls = useImageUrls(record?.image ?? null, next?.image ?? null);
  const image = record?.image ?? null;

  useLayoutEffect(() => {
    if (pane.current !== null) pane.current.scrollTop = 0;
  }, [record?.row]);

  return (
    <div
      ref={pane}
      class="uw-annotator-record"
      data-testid="uw-annotator-record"
      data-row={record?.row}
      data-key={record === null ? undefined : String(record.key)}
      data-hidden={hidden}
      tabIndex={0}
      role="group"
      aria-label={record === null ? "Records" : `Record ${String(record.key)}`}
      aria-keyshortcuts={KEYS}
      onPointerDown={(event) => {
        if (event.button === 0) onReveal(true);
      }}
      onPointerUp={() => onReveal(false)}
      onPointerLeave={() => onReveal(false)}
      onPointerCancel={() => onReveal(false)}
      onContextMenu={(event) => {
        // A long press on a touch screen means "show me", not "open the menu".
        if (store.blur.peek()) event.preventDefault();
      }}
    >
      {record === null ? (
        <QueueEnd store={store} />
      ) : (
        <>
          <RecordLine session={session} store={store} record={record} />
          {hidden && <p class="uw-veil">Hidden. Hold H, or press here, to look.</p>}
          <div class="uw-record-content" aria-hidden={hidden}>
            {image !== null && (
              <RecordImage
                url={urls.urlOf(image) ?? ""}
                alt={`Image of record ${String(record.key)}`}
              />
            )}
            <Fields record={record} />
          </div>
        </>
      )}
    </div>
  );
}

const KEYS = "1 2 3 R N S Z Shift+Z ArrowLeft ArrowRight H ?";

interface RecordLineProps {
  readonly session: SessionStore;
  readonly store: AnnotationStore;
  readonly record: QueuedRecord;
}

/** What is known of a record beside its content; not what the person is to decide without. */
function RecordLine({ session, store, record }: RecordLineProps): VNode {
  const { names } = session.info.value;
  const { domain, score, label, skipped } = record;
  const given = store.job.value === "removal";
  const name = domain === 2 ? names.forget : domain === 1 ? names.retain : "neither domain";
  const removed = session.removed.value.has(record.row);
  return (
    <p class="uw-record-line">
      <bdi class="uw-record-name">{String(record.key)}</bdi>
      {given && (
        <span class="uw-record-fact">
          <span class="uw-domain-dot" data-domain={domain} />
          {name}
        </span>
      )}
      {given && Number.isFinite(score) && (
        <span
          class="uw-record-fact"
          title="Log-likelihood ratio, nats: positive is more like the forget domain"
        >
          score {fixed(score, 1)}
        </span>
      )}
      {removed && (
        <span class="uw-chip" data-removed={true}>
          removed
        </span>
      )}
      {label !== null ? (
        <span class="uw-record-mine">
          you said <bdi>{label}</bdi>
        </span>
      ) : (
        skipped && <span class="uw-record-mine">skipped</span>
      )}
    </p>
  );
}

function Fields({ record }: { readonly record: QueuedRecord }): VNode {
  const large = record.fields.find(({ name }) => name === record.text);
  const others = record.fields.filter((field) => field !== large);
  return (
    <>
      {large !== undefined && (
        <p class="uw-record-large" dir="auto" data-length={lengthClass(large.value)}>
          {large.value}
          {large.truncated && <Cut />}
        </p>
      )}
      {others.length > 0 && (
        <table class="uw-record-fields">
          <tbody>
            {others.map(({ name, value, truncated }) => (
              <tr key={name}>
                <th scope="row">
                  <bdi>{name}</bdi>
                </th>
                <td dir="auto">
                  {value}
                  {truncated && <Cut />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Cut(): VNode {
  return (
    <span class="uw-muted" title="The record holds more than is shown here">
      {" "}
      … cut off here
    </span>
  );
}

function lengthClass(text: string): "short" | "medium" | "long" {
  return text.length <= 180 ? "short" : text.length <= 600 ? "medium" : "long";
}

import { useSignalEffect, type ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Camera } from "../../core/camera";
import { quantity } from "../../core/format";
import type { SessionStore } from "../../state/session";
import type { Announcer } from "../../ui/live-region";
import { place } from "../../ui/popover";
import type { RecordDetail, SessionInfo } from "../../wire/messages";
import "./tooltip.css";

const DELAY_MS = 80;
const FIELDS = 6;
const LETTERS = 320;

/** What the tooltip needs to know. */
export interface TooltipProps {
  readonly session: SessionStore;
  readonly row: number;
  readonly camera: ReadonlySignal<Camera>;
  /** Reads the record out, when it was the keyboard that went there. */
  readonly announcer: Announcer | null;
}

/** The record of one row beside its point, fetched when the pointer rests there. */
export function Tooltip({ session, row, camera, announcer }: TooltipProps): VNode {
  const [record, setRecord] = useState<RecordDetail | null>(null);
  const [failed, setFailed] = useState(false);
  const anchor = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const current = record?.row === row ? record : null;
  const info = session.info.value;

  useEffect(() => {
    const abort = new AbortController();
    setFailed(false);
    const ask = async (): Promise<void> => {
      try {
        const answer = await session.record(row, abort.signal);
        if (abort.signal.aborted) return;
        setRecord(answer);
        announcer?.say(spoken(answer, info));
      } catch {
        if (!abort.signal.aborted) setFailed(true);
      }
    };
    const timer = setTimeout(() => void ask(), DELAY_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [session, row, info, announcer]);

  const arrange = (): void => {
    if (anchor.current === null) return;
    const positions = session.positions.peek();
    const [px, py] = camera.peek().toPixel(positions[2 * row]!, positions[2 * row + 1]!);
    anchor.current.style.transform = `translate(${px - 10}px, ${py - 10}px)`;
    if (panel.current !== null) place(anchor.current, panel.current, { align: "start", gap: 4 });
  };
  useLayoutEffect(arrange);
  useSignalEffect(() => {
    if (camera.value.width > 0) arrange();
  });

  return (
    <>
      <div ref={anchor} class="uw-tip-anchor" />
      {(current !== null || failed) && (
        <div
          ref={panel}
          class="uw-tip uw-record-tip"
          role="tooltip"
          popover="manual"
          data-testid="uw-tooltip"
        >
          {current === null ? (
            <p>This record could not be loaded.</p>
          ) : (
            <RecordBody record={current} info={info} removed={session.removed.value.has(row)} />
          )}
        </div>
      )}
    </>
  );
}

function RecordBody(props: {
  readonly record: RecordDetail;
  readonly info: SessionInfo;
  readonly removed: boolean;
}): VNode {
  const { record, info, removed } = props;
  const fields = record.fields.filter(
    ({ name, value }) => !(name === info.key && value === String(record.key)),
  );
  const hidden = fields.length - FIELDS;
  return (
    <>
      <p class="uw-record-head">
        <b dir="auto">{record.key}</b>
        <span class="uw-record-domain" data-domain={record.domain}>
          {domainName(record.domain, info)}
        </span>
        {removed && <span class="uw-record-mark">to remove</span>}
        <span class="uw-record-score">score {quantity(record.score)}</span>
      </p>
      <dl>
        {fields.slice(0, FIELDS).map(({ name, value, truncated }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd dir="auto">{clamped(value, truncated)}</dd>
          </div>
        ))}
      </dl>
      {hidden > 0 && <p class="uw-record-more">and {hidden} more fields</p>}
    </>
  );
}

/** The name of a row's domain, as the person calls it. */
export function domainName(code: number | undefined, { names }: SessionInfo): string {
  if (code === 2) return names.forget;
  return code === 1 ? names.retain : "in neither domain";
}

function clamped(value: string, truncated: boolean): string {
  if (value.length <= LETTERS) return value + (truncated ? "…" : "");
  // Half of a surrogate pair would show as a replacement character.
  return `${value.slice(0, LETTERS).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

function spoken(record: RecordDetail, info: SessionInfo): string {
  const state = record.removed ? "to remove" : "kept";
  const [first] = record.fields.filter(({ value }) => value !== String(record.key));
  const text = first === undefined ? "" : `: ${clamped(first.value, first.truncated)}`;
  return `${record.key}, ${domainName(record.domain, info)}, ${state}, score ${quantity(record.score)}${text}`;
}

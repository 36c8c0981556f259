import type { VNode } from "preact";
import { fixed } from "../../core/format";
import type { LocalStore } from "../../state/local";
import type { SessionStore } from "../../state/session";
import type { RecordRow, RecordsQuery } from "../../wire/messages";

/** Properties of {@link RecordRows}. */
export interface RecordRowsProps {
  readonly session: SessionStore;
  readonly local: LocalStore;
  readonly rows: readonly RecordRow[];
  readonly sort: RecordsQuery["sort"];
  readonly onSort: (sort: RecordsQuery["sort"]) => void;
}

/** One page of records; the row under the pointer and the chosen row show on the map as well. */
export function RecordRows({ session, local, rows, sort, onSort }: RecordRowsProps): VNode {
  const { has_text: hasText, key } = session.info.value;
  return (
    <table class="uw-record-table" data-text={hasText} onPointerLeave={() => leave(local)}>
      <thead>
        <tr>
          <SortHeader label={key} by="position" name="key" sort={sort} onSort={onSort} />
          {hasText && (
            <th scope="col" class="uw-record-text">
              text
            </th>
          )}
          <SortHeader label="score" by="score" name="score" sort={sort} onSort={onSort} />
          <th scope="col" class="uw-record-state">
            state
          </th>
          <th scope="col" class="uw-record-action">
            <span class="uw-hidden">change</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.row} session={session} local={local} record={row} />
        ))}
      </tbody>
    </table>
  );
}

interface SortHeaderProps {
  readonly label: string;
  readonly by: RecordsQuery["sort"];
  readonly name: string;
  readonly sort: RecordsQuery["sort"];
  readonly onSort: (sort: RecordsQuery["sort"]) => void;
}

function SortHeader({ label, by, name, sort, onSort }: SortHeaderProps): VNode {
  const order = by === "score" ? "descending" : "ascending";
  const title =
    by === "score"
      ? "Log-likelihood ratio, nats: most like the forget domain first"
      : "In the order of the data";
  return (
    <th scope="col" class={`uw-record-${name}`} aria-sort={sort === by ? order : "none"}>
      <button
        type="button"
        class="uw-sort"
        data-testid={`uw-sort-${by}`}
        title={title}
        onClick={() => onSort(by)}
      >
        <bdi class="uw-clip">{label}</bdi>
        <span class="uw-sort-arrow" aria-hidden="true">
          {sort === by ? (by === "score" ? "↓" : "↑") : ""}
        </span>
      </button>
    </th>
  );
}

interface RowProps {
  readonly session: SessionStore;
  readonly local: LocalStore;
  readonly record: RecordRow;
}

function Row({ session, local, record }: RowProps): VNode {
  const { names, has_text: hasText } = session.info.value;
  const { row, domain } = record;
  const chosen = local.cursor.value === row;
  const removed = session.removed.value.has(row);
  const domainName = domain === 2 ? names.forget : domain === 1 ? names.retain : "neither domain";
  return (
    <tr
      data-testid="uw-record"
      data-row={row}
      data-chosen={chosen}
      data-hovered={local.hovered.value === row}
      onPointerEnter={() => {
        local.hovered.value = row;
      }}
      onClick={() => choose(local, row)}
    >
      <th scope="row" class="uw-record-key">
        <button
          type="button"
          class="uw-record-open"
          aria-pressed={chosen}
          title={`${String(record.key)} · ${domainName} · click to show it on the map`}
          onClick={(event) => {
            event.stopPropagation();
            choose(local, row);
          }}
          onKeyDown={walk}
        >
          <span class="uw-domain-dot" data-domain={domain} />
          <span class="uw-hidden">{domainName} </span>
          <bdi class="uw-clip">{String(record.key)}</bdi>
        </button>
      </th>
      {hasText && (
        <td class="uw-record-text">
          <div class="uw-clip" dir="auto" title={record.text}>
            {record.text}
            {record.truncated ? "…" : ""}
          </div>
        </td>
      )}
      <td class="uw-record-score">{fixed(record.score, 1)}</td>
      <td class="uw-record-state">
        <span class="uw-chip" data-removed={removed}>
          {removed ? "remove" : "keep"}
        </span>
      </td>
      <td class="uw-record-action">
        <RowAction session={session} record={record} removed={removed} />
      </td>
    </tr>
  );
}

interface RowActionProps {
  readonly session: SessionStore;
  readonly record: RecordRow;
  readonly removed: boolean;
}

function RowAction({ session, record, removed }: RowActionProps): VNode | null {
  const { row, domain, key } = record;
  const locked = session.status.value.retain_locked;
  if (domain === 0 || (domain === 1 && locked)) return null;
  const act = (event: Event): void => {
    event.stopPropagation();
    void session.select({ by: "rows", rows: [row] }, removed ? "subtract" : "add");
  };
  return (
    <button
      type="button"
      class="uw-row-action"
      data-testid={removed ? "uw-record-keep" : "uw-record-remove"}
      aria-label={`${removed ? "Keep" : "Remove"} ${String(key)}`}
      onClick={act}
    >
      {removed ? "Keep" : "Remove"}
    </button>
  );
}

function choose(local: LocalStore, row: number): void {
  local.cursor.value = row;
  local.hovered.value = row;
}

function leave(local: LocalStore): void {
  local.hovered.value = null;
}

function walk(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const row = event.currentTarget.closest("tr");
  const next =
    event.key === "ArrowDown"
      ? row?.nextElementSibling
      : event.key === "ArrowUp"
        ? row?.previousElementSibling
        : null;
  const target = next?.querySelector<HTMLElement>(".uw-record-open");
  if (target === undefined || target === null) return;
  event.preventDefault();
  target.focus();
}

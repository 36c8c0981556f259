import type { VNode } from "preact";
import { useContext } from "preact/hooks";
import { fixed } from "../../core/format";
import type { LocalStore } from "../../state/local";
import type { SessionStore } from "../../state/session";
import { FrozenContext } from "../../ui/frozen";
import type { RecordRow, SortKey } from "../../wire/messages";

/** What the rows are sorted by, and which end comes first. */
export interface Sorting {
  readonly by: SortKey;
  readonly descending: boolean;
}

/** Properties of {@link RecordRows}. */
export interface RecordRowsProps {
  readonly session: SessionStore;
  readonly local: LocalStore;
  readonly rows: readonly RecordRow[];
  /** Columns shown besides key, text and score; their values came with the rows. */
  readonly columns: readonly string[];
  readonly sort: Sorting;
  readonly onSort: (sort: Sorting) => void;
}

/** One page of records; the row under the pointer and the chosen row show on the map as well. */
export function RecordRows(props: RecordRowsProps): VNode {
  const { session, local, rows, columns, sort, onSort } = props;
  const { has_text: hasText, text_column: text, key } = session.info.value;
  const sorting = { sort, onSort };
  return (
    <table class="uw-record-table" data-text={hasText} onPointerLeave={() => leave(local)}>
      <thead>
        <tr>
          <SortHeader label={key} by="position" name="key" {...sorting} />
          {hasText && text !== null && (
            <SortHeader label={text} by={`column:${text}`} name="text" {...sorting} />
          )}
          {columns.map((name) => (
            <SortHeader key={name} label={name} by={`column:${name}`} name="cell" {...sorting} />
          ))}
          <SortHeader label="score" by="score" name="score" {...sorting} />
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
  readonly by: SortKey;
  readonly name: string;
  readonly sort: Sorting;
  readonly onSort: (sort: Sorting) => void;
}

function SortHeader({ label, by, name, sort, onSort }: SortHeaderProps): VNode {
  const current = sort.by === by;
  const order = sort.descending ? "descending" : "ascending";
  const title =
    by === "score"
      ? "Log-likelihood ratio, nats: the greatest are most like the forget domain"
      : by === "position"
        ? "In the order of the data"
        : `By ${label}, missing values last`;
  return (
    <th scope="col" class={`uw-record-${name}`} aria-sort={current ? order : "none"}>
      <button
        type="button"
        class="uw-sort"
        data-testid={`uw-sort-${by.replace(":", "-")}`}
        title={title}
        onClick={() => onSort({ by, descending: current ? !sort.descending : by === "score" })}
      >
        <bdi class="uw-clip">{label}</bdi>
        <span class="uw-sort-arrow" aria-hidden="true">
          {current ? (sort.descending ? "↓" : "↑") : ""}
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
      {(record.cells ?? []).map((cell, at) => (
        <td key={at} class="uw-record-cell">
          <div class="uw-clip" dir="auto" title={cell}>
            {cell}
          </div>
        </td>
      ))}
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
  const frozen = useContext(FrozenContext);
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
      disabled={frozen}
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

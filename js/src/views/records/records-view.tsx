import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { count } from "../../core/format";
import type { SessionInfo } from "../../wire/messages";
import type { ViewProps } from "../props";
import { NearDuplicates } from "./near-duplicates";
import { Pager } from "./pager";
import { useRecordPage } from "./record-page";
import { RecordRows, type Sorting } from "./record-table";
import "./records.css";
import { SearchActions, SearchBox } from "./search-box";

const ROW_HEIGHT = 27;
const LONGEST_PAGE = 200;
const MOST_COLUMNS = 4;

/** Properties of {@link RecordsView}. */
export interface RecordsViewProps extends ViewProps {
  /** Show as many rows as the pane has room for, instead of the view's `page_size`. */
  readonly fit?: boolean;
}

/** The rows chosen for removal, or the rows a search found, one page at a time from the kernel. */
export function RecordsView({ session, local, view, fit = false }: RecordsViewProps): VNode {
  const body = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(6);
  const [sort, setSort] = useState<Sorting>({ by: "score", descending: true });
  const [wantedOffset, setOffset] = useState(0);
  const limit = fit ? room : (view.signalOf<number | undefined>("page_size").value ?? 10);
  const found = local.found.value;
  const scope = found === null ? "removed" : "search";
  const columns = fit ? [] : extraColumns(session.info.value);
  const lost = session.connection.value === "lost";
  const nRemoved = session.effect.value.values.n_removed;
  const known = found === null ? nRemoved : found.total;
  const offset = Math.min(wantedOffset, Math.max(0, Math.ceil(known / limit) - 1) * limit);

  useEffect(() => setOffset(0), [found?.text, sort]);

  useEffect(() => {
    if (!fit || body.current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const rows = Math.floor(entry.contentRect.height / ROW_HEIGHT) - 1;
      setRoom(Math.min(LONGEST_PAGE, Math.max(3, rows)));
    });
    observer.observe(body.current);
    return () => observer.disconnect();
  }, [fit]);

  const { page, loading, failure, retry } = useRecordPage(session, {
    scope,
    ...(found === null ? {} : { text: found.text }),
    offset,
    limit,
    sort: sort.by,
    descending: sort.descending,
    columns,
  });

  return (
    <section class="uw-records" data-testid="uw-records" data-fit={fit} aria-label="Records">
      <header class="uw-records-header">
        <h3>{found === null ? "Removed rows" : "Found rows"}</h3>
        <span class="uw-muted" data-testid="uw-records-total" data-value={page?.total ?? known}>
          {count(page?.total ?? known)}
        </span>
        <SearchActions session={session} local={local} />
        {found === null && <NearDuplicates session={session} />}
        <div class="uw-records-tools">
          <Pager offset={offset} limit={limit} total={page?.total ?? 0} onMove={setOffset} />
          <SearchBox session={session} local={local} />
        </div>
      </header>
      <div ref={body} class="uw-records-body" aria-busy={loading}>
        {failure !== null ? (
          <p class="uw-empty" role="alert">
            These rows could not be fetched: {failure}{" "}
            <button type="button" class="uw-link" onClick={retry}>
              Try again
            </button>
          </p>
        ) : page === null || page.total === 0 ? (
          <p class="uw-empty">{emptyWords(page === null, lost, found?.text, session.info.value)}</p>
        ) : (
          <RecordRows
            session={session}
            local={local}
            rows={page.rows}
            columns={columns}
            sort={sort}
            onSort={setSort}
          />
        )}
      </div>
    </section>
  );
}

/** Columns that a table with room shows besides key and text: those with short values. */
function extraColumns({ columns, key, text_column: text }: SessionInfo): string[] {
  return columns
    .filter(({ name, kind }) => name !== key && name !== text && kind !== "text")
    .slice(0, MOST_COLUMNS)
    .map(({ name }) => name);
}

function emptyWords(
  waiting: boolean,
  lost: boolean,
  text: string | undefined,
  info: SessionInfo,
): string {
  if (waiting) return lost ? "The kernel has not sent these rows." : "";
  if (text !== undefined) return `No record contains “${text}”.`;
  const start = "No rows are removed yet. Draw around points on the map";
  return info.has_text ? `${start}, or search here and add the rows that match.` : `${start}.`;
}

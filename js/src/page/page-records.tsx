import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { count } from "../core/format";
import type { ViewProps } from "../views/props";
import { Pager } from "../views/records/pager";
import { useRecordPage } from "../views/records/record-page";
import { RecordRows, type Sorting } from "../views/records/record-table";
import "../views/records/records.css";

const LIMIT = 50;

/** The rows chosen for removal with the records that the page carries; a search needs the notebook. */
export function PageRecords({ session, local }: ViewProps): VNode {
  const [sort, setSort] = useState<Sorting>({ by: "score", descending: true });
  const [wanted, setOffset] = useState(0);
  const chosen = session.effect.value.values.n_removed;
  const offset = Math.min(wanted, Math.max(0, Math.ceil(chosen / LIMIT) - 1) * LIMIT);
  const { page, loading, failure } = useRecordPage(session, {
    scope: "removed",
    offset,
    limit: LIMIT,
    sort: sort.by,
    descending: sort.descending,
  });
  return (
    <section class="uw-records" data-testid="uw-records" data-fit="true" aria-label="Records">
      <header class="uw-records-header">
        <h3>Removed rows</h3>
        <span class="uw-muted" data-testid="uw-records-total" data-value={page?.total ?? chosen}>
          {count(page?.total ?? chosen)}
        </span>
        <div class="uw-records-tools">
          <Pager offset={offset} limit={LIMIT} total={page?.total ?? 0} onMove={setOffset} />
        </div>
      </header>
      <div class="uw-records-body uw-page-records" aria-busy={loading} tabIndex={0}>
        {failure !== null ? (
          <p class="uw-empty" role="alert">
            These rows cannot be shown: {failure}
          </p>
        ) : page === null || page.total === 0 ? (
          <p class="uw-empty">{page === null ? "" : "No rows are removed."}</p>
        ) : (
          <RecordRows
            session={session}
            local={local}
            rows={page.rows}
            columns={[]}
            sort={sort}
            onSort={setSort}
          />
        )}
      </div>
    </section>
  );
}

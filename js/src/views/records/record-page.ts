import { useEffect, useState } from "preact/hooks";
import type { SessionStore } from "../../state/session";
import type { RecordsPage, RecordsQuery } from "../../wire/messages";

/** The rows of a query: the last page that came, and what stands in the way of the next. */
export interface LoadedPage {
  readonly page: RecordsPage | null;
  readonly loading: boolean;
  readonly failure: string | null;
  readonly retry: () => void;
}

/** Fetches a page from the kernel and keeps it true: again at every revision and new connection. */
export function useRecordPage(session: SessionStore, query: RecordsQuery): LoadedPage {
  const [page, setPage] = useState<RecordsPage | null>(null);
  const [loading, setLoading] = useState(true);
  const [failure, setFailure] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  const { scope, text, offset, limit, sort, descending = false, columns = [] } = query;
  const wanted = columns.join("\n");
  const rev = session.rev.value;
  const connection = session.connection.value;

  useEffect(() => {
    const abort = new AbortController();
    setLoading(true);
    session
      .records(
        {
          scope,
          ...(text === undefined ? {} : { text }),
          offset,
          limit,
          sort,
          descending,
          columns,
        },
        abort.signal,
      )
      .then((next) => {
        if (abort.signal.aborted) return;
        setPage(next);
        setFailure(null);
        setLoading(false);
      })
      .catch((reason: unknown) => {
        if (abort.signal.aborted) return;
        setFailure(reason instanceof Error ? reason.message : String(reason));
        setLoading(false);
      });
    return () => abort.abort();
  }, [session, scope, text, offset, limit, sort, descending, wanted, rev, connection, attempt]);

  return { page, loading, failure, retry: () => setAttempt(attempt + 1) };
}

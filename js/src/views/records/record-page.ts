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
  const [loaded, setLoaded] = useState<{ key: string; page: RecordsPage } | null>(null);
  const [failed, setFailed] = useState<{ key: string; reason: string } | null>(null);
  const [attempt, setAttempt] = useState(0);
  const { scope, text, offset, limit, sort, descending = false, columns = [] } = query;
  const wanted = columns.join("\n");
  const rev = session.rev.value;
  const connection = session.connection.value;
  // What a page answers: another question shows as loading in the very render that asks it.
  const key = JSON.stringify([
    ...[scope, text, offset, limit, sort, descending, wanted],
    ...[rev, connection, attempt],
  ]);

  useEffect(() => {
    const abort = new AbortController();
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
      .then((page) => {
        if (!abort.signal.aborted) setLoaded({ key, page });
      })
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        if (!abort.signal.aborted) setFailed({ key, reason });
      });
    return () => abort.abort();
  }, [session, key]);

  const failure = failed?.key === key ? failed.reason : null;
  return {
    page: loaded?.page ?? null,
    loading: loaded?.key !== key && failure === null,
    failure,
    retry: () => setAttempt(attempt + 1),
  };
}

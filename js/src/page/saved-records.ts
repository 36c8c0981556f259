import { encodeNumbers } from "../wire/codecs";
import type { DomainCode, RecordRow, RecordsQuery, SortKey } from "../wire/messages";
import type { Bitset } from "../core/bitset";
import type { PageState } from "./state";

/** What stands in place of a text that the page does not carry. */
export const NOT_HERE = "not in this page";

/** One row as far as the page knows it: its score always, its record where that was written. */
export function savedRecord(state: PageState, removed: Bitset, row: number): object {
  const record = state.records?.get(row);
  return { ...head(state, removed, row), fields: record?.fields ?? [] };
}

/** A page of the removed rows. Throws words for a search, which needs every text. */
export function savedPage(
  state: PageState,
  removed: Bitset,
  { scope, offset, limit, sort, descending = sort === "score" }: RecordsQuery,
): object {
  if (state.records === null || scope === "search") {
    throw new Error(
      state.records === null
        ? "This page was written without records."
        : "This page carries the records of removed rows only; search in a notebook.",
    );
  }
  const rows = sorted(state, [...removed.indices()], sort, descending);
  const shown = rows.slice(offset, offset + limit).map((row) => {
    const record = state.records?.get(row);
    return {
      ...head(state, removed, row),
      text: record?.text ?? NOT_HERE,
      truncated: record?.truncated ?? false,
    };
  });
  return { total: rows.length, rows: shown };
}

function head(
  { scores, domains, records }: PageState,
  removed: Bitset,
  row: number,
): Pick<RecordRow, "row" | "key" | "domain" | "removed"> & { readonly score: unknown } {
  const { score } = encodeNumbers({ score: scores[row]! });
  return {
    row,
    key: records?.get(row)?.key ?? (records === null ? row : `row ${row}`),
    domain: domains[row] as DomainCode,
    removed: removed.has(row),
    score,
  };
}

function sorted(
  { scores, records }: PageState,
  rows: number[],
  by: SortKey,
  descending: boolean,
): number[] {
  const sign = descending ? -1 : 1;
  if (by === "score") return rows.sort((a, b) => sign * (scores[a]! - scores[b]!));
  if (by === "position") return descending ? rows.reverse() : rows;
  const text = (row: number): string => records?.get(row)?.text ?? "";
  return rows.sort((a, b) => sign * text(a).localeCompare(text(b)));
}

import type { Bitset } from "../src/core/bitset";
import type { DomainCode, RecordDetail, RecordRow, RecordsPage } from "../src/wire/messages";
import type { PageData } from "./data";

const EXCERPT = 300;

/** The page of records a request asks for. */
export function pageOf(
  data: PageData,
  scores: Float32Array,
  removed: Bitset,
  query: Readonly<Record<string, unknown>>,
): RecordsPage {
  const { keys, texts, domains } = data;
  const wanted = typeof query.text === "string" ? query.text.toLowerCase() : "";
  const rows =
    query.scope === "removed"
      ? [...removed.indices()]
      : texts.flatMap((text, row) =>
          `${keys[row]} ${text}`.toLowerCase().includes(wanted) ? [row] : [],
        );
  if (query.sort === "score") rows.sort((a, b) => scores[b]! - scores[a]!);
  if (query.descending === (query.sort !== "score")) rows.reverse();
  const offset = Number(query.offset);
  const page = rows.slice(offset, offset + Number(query.limit));
  return {
    total: rows.length,
    rows: page.map((row): RecordRow => ({
      row,
      key: keys[row]!,
      domain: domains[row] as DomainCode,
      removed: removed.has(row),
      score: scores[row]!,
      text: texts[row]!.slice(0, EXCERPT),
      truncated: texts[row]!.length > EXCERPT,
    })),
  };
}

/** Every field of one record. */
export function recordOf(
  data: PageData,
  scores: Float32Array,
  removed: Bitset,
  row: number,
): RecordDetail {
  const field = (name: string, value: string) => ({ name, value, truncated: false });
  return {
    row,
    key: data.keys[row]!,
    domain: data.domains[row] as DomainCode,
    removed: removed.has(row),
    score: scores[row]!,
    fields: [
      field("text", data.texts[row]!),
      field("language", data.languages[row]!),
      field("length", String(data.lengths[row])),
    ],
  };
}
